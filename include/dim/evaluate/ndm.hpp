// How far the numbers of a representation are from independent: the paper's neural dependency measure.
#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "../core/decimal.hpp"
#include "../core/no_progress.hpp"
#include "../core/scalar_math.hpp"
#include "epochs.hpp"
#include "features.hpp"
#include "information_estimates.hpp"
#include "perceptron.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How the neural dependency measure is taken: by default in a minute for 50,000 features of 64 numbers.
struct NdmOptions {
  bool sigmoid = false;                 ///< of each number first, as where it meets the prior
  std::vector<long> hidden{1000, 200};  ///< units of the discriminator's hidden layers, ReLU
  long batch = 1000;                    ///< features a step
  double rate = 1e-3;                   ///< of Adam, betas 0.9 and 0.999; a tenth of it after each milestone
  long epochs = 15;
  std::vector<long> milestones{8, 12};  ///< epochs
  std::uint64_t seed = 1;  ///< of the discriminator's weights, the order of features and the permutations

  /// The lengths of the paper's code.
  static NdmOptions paper() {
    return {.batch = 10000, .rate = 1e-4, .epochs = 1000, .milestones = {500, 750}};
  }
};

/// A batch P of features beside Q, the same features with each column permuted on its own, and their discriminator.
class NdmDiscriminator {
 public:
  /// Takes its memory, for batches of up to `batch` features of `size` numbers.
  NdmDiscriminator(const Cpu& cpu, long size, long batch, const NdmOptions& options)
      : options_(options),
        network_(cpu, perceptron<float>(size, {.hidden = options.hidden}, 1), int(2 * batch), options.seed) {}

  /// Makes P of the features at `rows`, at most as many as the batch, and Q by permutations that are a function of
  /// `number`; returns the scores of both by the discriminator: image i is D(P_i), its negative D(Q_i).
  template <class T>
  Scores<float> scores(const Cpu& cpu, const Features<T>& features, std::span<const long> rows,
                       std::uint64_t number) {
    const Batch<float> x = network_.input();
    const long count = std::ssize(rows);
    for_each_piece(cpu, x.sample(), 4, [&](long begin, long end) {
      std::vector<long> order(rows.size());
      for (long j = begin; j < end; ++j) {
        std::iota(order.begin(), order.end(), 0L);
        shuffle(order,
                Random{options_.seed, Purpose::probe, number * std::uint64_t(x.sample()) + std::uint64_t(j)});
        for (long i = 0; i < count; ++i) {
          x.row(2 * i)[j] = value(features(rows[std::size_t(i)], j));
          x.row(2 * i + 1)[j] = value(features(rows[std::size_t(order[std::size_t(i)])], j));
        }
      }
    });
    network_.forward(cpu, int(2 * count), Step{});
    std::copy_n(network_.output().data, 2 * count, network_.doutput().data);
    return {network_.doutput().data, count, 1, 1, 1, false};
  }

  /// One step of training, by the scores' gradient, which has overwritten them.
  void step(const Cpu& cpu, long count, const Adam& adam) {
    network_.begin_step(adam, 0);
    network_.backward(cpu, int(2 * count), Step{});
    network_.update(cpu, adam);
  }

 private:
  template <class T>
  float value(T x) const {
    return options_.sigmoid ? sigmoid(float(x)) : float(x);
  }

  NdmOptions options_;
  Learner<float> network_;
};

/// The neural dependency measure (Hjelm et al. 2019, after Brakel and Bengio 2017): the total correlation of the
/// columns of `test` (N, D), KL of the joint distribution to the product of its margins in nats, by a discriminator
/// that the bound of Nguyen, Wainwright and Jordan has trained on `train`; the value is that of DV, mean D(P) - ln mean
/// exp D(Q), after the last epoch. The same bits for any number of threads. Throws Error for features that are missing
/// or not finite, fewer than 8, of other sizes in the two sets, for options that are out of range, and for training
/// that diverges. on_epoch is called after each epoch, counted from 1.
template <class T, class OnEpoch = NoProgress>
InformationEstimate ndm(const Cpu& cpu, const Features<T>& train, const Features<T>& test,
                        const NdmOptions& options = {}, const OnEpoch& on_epoch = {}) {
  check_features(train, "training");
  check_features(test, "test");
  check_size(train.size, test.size);
  if (train.count < 8 || test.count < 8 || options.batch < 2 || options.batch > 1L << 24 ||
      options.epochs < 1 || !(options.rate > 0) || !std::isfinite(options.rate))
    throw Error("a neural dependency measure can't be taken of " + std::to_string(train.count) +
                " training and " + std::to_string(test.count) + " test features with batches of " +
                std::to_string(options.batch) + ", " + std::to_string(options.epochs) + " epochs and rate " +
                decimal(options.rate) +
                "; give eight features or more of each, batches of 2 to 2^24, and the rest above 0");
  const long batch = (std::min)(options.batch, train.count);
  // Four test batches at least, so that their spread can be told.
  const long held_out = (std::min)(batch, test.count / 4);
  NdmDiscriminator discriminator(cpu, train.size, batch, options);
  std::vector<double> scratch(std::size_t(estimate_scratch(cpu, batch)));
  InformationEstimate result;
  std::uint64_t number = 0;  // of permutations so far
  const auto learn = [&](std::span<const long> rows, const Adam& adam, long step) {
    double loss = 0;
    run(cpu, [&](const Cpu& team) {
      const Scores<float> u = discriminator.scores(team, train, rows, number++);
      loss = estimate(team, KL(), u, 1.F, scratch.data());
      if (std::isfinite(loss)) discriminator.step(team, batch, adam);
    });
    if (!std::isfinite(loss) && step == 0)
      throw Error("the training features are too large for the discriminator, whose first loss is " +
                  decimal(loss) + "; scale them, or take their sigmoid");
    if (!std::isfinite(loss))
      throw Error("the discriminator's loss in step " + std::to_string(step + 1) + " is " + decimal(loss) +
                  "; take a lower rate than " + decimal(options.rate));
    result.steps = step + 1;
  };
  for_each_batch(options, train.count, batch, Adam{.beta1 = 0.9}, learn, on_epoch);

  const auto measured = [&](const Features<T>& features) {
    HeldOutBatches found;
    std::vector<long> rows(static_cast<std::size_t>(held_out));
    for (long first = 0; first + held_out <= (std::min)(features.count, test.count); first += held_out) {
      std::iota(rows.begin(), rows.end(), first);
      found.add(discriminator.scores(cpu, features, rows, number++));
    }
    return found;
  };
  const HeldOutBatches found = measured(test);
  result.value = found.value();
  result.spread = found.spread();
  result.effective_samples = found.effective_samples();
  result.ceiling = std::log(double(test.count / held_out * held_out));
  result.training = measured(train).value();
  if (!std::isfinite(result.value))
    throw Error("the discriminator's scores are not finite after " + std::to_string(result.steps) +
                " steps; take a lower rate than " + decimal(options.rate));
  result.warning = objections(result);
  return result;
}

}  // namespace DIM_ABI
}  // namespace dim
