// The Jensen-Shannon divergence.
#pragma once
#include <numbers>

#include "../../core/scalar_math.hpp"
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// p(u) = ln 2 - softplus(-u), n(u) = softplus(u) - ln 2 (Nowozin, Cseke and Tomioka 2016, shifted so that
/// zero scores cost nothing). The estimate is twice the divergence, at most 2 ln 2: it ranks representations,
/// and is no bound on mutual information.
struct JSD : PairwiseEstimator {
  template <class T>
  Term<T> positive(T u) const {
    const Term<T> n = negative(-u);
    return {-n.value, n.slope};
  }
  template <class T>
  Term<T> negative(T u) const {
    const T e = exponential(-std::abs(u));
    return {(u > 0 ? u : T(0)) + log1p_unit(e) - std::numbers::ln2_v<T>, (u < 0 ? e : T(1)) / (1 + e)};
  }
  template <class T>
  double ceiling(const Scores<T>&) const {
    return 2 * std::numbers::ln2;
  }
};

}  // namespace DIM_ABI
}  // namespace dim
