// The transforms of minimal filtering F(2, R): two outputs of a filter with R taps from R + 1 products
// (Winograd, 1980; Lavin and Gray, 2016). With weights w and inputs x,
//
//   y = A^T [ (G w) . (B^T x) ],    "." element by element,
//
// and in two dimensions Y = A^T [ (G W G^T) . (B^T X B) ] A. B, G and A hold only 0, 1, -1 and 1/2, so that the
// rounding error is about that of a plain sum.
#pragma once
#include "simd.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// F(2, Taps) along one direction: the transforms of inputs (B^T), weights (G) and outputs (A^T), and their
/// transposes. V is a vector type.
template <long Taps>
struct Filtering;

template <>
struct Filtering<2> {
  static constexpr long taps = 2, size = 3;

  template <class V>
  DIM_INLINE static void inputs(const V (&x)[3], V (&result)[3]) {
    result[0] = x[0] - x[1];
    result[1] = x[1];
    result[2] = x[2] - x[1];
  }
  template <class V>
  DIM_INLINE static void weights(const V (&w)[2], V (&result)[3]) {
    result[0] = w[0];
    result[1] = w[0] + w[1];
    result[2] = w[1];
  }
  template <class V>
  DIM_INLINE static void weights_transposed(const V (&x)[3], V (&result)[2]) {
    result[0] = x[0] + x[1];
    result[1] = x[1] + x[2];
  }
  template <class V>
  DIM_INLINE static void outputs(const V (&x)[3], V (&result)[2]) {
    result[0] = x[0] + x[1];
    result[1] = x[1] + x[2];
  }
  template <class V>
  DIM_INLINE static void outputs_transposed(const V (&y)[2], V (&result)[3]) {
    result[0] = y[0];
    result[1] = y[0] + y[1];
    result[2] = y[1];
  }
};

template <>
struct Filtering<3> {
  static constexpr long taps = 3, size = 4;

  template <class V>
  DIM_INLINE static void inputs(const V (&x)[4], V (&result)[4]) {
    result[0] = x[0] - x[2];
    result[1] = x[1] + x[2];
    result[2] = x[2] - x[1];
    result[3] = x[3] - x[1];
  }
  template <class V>
  DIM_INLINE static void weights(const V (&w)[3], V (&result)[4]) {
    const V half = V::all(0.5), outer = w[0] + w[2];
    result[0] = w[0];
    result[1] = half * (outer + w[1]);
    result[2] = half * (outer - w[1]);
    result[3] = w[2];
  }
  template <class V>
  DIM_INLINE static void weights_transposed(const V (&x)[4], V (&result)[3]) {
    const V half = V::all(0.5), outer = half * (x[1] + x[2]);
    result[0] = x[0] + outer;
    result[1] = half * (x[1] - x[2]);
    result[2] = outer + x[3];
  }
  template <class V>
  DIM_INLINE static void outputs(const V (&x)[4], V (&result)[2]) {
    result[0] = x[0] + (x[1] + x[2]);
    result[1] = (x[1] - x[2]) + x[3];
  }
  template <class V>
  DIM_INLINE static void outputs_transposed(const V (&y)[2], V (&result)[4]) {
    result[0] = y[0];
    result[1] = y[0] + y[1];
    result[2] = y[0] - y[1];
    result[3] = y[1];
  }
};

/// Rows x Columns vectors, to which transforms are applied from both sides.
template <class V, long Rows, long Columns = Rows>
using Grid = V[std::size_t(Rows)][std::size_t(Columns)];

/// M x M^T for the M that `transform` applies.
template <std::size_t In, std::size_t Out, class V, class Transform>
DIM_INLINE void both_ways(const V (&x)[In][In], V (&result)[Out][Out], const Transform& transform) {
  V half[Out][In];
  DIM_UNROLL
  for (std::size_t j = 0; j < In; ++j) {
    V column[In], transformed[Out];
    DIM_UNROLL
    for (std::size_t i = 0; i < In; ++i) column[i] = x[i][j];
    transform(column, transformed);
    DIM_UNROLL
    for (std::size_t i = 0; i < Out; ++i) half[i][j] = transformed[i];
  }
  DIM_UNROLL
  for (std::size_t i = 0; i < Out; ++i) transform(half[i], result[i]);
}

/// `count` lanes each of from[i * down + j * across], for all i and j.
template <std::size_t Size, class T>
DIM_INLINE void load_square(const T* from, long down, long across, long count, Vector<T> (&x)[Size][Size]) {
  DIM_UNROLL
  for (long i = 0; i < long(Size); ++i) {
    DIM_UNROLL
    for (long j = 0; j < long(Size); ++j) x[i][j] = Vector<T>::load(from + i * down + j * across, count);
  }
}
template <std::size_t Size, class T>
DIM_INLINE void store_square(const Vector<T> (&x)[Size][Size], T* to, long down, long across, long count) {
  DIM_UNROLL
  for (long i = 0; i < long(Size); ++i) {
    DIM_UNROLL
    for (long j = 0; j < long(Size); ++j) x[i][j].store(to + i * down + j * across, count);
  }
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
