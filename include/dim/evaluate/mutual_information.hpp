// Mutual information of two arrays, by training a critic.
#pragma once
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../core/no_progress.hpp"
#include "../data/sampler.hpp"
#include "concat_critic.hpp"
#include "information_estimates.hpp"
#include "outlier.hpp"
#include "standardise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How a critic is trained, and which value is reported.
enum class InformationEstimator {
  infonce,  ///< trained by NCE, ln K - loss reported (van den Oord, Li and Vinyals 2018)
  dv,       ///< trained by DV, its value reported (Donsker and Varadhan 1983)
  mine,     ///< trained by MINE, the value of DV reported (Belghazi et al. 2018)
  nwj,      ///< trained by KL, its value reported (Nguyen, Wainwright and Jordan 2010)
  jsd,      ///< trained by JSD, the value of DV reported
  smile,    ///< trained by JSD, the value of SMILE reported (Song and Ermon 2020)
};

/// The options of an estimate of mutual information.
struct InformationOptions {
  InformationEstimator estimator = InformationEstimator::infonce;
  std::vector<long> hidden{16, 8};  ///< units of the critic's hidden layers
  int batch = 256;                  ///< K samples, of which all K^2 pairs are scored
  double rate = 0.02;               ///< of Adam, betas 0.9 and 0.999; falls linearly to 0 at the last step
  long steps = 1000;
  long check_every = 100;  ///< steps between evaluations on the validation part
  double decay = 0.99;     ///< of MINE's moving average
  double clip = 5;         ///< of SMILE
  std::uint64_t seed = 1;  ///< of the split, the order and the critic's initial weights
};

/// The loss that trains the critic of an estimator.
class CriticLoss {
 public:
  /// For tables of up to `batch` rows; `decay` is MINE's.
  CriticLoss(const Cpu& cpu, InformationEstimator estimator, double decay, long batch)
      : estimator_(estimator), mine_(decay), scratch_(std::size_t(estimate_scratch(cpu, batch))) {}

  /// Returns the loss of scores, whose gradient overwrites them. Throws Error for an invalid estimator.
  double operator()(const Cpu& cpu, const Scores<float>& u) {
    switch (estimator_) {
      case InformationEstimator::infonce:
        return estimate(cpu, NCE(), u, 1.F, scratch_.data());
      case InformationEstimator::dv:
        return estimate(cpu, DV(), u, 1.F, scratch_.data());
      case InformationEstimator::mine:
        return mine_(cpu, u, 1.F);
      case InformationEstimator::nwj:
        return estimate(cpu, KL(), u, 1.F, scratch_.data());
      case InformationEstimator::jsd:
      case InformationEstimator::smile:
        return estimate(cpu, JSD(), u, 1.F, scratch_.data());
    }
    throw Error("an estimator of mutual information that isn't one of the six; choose one of these");
  }

 private:
  InformationEstimator estimator_;
  MINE mine_;
  std::vector<double> scratch_;
};

/// Trains a critic on pairs of rows and estimates with it. One object makes one estimate.
class InformationFit {
 public:
  /// Standardises x (N, D) and y (N, E) by their training half, and splits: half of the rows for training, a quarter
  /// for choosing the best weights, a quarter for the value that is reported.
  template <class X, class Y>
  InformationFit(const Cpu& cpu, const Features<X>& x, const Features<Y>& y,
                 const InformationOptions& options)
      : cpu_(cpu), options_(options) {
    check_features(x, "x");
    check_features(y, "y");
    require_estimable(x.count, y.count);
    order_.resize(std::size_t(x.count));
    std::iota(order_.begin(), order_.end(), 0L);
    shuffle(order_, Random{options.seed, Purpose::probe});
    training_ = {0, x.count / 2};
    validation_ = {training_.count, (x.count - training_.count) / 2};
    test_ = {training_.count + validation_.count, x.count - training_.count - validation_.count};
    x_ = standardised(x, "x");
    y_ = standardised(y, "y");
    critic_ = std::make_unique<ConcatCritic<float>>(cpu, x.size, y.size, options.hidden,
                                                    int(std::min<long>(options.batch, training_.count)),
                                                    options.seed);
    // At least four batches, for an estimate of their spread.
    held_out_batch_ = std::min<long>(critic_->batch(), validation_.count / 4);
    scratch_.resize(std::size_t(estimate_scratch(cpu, critic_->batch())));
  }

  /// Trains, restores the weights that were best on the validation part, and estimates on the test part.
  template <class OnStep>
  InformationEstimate operator()(const OnStep& on_step) {
    const int batch = critic_->batch();
    Sampler sampler(training_.count, batch, options_.seed);
    Adam adam{.rate = options_.rate, .beta1 = 0.9};
    CriticLoss loss_of(cpu_, options_.estimator, options_.decay, batch);
    std::vector<float> best = critic_->weights();
    double most = measured(validation_).value;
    long steps = 0;
    for (long step = 0; step < options_.steps; ++step) {
      adam.rate = options_.rate * double(options_.steps - step) / double(options_.steps);
      load(sampler.batch(step / sampler.batches_per_epoch(), step % sampler.batches_per_epoch()));
      double loss = 0;
      critic_->begin_step(adam);
      run(cpu_, [&](const Cpu& team) {
        loss = loss_of(team, critic_->forward(team, batch));
        if (!std::isfinite(loss)) return;
        critic_->backward(team, batch);
        critic_->update(team, adam);
      });
      if (!std::isfinite(loss))
        throw Error("the critic's loss after step ", step, " is ", loss, "; take a lower rate than ",
                    options_.rate);
      on_step(step + 1);
      if ((step + 1) % options_.check_every != 0 && step + 1 != options_.steps) continue;
      const double value = measured(validation_).value;
      if (!(value > most)) continue;
      most = value, steps = step + 1;
      best = critic_->weights();
    }
    critic_->set_weights(best);
    InformationEstimate result = measured(test_);
    result.training = measured({0, test_.count}).value;
    result.steps = steps;
    // InfoNCE's value is a mean over rows, each with few negatives.
    result.warning = objections(result, is_infonce() ? 0 : 100);
    if (!outlier_.empty()) result.warning += (result.warning.empty() ? "" : "; ") + outlier_;
    return result;
  }

 private:
  /// Rows of x_ and y_.
  struct Part {
    long first, count;
  };

  bool is_infonce() const { return options_.estimator == InformationEstimator::infonce; }

  void require_estimable(long rows, long rows_of_y) const {
    if (rows != rows_of_y)
      throw Error(rows, " rows of x meet ", rows_of_y, " of y; give row i of both from the same sample");
    if (rows < 32)
      throw Error("mutual information can't be estimated from ", rows,
                  " rows, which are split in three; give 32 or more, better thousands");
    const InformationOptions& o = options_;
    if (o.batch < 2 || o.steps < 1 || o.check_every < 1 || !(o.rate > 0) || !std::isfinite(o.rate) ||
        !(o.decay >= 0 && o.decay < 1) || !(o.clip > 0))
      throw Error("a critic can't be trained with batches of ", o.batch, ", ", o.steps,
                  " steps checked every ", o.check_every, ", rate ", o.rate, ", decay ", o.decay,
                  " and clip ", o.clip, "; give batches of two or more, a decay in [0, 1), the rest above 0");
  }

  /// The rows in the order of the split, (N, D), each column standardised by the training half. Notes an outlier
  /// there.
  template <class T>
  std::vector<float> standardised(const Features<T>& given, const std::string& name) {
    std::vector<T> rows(std::size_t(given.count * given.size));
    for_each_piece(cpu_, given.count, 64, [&](long begin, long end) {
      for (long i = begin; i < end; ++i)
        for (long j = 0; j < given.size; ++j)
          rows[std::size_t(i * given.size + j)] = given(order_[std::size_t(i)], j);
    });
    const Features<T> all{rows.data(), given.count, given.size};
    const Features<T> half = all.part(0, training_.count);
    const Scaler scaler(cpu_, half, name);
    if (const auto outlier = find_outlier(half, scaler); outlier && outlier_.empty())
      outlier_ = detail::joined(
          "row ", order_[std::size_t(outlier->row)], ", column ", outlier->column, " of ", name,
          " lies so far off that the critic cannot tell the other rows of its column apart");
    scaler.apply(cpu_, all, rows.data());
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (!(std::abs(rows[i]) < T(1e6)))
        throw Error(
            "row ", order_[i / std::size_t(given.size)], ", column ", i % std::size_t(given.size), " of ",
            name,
            " lies a million deviations from its mean in the training half; leave the row or the column out");
    if constexpr (std::is_same_v<T, float>)
      return rows;
    else
      return {rows.begin(), rows.end()};
  }

  /// Rows `rows` of x_ and y_ as the critic's batch.
  void load(std::span<const long> rows) {
    const auto gather = [&](const std::vector<float>& from, const Batch<float>& to) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(from.data() + rows[i] * to.sample(), to.sample(), to.row(long(i)));
    };
    gather(x_, critic_->x());
    gather(y_, critic_->y());
  }

  /// Value, spread, effective samples and ceiling on some rows, in batches; rows that don't fill one are left out.
  InformationEstimate measured(const Part& part) {
    const bool infonce = is_infonce(), nwj = options_.estimator == InformationEstimator::nwj;
    const float clip = options_.estimator == InformationEstimator::smile
                           ? float(options_.clip)
                           : std::numeric_limits<float>::infinity();
    const long count = held_out_batch_, batches = part.count / count;
    std::vector<long> rows(static_cast<std::size_t>(count));
    HeldOutBatches bound, by_scores;
    double samples_of_rows = 0;
    for (long b = 0; b < batches; ++b) {
      std::iota(rows.begin(), rows.end(), part.first + b * count);
      load(rows);
      const Scores<float> u = critic_->forward(cpu_, int(count));
      by_scores.add(u, clip);
      for (long r = 0; infonce && r < count; ++r) {
        NegativeScores row;
        row.add(u.row(r));
        samples_of_rows += row.effective_samples() / double(batches * count);
      }
      if (infonce)
        bound.add(NCE().estimate(estimate(cpu_, NCE(), u, 1.F, scratch_.data()), u));
      else if (nwj)
        bound.add(-estimate(cpu_, KL(), u, 1.F, scratch_.data()));
    }
    const HeldOutBatches& from = infonce || nwj ? bound : by_scores;
    return {.value = from.value(),
            .spread = from.spread(),
            .effective_samples = infonce ? samples_of_rows : by_scores.effective_samples(),
            .ceiling = std::log(double(infonce ? count : batches * count))};
  }

  Cpu cpu_;
  InformationOptions options_;
  std::vector<long> order_;
  Part training_{}, validation_{}, test_{};
  std::vector<float> x_, y_;
  std::string outlier_;  // describes the outlier that speaks against the value, if there is one
  std::unique_ptr<ConcatCritic<float>> critic_;
  long held_out_batch_ = 0;
  std::vector<double> scratch_;
};

/// Estimates the mutual information of x (N, D) and y (N, E), rows of the same samples, in nats, on samples that
/// neither trained the critic nor chose when to stop. Columns are standardised by the training half, so that neither
/// scale nor shift of a column matters; constant columns carry no information. The same bits for any number of
/// threads. Throws Error for unequal numbers of rows of x and y, fewer than 32 rows, numbers that are not finite or a
/// million deviations off, options out of range, and training that diverges. on_step is called after each step,
/// counted from 1.
template <class X, class Y, class OnStep = NoProgress>
InformationEstimate estimate_mutual_information(const Cpu& cpu, const Features<X>& x, const Features<Y>& y,
                                                const InformationOptions& options = {},
                                                const OnStep& on_step = {}) {
  return InformationFit(cpu, x, y, options)(on_step);
}

}  // namespace DIM_ABI
}  // namespace dim
