// examples/size/answers.hpp -- what optcoord-size prints: sizes by strategy, methods side by side; text and JSON.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/sizing/compare.hpp>  // MethodFigures
#include <optcoord/sizing/sizer.hpp>    // Sizer, Size

#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord::size_program {

/// One strategy's size, or why there is none.
struct SizedStrategy {
  std::string strategy;
  const Sizer* sizer{nullptr};  ///< nullptr: it has none
  std::optional<Size> size{};
  std::string failure{};
};

/// How one sizer would have done.
struct Assessed {
  std::string name;
  std::string method;
  MethodFigures figures{};
};

[[nodiscard]] std::string sizes_as_text(const std::vector<SizedStrategy>& rows);
[[nodiscard]] std::string sizes_as_json(const std::vector<SizedStrategy>& rows);
[[nodiscard]] std::string comparison_as_text(const std::vector<Assessed>& columns);
[[nodiscard]] std::string comparison_as_json(const std::vector<Assessed>& columns);

}  // namespace optcoord::size_program
