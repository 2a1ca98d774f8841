// The Kullback-Leibler divergence.
#pragma once
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// p(u) = u, n(u) = exp(u - 1) (Nguyen, Wainwright and Jordan 2010; the exponential continues along its tangent above
/// 40). In expectation a lower bound on KL(J, M), which is the mutual information; its variance grows exponentially
/// with that.
struct KL : PairwiseEstimator {
  template <class T>
  Term<T> positive(T u) const {
    return {u, T(1)};
  }
  template <class T>
  Term<T> negative(T u) const {
    return tangent_exp(u - 1);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
