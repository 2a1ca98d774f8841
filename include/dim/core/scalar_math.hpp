// Scalar functions that neither overflow nor lose digits by cancellation. Those of floats have no branches or calls,
// so that loops over them vectorise, and give the same bits wherever multiply-adds are fused.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// exp(x), to within 2 units in the last place; for floats, 0 below the smallest normal number and infinite from
/// 2^127.5 on.
DIM_ON_DEVICE inline double exponential(double x) {
  return std::exp(x);
}
/// By exp(x) = 2^n exp(r), r = x - n ln 2, n the nearest integer to x / ln 2; the polynomial for exp(r) is that of
/// Cephes (Moshier 1989).
DIM_ON_DEVICE inline float exponential(float x) {
  constexpr float least = -87.336544F, most = 88.376260F;  // logarithms of 2^-126 and 2^127.5
  constexpr float rounder = 0x1.8p23F;  // its unit in the last place is 1: adding it rounds
  const float bounded = x < least ? least : x > most ? most : x;  // NaN stays
  const float shifted = bounded * 1.44269504F + rounder, n = shifted - rounder;
  const float r = (bounded - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1;
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(rounder);
  const float result = p * std::bit_cast<float>((bits + 127) << 23);
  return x < least ? 0 : x > most ? std::numeric_limits<float>::infinity() : result;
}

/// ln(1 + x) for x in [0, 1], to within 2 units in the last place.
DIM_ON_DEVICE inline double log1p_unit(double x) {
  return std::log1p(x);
}
/// By ln(1 + x) = 2 artanh(s), s = x / (2 + x) <= 1/3, and its series.
DIM_ON_DEVICE inline float log1p_unit(float x) {
  const float s = x / (2 + x), square = s * s;
  float p = 2.0F / 15;
  p = p * square + 2.0F / 13;
  p = p * square + 2.0F / 11;
  p = p * square + 2.0F / 9;
  p = p * square + 2.0F / 7;
  p = p * square + 2.0F / 5;
  p = p * square + 2.0F / 3;
  return p * square * s + 2 * s;
}

/// 1 / (1 + exp(-x)); exp is taken of no positive number, so that it can't overflow.
template <class T>
DIM_ON_DEVICE T sigmoid(T x) {
  const T e = exponential(-std::abs(x));
  return (x < 0 ? e : T(1)) / (1 + e);
}

/// tanh(x) = (1 - e) / (1 + e) with e = exp(-2x) for x > 0, and -tanh(-x) for others; near 0, where that would cancel,
/// by its series.
template <class T>
DIM_ON_DEVICE T hyperbolic_tangent(T x) {
  const T e = exponential(-2 * std::abs(x)), far = (1 - e) / (1 + e), square = x * x;
  T p = T(-1382.0 / 155925);
  p = p * square + T(62.0 / 2835);
  p = p * square + T(-17.0 / 315);
  p = p * square + T(2.0 / 15);
  p = p * square + T(-1.0 / 3);
  return square < T(0.01) ? x + x * square * p : x < 0 ? -far : far;
}

/// ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|))
template <class T>
DIM_ON_DEVICE T softplus(T x) {
  return (x > 0 ? x : T(0)) + log1p_unit(exponential(-std::abs(x)));
}

}  // namespace DIM_ABI
}  // namespace dim
