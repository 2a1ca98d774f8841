// Scores of all pairs: dot products.
#pragma once
#include "compiled.hpp"
#include "conv.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Bytes of scratch that `score` and `score_backward` need.
template <class T>
long score_scratch(const Cpu& cpu) {
  return multiply_scratch<T>().at({.threads = cpu.threads()});
}

/// A dense batch as a matrix, with a sample in each row.
template <class T>
MatrixView<T> rows_of(const Batch<const T>& batch) {
  return {batch.data, batch.count, batch.sample(), batch.sample()};
}

/// u(i, j) = Sum_k g(i, k) l(j, k), for g (rows of u, U) and l (columns of u, U)
template <class T>
void score(const Cpu& cpu, const Batch<const T>& g, const Batch<const T>& l, T* u, std::byte* scratch) {
  multiply(cpu, rows_of(g), rows_of(l).transposed(), scratch, Store<T>{u, l.count});
}

/// dg(i, k) = Sum_j du(i, j) l(j, k) and dl(j, k) = Sum_i du(i, j) g(i, k)
template <class T>
void score_backward(const Cpu& cpu, const Batch<const T>& g, const Batch<const T>& l, const T* du,
                    const Batch<T>& dg, const Batch<T>& dl, std::byte* scratch) {
  const MatrixView<T> table{du, g.count, l.count, l.count};
  multiply(cpu, table, rows_of(l), scratch, Store<T>{dg.data, dg.sample()});
  multiply(cpu, table.transposed(), rows_of(g), scratch, Store<T>{dl.data, dl.sample()});
}

DIM_COMPILED_FLOAT(void score(const Cpu&, const Batch<const float>&, const Batch<const float>&, float*,
                              std::byte*))
DIM_COMPILED_FLOAT(void score_backward(const Cpu&, const Batch<const float>&, const Batch<const float>&,
                                       const float*, const Batch<float>&, const Batch<float>&, std::byte*))
DIM_COMPILED_DOUBLE(void score(const Cpu&, const Batch<const double>&, const Batch<const double>&, double*,
                               std::byte*))
DIM_COMPILED_DOUBLE(void score_backward(const Cpu&, const Batch<const double>&, const Batch<const double>&,
                                        const double*, const Batch<double>&, const Batch<double>&,
                                        std::byte*))

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
