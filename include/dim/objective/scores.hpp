// Tables of scores: how well a global vector goes with a location of a picture.
#pragma once
#include "../core/config.hpp"

namespace dim::inline DIM_ABI {

/// The scores of one global vector: P positives, with the locations of its own picture, and K P negatives,
/// with those of others, in blocks of P. The positives are block `own`.
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
  template <class Function>
  void for_each_positive(const Function& function) const {
    for (long i = 0; i < locations; ++i) function(positives()[i]);
  }
};

/// Scores (N, M, K + 1, P) of N pictures with M global vectors and P locations each, and K negative pictures
/// for each positive one. With all pairs, K = N - 1, block j of picture i holds the locations of picture j;
/// else block 0 holds its own.
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
  constexpr ScoreRow<T> row(long r) const {
    return {data + r * row_size(), negatives + 1, locations, all_pairs ? r / globals : 0};
  }
};

}  // namespace dim::inline DIM_ABI
