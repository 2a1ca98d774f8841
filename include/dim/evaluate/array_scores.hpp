// Estimators applied to a matrix of scores.
#pragma once
#include <cmath>
#include <vector>

#include "../core/matrix_view.hpp"
#include "../cpu/backend.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A loss of scores and what it says about mutual information, in nats: the estimate, which for some estimators is a
/// lower bound, and its ceiling, which no matrix of that size can exceed.
struct ScoreEstimate {
  double loss, estimate, ceiling;
};

/// The loss of scores u, (N, N), of any critic: u(i, j) is that of sample i of X with sample j of Y, so that the
/// diagonal holds the positives and the rest are negatives. `u` is an Eigen matrix or an xtensor array, or a block or
/// view of one, of float or double; the scores are copied, since the kernel overwrites them. Throws Error for a
/// matrix that isn't square, has fewer than two rows, or holds a score that isn't finite.
template <Estimator E, class Array>
  requires EigenMatrix<Array> || StridedArray<Array>
ScoreEstimate score_estimate(const E& estimator, const Array& u, const Cpu& cpu = {}) {
  const auto view = MatrixView(u);
  using T = std::remove_const_t<typename Array::value_type>;
  if (view.rows != view.columns || view.rows < 2)
    throw Error(
        "scores come as a matrix (N, N) of at least two samples, whose pairs are on the diagonal; this one "
        "is (",
        view.rows, ", ", view.columns, ")");
  std::vector<T> table;
  table.reserve(std::size_t(view.rows * view.columns));
  for (long i = 0; i < view.rows; ++i)
    for (long j = 0; j < view.columns; ++j) {
      if (!std::isfinite(view(i, j)))
        throw Error("score (", i, ", ", j, ") is not a finite number; look into the critic that gave it");
      table.push_back(view(i, j));
    }
  const Scores<T> scores{table.data(), view.rows, 1, view.rows - 1, 1, true};
  std::vector<double> scratch(std::size_t(cpu::estimate_scratch(cpu, view.rows)));
  const double loss = cpu::estimate(cpu, estimator, scores, T(1), scratch.data());
  return {loss, estimator.estimate(loss, scores), estimator.ceiling(scores)};
}

}  // namespace DIM_ABI
}  // namespace dim
