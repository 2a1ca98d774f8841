// Matrices packed for products: in panels a few vectors wide, row after row, so that the micro-kernel reads
// one vector after another.
//
// P is the type of the packed numbers: the numbers themselves, or pairs of brain floats, (2 k, 2 k + 1) for k rising.
#pragma once
#include <algorithm>
#include <type_traits>

#include "../core/extent.hpp"
#include "../core/matrix_view.hpp"
#include "bfloat16.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Terms of a sum of products that one packed number holds.
template <class P>
inline constexpr long packed_terms = 1;
template <>
inline constexpr long packed_terms<BfloatPair> = 2;

/// Packed numbers from `count` numbers that are consecutive along k, at most as many as a vector holds; the rest is
/// zero.
template <class P, class T>
DIM_INLINE Vector<P> load_along(const T* from, long count) {
  constexpr long terms = Vector<P>::lanes * packed_terms<P>;
  T line[std::size_t(terms)] = {};
  if (count < terms) from = std::copy_n(from, count, line) - count;
  if constexpr (std::is_same_v<P, T>)
    return Vector<T>::load(from);
  else
    return Vector<P>::from_parts([&](long p) { return bfloat_pairs_along(from + p * 2 * Square<P>::size); });
}

/// A vector of packed numbers across: `count` columns of a row, and of the next one, `step` numbers further on, if P
/// is a pair and `both` rows exist.
template <class P, class T>
DIM_INLINE Vector<P> load_across(const T* from, long step, bool both, long count) {
  if constexpr (std::is_same_v<P, T>)
    return Vector<T>::load(from, count);
  else
    return bfloat_pairs(Vector<T>::load(from, count),
                        both ? Vector<T>::load(from + step, count) : Vector<T>::all(0));
}

/// Packs each row of a matrix whose rows are contiguous; the packed rows are `apart` numbers apart.
template <class P, class T>
void pack_rows(MatrixView<T> matrix, P* to, long apart) {
  constexpr long lanes = Vector<P>::lanes, terms = packed_terms<P>;
  for (long i = 0; i < matrix.rows; ++i, to += apart)
    for (long k = 0; k < matrix.columns; k += lanes * terms)
      load_along<P>(matrix.at(i, k), (std::min)(lanes * terms, matrix.columns - k))
          .store(to + k / terms, (std::min)(lanes, apart - k / terms));
}

/// Packs a corner, at most Square<P>::size packed numbers by as many columns, each of them contiguous.
template <long Width, class P, class T>
DIM_INLINE void pack_turned(MatrixView<T> corner, P* to) {
  constexpr long side = Square<P>::size, terms = packed_terms<P>;
  if (corner.rows == side * terms && corner.columns == side) {
    Square<P> square;
    DIM_UNROLL
    for (long j = 0; j < side; ++j) {
      if constexpr (std::is_same_v<P, T>)
        std::memcpy(&square.row[j], corner.at(0, j), sizeof square.row[j]);
      else
        square.row[j] = bfloat_pairs_along(corner.at(0, j));
    }
    square.transposed().store(to, Width);
    return;
  }
  for (long j = 0; j < corner.columns; ++j) {
    P line[Vector<P>::lanes];
    load_along<P>(corner.at(0, j), corner.rows).store(line);
    for (long k = 0; k < cover(corner.rows, terms); ++k) to[k * Width + j] = line[k];
  }
}

/// Packs a matrix in panels of `Width` columns, the panels `apart` numbers apart; the last vector is zero where there
/// are no columns.
template <long Width, class P, class T>
void pack(MatrixView<T> matrix, P* panels, long apart) {
  constexpr long lanes = Vector<P>::lanes, side = Square<P>::size, terms = packed_terms<P>;
  static_assert(Width % lanes == 0);
  const long depth = cover(matrix.rows, terms);
  const auto place = [&](long k, long j) { return panels + j / Width * apart + k * Width + j % Width; };
  if (matrix.column_stride == 1) {
    for (long k = 0; k < depth; ++k)
      for (long j = 0; j < matrix.columns; j += lanes)
        load_across<P>(matrix.at(k * terms, j), matrix.row_stride, k * terms + 1 < matrix.rows,
                       (std::min)(lanes, matrix.columns - j))
            .store(place(k, j));
    return;
  }
  if (const long last = matrix.columns / lanes * lanes; last < matrix.columns)
    for (long k = 0; k < depth; ++k) Vector<P>::all(0).store(place(k, last));
  for (long j = 0; j < matrix.columns; j += side)
    for (long k = 0; k < depth; k += side)
      pack_turned<Width>(matrix.part(k * terms, j, side * terms, side), place(k, j));
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
