// Mutual information of two matrices or arrays.
#pragma once
#include "array_features.hpp"
#include "mutual_information.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Estimates the mutual information of two Eigen matrices or xtensor arrays, (N, ...) of float or double, in nats:
/// see mutual_information.hpp for the result. It runs on all threads that the process may use, unless `cpu` says
/// otherwise; the bits are the same. Throws Error like the function there, and for arrays of one dimension.
template <class X, class Y>
  requires(EigenMatrix<X> || StridedArray<X>) && (EigenMatrix<Y> || StridedArray<Y>)
InformationEstimate estimate_mutual_information(const X& x, const Y& y,
                                                const InformationOptions& options = {}, const Cpu& cpu = {}) {
  const auto x_rows = features_of(x);
  const auto y_rows = features_of(y);
  return estimate_mutual_information(cpu, x_rows.features(), y_rows.features(), options);
}

}  // namespace DIM_ABI
}  // namespace dim
