// The reverse Kullback-Leibler divergence.
#pragma once
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// p(u) = -exp(-u), n(u) = u - 1, a bound on KL(M, J) (Nowozin, Cseke and Tomioka 2016; the exponential continues
/// along its tangent above 40).
struct ReverseKL : PairwiseEstimator {
  template <class T>
  Term<T> positive(T u) const {
    const Term<T> e = tangent_exp(-u);
    return {-e.value, e.slope};
  }
  template <class T>
  Term<T> negative(T u) const {
    return {u - 1, T(1)};
  }
};

}  // namespace DIM_ABI
}  // namespace dim
