// tests/support/own_memory.hpp -- whether what a process occupies says anything about the program.
// SPDX-License-Identifier: MIT
#pragma once

namespace optcoord::test {

// Sanitizers keep what was freed and shadow the rest: their memory hides ours.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool memory_is_ours = false;
#elif defined(__has_feature)
inline constexpr bool memory_is_ours = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
inline constexpr bool memory_is_ours = true;
#endif

}  // namespace optcoord::test
