// bench/allocations.hpp -- how often this program has allocated: operator new is replaced by one that counts.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>  // std::uint64_t

namespace optcoord::bench {

/// \returns how many times this thread has called operator new, in all its forms.
[[nodiscard]] std::uint64_t allocations() noexcept;

}  // namespace optcoord::bench
