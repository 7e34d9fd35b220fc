// src/pricing/processor.cpp -- reads the processor's feature bits.
// SPDX-License-Identifier: MIT
//
// By hand, since neither compiler's own test knows the levels' names in the versions supported, and since a bit alone
// does not do: the operating system must save the wide registers too (XCR0).
#include "processor.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace optcoord::pricing {

#if defined(__x86_64__)

namespace {

struct Leaf {
  unsigned a{0}, b{0}, c{0}, d{0};
};

[[nodiscard]] Leaf leaf(unsigned number) noexcept {
  Leaf l;
  if (__get_cpuid_count(number, 0, &l.a, &l.b, &l.c, &l.d) == 0) return {};
  return l;
}

[[nodiscard]] constexpr bool has(unsigned word, unsigned bits) noexcept { return (word & bits) == bits; }

/// The low word of XCR0: which registers the operating system saves.
[[nodiscard]] unsigned saved_registers() noexcept {
  unsigned low = 0;
  unsigned high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

}  // namespace

InstructionSet most_of_this_processor() noexcept {
  constexpr unsigned xsave = 1U << 27;                                             // leaf 1, c: OSXSAVE
  constexpr unsigned v3_1 = 1U << 12 | 1U << 22 | 1U << 28 | 1U << 29;             // FMA, MOVBE, AVX, F16C
  constexpr unsigned v3_7 = 1U << 3 | 1U << 5 | 1U << 8;                           // leaf 7, b: BMI1, AVX2, BMI2
  constexpr unsigned v3_81 = 1U << 5;                                              // leaf 0x80000001, c: LZCNT
  constexpr unsigned v4_7 = 1U << 16 | 1U << 17 | 1U << 28 | 1U << 30 | 1U << 31;  // AVX-512 F, DQ, CD, BW, VL
  constexpr unsigned saves_ymm = 0x6;
  constexpr unsigned saves_zmm = 0xE6;

  const Leaf one = leaf(1);
  if (!has(one.c, xsave)) return InstructionSet::x86_64;
  const Leaf seven = leaf(7);
  const unsigned saved = saved_registers();
  const bool v3 = has(one.c, v3_1) && has(seven.b, v3_7) && has(leaf(0x8000'0001U).c, v3_81) && has(saved, saves_ymm);
  if (!v3) return InstructionSet::x86_64;
  return has(seven.b, v4_7) && has(saved, saves_zmm) ? InstructionSet::x86_64_v4 : InstructionSet::x86_64_v3;
}

#else

InstructionSet most_of_this_processor() noexcept { return InstructionSet::portable; }

#endif

}  // namespace optcoord::pricing
