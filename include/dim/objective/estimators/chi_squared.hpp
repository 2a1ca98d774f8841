// Pearson's chi-squared divergence.
#pragma once
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// p(u) = u, n(u) = u + u^2 / 4, a bound on chi^2(J, M) (Nowozin, Cseke and Tomioka 2016). The form in the
/// paper's published code, p = u^2 and n = -(|u| + 1)^2 / 2, falls without bound as all scores grow.
struct ChiSquared : PairwiseEstimator {
  template <class T>
  Term<T> positive(T u) const {
    return {u, T(1)};
  }
  template <class T>
  Term<T> negative(T u) const {
    return {u + u * u / 4, 1 + u / 2};
  }
};

}  // namespace DIM_ABI
}  // namespace dim
