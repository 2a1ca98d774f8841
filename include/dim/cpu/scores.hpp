// Scores of all pairs: dot products.
#pragma once
#include "conv.hpp"

namespace dim::inline DIM_ABI {

/// Bytes of scratch that `score` and `score_backward` want.
template <class T>
long score_scratch(const Cpu& cpu) {
  return multiply_scratch<T>().at({.threads = cpu.threads()});
}

template <class T, Shape S>
Matrix<T> rows_of(View<const T, S> view) {
  return {view.data, view.count, S.size(), S.size()};
}

/// u(i, j) = Sum_k g(i, k) l(j, k), for g (rows of u, U) and l (columns of u, U)
template <class T, Shape Unit>
void score(const Cpu& cpu, View<const T, Unit> g, View<const T, Unit> l, T* u, std::byte* scratch) {
  multiply(cpu, rows_of(g), rows_of(l).transposed(), scratch, Store<T>{u, l.count});
}

/// dg(i, k) = Sum_j du(i, j) l(j, k) and dl(j, k) = Sum_i du(i, j) g(i, k)
template <class T, Shape Unit>
void score_backward(const Cpu& cpu, View<const T, Unit> g, View<const T, Unit> l, const T* du,
                    View<T, Unit> dg, View<T, Unit> dl, std::byte* scratch) {
  const Matrix<T> table{du, g.count, l.count, l.count};
  multiply(cpu, table, rows_of(l), scratch, Store<T>{dg.data, Unit.size()});
  multiply(cpu, table.transposed(), rows_of(g), scratch, Store<T>{dl.data, Unit.size()});
}

}  // namespace dim::inline DIM_ABI
