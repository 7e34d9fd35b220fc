// examples/replay/summary.hpp -- a day on one screen: decisions, peak use of limits, denials and errors by code.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/error.hpp>     // Errc
#include <optcoord/core/names.hpp>     // Names
#include <optcoord/desk/output.hpp>    // Output
#include <optcoord/ledger/ledger.hpp>  // Ledger, RowReport

#include <array>    // std::array
#include <cstdint>  // std::int64_t
#include <map>      // std::map
#include <string>   // std::string
#include <vector>   // std::vector

namespace optcoord::replay {

class Summary {
 public:
  /// Counts an output. \returns whether it may have changed the use of limits.
  bool take(const Output& output);
  void take_error(Errc code) { ++errors_[code]; }
  /// Notes the largest use of each limit row so far. O(rows).
  void take(const Ledger& ledger, Timestamp t);

  /// The page, as text.
  [[nodiscard]] std::string page(const Names& names, std::int64_t lines, double seconds) const;

 private:
  struct Peak {
    GroupId group{};
    RowReport row;  ///< as it stood at the peak
    Timestamp t;
  };
  std::map<StrategyId, std::array<std::int64_t, 3>> decisions_;  // by verdict; what_if apart
  std::map<Code, std::int64_t> denials_;                         // by binding code
  std::map<Errc, std::int64_t> errors_;
  std::int64_t what_ifs_{0};
  std::int64_t warned_{0};
  std::int64_t bypassed_{0};
  std::vector<Peak> peaks_;  // in order of configuration
};

}  // namespace optcoord::replay
