// The Donsker-Varadhan bound.
#pragma once
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// loss = ln mean exp(u-) - mean u+, over all negatives and positives together (Donsker and Varadhan 1983; Belghazi
/// et al. 2018). A lower bound on mutual information for infinitely many samples; for a batch its expectation lies
/// above that, and values much above ln(number of negatives) can't be trusted.
struct DV : TableEstimator {
  template <class T>
  double ceiling(const Scores<T>& u) const {
    return std::log(double(u.negative_pairs()));
  }
};

}  // namespace DIM_ABI
}  // namespace dim
