// Brain floats, the upper halves of floats: 8 bits of exponent and 7 of fraction. A product of two is exact in float,
// so that a sum of products rounds only its operands and, like any sum in float, its additions.
#pragma once
#if defined(__AVX512BF16__)
#include <immintrin.h>
#endif

#include <bit>
#include <cstdint>

#include "simd.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Two brain floats, the first in the lower half: terms k and k + 1 of a sum of products.
using BfloatPair = std::uint32_t;

/// A register of floats or of pairs.
using FloatRegister = Vector<float>::Register;
using PairRegister = Vector<BfloatPair>::Register;

/// first and second, lane by lane, rounded to nearest, ties to even. Infinities and NaN stay what they are.
DIM_INLINE PairRegister bfloat_pairs(FloatRegister first, FloatRegister second) {
  const auto rounded = [](FloatRegister x) {
    const auto bits = std::bit_cast<PairRegister>(x);
    const PairRegister up = bits + 0x7fffU + ((bits >> 16) & 1U);
    return x == x ? up : bits | 0x400000U;  // a NaN must not become infinity
  };
  return (rounded(first) >> 16) | (rounded(second) & 0xffff0000U);
}
DIM_INLINE Vector<BfloatPair> bfloat_pairs(const Vector<float>& first, const Vector<float>& second) {
  return Vector<BfloatPair>::from_parts([&](long p) { return bfloat_pairs(first.part[p], second.part[p]); });
}

/// The pairs of consecutive floats, (0, 1), (2, 3), ...
DIM_INLINE PairRegister bfloat_pairs_along(const float* from) {
  constexpr int count = int(register_bytes / sizeof(float));
  FloatRegister low, high;
  std::memcpy(&low, from, sizeof low);
  std::memcpy(&high, from + count, sizeof high);
  return [&]<int... i>(std::integer_sequence<int, i...>) {
    return bfloat_pairs(__builtin_shufflevector(low, high, (2 * i)...),
                        __builtin_shufflevector(low, high, (2 * i + 1)...));
  }(std::make_integer_sequence<int, count>{});
}

/// x y + z, lane by lane: the second products are added first, then the first ones, each addition rounded. Native
/// instructions flush numbers below 2^-126 to zero; otherwise the bits are the same wherever multiply-adds are fused.
DIM_INLINE Vector<float> fused(const Vector<BfloatPair>& x, const Vector<BfloatPair>& y,
                               const Vector<float>& z) {
#if defined(__AVX512BF16__)
  const auto native = [](PairRegister pairs) {
#if defined(__clang__) && __clang_major__ < 19
    // Keeps clang 16 from converting before it broadcasts: it crashes on broadcasts of that type.
    asm("" : "+v"(pairs));
#endif
    return std::bit_cast<__m512bh>(pairs);
  };
  Vector<float> result;
  result.part[0] = _mm512_dpbf16_ps(z.part[0], native(x.part[0]), native(y.part[0]));
  return result;
#else
  const auto first = [](const Vector<BfloatPair>& pairs) {
    return Vector<float>::from_parts(
        [&](long p) { return std::bit_cast<Vector<float>::Register>(pairs.part[p] << 16); });
  };
  const auto second = [](const Vector<BfloatPair>& pairs) {
    return Vector<float>::from_parts(
        [&](long p) { return std::bit_cast<Vector<float>::Register>(pairs.part[p] & 0xffff0000U); });
  };
  return fused(first(x), first(y), fused(second(x), second(y), z));
#endif
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
