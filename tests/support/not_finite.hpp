// tests/support/not_finite.hpp -- the doubles that are no figure.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>  // std::numeric_limits

namespace optcoord::test {

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace optcoord::test
