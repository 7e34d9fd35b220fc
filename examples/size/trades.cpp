// examples/size/trades.cpp -- rows of a trade file to trades; what is no trade is said by line and column.
// SPDX-License-Identifier: MIT
#include "trades.hpp"

#include "events/csv.hpp"

#include <charconv>  // std::from_chars
#include <utility>   // std::move

namespace optcoord::size_program {
namespace {

using events::CsvFile;
using events::Faults;
using events::Outcome;

std::optional<double> number_of(std::string_view text) {
  double v = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), v);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return v;
}

/// Where the file has what.
struct Columns {
  std::size_t price{0};
  std::size_t exit{0};
  std::optional<std::size_t> side{};
  std::array<std::optional<std::size_t>, trade_figures.size()> figures{};
};

Outcome<Columns> columns_of(const CsvFile& file) {
  const Outcome<std::size_t> price = file.required("price");
  if (!price) return tl::unexpected(price.error());
  const Outcome<std::size_t> exit = file.required("exit_price");
  if (!exit) return tl::unexpected(exit.error());
  Columns at{*price, *exit, file.column("side")};
  for (std::size_t i = 0; i < trade_figures.size(); ++i) at.figures[i] = file.column(trade_figures[i].name);
  return at;
}

/// The trade of the present row, or nothing, with the fault noted.
std::optional<PastTrade> trade_of(const CsvFile& file, const Columns& at, Faults& faults) {
  const auto no = [&](std::size_t column, std::string_view what) {
    file.fault(faults, column, what);
    return std::nullopt;
  };
  PastTrade trade;
  const std::optional<double> price = number_of(file.field(at.price));
  if (!price) return no(at.price, "no number");
  const std::optional<double> exit = number_of(file.field(at.exit));
  if (!exit || !(*exit >= 0) || !std::isfinite(*exit)) return no(at.exit, "no price");
  trade.request.price = *price;
  trade.exit_price = *exit;
  if (at.side) {
    const std::string_view side = file.field(*at.side);
    if (side == "short") trade.request.side = PositionSide::short_side;
    if (side != "short" && side != "long" && !side.empty()) return no(*at.side, "neither long nor short");
  }
  for (std::size_t i = 0; i < trade_figures.size(); ++i) {
    if (!at.figures[i] || file.field(*at.figures[i]).empty()) continue;
    const std::optional<double> figure = number_of(file.field(*at.figures[i]));
    if (!figure) return no(*at.figures[i], "no number");
    trade.request.*trade_figures[i].member = figure;
  }
  const Result<void> good = check(trade.request);
  if (good) return trade;
  std::size_t named = at.price;
  for (std::size_t i = 0; i < trade_figures.size(); ++i)
    if (trade_figures[i].name == good.error().field) named = at.figures[i].value_or(at.price);
  return no(named, "out of range, or a stop on the wrong side");
}

}  // namespace

Outcome<std::vector<PastTrade>> read_trades(const std::string& path, Faults& faults) {
  Outcome<CsvFile> file = CsvFile::open(path);
  if (!file) return tl::unexpected(file.error());
  const Outcome<Columns> at = columns_of(*file);
  if (!at) return tl::unexpected(at.error());
  std::vector<PastTrade> trades;
  for (;;) {
    const Outcome<bool> more = file->next(faults);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return trades;
    if (std::optional<PastTrade> trade = trade_of(*file, *at, faults)) trades.push_back(*std::move(trade));
  }
}

}  // namespace optcoord::size_program
