// Noise-contrastive estimation.
#pragma once
#include "../../core/scalar_math.hpp"
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// InfoNCE (van den Oord, Li and Vinyals 2018): the cross-entropy of finding the positive u+ among itself and
/// the negatives of its row,
///
///   loss = -u+ + ln(exp(u+) + Sum exp(u-)) = softplus(z - u+),   z = ln Sum exp(u-).
///
/// The other locations of the same image take no part. ln(1 + K P) - loss is a lower bound on mutual information, and
/// never above that logarithm.
struct NCE : RowEstimator {
  template <class T>
  double row(const ScoreRow<T>& u, T scale) const {
    T peak = -std::numeric_limits<T>::infinity();
    u.for_each_negative([&](T x) { peak = x > peak ? x : peak; });
    const double sum = u.sum_negatives([&](T x) { return exponential(x - peak); });
    const T z = peak + T(std::log(sum));

    double loss = 0, share = 0;
    u.for_each_positive([&](T& x) {
      loss += softplus(z - x);
      const T missed = sigmoid(z - x);  // probability that the positive is not found
      share += missed;
      x = -scale * missed;
    });
    const T each = scale * T(share);
    u.for_each_negative([&](T& x) { x = each * exponential(x - z); });
    return loss;
  }
  template <class T>
  double ceiling(const Scores<T>& u) const {
    return std::log(1 + double(u.negatives * u.locations));
  }
  template <class T>
  double estimate(double loss, const Scores<T>& u) const {
    return ceiling(u) - loss;
  }
};

}  // namespace DIM_ABI
}  // namespace dim
