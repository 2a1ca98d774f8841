// Matrix products that are symmetric, in little more than half the time.
#pragma once
#include "multiply.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Rows of a symmetric product that are computed at once, from the diagonal on: few enough that little is computed
/// twice, and enough for `multiply` to be fast.
inline constexpr long symmetric_strip = 256;

/// C = A B (M, M) for a product that is symmetric up to rounding: A A^T, or A^T D A with D diagonal. On and above the
/// diagonal C is the result of `multiply`; below, C(j, i) = C(i, j). Rows of C are `row_stride` numbers apart;
/// `scratch` is as for `multiply`.
template <class T>
void multiply_symmetric(const Cpu& cpu, MatrixView<T> a, MatrixView<T> b, T* c, long row_stride,
                        std::byte* scratch) {
  assert(a.columns == b.rows && a.rows == b.columns);
  constexpr long side = alignment / long(sizeof(T));  // of mirrored squares: whole cache lines
  const long size = a.rows;
  for (long first = 0; first < size; first += symmetric_strip) {
    const MatrixView<T> strip = a.part(first, 0, symmetric_strip, a.columns);
    const long end = first + strip.rows;
    multiply(cpu, strip, b.part(0, first, b.rows, size - first), scratch,
             Store<T>{c + first * row_stride + first, row_stride});
    for_each_piece(cpu, size - first, side, [&](long begin, long stop) {
      for (long i = first; i < end; i += side)
        for (long j = first + begin; j < first + stop; ++j)
          for (long k = i; k < (std::min)({i + side, end, j}); ++k)
            c[j * row_stride + k] = c[k * row_stride + j];
    });
  }
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
