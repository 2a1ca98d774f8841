// Matrix products that are symmetric, at half the price.
#pragma once
#include "multiply.hpp"

namespace dim::inline DIM_ABI {

/// Side of the blocks in which a symmetric product is made.
inline constexpr long symmetric_side = 256;

/// C(j, i) = C(i, j) for what of a block lies above the diagonal: rows from `row` and columns from `column` on.
template <class T>
void mirror(T* c, long row_step, long row, long rows, long column, long columns) {
  constexpr long side =
      alignment / long(sizeof(T));  // so many rows and columns at once, for the cache's sake
  for (long i = row; i < row + rows; i += side)
    for (long j = std::max(column, i); j < column + columns; j += side)
      for (long y = i; y < std::min(i + side, row + rows); ++y)
        for (long x = std::max(j, y + 1); x < std::min(j + side, column + columns); ++x)
          c[x * row_step + y] = c[y * row_step + x];
}

/// C = A B (M, M) for a product that is symmetric but for rounding: A A^T, or A^T D A with D diagonal. What lies on
/// the diagonal and above is as `multiply` makes it, and C(j, i) = C(i, j). Rows of C are `row_step` numbers apart;
/// `scratch` is as for `multiply`.
template <class T>
void multiply_symmetric(const Cpu& cpu, Matrix<T> a, Matrix<T> b, T* c, long row_step, std::byte* scratch) {
  assert(a.columns == b.rows && a.rows == b.columns);
  const long across = cover(a.rows, symmetric_side);
  for_each_block(cpu, across * across, [&](long block, int thread) {
    const long i = block / across * symmetric_side, j = block % across * symmetric_side;
    if (j < i) return;
    const Matrix<T> rows = a.part(i, 0, symmetric_side, a.columns);
    const Matrix<T> columns = b.part(0, j, b.rows, symmetric_side);
    multiply(Cpu{}, rows, columns, scratch + thread * multiply_scratch<T>().per_thread,
             Store<T>{c + i * row_step + j, row_step});
    mirror(c, row_step, i, rows.rows, j, columns.columns);
  });
}

}  // namespace dim::inline DIM_ABI
