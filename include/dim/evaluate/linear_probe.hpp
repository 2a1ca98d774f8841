// How much a linear classifier reads from frozen features: multinomial logistic regression.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "../core/decimal.hpp"
#include "../cpu/cross_entropy.hpp"
#include "../cpu/dot.hpp"
#include "lbfgs.hpp"
#include "linear_scores.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The loss of multinomial logistic regression and its gradient, in one pass over the features:
///
///     L(W, b) = 1/N Sum_i (ln Sum_c exp(z(i, c)) - z(i, y_i)) + decay/2 |W|^2,    z = W x' + b, in nats.
///
/// Rows are shared out in at most 32 chunks, whose sums are added in order: the same bits for any number of
/// threads, of which no more than 32 find work. The sums of the chunks take about as much memory as L-BFGS.
template <class T>
class LogisticLoss {
 public:
  /// Keeps a reference to the scaler. The features and their labels are taken as checked.
  LogisticLoss(const Cpu& cpu, const Scaler& scaler, const Features<T>& train, int classes, double decay)
      : cpu_(cpu),
        train_(train),
        classes_(classes),
        decay_(decay),
        chunk_(cover(train.count, 32)),
        scores_(cpu, scaler, classes, train.size),
        sums_(std::size_t(cover(train.count, chunk_) * (size() + 1))) {}

  /// Number of parameters: W (C, D), then b (C).
  long size() const { return classes_ * (train_.size + 1); }

  /// Returns L and writes its gradient; both parameters and gradient are of size().
  double operator()(const double* parameters, double* gradient) {
    const long chunks = cover(train_.count, chunk_), step = size() + 1, weights = classes_ * train_.size;
    const double count = double(train_.count);
    const auto sums = [&](long chunk) { return sums_.data() + chunk * step; };
    scores_.set_weights(parameters);
    run(cpu_, [&](const Cpu& team) {
      for_each_block(team, chunks, [&](long chunk, int thread) {
        add_chunk(train_.part(chunk * chunk_, chunk_), parameters + weights, thread, sums(chunk));
      });
      for_each_piece(team, size(), 8192, [&](long begin, long end) {
        std::fill(gradient + begin, gradient + end, 0.0);
        for (long chunk = 0; chunk < chunks; ++chunk)
          for (long i = begin; i < end; ++i) gradient[i] += sums(chunk)[i] / count;
      });
    });
    double loss = 0;
    for (long chunk = 0; chunk < chunks; ++chunk) loss += sums(chunk)[size()];
    cpu::add_multiple(decay_, parameters, gradient, weights);
    return loss / count + decay_ / 2 * cpu::dot(parameters, parameters, weights);
  }

 private:
  /// Writes the sums over a chunk: dW, db and the cross-entropy.
  void add_chunk(const Features<T>& chunk, const double* bias, int thread, double* sums) const {
    std::fill_n(sums, size() + 1, 0.0);
    double* const dbias = sums + classes_ * train_.size;
    for (long first = 0; first < chunk.count; first += scores_.block()) {
      const Features<T> rows = chunk.part(first, scores_.block());
      T* z = scores_(rows, thread);
      for (long i = 0; i < rows.count; ++i, z += classes_) {
        sums[size()] += cpu::cross_entropy(z, bias, classes_, rows.labels[i]);
        for (long c = 0; c < classes_; ++c) dbias[c] += double(z[c]);
      }
      scores_.add_gradient(rows.count, thread, sums);
    }
  }

  Cpu cpu_;
  Features<T> train_;
  long classes_;
  double decay_;
  long chunk_;  // rows
  LinearScores<T> scores_;
  std::vector<double> sums_;  // of each chunk: dW, db, cross-entropy
};

/// How a linear probe is fitted.
struct LinearProbeOptions {
  double decay = 1e-3;   ///< of the loss decay/2 |W|^2, in nats; C = 1 / (decay N) in other notation
  int iterations = 100;  ///< of L-BFGS, at most
};

/// Multinomial logistic regression on features standardised on the training split: the loss is LogisticLoss,
/// minimised from zero by L-BFGS until its gradient is no longer than 10^-5 or that part of the first one.
/// Features aren't copied: a block of some MB is standardised at a time. The same bits for any number of
/// threads. A class without members is never predicted; if only one has members, it always is.
class LinearProbe : public LinearClassifier {
 public:
  /// Fits to the training features, forgetting what was. Throws Error for features that are missing or not
  /// finite, labels outside [0, classes), and options below 0.
  template <class T>
  void fit(const Cpu& cpu, const Features<T>& train, int classes, const LinearProbeOptions& options = {}) {
    check_features(train, "training");
    check_labels(train, classes, "training");
    if (!(options.decay >= 0) || !std::isfinite(options.decay) || options.iterations < 0)
      throw Error("a linear probe can't be fitted with decay " + decimal(options.decay) + " and " +
                  std::to_string(options.iterations) + " iterations; give finite numbers of at least 0");
    long bytes = 0;  // of the vectors that L-BFGS and the loss work with
    if (__builtin_mul_overflow(train.size + 1, long(classes) * 64 * long(sizeof(double)), &bytes))
      throw Error("weights for " + std::to_string(classes) + " classes by " + std::to_string(train.size) +
                  " numbers fit into no memory; check the number of classes");
    Scaler scaler(cpu, train);
    LogisticLoss<T> loss(cpu, scaler, train, classes, options.decay);
    Eigen::VectorXd parameters = Eigen::VectorXd::Zero(loss.size());
    descent_ = minimise(loss, parameters, options.iterations, 1e-5);
    set(std::move(scaler), {parameters.begin(), parameters.end()}, classes);
    const std::vector<long> members = members_of(train, classes);
    for (int c = 0; c < classes; ++c)
      if (members[std::size_t(c)] == 0) rule_out(c);
  }

  /// The loss in nats, decay included: at the start, ln C, and after each iteration.
  const std::vector<double>& losses() const { return descent_.values; }
  /// Whether the gradient became that short.
  bool converged() const { return descent_.converged; }

 private:
  Descent descent_{};
};

}  // namespace DIM_ABI
}  // namespace dim
