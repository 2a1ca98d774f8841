// Matrix products C = A B for any strides, so that A B, A B^T and A^T B are one function.
//
// Every element of C is
//
//     C(i, j) = S_0 + S_1 + ...,    S_b = Sum over the b-th 256 values of k of A(i, k) B(k, j),
//
// each S_b one chain of multiply-adds from 0 with k rising, the S_b added in order; with products of brain floats a
// chain is 256 pairs of k. Tiles, blocks and threads are chosen for speed and change nothing: the bits of C depend on
// A and B alone. Builds for AVX-512 and AVX2 with FMA fuse each multiply-add and agree in every bit; others round the
// products too.
#pragma once
#include "multiply_few.hpp"
#include "multiply_tiles.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// C = A B, for A (M, K) and B (K, N), each with one stride of 1. epilogue(place, sum) takes each vector of C once,
/// from any thread, to do anything with it; it is copied, so it should be a few pointers and numbers. `scratch` has
/// the size multiply_scratch<T>() and is aligned to `alignment`.
template <class T, class Epilogue>
void multiply(const Cpu& cpu, MatrixView<T> a, MatrixView<T> b, std::byte* scratch,
              const Epilogue& epilogue) {
  assert(a.columns == b.rows);
  if (a.rows == 0 || b.columns == 0) return;
  with_packed<T>(cpu, [&]<class P>(P) {
    if constexpr (std::is_same_v<P, T>)
      if (has_few_rows(a, b)) return multiply_few(cpu, a, b, scratch, epilogue);
    multiply_in_tiles<P>(cpu, a, b, scratch, epilogue);
  });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
