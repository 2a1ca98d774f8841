// Sums over rows of numbers.
#pragma once
#include "simd.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Sum_j x(j) y(j), in 16 lanes (8 for doubles) on every machine.
template <class T>
T dot(const T* x, const T* y, long size) {
  constexpr long lanes = Vector<T>::lanes, together = 4;
  Vector<T> sum[together];
  DIM_UNROLL
  for (long i = 0; i < together; ++i) sum[i] = Vector<T>::all(0);
  long j = 0;
  for (; j + together * lanes <= size; j += together * lanes) DIM_UNROLL
  for (long i = 0; i < together; ++i)
    sum[i] = fused(Vector<T>::load(x + j + i * lanes), Vector<T>::load(y + j + i * lanes), sum[i]);
  for (; j < size; j += lanes)
    sum[0] = fused(Vector<T>::load(x + j, size - j), Vector<T>::load(y + j, size - j), sum[0]);
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])).sum();
}

/// y(j) += a x(j)
template <class T>
void add_multiple(T a, const T* x, T* y, long size) {
  constexpr long lanes = Vector<T>::lanes;
  for (long j = 0; j < size; j += lanes)
    fused(Vector<T>::all(a), Vector<T>::load(x + j, size - j), Vector<T>::load(y + j, size - j))
        .store(y + j, size - j);
}

/// Sum over i of term(i), in sixteen interleaved sums that are added in order, so that it vectorises.
template <class T, class Term>
T lane_sum(long count, const Term& term) {
  constexpr long lanes = 16;
  T sums[lanes] = {};
  long i = 0;
  for (; i + lanes <= count; i += lanes)
    for (long lane = 0; lane < lanes; ++lane) sums[lane] += term(i + lane);
  for (long lane = 0; i < count; ++i, ++lane) sums[lane] += term(i);
  for (long half = lanes / 2; half > 0; half /= 2)
    for (long lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
  return sums[0];
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
