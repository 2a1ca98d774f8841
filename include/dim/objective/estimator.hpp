// Estimators: from scores to a loss. All losses are minus an estimate of, or a bound on, a divergence between
// positive pairs J and negative pairs M, in nats.
#pragma once
#include <cmath>
#include <concepts>
#include <limits>

#include "../core/scalar_math.hpp"
#include "scores.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The base of every estimator, by one of the three forms below.
struct EstimatorPolicy {
  /// What the estimate can't exceed for scores of these sizes, in nats.
  template <class T>
  double ceiling(const Scores<T>&) const {
    return std::numeric_limits<double>::infinity();
  }
  /// The estimate for a loss, both in nats.
  template <class T>
  double estimate(double loss, const Scores<T>&) const {
    return -loss;
  }
};
template <class E>
concept Estimator = std::derived_from<E, EstimatorPolicy>;

/// A function's value and slope.
template <class T>
struct Term {
  T value, slope;
};

/// loss = mean over negatives of negative(u) - mean over positives of positive(u): define both as `template <class T>
/// Term<T> positive(T u) const` and `negative`.
struct PairwiseEstimator : EstimatorPolicy {};

/// loss = mean over positives of the loss of each among the scores of its row: define `template <class T> double
/// row(const ScoreRow<T>& u, T scale) const`, which returns the sum of the losses of the row's positives and
/// overwrites u with scale times the gradient of that sum.
struct RowEstimator : EstimatorPolicy {};

/// Any loss of all scores: define `template <class T> double table(const Scores<T>& u, T scale) const`, which returns
/// the loss and overwrites u with scale times its gradient.
struct TableEstimator : EstimatorPolicy {};

/// exp(x) up to x = 40, and beyond that its tangent there, in value and slope: scores of any size stay
/// finite.
template <class T>
Term<T> tangent_exp(T x) {
  constexpr T last = 40;
  const T e = exponential(x < last ? x : last);
  return {x < last ? e : e * (1 + (x - last)), e};
}

}  // namespace DIM_ABI
}  // namespace dim
