// From scores to a loss and its gradient, in place.
#pragma once
#include "../objective/estimators/any.hpp"
#include "compiled.hpp"
#include "cpu.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Doubles of scratch that `estimate` needs for `rows` rows of scores.
inline long estimate_scratch(const Cpu&, long rows) {
  return 2 * rows;
}

/// The sum of partial(row) over all rows, computed in any order and added in order.
template <class Partial>
double sum_rows(const Cpu& cpu, long rows, double* scratch, const Partial& partial) {
  for_each_piece(cpu, rows, 1, [&](long row, long) { scratch[row] = partial(row); });
  double sum = 0;
  for (long row = 0; row < rows; ++row) sum += scratch[row];
  return sum;
}

/// Writes mean n(u-) - mean p(u+) to `loss` and overwrites u with `weight` times its gradient.
template <std::derived_from<PairwiseEstimator> E, class T>
void estimate(const Cpu& cpu, const E& estimator, const Scores<T>& u, const double* weight, double* scratch,
              double* loss) {
  const T scale = T(*weight);
  const double positives = double(u.positive_pairs()), negatives = double(u.negative_pairs());
  const T positive_scale = -scale / T(positives), negative_scale = scale / T(negatives);
  *loss = sum_rows(cpu, u.rows(), scratch, [&](long r) {
    const double positive = u.row(r).sum_positives([&](T& x) {
      const Term<T> term = estimator.positive(x);
      x = positive_scale * term.slope;
      return term.value;
    });
    const double negative = u.row(r).sum_negatives([&](T& x) {
      const Term<T> term = estimator.negative(x);
      x = negative_scale * term.slope;
      return term.value;
    });
    return negative / negatives - positive / positives;
  });
}

/// The same for the mean over positives of their losses within their rows.
template <std::derived_from<RowEstimator> E, class T>
void estimate(const Cpu& cpu, const E& estimator, const Scores<T>& u, const double* weight, double* scratch,
              double* loss) {
  const double positives = double(u.positive_pairs());
  const T row_scale = T(*weight) / T(positives);
  *loss = sum_rows(cpu, u.rows(), scratch, [&](long r) { return estimator.row(u.row(r), row_scale); }) /
          positives;
}

/// The same for the loss of the whole table.
template <std::derived_from<TableEstimator> E, class T>
void estimate(const Cpu&, const E& estimator, const Scores<T>& u, const double* weight, double*,
              double* loss) {
  *loss = estimator.table(u, T(*weight));
}

/// ln mean exp(u-) - mean u+, by rows, each with the largest of its scores and the sum of exp(u- - largest).
template <class T>
void estimate(const Cpu& cpu, const DV&, const Scores<T>& u, const double* weight, double* scratch,
              double* loss) {
  const T scale = T(*weight);
  const double positives = double(u.positive_pairs());
  double* const peaks = scratch + u.rows();
  const double mean = sum_rows(cpu, u.rows(), scratch, [&](long r) {
    double sum = 0;
    u.row(r).for_each_positive([&](T& x) {
      sum += x;
      x = -scale / T(positives);
    });
    return sum / positives;
  });
  for_each_piece(cpu, u.rows(), 1, [&](long r, long) {
    T peak = -std::numeric_limits<T>::infinity();
    u.row(r).for_each_negative([&](T x) { peak = x > peak ? x : peak; });
    peaks[r] = double(peak);
    scratch[r] = u.row(r).sum_negatives([&](T x) { return exponential(x - peak); });
  });
  double peak = peaks[0], sum = 0;
  for (long r = 0; r < u.rows(); ++r) peak = (std::max)(peak, peaks[r]);
  for (long r = 0; r < u.rows(); ++r) sum += scratch[r] * std::exp(peaks[r] - peak);
  const double z = peak + std::log(sum);
  for_each_piece(cpu, u.rows(), 1, [&](long r, long) {
    u.row(r).for_each_negative([&](T& x) { x = scale * exponential(x - T(z)); });
  });
  *loss = z - std::log(double(u.negative_pairs())) - mean;
}

/// The same with the weight passed by value and the loss returned.
template <Estimator E, class T>
double estimate(const Cpu& cpu, const E& estimator, const Scores<T>& u, T weight, double* scratch) {
  const double factor = double(weight);
  double loss = 0;
  estimate(cpu, estimator, u, &factor, scratch, &loss);
  return loss;
}

DIM_COMPILED_FLOAT(void estimate(const Cpu&, const JSD&, const Scores<float>&, const double*, double*,
                                 double*))
DIM_COMPILED_FLOAT(void estimate(const Cpu&, const NCE&, const Scores<float>&, const double*, double*,
                                 double*))
DIM_COMPILED_FLOAT(void estimate(const Cpu&, const DV&, const Scores<float>&, const double*, double*,
                                 double*))
DIM_COMPILED_DOUBLE(void estimate(const Cpu&, const JSD&, const Scores<double>&, const double*, double*,
                                  double*))
DIM_COMPILED_DOUBLE(void estimate(const Cpu&, const NCE&, const Scores<double>&, const double*, double*,
                                  double*))
DIM_COMPILED_DOUBLE(void estimate(const Cpu&, const DV&, const Scores<double>&, const double*, double*,
                                  double*))

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
