// The squared Hellinger distance.
#pragma once
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// p(u) = 1 - exp(-u), n(u) = exp(u) - 1, a bound on the integral of (sqrt J - sqrt M)^2, at most 2 (Nowozin, Cseke
/// and Tomioka 2016; the exponential continues along its tangent above 40).
struct SquaredHellinger : PairwiseEstimator {
  template <class T>
  Term<T> positive(T u) const {
    const Term<T> e = tangent_exp(-u);
    return {1 - e.value, e.slope};
  }
  template <class T>
  Term<T> negative(T u) const {
    const Term<T> e = tangent_exp(u);
    return {e.value - 1, e.slope};
  }
  template <class T>
  double ceiling(const Scores<T>&) const {
    return 2;
  }
};

}  // namespace DIM_ABI
}  // namespace dim
