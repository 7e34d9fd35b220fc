// tests/support/dice.hpp -- chance that is the same on every machine.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>  // std::int64_t, std::uint64_t

namespace optcoord::test {

/// splitmix64.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::int64_t roll(std::int64_t sides) {  // 0 to sides - 1
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return static_cast<std::int64_t>((z ^ z >> 31) % static_cast<std::uint64_t>(sides));
  }

 private:
  std::uint64_t state_;
};

}  // namespace optcoord::test
