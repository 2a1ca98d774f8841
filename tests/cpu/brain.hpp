// bfloat16 values one by one.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <dim/cpu/simd.hpp>

namespace tests::exact {

/// x y + z, rounded as the kernels round.
template <class T>
T multiply_add(T x, T y, T z) {
  if constexpr (dim::cpu::register_bytes > 16) return std::fma(x, y, z);
  return x * y + z;
}

/// The bfloat16 nearest to a finite x; ties to even.
inline float brain(float x) {
  const float below = std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) & 0xffff0000U);
  const float above = std::bit_cast<float>(std::bit_cast<std::uint32_t>(below) + 0x10000U);  // away from 0
  const float to_below = std::abs(x - below), to_above = std::abs(above - x);
  const bool odd = std::bit_cast<std::uint32_t>(below) & 0x10000U;
  return to_below < to_above || (to_below == to_above && !odd) ? below : above;
}

/// The halves of a pair.
inline float first_of(std::uint32_t pair) {
  return std::bit_cast<float>(pair << 16);
}
inline float second_of(std::uint32_t pair) {
  return std::bit_cast<float>(pair & 0xffff0000U);
}

}  // namespace tests::exact
