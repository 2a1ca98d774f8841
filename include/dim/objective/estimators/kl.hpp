// The Kullback-Leibler divergence.
#pragma once
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// p(u) = u, n(u) = exp(u - 1) (Nguyen, Wainwright and Jordan 2010; the exponential goes on along its tangent
/// above 40). A lower bound on KL(J, M), that is on mutual information, in expectation; its variance grows
/// exponentially with what it measures.
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
