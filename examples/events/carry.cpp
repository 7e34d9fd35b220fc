// examples/events/carry.cpp -- repeats each last row every minute until the session's close.
// SPDX-License-Identifier: MIT
#include "carry.hpp"

#include <optcoord/market/new_york.hpp>  // new_york_date

#include <algorithm>  // std::stable_sort
#include <utility>    // std::move

namespace optcoord::events {

void carry_forward(Tape& tape, std::size_t first, std::string_view root, const Sessions& sessions, FileCounts& counts) {
  const auto begin = tape.quotes.begin() + static_cast<std::ptrdiff_t>(first);
  std::vector<Quote> rows(begin, tape.quotes.end());
  tape.quotes.resize(first);
  std::stable_sort(rows.begin(), rows.end(), [](const Quote& a, const Quote& b) {
    return a.subject != b.subject ? a.subject < b.subject : a.t < b.t;
  });
  constexpr Duration minute = std::chrono::minutes{1};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Quote quote = rows[i];
    tape.quotes.push_back(quote);
    const Date day = new_york_date(quote.t);
    const std::optional<Session> session = sessions.find(root, day);
    if (!session) continue;
    const bool followed = i + 1 < rows.size() && rows[i + 1].subject == quote.subject;
    for (quote.t += minute; quote.t <= session->close && !(followed && quote.t >= rows[i + 1].t); quote.t += minute) {
      tape.quotes.push_back(quote);
      ++counts.carried;
    }
  }
}

}  // namespace optcoord::events
