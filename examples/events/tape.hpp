// examples/events/tape.hpp -- the market data read so far: quotes in order of time, and what they are quotes of.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>  // Timestamp

#include <cstdint>      // std::uint32_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <unordered_map>
#include <vector>

namespace optcoord::events {

/// What is quoted: an option (its 21-character text) or an underlying (its root).
struct Subject {
  std::string text;
  bool option{false};
};

/// One line of market data. An option and a two-sided underlying have bid and ask, of which an option may
/// lack either or both; an underlying known by its trades has a price. USD per unit of the underlying.
struct Quote {
  Timestamp t;
  std::uint32_t subject{0};  ///< index into `Tape::subjects`
  std::optional<double> bid;
  std::optional<double> ask;
  std::optional<double> price;
};

/// What one input file held. Rows are those that passed the filters; the four middle counts add up to them.
struct FileCounts {
  std::string label;             ///< as given on the command line
  std::int64_t rows{0};          ///< rows used
  std::int64_t two_sided{0};     ///< bid and ask, or a price
  std::int64_t no_bid{0};        ///< ask only
  std::int64_t no_ask{0};        ///< bid only
  std::int64_t neither{0};       ///< no side at all
  std::int64_t crossed{0};       ///< of the two-sided: bid above ask
  std::int64_t filtered{0};      ///< left out by --date, --from, --until or --expiry
  std::int64_t not_an_event{0};  ///< underlying rows without both sides: the protocol has no event for them
  std::int64_t bad{0};           ///< rows that could not be read
  std::int64_t carried{0};       ///< lines that --carry-forward added
};

/// Everything the market said.
struct Tape {
  std::vector<Subject> subjects;
  std::vector<Quote> quotes;
  std::vector<FileCounts> files;

  /// The index of `text` among the subjects, entered when new.
  [[nodiscard]] std::uint32_t subject(std::string_view text, bool option) {
    const auto next = static_cast<std::uint32_t>(subjects.size());
    const auto [at, is_new] = index_.try_emplace(std::string(text), next);
    if (is_new) subjects.push_back({std::string(text), option});
    return at->second;
  }
  /// The index of `text`, or none when it was never quoted.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const {
    const auto at = index_.find(std::string(text));
    if (at == index_.end()) return std::nullopt;
    return at->second;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> index_;  // looked up only, never walked
};

}  // namespace optcoord::events
