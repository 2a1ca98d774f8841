// Mutual information of two xtensor arrays.
#pragma once
#include "mutual_information.hpp"
#include "tensor_features.hpp"

namespace dim::inline DIM_ABI {

/// Estimates the mutual information of two xtensor arrays, or views, (N, ...) of float or double, in nats: see
/// mutual_information.hpp for what comes back. It runs on all the threads that the process may use, unless `cpu` says
/// otherwise; the bits are the same. Throws Error as that does, and for arrays of one dimension.
template <class X, class Y>
  requires requires(const X& x, const Y& y) { x.dimension(), y.dimension(); }
InformationEstimate estimate_mutual_information(const X& x, const Y& y,
                                                const InformationOptions& options = {},
                                                const Cpu& cpu = {}) {
  const auto x_rows = features_of(x);
  const auto y_rows = features_of(y);
  return estimate_mutual_information(cpu, x_rows.features(), y_rows.features(), options);
}

}  // namespace dim::inline DIM_ABI
