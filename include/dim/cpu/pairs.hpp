// Pairs of features and codes, one negative for each positive: side by side, or added.
#pragma once
#include <algorithm>

#include "../core/layer.hpp"
#include "../objective/scores.hpp"
#include "cpu.hpp"

namespace dim::inline DIM_ABI {

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

/// h(n, m, k, p) = ReLU(a(n + k shift, p) + b(n, m)) for k = 0, 1: rows of features a (N P, H) and codes b (N M, H)
/// paired in the order of the scores.
template <class T, Shape Hidden>
void add_pairs(const Cpu& cpu, View<const T, Hidden> a, View<const T, Hidden> b, const Scores<T>& scores,
               long shift, View<T, Hidden> h) {
  constexpr long size = Hidden.size();
  const long locations = scores.locations;
  for_each_piece(cpu, scores.rows() * 2, 1, [&](long block, long) {
    const long row = block / 2, n = row / scores.globals, picture = (n + block % 2 * shift) % scores.images;
    const T *of_feature = a.data + picture * locations * size, *const of_code = b.data + row * size;
    T* to = h.data + block * locations * size;
    for (long p = 0; p < locations; ++p, of_feature += size, to += size)
      for (long c = 0; c < size; ++c) to[c] = (std::max)(of_feature[c] + of_code[c], T(0));
  });
}

/// The gradients of add_pairs: da and db take the sums of dh, where h is positive, over the pairs that they are
/// part of.
template <class T, Shape Hidden>
void add_pairs_backward(const Cpu& cpu, View<const T, Hidden> h, View<const T, Hidden> dh,
                        const Scores<T>& scores, long shift, View<T, Hidden> da, View<T, Hidden> db) {
  constexpr long size = Hidden.size();
  const long locations = scores.locations, globals = scores.globals;
  const auto add = [&](long row, long block, long p, T* to) {
    const long begin = ((row * 2 + block) * locations + p) * size;
    const T *const value = h.data + begin, *const gradient = dh.data + begin;
    for (long c = 0; c < size; ++c) {
      const T x = gradient[c];  // read in any case: a choice between numbers is what compilers vectorise
      to[c] += value[c] > 0 ? x : T(0);
    }
  };
  for_each_piece(cpu, scores.images, 1, [&](long picture, long) {
    const long other = (picture + scores.images - shift) % scores.images;  // whose negative it is
    for (long p = 0; p < locations; ++p) {
      T* const to = da.data + (picture * locations + p) * size;
      std::fill_n(to, size, T(0));
      for (long m = 0; m < globals; ++m) {
        add(picture * globals + m, 0, p, to);
        add(other * globals + m, 1, p, to);
      }
    }
    for (long row = picture * globals; row < (picture + 1) * globals; ++row) {
      T* const to = db.data + row * size;
      std::fill_n(to, size, T(0));
      for (long block = 0; block < 2; ++block)
        for (long p = 0; p < locations; ++p) add(row, block, p, to);
    }
  });
}

}  // namespace dim::inline DIM_ABI
