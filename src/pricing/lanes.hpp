// src/pricing/lanes.hpp -- several doubles worked on at once: OPTCOORD_WIDTH to a register, OPTCOORD_GROUP registers.
// SPDX-License-Identifier: MIT
//
// Included once by each level's source, which sets both. All of it is in an unnamed namespace and calls no inline
// function of the standard library: two levels must not share a symbol, or the linker could give a machine without
// AVX-512 the one compiled for it.
//
// Each operation here is one rounding per lane, so a lane's result does not depend on how many there are. Registers
// come in groups because a formula is one long chain: a processor works on several chains side by side only when they
// stand close together.
#pragma once

#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint8_t, std::uint64_t

#if OPTCOORD_WIDTH > 1
#include <immintrin.h>  // square roots and whether any lane is set: the two that vector extensions lack
#endif

#define OPTCOORD_INLINE [[gnu::always_inline]] inline

namespace optcoord::pricing {
namespace {

constexpr std::size_t width = OPTCOORD_WIDTH;
constexpr std::size_t group = OPTCOORD_GROUP;
constexpr std::size_t lanes = width * group;

// ---- one register

#if OPTCOORD_WIDTH == 1
using Register = double;
using RegisterBits = std::uint64_t;
using RegisterMask = bool;
OPTCOORD_INLINE Register root(Register x) { return __builtin_sqrt(x); }
OPTCOORD_INLINE bool any(RegisterMask m) { return m; }
OPTCOORD_INLINE RegisterMask opposite(RegisterMask m) { return !m; }
OPTCOORD_INLINE RegisterBits all_bits_where(RegisterMask m) { return m ? ~RegisterBits{0} : RegisterBits{0}; }
OPTCOORD_INLINE RegisterBits sign_where(const std::uint8_t* p) { return RegisterBits{*p} << 63; }
#else
using Register = double __attribute__((vector_size(8 * OPTCOORD_WIDTH)));
using RegisterBits = std::uint64_t __attribute__((vector_size(8 * OPTCOORD_WIDTH)));
using RegisterMask = decltype(Register{} < Register{});
using RegisterBytes = std::uint8_t __attribute__((vector_size(OPTCOORD_WIDTH)));
#if OPTCOORD_WIDTH == 2
OPTCOORD_INLINE Register root(Register x) { return _mm_sqrt_pd(x); }
OPTCOORD_INLINE bool any(RegisterMask m) { return _mm_movemask_pd(__builtin_bit_cast(__m128d, m)) != 0; }
#elif OPTCOORD_WIDTH == 4
OPTCOORD_INLINE Register root(Register x) { return _mm256_sqrt_pd(x); }
OPTCOORD_INLINE bool any(RegisterMask m) { return _mm256_movemask_pd(__builtin_bit_cast(__m256d, m)) != 0; }
#else
OPTCOORD_INLINE Register root(Register x) { return _mm512_maskz_sqrt_pd(0xFF, x); }
OPTCOORD_INLINE bool any(RegisterMask m) {
  const auto whole = __builtin_bit_cast(__m512i, m);
  return _mm512_test_epi64_mask(whole, whole) != 0;
}
#endif
OPTCOORD_INLINE RegisterMask opposite(RegisterMask m) { return ~m; }
OPTCOORD_INLINE RegisterBits all_bits_where(RegisterMask m) { return __builtin_bit_cast(RegisterBits, m); }
OPTCOORD_INLINE RegisterBits sign_where(const std::uint8_t* p) {
  RegisterBytes bytes;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  return __builtin_convertvector(bytes, RegisterBits) << 63;
}
#endif

// ---- a group of them

struct Doubles {
  Register r[group];
};
struct Bits {
  RegisterBits r[group];
};
struct Mask {
  RegisterMask r[group];
};

#define OPTCOORD_EACH(Result, expression)                          \
  {                                                                \
    Result out;                                                    \
    for (std::size_t k = 0; k < group; ++k) out.r[k] = expression; \
    return out;                                                    \
  }

/// \returns `x` in every lane.
OPTCOORD_INLINE Doubles all(double x) OPTCOORD_EACH(Doubles, Register{} + x)

    OPTCOORD_INLINE Doubles
    operator+(Doubles a, Doubles b) OPTCOORD_EACH(Doubles, a.r[k] + b.r[k]) OPTCOORD_INLINE Doubles
    operator-(Doubles a, Doubles b) OPTCOORD_EACH(Doubles, a.r[k] - b.r[k]) OPTCOORD_INLINE Doubles
    operator*(Doubles a, Doubles b) OPTCOORD_EACH(Doubles, a.r[k] * b.r[k]) OPTCOORD_INLINE Doubles
    operator/(Doubles a, Doubles b) OPTCOORD_EACH(Doubles, a.r[k] / b.r[k]) OPTCOORD_INLINE Doubles
    operator+(Doubles a, double b) OPTCOORD_EACH(Doubles, a.r[k] + b) OPTCOORD_INLINE Doubles
    operator-(Doubles a, double b) OPTCOORD_EACH(Doubles, a.r[k] - b) OPTCOORD_INLINE Doubles
    operator*(Doubles a, double b) OPTCOORD_EACH(Doubles, a.r[k] * b) OPTCOORD_INLINE Doubles
    operator+(double a, Doubles b) OPTCOORD_EACH(Doubles, a + b.r[k]) OPTCOORD_INLINE Doubles
    operator-(double a, Doubles b) OPTCOORD_EACH(Doubles, a - b.r[k]) OPTCOORD_INLINE Doubles
    operator*(double a, Doubles b) OPTCOORD_EACH(Doubles, a* b.r[k]) OPTCOORD_INLINE Doubles
    operator/(double a, Doubles b) OPTCOORD_EACH(Doubles, a / b.r[k]) OPTCOORD_INLINE Mask
    operator<(Doubles a, Doubles b) OPTCOORD_EACH(Mask, a.r[k] < b.r[k]) OPTCOORD_INLINE Mask
    operator>(Doubles a, Doubles b) OPTCOORD_EACH(Mask, a.r[k] > b.r[k]) OPTCOORD_INLINE Mask
    operator<(Doubles a, double b) OPTCOORD_EACH(Mask, a.r[k] < Register{} + b) OPTCOORD_INLINE Mask
    operator>(Doubles a, double b) OPTCOORD_EACH(Mask, a.r[k] > Register{} + b) OPTCOORD_INLINE Mask
    operator<=(Doubles a, Doubles b) OPTCOORD_EACH(Mask, a.r[k] <= b.r[k]) OPTCOORD_INLINE Mask
    operator>=(Doubles a, Doubles b) OPTCOORD_EACH(Mask, a.r[k] >= b.r[k]) OPTCOORD_INLINE Mask
    operator<=(Doubles a, double b) OPTCOORD_EACH(Mask, a.r[k] <= Register{} + b) OPTCOORD_INLINE Mask
    operator>=(Doubles a, double b) OPTCOORD_EACH(Mask, a.r[k] >= Register{} + b) OPTCOORD_INLINE Mask
    operator&(Mask a, Mask b) OPTCOORD_EACH(Mask, a.r[k] & b.r[k]) OPTCOORD_INLINE Mask
    operator|(Mask a, Mask b) OPTCOORD_EACH(Mask, a.r[k] | b.r[k]) OPTCOORD_INLINE Mask
    operator!(Mask a) OPTCOORD_EACH(Mask, opposite(a.r[k])) OPTCOORD_INLINE Bits
    operator+(Bits a, Bits b) OPTCOORD_EACH(Bits, a.r[k] + b.r[k]) OPTCOORD_INLINE Bits
    operator+(Bits a, std::uint64_t b) OPTCOORD_EACH(Bits, a.r[k] + b) OPTCOORD_INLINE Bits
    operator-(Bits a, std::uint64_t b) OPTCOORD_EACH(Bits, a.r[k] - b) OPTCOORD_INLINE Bits
    operator&(Bits a, std::uint64_t b) OPTCOORD_EACH(Bits, a.r[k] & b) OPTCOORD_INLINE Bits
    operator|(Bits a, std::uint64_t b) OPTCOORD_EACH(Bits, a.r[k] | b) OPTCOORD_INLINE Bits
    operator|(Bits a, Bits b) OPTCOORD_EACH(Bits, a.r[k] | b.r[k]) OPTCOORD_INLINE Bits
    operator^(Bits a, Bits b) OPTCOORD_EACH(Bits, a.r[k] ^ b.r[k]) OPTCOORD_INLINE Bits
    operator<<(Bits a, int by) OPTCOORD_EACH(Bits, a.r[k] << by) OPTCOORD_INLINE Bits
    operator>>(Bits a, int by) OPTCOORD_EACH(Bits, a.r[k] >> by)

        OPTCOORD_INLINE Doubles load(const double* p) {
  Doubles x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}
OPTCOORD_INLINE void store(double* p, Doubles x) { __builtin_memcpy(p, &x, sizeof x); }

OPTCOORD_INLINE Doubles select(Mask yes, Doubles a, Doubles b)
    OPTCOORD_EACH(Doubles, yes.r[k] ? a.r[k] : b.r[k]) OPTCOORD_INLINE Bits bits(Doubles x)
        OPTCOORD_EACH(Bits, __builtin_bit_cast(RegisterBits, x.r[k])) OPTCOORD_INLINE Doubles from_bits(Bits x)
            OPTCOORD_EACH(Doubles, __builtin_bit_cast(Register, x.r[k])) OPTCOORD_INLINE Doubles magnitude(Doubles x) {
  return from_bits(bits(x) & 0x7FFF'FFFF'FFFF'FFFFU);
}
OPTCOORD_INLINE Doubles square_root(Doubles x) OPTCOORD_EACH(Doubles, root(x.r[k])) OPTCOORD_INLINE bool any(Mask m) {
  bool yes = false;
  for (std::size_t k = 0; k < group; ++k) yes = yes || any(m.r[k]);
  return yes;
}

/// The smaller; `a` when `b` is not a number.
OPTCOORD_INLINE Doubles smaller(Doubles a, Doubles b) { return select(b < a, b, a); }
/// The larger; `a` when `b` is not a number.
OPTCOORD_INLINE Doubles larger(Doubles a, Doubles b) { return select(b > a, b, a); }

/// \returns the first lane.
OPTCOORD_INLINE double first(Doubles x) {
  double one[lanes];
  store(one, x);
  return one[0];
}

/// \returns the sign bit for each byte that is 1; the bytes are 0 or 1.
OPTCOORD_INLINE Bits signs(const std::uint8_t* p) OPTCOORD_EACH(Bits, sign_where(p + k * width))
    /// \returns `x`, its sign turned where `sign` has the sign bit.
    OPTCOORD_INLINE Doubles turned(Doubles x, Bits sign) {
  return from_bits(bits(x) ^ sign);
}

OPTCOORD_INLINE Mask is_price(Doubles x) { return (x > 0.0) & (x < __builtin_inf()); }
OPTCOORD_INLINE Mask is_volatility(Doubles x) { return (x >= 0.0) & (x < __builtin_inf()); }

/// What takes a number away where there is none: one and the same "not a number" at every level.
OPTCOORD_INLINE Bits blank_unless(Mask valid)
    OPTCOORD_EACH(Bits, all_bits_where(opposite(valid.r[k]))) OPTCOORD_INLINE Doubles blanked(Doubles x, Bits blank) {
  return from_bits(bits(x) | blank);
}

#undef OPTCOORD_EACH

}  // namespace
}  // namespace optcoord::pricing
