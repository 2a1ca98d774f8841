// Scores of pairs: dot products of all, or rows of some side by side.
#pragma once
#include "../objective/scores.hpp"
#include "conv.hpp"

namespace dim::inline DIM_ABI {

/// Bytes of scratch that `score` and `score_backward` want.
template <class T>
long score_scratch(const Cpu& cpu) {
  return multiply_scratch<T>().at({.threads = cpu.threads});
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

/// Rows [feature; code] in the order of the scores (N, M, 2, P): for picture n the features of picture n and
/// then those of picture (n + shift) mod N.
template <class T, Shape Feature, Shape Code, Shape Pair>
void gather_pairs(const Cpu& cpu, View<const T, Feature> features, View<const T, Code> codes,
                  const Scores<T>& scores, long shift, View<T, Pair> pairs) {
  static_assert(Pair.size() == Feature.size() + Code.size());
  const long locations = scores.locations;
  for_each_piece(cpu, scores.rows() * 2, 1, [&](long block, long) {
    const long row = block / 2, n = row / scores.globals;
    const long picture = (n + block % 2 * shift) % scores.images;
    for (long p = 0; p < locations; ++p) {
      T* const to = pairs.data + (block * locations + p) * Pair.channels;
      std::copy_n(features.data + (picture * locations + p) * Feature.size(), Feature.size(), to);
      std::copy_n(codes.data + row * Code.channels, Code.channels, to + Feature.size());
    }
  });
}

/// The gradient of gather_pairs: each feature and code takes the sum over the pairs that it is part of.
template <class T, Shape Feature, Shape Code, Shape Pair>
void scatter_pairs(const Cpu& cpu, View<const T, Pair> dpairs, const Scores<T>& scores, long shift,
                   View<T, Feature> dfeatures, View<T, Code> dcodes, Write write_codes) {
  const long locations = scores.locations, globals = scores.globals;
  const auto pair = [&](long row, long block, long p) {
    return dpairs.data + ((row * 2 + block) * locations + p) * Pair.channels;
  };
  for_each_piece(cpu, scores.images, 1, [&](long picture, long) {
    const long other = (picture + scores.images - shift) % scores.images;  // whose negative it is
    for (long p = 0; p < locations; ++p) {
      T* const to = dfeatures.data + (picture * locations + p) * Feature.size();
      std::fill_n(to, Feature.size(), T(0));
      for (long m = 0; m < globals; ++m) {
        const T *const positive = pair(picture * globals + m, 0, p), *const negative =
                                                                         pair(other * globals + m, 1, p);
        for (long c = 0; c < Feature.size(); ++c) to[c] += positive[c] + negative[c];
      }
    }
    for (long row = picture * globals; row < (picture + 1) * globals; ++row) {
      T* const to = dcodes.data + row * Code.channels;
      if (write_codes == Write::overwrite) std::fill_n(to, Code.channels, T(0));
      for (long block = 0; block < 2; ++block)
        for (long p = 0; p < locations; ++p)
          for (long c = 0; c < Code.channels; ++c) to[c] += pair(row, block, p)[Feature.size() + c];
    }
  });
}

}  // namespace dim::inline DIM_ABI
