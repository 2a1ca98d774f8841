// Tables of scores: how well a global vector goes with a location of an image.
#pragma once
#include "../core/config.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
/// The sum of function(u) over `count` numbers, each passed by reference, in 8 partial sums of doubles, number i in
/// sum i mod 8. Functions without branches and calls are vectorised.
template <class T, class Function>
double sum_over(T* data, long count, const Function& function) {
  constexpr long strip = 64, lanes = 8;
  double sums[lanes] = {};
  for (long first = 0; first < count; first += strip) {
    const long some = count - first < strip ? count - first : strip;
    T values[strip] = {};
    T* const u = data + first;
    if (some == strip)
      for (long i = 0; i < strip; ++i) values[i] = function(u[i]);
    else
      for (long i = 0; i < some; ++i) values[i] = function(u[i]);
    for (long i = 0; i < strip; i += lanes)
      for (long lane = 0; lane < lanes; ++lane) sums[lane] += double(values[i + lane]);
  }
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}
}  // namespace detail

/// The scores of one global vector: P positives, with the locations of its own image, and K P negatives, with those
/// of others, in blocks of P. The positives are block `own`.
template <class T>
struct ScoreRow {
  T* data;  // (K + 1, P)
  long blocks, locations, own;

  T* positives() const { return data + own * locations; }
  /// Calls function(u) with a reference to each negative, in order.
  template <class Function>
  void for_each_negative(const Function& function) const {
    for (long i = 0; i < own * locations; ++i) function(data[i]);
    for (long i = (own + 1) * locations; i < blocks * locations; ++i) function(data[i]);
  }
  /// The sum of function(u) over the negatives, or the positives, with a reference to each.
  template <class Function>
  double sum_negatives(const Function& function) const {
    const long behind = (own + 1) * locations;
    return detail::sum_over(data, own * locations, function) +
           detail::sum_over(data + behind, blocks * locations - behind, function);
  }
  template <class Function>
  double sum_positives(const Function& function) const {
    return detail::sum_over(positives(), locations, function);
  }
  template <class Function>
  void for_each_positive(const Function& function) const {
    for (long i = 0; i < locations; ++i) function(positives()[i]);
  }
};

/// Scores (N, M, K + 1, P) of N images with M global vectors and P locations each, and K negative images for each
/// positive one. With all pairs, K = N - 1, block j of image i holds the locations of image j; else block 0 holds its
/// own.
template <class T>
struct Scores {
  T* data;
  long images, globals, negatives, locations;
  bool all_pairs;

  constexpr long rows() const { return images * globals; }
  constexpr long row_size() const { return (negatives + 1) * locations; }
  constexpr long size() const { return rows() * row_size(); }
  constexpr long positive_pairs() const { return rows() * locations; }
  constexpr long negative_pairs() const { return rows() * negatives * locations; }
  /// The image whose locations block `block` of image n holds; a single negative is `shift` images further on.
  constexpr long image(long n, long block, long shift) const {
    return all_pairs ? block : (n + block * shift) % images;
  }
  constexpr ScoreRow<T> row(long r) const {
    return {data + r * row_size(), negatives + 1, locations, all_pairs ? r / globals : 0};
  }
};

}  // namespace DIM_ABI
}  // namespace dim
