// examples/ipmcc/chain.cpp -- rows of a chain file to quotes; minute bars by the reader of optcoord-events.
// SPDX-License-Identifier: MIT
#include "chain.hpp"

#include "events/csv.hpp"
#include "events/market_csv.hpp"

#include <optcoord/core/names.hpp>  // nearest_name

#include <algorithm>      // std::find
#include <array>          // std::array
#include <charconv>       // std::from_chars
#include <cmath>          // std::isfinite
#include <unordered_set>  // std::unordered_set
#include <utility>        // std::move

namespace optcoord::ipmcc_program {
namespace {

using events::CsvFile;
using events::Faults;
using events::Outcome;
using ipmcc::ChainOption;

constexpr std::array<std::string_view, 9> column_names{"contract", "bid",   "ask",  "iv", "delta",
                                                       "gamma",    "theta", "vega", "at"};
enum Column : std::size_t { contract_column, bid_column, ask_column, iv_column, first_greek = 4, at_column = 8 };
using Columns = std::array<std::optional<std::size_t>, column_names.size()>;

Outcome<Columns> columns_of(const CsvFile& file, const std::string& path) {
  for (const std::string& name : file.columns()) {
    if (std::find(column_names.begin(), column_names.end(), name) != column_names.end()) continue;
    const std::string_view near = nearest_name(column_names, name);
    return tl::unexpected<std::string>(path + ":1: unknown column " + name +
                                       (near.empty() ? std::string{} : ", did you mean " + std::string{near} + "?"));
  }
  Columns at{};
  for (std::size_t i = 0; i < column_names.size(); ++i) at[i] = file.column(column_names[i]);
  for (const Column needed : {contract_column, bid_column, ask_column})
    if (const Outcome<std::size_t> there = file.required(column_names[needed]); !there)
      return tl::unexpected(there.error());
  return at;
}

/// A chain file, row by row.
class ChainReader {
 public:
  ChainReader(CsvFile file, const Columns& at, const Contract& underlying, std::optional<Timestamp> now, Faults& faults)
      : file_(std::move(file)), at_(at), underlying_(underlying), now_(now), faults_(faults) {}

  Outcome<Chain> read() {
    for (;;) {
      const Outcome<bool> more = file_.next(faults_);
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      if (take_row()) undated_.push_back(at_text().empty());
    }
    chain_.now = now_ ? now_ : latest_;
    for (std::size_t i = 0; chain_.now && i < chain_.options.size(); ++i)
      if (undated_[i]) chain_.options[i].at = *chain_.now;
    return std::move(chain_);
  }

 private:
  [[nodiscard]] std::string_view at_text() const {
    return at_[at_column] ? file_.field(*at_[at_column]) : std::string_view{};
  }
  bool no(Column column, std::string_view what) {
    file_.fault(faults_, *at_[column], what);
    return false;
  }
  bool read_price(Column column, std::optional<double>& out) {
    const events::PriceField price = events::price_field(file_.field(*at_[column]));
    out = price.value;
    return price.bad ? no(column, "not a price: a finite number, 0 or more") : true;
  }
  bool read_figure(Column column, std::optional<double>& out) {
    const std::string_view text = at_[column] ? file_.field(*at_[column]) : std::string_view{};
    if (text.empty()) return true;
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || !std::isfinite(value))
      return no(column, "no number");
    out = value;
    return true;
  }
  bool read_time(Timestamp& out) {
    if (at_text().empty()) return true;
    const Result<Timestamp> t = parse_time(at_text());
    if (!t) return no(at_column, "not a UTC time as 2026-01-05T14:30:00Z");
    if (now_ && *t > *now_) return no(at_column, "later than the instant asked for");
    if (!latest_ || *t > *latest_) latest_ = *t;
    out = *t;
    return true;
  }

  /// \returns whether the row is an option's quote, which is the last one now.
  bool take_row() {
    const Result<Contract> contract = parse_contract(file_.field(*at_[contract_column]));
    if (!contract) return no(contract_column, "not a contract as \"SPY   260116C00450000\"");
    if (contract->kind == Kind::future) return no(contract_column, "neither an option nor the underlying's root");
    ChainOption o;
    o.contract = *contract;
    const bool good = read_price(bid_column, o.quote.bid) && read_price(ask_column, o.quote.ask) &&
                      read_figure(iv_column, o.iv) && read_figure(Column{first_greek}, o.greeks.delta) &&
                      read_figure(Column{first_greek + 1}, o.greeks.gamma) &&
                      read_figure(Column{first_greek + 2}, o.greeks.theta) &&
                      read_figure(Column{first_greek + 3}, o.greeks.vega) && read_time(o.at);
    if (!good) return false;
    if (!seen_.insert(*contract).second) return no(contract_column, "stands twice");
    if (contract->kind == Kind::option) return chain_.options.push_back(o), true;
    if (*contract != underlying_) return false;
    chain_.spot = mid(o.quote);
    return chain_.spot ? false : no(bid_column, "the underlying needs a bid and an ask that are not crossed");
  }

  CsvFile file_;
  Columns at_;
  const Contract& underlying_;
  std::optional<Timestamp> now_;
  Faults& faults_;
  std::optional<Timestamp> latest_{};
  std::unordered_set<Contract, ContractHash> seen_{};  // looked up only, never walked
  std::vector<bool> undated_{};                        // of each option: its row has no time
  Chain chain_{};
};

/// The last quote of each subject that was over by `now`, as the bars tell it.
std::vector<const events::Quote*> standing(const events::Tape& tape, Timestamp now) {
  std::vector<const events::Quote*> last(tape.subjects.size(), nullptr);
  for (const events::Quote& q : tape.quotes)
    if (q.t <= now && (last[q.subject] == nullptr || last[q.subject]->t <= q.t)) last[q.subject] = &q;
  return last;
}

Outcome<Chain> read_bars(const std::string& path, const Contract& underlying, Timestamp now, Faults& faults) {
  events::Tape tape;
  const Outcome<void> read =
      events::read_options({std::string{underlying.root()}, Zone::new_york, path}, {}, tape, faults);
  if (!read) return tl::unexpected(read.error());
  Chain chain;
  chain.now = now;
  for (const events::Quote* q : standing(tape, now)) {
    if (q == nullptr) continue;
    ChainOption o;
    o.contract = *parse_contract(tape.subjects[q->subject].text);
    o.quote = {q->bid, q->ask};
    o.at = now;  // a bar is written when the quote changes: it still stands
    chain.options.push_back(o);
  }
  return chain;
}

}  // namespace

Outcome<Chain> read_chain(const std::string& path, const Contract& underlying, std::optional<Timestamp> now,
                          Faults& faults) {
  Outcome<CsvFile> file = CsvFile::open(path);
  if (!file) return tl::unexpected(file.error());
  const bool bars = file->column("expiry") && !file->column("contract");
  if (bars && !now) return tl::unexpected<std::string>(path + ": minute bars need --at, the instant to plan for");
  if (bars && path == "-") return tl::unexpected<std::string>("minute bars are read from a file");
  if (bars) return read_bars(path, underlying, *now, faults);
  const Outcome<Columns> at = columns_of(*file, path);
  if (!at) return tl::unexpected(at.error());
  return ChainReader(*std::move(file), *at, underlying, now, faults).read();
}

Outcome<std::optional<double>> read_spot(const std::string& path, const Contract& underlying, Timestamp now,
                                         Faults& faults) {
  events::Tape tape;
  const Outcome<void> read =
      events::read_underlying({std::string{underlying.root()}, Zone::new_york, path}, {}, tape, faults);
  if (!read) return tl::unexpected(read.error());
  const std::vector<const events::Quote*> last = standing(tape, now);
  if (last.empty() || last[0] == nullptr) return std::optional<double>{};
  return last[0]->price ? last[0]->price : mid({last[0]->bid, last[0]->ask});
}

}  // namespace optcoord::ipmcc_program
