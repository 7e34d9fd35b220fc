// examples/expiry/bars.cpp -- real minute bars of an underlying to expiry days.
// SPDX-License-Identifier: MIT
#include "bars.hpp"

#include <optcoord/calendar/calendar.hpp>

#include <algorithm>  // std::stable_sort, std::upper_bound
#include <chrono>     // std::chrono::minutes
#include <map>        // std::map
#include <optional>   // std::optional

namespace optcoord::expiry_program {
namespace {

/// A bar that is over.
struct Known {
  Timestamp at{};
  double price{0};
};

[[nodiscard]] std::optional<double> price_of(const events::Quote& q) {
  if (q.price) return q.price;
  if (q.bid && q.ask && *q.bid <= *q.ask) return 0.5 * (*q.bid + *q.ask);
  return std::nullopt;
}

/// \returns the day, if its bars cover what is looked at. `bars` are in order of time.
[[nodiscard]] std::optional<Day> day_of(const std::vector<Known>& bars, const Session& session) {
  const auto last_until = [&bars](Timestamp t) -> const Known* {
    const auto after =
        std::upper_bound(bars.begin(), bars.end(), t, [](Timestamp x, const Known& bar) { return x < bar.at; });
    return after == bars.begin() ? nullptr : &*(after - 1);
  };
  const Timestamp looked_at_from = session.close - step_length * static_cast<std::int64_t>(steps);
  const Known* before = last_until(looked_at_from);
  if (before == nullptr || before->at < looked_at_from - std::chrono::minutes{30}) return std::nullopt;
  if (bars.front().at > session.open + std::chrono::minutes{30} ||
      bars.back().at < session.close - std::chrono::minutes{2})
    return std::nullopt;
  Day day{session, usual_open, {}};
  for (std::size_t i = 0; i <= steps; ++i) {
    const Known* known = last_until(looked_at_from + step_length * static_cast<std::int64_t>(i));
    day.spot.push_back(known->price / bars.front().price * usual_open);
  }
  return day;
}

}  // namespace

events::Outcome<std::vector<Day>> days_of_bars(const events::MarketFile& file, events::Faults& faults) {
  events::Tape tape;
  if (const auto read = events::read_underlying(file, {}, tape, faults); !read) return tl::unexpected(read.error());
  std::map<Date, std::vector<Known>> by_date;
  for (const events::Quote& q : tape.quotes) {
    const Date date = new_york_date(q.t);
    const std::optional<Session> session = calendar::on(calendar::Venue::nyse, date).session;
    const std::optional<double> price = price_of(q);
    if (session && price && *price > 0 && session->open < q.t && q.t <= session->close)
      by_date[date].push_back({q.t, *price});
  }
  std::vector<Day> days;
  for (auto& [date, bars] : by_date) {
    std::stable_sort(bars.begin(), bars.end(), [](const Known& a, const Known& b) { return a.at < b.at; });
    if (const auto day = day_of(bars, *calendar::on(calendar::Venue::nyse, date).session)) days.push_back(*day);
  }
  return days;
}

}  // namespace optcoord::expiry_program
