// How much a small network reads from frozen features: the paper's non-linear classifier.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "../core/all_finite.hpp"
#include "../core/decimal.hpp"
#include "../core/no_progress.hpp"
#include "../cpu/labels.hpp"
#include "epochs.hpp"
#include "perceptron.hpp"
#include "standardise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How the non-linear classifier is trained.
struct MlpProbeOptions {
  int hidden = 200;      ///< units
  double dropout = 0.1;  ///< probability
  int batch = 64;
  double rate = 1e-3;  ///< of Adam, betas 0.9 and 0.999; a tenth of it after each milestone
  long epochs = 20;
  std::vector<long> milestones{10, 15};  ///< epochs
  long last = 5;                         ///< epochs at the end whose test accuracies are averaged
  std::uint64_t seed = 1;                ///< of the first weights, the order and dropout

  /// As long and as slow as the published code trains it.
  static MlpProbeOptions paper() {
    return {.rate = 1e-4, .epochs = 1000, .milestones = {50, 100}, .last = 100};
  }
};

/// Test accuracies of the non-linear classifier, in [0, 1].
struct MlpAccuracy {
  double final = 0;         ///< after the last epoch
  double mean_of_last = 0;  ///< mean over the last epochs, as the paper selects
};

/// One hidden layer with dropout, BatchNorm and ReLU (Hjelm et al. 2019; layers and their order as in the published
/// code), on features standardised on the training split, trained with cross-entropy. A class without members is never
/// predicted; if only one has members, it always is. The same bits for any number of threads.
template <class B = Cpu>
class MlpProbe {
 public:
  /// Trains from the start; calls on_epoch(e) after epoch e, counted from 1, when accuracy() may be asked.
  /// Throws Error for features that are missing or not finite, labels outside [0, classes), fewer than two features,
  /// options that are out of range, and training that diverges.
  template <class T, class OnEpoch = NoProgress>
  void fit(const B& backend, const Features<T>& train, int classes, const MlpProbeOptions& options = {},
           const OnEpoch& on_epoch = {}) {
    check_features(train, "training");
    check_labels(train, classes, "training");
    if (train.count < 2 || options.hidden < 1 || options.batch < 2 || options.epochs < 1 ||
        !(options.rate > 0) || !std::isfinite(options.rate))
      throw Error("an MLP probe can't be fitted to " + std::to_string(train.count) + " features with " +
                  std::to_string(options.hidden) + " hidden units, batches of " +
                  std::to_string(options.batch) + ", " + std::to_string(options.epochs) +
                  " epochs and rate " + decimal(options.rate) +
                  "; give two features or more, batches of two or more, and the rest above 0");
    const int batch = int(std::min<long>(options.batch, train.count));
    Scaler scaler(Cpu{backend.threads()}, train);
    const PerceptronLayers layers{{options.hidden}, true, options.dropout};
    network_ = std::make_unique<Learner<float, B>>(backend, perceptron<float, B>(train.size, layers, classes),
                                                   batch, options.seed);
    std::vector<long> members = members_of(train, classes);
    scaler_ = std::move(scaler);  // once nothing can throw, so that all are of one fit
    members_ = std::move(members);
    const Step pass{Mode::training, options.seed};
    std::vector<int> labels(static_cast<std::size_t>(batch));
    long steps = 0;
    const auto learn = [&](std::span<const long> rows, const Adam& adam, long step) {
      for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = train.labels[rows[i]];
      network_->set_labels(labels);
      network_->begin_step(adam, std::uint64_t(step));
      load(backend, batch, [&](long i) { return train.part(rows[std::size_t(i)], 1); });
      run(backend, [&](const B& team) {
        network_->forward(team, batch, pass);  // z   (N, classes)
        network_->classify(team, batch);       // dz  (N, classes)
        network_->backward(team, batch, pass);
        network_->update(team, adam);
      });
      steps = step + 1;
      if (!std::isfinite(network_->loss())) throw_broken("cross-entropy", steps, options.rate);
    };
    for_each_batch(options, train.count, batch, Adam{.beta1 = 0.9}, learn, [&](long epoch) {
      if (!network_->is_finite()) throw_broken("weights", steps, options.rate);
      on_epoch(epoch);
    });
  }

  /// The likeliest class of each feature, of equals the lowest; the network runs on the threads that it was fitted on.
  /// Throws Error before a fit, and for features that are missing, not finite, not as long as those of the fit or so
  /// far from them that they have no scores.
  template <class T>
  std::vector<int> predict(const B&, const Features<T>& test) {
    if (!network_) throw Error("an MLP probe was asked before it was fitted; call fit first");
    check_features(test, "test");
    check_size(scaler_.size(), test.size);
    const long classes = network_->output().sample();
    std::vector<int> predicted(std::size_t(test.count));
    for (long first = 0; first < test.count; first += network_->batch()) {
      const Features<T> rows = test.part(first, network_->batch());
      load(network_->backend(), int(rows.count), [&](long i) { return rows.part(i, 1); });
      network_->forward(network_->backend(), int(rows.count), Step{});
      const std::vector<float> scores = network_->outputs(int(rows.count));
      for (long i = 0; i < rows.count; ++i) {
        if (!all_finite(scores.data() + i * classes, classes))
          throw_no_scores(first + i, ", or train at a lower rate");
        predicted[std::size_t(first + i)] = likeliest(scores.data() + i * classes);
      }
    }
    return predicted;
  }

  /// The part of the features that `predict` gives their label, in [0, 1]. Throws as it does, and for labels that it
  /// can't predict.
  template <class T>
  double accuracy(const B& backend, const Features<T>& test) {
    const std::vector<int> predicted = predict(backend, test);
    check_labels(test, int(network_->output().sample()), "test");
    return dim::accuracy(predicted, test);
  }

 private:
  /// x(i, j) = (row(i)(j) - mean(j)) / deviation(j) for the first samples of the network's input.
  template <class Row>
  void load(const B& backend, int count, const Row& row) const {
    Batch<float> input = network_->input();
    input.count = count;
    load_batch(backend, input,
               [&](const Batch<float>& to, long i) { scaler_.apply(Cpu{1}, row(i), to.row(i)); });
  }

  /// Forgets what was learnt, and throws.
  [[noreturn]] void throw_broken(const std::string& what, long step, double rate) {
    network_.reset();
    throw Error("the MLP probe's " + what + " at step " + std::to_string(step) +
                " held a number that is not finite; take a lower rate than " + decimal(rate));
  }
  /// The class with the largest of these outputs, of equals the lowest, among those with members.
  int likeliest(const float* output) const {
    int best = -1;
    for (int c = 0; c < int(members_.size()); ++c)
      if (members_[std::size_t(c)] > 0 && (best < 0 || output[c] > output[best])) best = c;
    return best;
  }

  Scaler scaler_;
  std::vector<long> members_;  // of each class, in the fit
  std::unique_ptr<Learner<float, B>> network_;
};

/// Fits an MLP probe and returns its test accuracy after the last epoch, and the mean over the last epochs. on_epoch
/// is called after each. Throws as MlpProbe does, and for a mean over no epoch or more than there are.
template <class B, class T, class OnEpoch = NoProgress>
MlpAccuracy mlp_accuracy(const B& backend, const Features<T>& train, const Features<T>& test, int classes,
                         const MlpProbeOptions& options = {}, const OnEpoch& on_epoch = {}) {
  check_features(test, "test");
  check_labels(test, classes, "test");
  check_size(train.size, test.size);
  MlpProbe<B> probe;
  MlpAccuracy result;
  const long last = options.last;
  if (options.epochs >= 1 && (last < 1 || last > options.epochs))
    throw Error("the mean over the last " + std::to_string(last) + " of " + std::to_string(options.epochs) +
                " epochs was asked for; give a number from 1 to that of the epochs");
  probe.fit(backend, train, classes, options, [&](long epoch) {
    if (epoch > options.epochs - last) {
      result.final = probe.accuracy(backend, test);
      result.mean_of_last += result.final / double(last);
    }
    on_epoch(epoch);
  });
  return result;
}

}  // namespace DIM_ABI
}  // namespace dim
