// examples/events/market_csv.cpp -- minute bars of options and underlyings, read from CSV onto the tape.
// SPDX-License-Identifier: MIT
#include "market_csv.hpp"

#include "clock.hpp"  // clock_time, is_usable, zone_named
#include "csv.hpp"    // CsvFile, price_field

#include <optcoord/market/contract.hpp>  // Contract, its text

#include <algorithm>  // std::find
#include <chrono>     // std::chrono::seconds

namespace optcoord::events {
namespace {

constexpr Duration bar_length = std::chrono::seconds{60};

/// The columns every file has, and the row's instant.
struct BarClock {
  std::size_t date_column{0};
  std::size_t time_column{0};
};

[[nodiscard]] Outcome<BarClock> bar_clock(const CsvFile& csv) {
  const Outcome<std::size_t> date = csv.required("date");
  if (!date) return tl::unexpected<std::string>(date.error());
  const Outcome<std::size_t> time = csv.required("time");
  if (!time) return tl::unexpected<std::string>(time.error());
  return BarClock{*date, *time};
}

enum class Use : std::uint8_t { row, filtered, bad };

/// Reads the row's event time into `t` and says whether the row is wanted.
[[nodiscard]] Use bar_end(const CsvFile& csv, BarClock columns, Zone zone, const RowFilter& filter, Faults& faults,
                          Timestamp& t) {
  const Result<Date> date = parse_date(csv.field(columns.date_column));
  if (!date) return csv.fault(faults, columns.date_column, "not a date YYYY-MM-DD"), Use::bad;
  if (!is_usable(*date)) return csv.fault(faults, columns.date_column, "not a day between 1700 and 2250"), Use::bad;
  const std::optional<Duration> time = clock_time(csv.field(columns.time_column));
  if (!time) return csv.fault(faults, columns.time_column, "not a time HH:MM:SS"), Use::bad;
  if (filter.date && *date != *filter.date) return Use::filtered;
  const Timestamp start = from_civil(*date, *time, zone);
  t = start + bar_length;
  if (filter.from || filter.until) {
    const Duration clock = zone == Zone::new_york ? *time : to_new_york(start).since_midnight;
    if ((filter.from && clock < *filter.from) || (filter.until && clock >= *filter.until)) return Use::filtered;
  }
  return Use::row;
}

void count_sides(const Quote& quote, FileCounts& counts) {
  ++counts.rows;
  if (quote.bid && quote.ask) {
    ++counts.two_sided;
    if (*quote.bid > *quote.ask) ++counts.crossed;
  } else if (quote.bid) {
    ++counts.no_ask;
  } else if (quote.ask) {
    ++counts.no_bid;
  } else {
    ++counts.neither;
  }
}

/// Reads the row's price at `column`; a fault when it is not a number.
[[nodiscard]] bool read_price(const CsvFile& csv, std::size_t column, Faults& faults, std::optional<double>& out) {
  const PriceField price = price_field(csv.field(column));
  if (price.bad) csv.fault(faults, column, "not a price: a finite number, 0 or more");
  out = price.value;
  return !price.bad;
}

struct OptionColumns {
  std::size_t expiry{0};
  std::size_t strike{0};
  std::size_t right{0};
  std::size_t bid{0};
  std::size_t ask{0};
};

[[nodiscard]] Outcome<OptionColumns> option_columns(const CsvFile& csv) {
  OptionColumns columns;
  struct Wanted {
    const char* name;
    std::size_t* at;
  };
  const Wanted all[] = {{"expiry", &columns.expiry},
                        {"strike", &columns.strike},
                        {"right", &columns.right},
                        {"bid_close", &columns.bid},
                        {"ask_close", &columns.ask}};
  for (const Wanted& wanted : all) {
    const Outcome<std::size_t> at = csv.required(wanted.name);
    if (!at) return tl::unexpected<std::string>(at.error());
    *wanted.at = *at;
  }
  return columns;
}

/// "525.5" as 525500. \returns none for other than digits with at most three places, 0 and 10^8 or more.
[[nodiscard]] std::optional<std::int64_t> thousandths(std::string_view text) noexcept {
  std::int64_t value = 0;
  int places = -1;
  bool any = false;
  for (const char c : text) {
    if (c == '.') {
      if (places >= 0 || !any) return std::nullopt;
      places = 0;
      continue;
    }
    if (c < '0' || c > '9' || value >= 100'000'000) return std::nullopt;
    if (places >= 3) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (places >= 0) ++places;
    value = value * 10 + (c - '0');
    any = true;
  }
  if (!any || places == 0) return std::nullopt;
  for (int i = places < 0 ? 0 : places; i < 3; ++i) value *= 10;
  if (value == 0 || value >= 100'000'000) return std::nullopt;
  return value;
}

/// Turns (expiry, strike, right) into a subject. Rows of one contract usually follow each other, so that the
/// last answer is kept.
class ContractReader {
 public:
  ContractReader(std::string_view root, const OptionColumns& columns) : root_(root), columns_(columns) {}

  [[nodiscard]] Use read(const CsvFile& csv, const RowFilter& filter, Tape& tape, Faults& faults,
                         std::uint32_t& subject) {
    const std::string_view expiry_text = csv.field(columns_.expiry);
    const std::string_view strike = csv.field(columns_.strike);
    const std::string_view right = csv.field(columns_.right);
    if (known_ && expiry_text == expiry_ && strike == strike_ && right == right_) return subject = subject_, last_;
    known_ = false;
    const Result<Date> expiry = parse_date(expiry_text);
    if (!expiry) return csv.fault(faults, columns_.expiry, "not a date YYYY-MM-DD"), Use::bad;
    if (right != "C" && right != "P") return csv.fault(faults, columns_.right, "neither C nor P"), Use::bad;
    const std::optional<std::int64_t> price = thousandths(strike);
    if (!price) return csv.fault(faults, columns_.strike, "not a strike: over 0, under 100000, three places"), Use::bad;
    const Result<Contract> contract = Contract::option(root_, *expiry, right == "C" ? Right::call : Right::put, *price);
    if (!contract) return csv.fault(faults, columns_.expiry, "not in the years 2000 to 2099"), Use::bad;
    const std::vector<Date>& wanted = filter.expiries;
    const bool used = wanted.empty() || std::find(wanted.begin(), wanted.end(), *expiry) != wanted.end();
    expiry_ = expiry_text;
    strike_ = strike;
    right_ = right;
    known_ = true;
    last_ = used ? Use::row : Use::filtered;
    if (used) subject = subject_ = tape.subject(to_text(*contract), true);
    return last_;
  }

 private:
  std::string root_;
  OptionColumns columns_;
  bool known_{false};
  std::string expiry_;
  std::string strike_;
  std::string right_;
  std::uint32_t subject_{0};
  Use last_{Use::row};
};

}  // namespace

Outcome<MarketFile> market_file(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = equals == std::string_view::npos ? equals : text.find(':', equals);
  if (colon == std::string_view::npos || colon + 1 == text.size())
    return tl::unexpected<std::string>(std::string(text) + ": not ROOT=ZONE:FILE");
  MarketFile file;
  file.root = text.substr(0, equals);
  file.path = text.substr(colon + 1);
  const std::string_view name = text.substr(equals + 1, colon - equals - 1);
  const std::optional<Zone> zone = zone_named(name);
  if (!zone)
    return tl::unexpected<std::string>(std::string(text) + ": zone \"" + std::string(name) +
                                       "\" is none of America/New_York, America/Chicago, UTC");
  file.zone = *zone;
  const Result<Contract> underlying = parse_contract(file.root);
  if (!underlying || underlying->kind == Kind::option)
    return tl::unexpected<std::string>(std::string(text) + ": \"" + file.root + "\" is no root, nor a future");
  return file;
}

Outcome<void> read_options(const MarketFile& file, const RowFilter& filter, Tape& tape, Faults& faults) {
  if (!is_root(file.root)) return tl::unexpected<std::string>("\"" + file.root + "\" is not the root of options");
  Outcome<CsvFile> opened = CsvFile::open(file.path);
  if (!opened) return tl::unexpected<std::string>(opened.error());
  CsvFile csv = std::move(*opened);
  const Outcome<BarClock> clock = bar_clock(csv);
  if (!clock) return tl::unexpected<std::string>(clock.error());
  const Outcome<OptionColumns> columns = option_columns(csv);
  if (!columns) return tl::unexpected<std::string>(columns.error());

  FileCounts counts;
  counts.label = file.root + " options " + file.path;
  const std::int64_t faults_before = faults.count();
  ContractReader contract(file.root, *columns);
  for (;;) {
    const Outcome<bool> more = csv.next(faults);
    if (!more) return tl::unexpected<std::string>(more.error());
    if (!*more) break;
    Quote quote;
    const Use when = bar_end(csv, *clock, file.zone, filter, faults, quote.t);
    if (when == Use::bad) continue;
    const Use what = contract.read(csv, filter, tape, faults, quote.subject);
    if (what == Use::bad) continue;
    if (!read_price(csv, columns->bid, faults, quote.bid) || !read_price(csv, columns->ask, faults, quote.ask))
      continue;
    if (when == Use::filtered || what == Use::filtered) {
      ++counts.filtered;
      continue;
    }
    count_sides(quote, counts);
    tape.quotes.push_back(quote);
  }
  counts.bad = faults.count() - faults_before;
  tape.files.push_back(std::move(counts));
  return {};
}

Outcome<void> read_underlying(const MarketFile& file, const RowFilter& filter, Tape& tape, Faults& faults) {
  Outcome<CsvFile> opened = CsvFile::open(file.path);
  if (!opened) return tl::unexpected<std::string>(opened.error());
  CsvFile csv = std::move(*opened);
  const Outcome<BarClock> clock = bar_clock(csv);
  if (!clock) return tl::unexpected<std::string>(clock.error());
  const std::optional<std::size_t> close = csv.column("close");
  const std::optional<std::size_t> bid = csv.column("bid_close");
  const std::optional<std::size_t> ask = csv.column("ask_close");
  if (!close && !(bid && ask))
    return tl::unexpected<std::string>(file.path + ":1: no column close, and not both bid_close and ask_close");

  FileCounts counts;
  counts.label = file.root + " underlying " + file.path;
  const std::int64_t faults_before = faults.count();
  const std::uint32_t subject = tape.subject(file.root, false);
  for (;;) {
    const Outcome<bool> more = csv.next(faults);
    if (!more) return tl::unexpected<std::string>(more.error());
    if (!*more) break;
    Quote quote;
    quote.subject = subject;
    const Use when = bar_end(csv, *clock, file.zone, filter, faults, quote.t);
    if (when == Use::bad) continue;
    const bool read = close ? read_price(csv, *close, faults, quote.price)
                            : read_price(csv, *bid, faults, quote.bid) && read_price(csv, *ask, faults, quote.ask);
    if (!read) continue;
    if (when == Use::filtered) {
      ++counts.filtered;
      continue;
    }
    if (close && quote.price) {
      ++counts.rows;
      ++counts.two_sided;
    } else {
      count_sides(quote, counts);
    }
    if (quote.price || (quote.bid && quote.ask)) {
      tape.quotes.push_back(quote);
    } else {
      ++counts.not_an_event;
    }
  }
  counts.bad = faults.count() - faults_before;
  tape.files.push_back(std::move(counts));
  return {};
}

}  // namespace optcoord::events
