// Estimates of mutual information from critic scores, in addition to the estimators of objectives, NCE, DV, KL and
// JSD. All are of tables of all pairs, with the joint ones on the diagonal, in nats.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../cpu/estimate.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The dual of the Jensen-Shannon divergence as in f-GAN, mean -softplus(-u+) - mean softplus(u-)
/// (Nowozin, Cseke and Tomioka 2016), which is JSD's estimate less 2 ln 2: at most 0, and -2 ln 2 if both are
/// independent.
struct JSDDual : JSD {
  template <class T>
  double ceiling(const Scores<T>&) const {
    return 0;
  }
  template <class T>
  double estimate(double loss, const Scores<T>&) const {
    return -loss - 2 * std::numbers::ln2;
  }
};

/// The bound of Nguyen, Wainwright and Jordan (2010) from scores that are optimal at ln r, r the density ratio, like
/// those of a critic trained by JSD: 1 + mean u+ - mean exp(u-), KL of u + 1 (Poole et al. 2019).
struct ShiftedKL : KL {
  template <class T>
  Term<T> positive(T u) const {
    return KL::positive(u + 1);
  }
  template <class T>
  Term<T> negative(T u) const {
    return KL::negative(u + 1);
  }
};

/// Sums of exp(u) and of exp(2 u) over negatives, which may come from many tables; scores of any size stay finite.
class NegativeScores {
 public:
  /// Adds all negatives of a table, or of one of its rows, each clipped to [-clip, clip].
  template <class T>
  void add(const Scores<T>& u, T clip = std::numeric_limits<T>::infinity()) {
    for (long r = 0; r < u.rows(); ++r) add(u.row(r), clip);
  }
  template <class T>
  void add(const ScoreRow<T>& u, T clip = std::numeric_limits<T>::infinity()) {
    const auto clipped = [clip](T x) { return x > clip ? clip : x < -clip ? -clip : x; };
    T peak = -std::numeric_limits<T>::infinity();
    u.for_each_negative([&](T x) { peak = clipped(x) > peak ? clipped(x) : peak; });
    rescale(double(peak));
    const T shift = T(peak_);
    sum_ += u.sum_negatives([&](T& x) { return exponential(clipped(x) - shift); });
    squares_ += u.sum_negatives([&](T& x) { return exponential(2 * (clipped(x) - shift)); });
    count_ += (u.blocks - 1) * u.locations;
  }

  /// How many negatives were added.
  long count() const { return count_; }
  /// ln Sum exp(u)
  double log_sum() const { return peak_ + std::log(sum_); }
  /// ln mean exp(u)
  double log_mean() const { return log_sum() - std::log(double(count_)); }
  /// (Sum exp(u))^2 / Sum exp(2 u), in [1, count]: the number of equal, independent scores whose mean of exp(u) would
  /// be as uncertain (Kish 1965).
  double effective_samples() const { return sum_ * sum_ / squares_; }

 private:
  /// Makes room for scores of up to `peak`: both sums are kept divided by exp(peak) and its square.
  void rescale(double peak) {
    if (!(peak > peak_)) return;
    const double scale = std::exp(peak_ - peak);
    sum_ *= scale;
    squares_ *= scale * scale;
    peak_ = peak;
  }

  double peak_ = -std::numeric_limits<double>::infinity(), sum_ = 0, squares_ = 0;
  long count_ = 0;
};

/// mean u+ of a table.
template <class T>
double mean_of_positives(const Scores<T>& u) {
  double sum = 0;
  for (long r = 0; r < u.rows(); ++r) sum += u.row(r).sum_positives([](T& x) { return x; });
  return sum / double(u.positive_pairs());
}

/// SMILE (Song and Ermon 2020, Eq. 12): mean u+ - ln mean exp(clip(u-)), scores clipped to [-clip, clip]. It has less
/// variance than DV, more bias, and is no bound. Its critic is trained by JSD; the gradient here is that of the
/// value.
struct SMILE : TableEstimator {
  double clip;

  explicit SMILE(double largest_score = 5) : clip(largest_score) {}

  template <class T>
  double table(const Scores<T>& u, T scale) const {
    NegativeScores negatives;
    negatives.add(u, T(clip));
    const double mean = mean_of_positives(u);
    const T z = T(negatives.log_sum()), each = -scale / T(u.positive_pairs()), most = T(clip);
    for (long r = 0; r < u.rows(); ++r) {
      u.row(r).for_each_positive([&](T& x) { x = each; });
      u.row(r).for_each_negative([&](T& x) { x = std::abs(x) <= most ? scale * exponential(x - z) : T(0); });
    }
    return negatives.log_mean() - mean;
  }
};

/// MINE (Belghazi et al. 2018, Section 3.2): the loss of DV, and its gradient with the batch's mean exp(u-) replaced
/// by an exponential moving average a of those means, which corrects the bias of small batches:
///
///   -1 / positives,  exp(u-) / (negatives a),  a_t = decay a_(t-1) + (1 - decay) mean exp(u-),   a_1 the first mean.
class MINE {
 public:
  /// `decay` is the part of the average that stays with each batch.
  explicit MINE(double decay = 0.99) : decay_(decay) {}

  /// Returns ln mean exp(u-) - mean u+ and overwrites u with `scale` times the gradient. If a lags so far behind that
  /// exp(u-) / a is above e^40, the exponential continues along its tangent.
  template <class T>
  double operator()(const Cpu& cpu, const Scores<T>& u, T scale) {
    NegativeScores negatives;
    negatives.add(u);
    const double log_mean = negatives.log_mean(), mean = mean_of_positives(u);
    log_average_ = std::isfinite(log_average_) ? log_sum(std::log(decay_) + log_average_,  // ln of both parts
                                                         std::log1p(-decay_) + log_mean)
                                               : log_mean;
    const T positive = -scale / T(u.positive_pairs()), negative = scale / T(u.negative_pairs());
    const T shift = T(log_average_);
    for_each_piece(cpu, u.rows(), 1, [&](long r, long) {
      u.row(r).for_each_positive([&](T& x) { x = positive; });
      u.row(r).for_each_negative([&](T& x) { x = negative * tangent_exp(x - shift).value; });
    });
    return log_mean - mean;
  }

  /// ln a; minus infinity before the first batch.
  double log_average() const { return log_average_; }

 private:
  /// ln(exp(a) + exp(b))
  static double log_sum(double a, double b) {
    return (std::max)(a, b) + std::log1p(std::exp(-std::abs(a - b)));
  }

  double decay_, log_average_ = -std::numeric_limits<double>::infinity();
};

/// An estimate of mutual information, or of total correlation, in nats, and the evidence for it.
struct InformationEstimate {
  double value = 0;              ///< on samples that neither trained the critic nor chose it
  double spread = 0;             ///< its standard error, from its batches
  double training = 0;           ///< the same figure on as many training samples, at most
  double effective_samples = 0;  ///< in the mean of exp(score) of negatives; for InfoNCE, the mean over rows
  double ceiling = 0;            ///< ln K for InfoNCE, else ln(samples): the most that this many can show
  long steps = 0;                ///< of the critic's training
  std::string warning{};         ///< why the value cannot be trusted; empty if nothing speaks against it

  /// By how many nats the critic does better on its training samples.
  double overfit() const { return training - value; }
  /// Whether nothing speaks against the value.
  bool trusted() const { return warning.empty(); }
};

/// What speaks against the value of an estimate, or nothing; fewer effective samples than `least_samples` do.
inline std::string objections(const InformationEstimate& estimate, double least_samples = 100) {
  std::string text;
  const auto add = [&](const auto&... objection) {
    text += detail::joined(text.empty() ? "" : "; ", objection...);
  };
  if (!(estimate.overfit() <= 0.1))
    add("overfitted: ", estimate.training, " nats on training samples, ", estimate.value, " on others");
  if (!(estimate.value <= 0.9 * estimate.ceiling))
    add("less than a tenth below the ceiling of ", estimate.ceiling, " nats, or above it");
  if (!(estimate.effective_samples >= least_samples))
    add("the mean of exp(score) rests on ", estimate.effective_samples, " effective samples, of which ",
        least_samples, " would be few");
  if (!(estimate.spread <= 0.1)) add("its standard error is ", estimate.spread, " nats");
  return text;
}

/// The value of a bound on held-out samples, in batches of equal size.
class HeldOutBatches {
 public:
  /// Adds a batch by its value under an estimator.
  void add(double value) { values_.push_back(value); }
  /// Adds a batch by its scores, the negatives clipped to [-clip, clip]: the value is DV's, or SMILE's.
  template <class T>
  void add(const Scores<T>& u, T clip = std::numeric_limits<T>::infinity()) {
    NegativeScores negatives;
    negatives.add(u, clip);
    negatives_.add(u, clip);
    positives_.push_back(mean_of_positives(u));
    add(positives_.back() - negatives.log_mean());
  }

  /// The mean of the batches' values; of batches given by scores, mean u+ - ln mean exp(u-) over all of them
  /// together, whose bias is that of many samples, not that of one batch.
  double value() const {
    return positives_.empty() ? mean(values_) : mean(positives_) - negatives_.log_mean();
  }
  /// The standard error of the mean of the batches' values; infinite for a single one.
  double spread() const {
    double squares = 0;
    const double centre = mean(values_);
    for (const double value : values_) squares += (value - centre) * (value - centre);
    const double count = double(values_.size());
    return count > 1 ? std::sqrt(squares / (count * (count - 1))) : std::numeric_limits<double>::infinity();
  }
  /// Of all batches that were given by scores.
  double effective_samples() const { return negatives_.effective_samples(); }

 private:
  static double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / double(values.size());
  }

  std::vector<double> values_, positives_;
  NegativeScores negatives_;
};

}  // namespace DIM_ABI
}  // namespace dim
