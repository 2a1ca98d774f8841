// Pairs of features and codes: concatenated, with one negative for each positive, or added.
#pragma once
#include <algorithm>
#include <cassert>

#include "../core/layer.hpp"
#include "../objective/scores.hpp"
#include "cpu.hpp"
#include "simd.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Rows [feature; code] in the order of the scores (N, M, 2, P): for image n the features of image n and then those
/// of image (n + *by) mod N.
template <class T>
void gather_pairs(const Cpu& cpu, const Batch<const T>& features, const Batch<const T>& codes,
                  const Scores<T>& scores, const std::int64_t* by, const Batch<T>& pairs) {
  const long shift = long(*by);
  const long locations = scores.locations, of_feature = features.sample(), of_code = codes.sample();
  assert(pairs.sample() == of_feature + of_code);
  for_each_piece(cpu, scores.rows() * 2, 1, [&](long block, long) {
    const long row = block / 2;
    const long image = scores.image(row / scores.globals, block % 2, shift);
    for (long p = 0; p < locations; ++p) {
      T* const to = pairs.row(block * locations + p);
      std::copy_n(features.row(image * locations + p), of_feature, to);
      std::copy_n(codes.row(row), of_code, to + of_feature);
    }
  });
}

/// The gradient of gather_pairs: for each feature and code, the sum over the pairs that it is part of.
template <class T>
void scatter_pairs(const Cpu& cpu, const Batch<const T>& dpairs, const Scores<T>& scores,
                   const std::int64_t* by, const Batch<T>& dfeatures, const Batch<T>& dcodes,
                   Write write_codes) {
  const long shift = long(*by);
  const long locations = scores.locations, globals = scores.globals;
  const long of_feature = dfeatures.sample(), of_code = dcodes.sample();
  const auto pair = [&](long row, long block, long p) {
    return dpairs.row((row * 2 + block) * locations + p);
  };
  for_each_piece(cpu, scores.images, 1, [&](long image, long) {
    const long other = (image + scores.images - shift) % scores.images;  // that has this negative
    for (long p = 0; p < locations; ++p) {
      T* const to = dfeatures.row(image * locations + p);
      std::fill_n(to, of_feature, T(0));
      for (long m = 0; m < globals; ++m) {
        const T *const positive = pair(image * globals + m, 0, p), *const negative =
                                                                       pair(other * globals + m, 1, p);
        for (long c = 0; c < of_feature; ++c) to[c] += positive[c] + negative[c];
      }
    }
    for (long row = image * globals; row < (image + 1) * globals; ++row) {
      T* const to = dcodes.row(row);
      if (write_codes == Write::overwrite) std::fill_n(to, of_code, T(0));
      for (long block = 0; block < 2; ++block)
        for (long p = 0; p < locations; ++p)
          for (long c = 0; c < of_code; ++c) to[c] += pair(row, block, p)[of_feature + c];
    }
  });
}

/// h(n, m, k, p) = ReLU(a(i, p) + b(n, m)): rows of features a (N P, H) and codes b (N M, H) paired in the order of
/// the scores, i being the image of block k; *by is not read for a table of all pairs.
template <class T>
void add_pairs(const Cpu& cpu, const Batch<const T>& a, const Batch<const T>& b, const Scores<T>& scores,
               const std::int64_t* by, const Batch<T>& h) {
  const long shift = scores.all_pairs ? 0 : long(*by);
  const long size = h.sample(), locations = scores.locations, blocks = scores.negatives + 1;
  for_each_piece(cpu, scores.rows(), 1, [&](long row, long) {
    const T* const of_code = b.data + row * size;
    T* to = h.data + row * blocks * locations * size;
    for (long block = 0; block < blocks; ++block) {
      const T* of_feature = a.data + scores.image(row / scores.globals, block, shift) * locations * size;
      for (long p = 0; p < locations; ++p, of_feature += size, to += size)
        for (long c = 0; c < size; c += Vector<T>::lanes) {
          const long count = (std::min)(Vector<T>::lanes, size - c);
          const Vector<T> sum = Vector<T>::load(of_feature + c, count) + Vector<T>::load(of_code + c, count);
          maximum(Vector<T>::all(0), sum).store(to + c, count);
        }
    }
  });
}

/// The gradients of add_pairs: da and db are the sums of dh, where h is positive, over the pairs that they are part
/// of.
template <class T>
void add_pairs_backward(const Cpu& cpu, const Batch<const T>& h, const Batch<const T>& dh,
                        const Scores<T>& scores, const std::int64_t* by, const Batch<T>& da,
                        const Batch<T>& db) {
  const long shift = scores.all_pairs ? 0 : long(*by);
  const long size = h.sample(), locations = scores.locations, globals = scores.globals;
  const long blocks = scores.negatives + 1;
  const auto add = [&](long row, long block, long p, T* to) {
    const long begin = ((row * blocks + block) * locations + p) * size;
    const T *const value = h.data + begin, *const gradient = dh.data + begin;
    for (long c = 0; c < size; c += Vector<T>::lanes) {
      const long count = (std::min)(Vector<T>::lanes, size - c);
      const Vector<T> here = Vector<T>::load(gradient + c, count);
      (Vector<T>::load(to + c, count) +
       where_positive(Vector<T>::load(value + c, count), here, Vector<T>::all(0)))
          .store(to + c, count);
    }
  };
  for_each_piece(cpu, scores.images, 1, [&](long image, long) {
    for (long p = 0; p < locations; ++p) {
      T* const to = da.data + (image * locations + p) * size;
      std::fill_n(to, size, T(0));
      if (scores.all_pairs) {
        for (long row = 0; row < scores.rows(); ++row) add(row, image, p, to);
        continue;
      }
      const long other = (image + scores.images - shift) % scores.images;  // that has this negative
      for (long m = 0; m < globals; ++m) {
        add(image * globals + m, 0, p, to);
        add(other * globals + m, 1, p, to);
      }
    }
    for (long row = image * globals; row < (image + 1) * globals; ++row) {
      T* const to = db.data + row * size;
      std::fill_n(to, size, T(0));
      for (long block = 0; block < blocks; ++block)
        for (long p = 0; p < locations; ++p) add(row, block, p, to);
    }
  });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
