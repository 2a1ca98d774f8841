// Scores that are linear in standardised features, and the most likely classes by them.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "../core/arena.hpp"
#include "../cpu/memory.hpp"
#include "../cpu/multiply.hpp"
#include "standardise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The scores W x' of standardised features x', a block of rows at a time, which is scaled and multiplied while it is
/// in a cache; each thread has its own memory. W (C, D) is kept in T.
template <class T>
class LinearScores {
 public:
  /// Keeps a reference to the scaler. `size` is D.
  LinearScores(const Cpu& cpu, const Scaler& scaler, int classes, long size)
      : scaler_(scaler),
        classes_(classes),
        size_(size),
        own_(std::size_t(cpu.threads())),
        memory_(dim::lay_out(cpu, [this](Arena& arena) { lay_out(arena); })) {}

  /// The most rows of a block: a few MB of features.
  long block() const { return std::clamp((2L << 20) / (size_ * long(sizeof(T))), 32L, 512L); }

  /// Sets W (C, D).
  void set_weights(const double* weights) {
    for (long i = 0; i < classes_ * size_; ++i) weights_[i] = T(weights[i]);
  }

  /// scores(i, c) = Sum_j W(c, j) x'(i, j) for at most block() rows, (rows, C), in this thread's memory.
  T* operator()(const Features<T>& rows, int thread) const {
    const Own& own = own_[std::size_t(thread)];
    scaler_.apply(Cpu{1}, rows, own.scaled);
    multiply(Cpu{1}, MatrixView<T>{own.scaled, rows.count, size_, size_},
             MatrixView<T>{weights_, classes_, size_, size_}.transposed(), own.scratch,
             cpu::Store<T>{own.scores, classes_});
    return own.scores;
  }

  /// dW(c, j) += Sum_i dscores(i, c) x'(i, j), for the gradient that has overwritten a thread's last scores.
  void add_gradient(long rows, int thread, double* dweights) const {
    const Own& own = own_[std::size_t(thread)];
    multiply(Cpu{1}, MatrixView<T>{own.scores, rows, classes_, classes_}.transposed(),
             MatrixView<T>{own.scaled, rows, size_, size_}, own.scratch,
             [&](cpu::Place place, cpu::Vector<T> sum) {
               T lane[cpu::Vector<T>::lanes];
               sum.store(lane);
               double* const to = dweights + place.row * size_ + place.column;
               for (long l = 0; l < place.count; ++l) to[l] += double(lane[l]);
             });
  }

 private:
  void lay_out(Arena& arena) {
    weights_ = arena.take<T>(classes_ * size_);
    for (Own& own : own_) {
      own.scratch = arena.take_bytes(cpu::multiply_scratch<T>().at({.threads = 1}));
      own.scaled = arena.take<T>(block() * size_);
      own.scores = arena.take<T>(block() * classes_);
    }
  }

  struct Own {
    std::byte* scratch;
    T *scaled, *scores;
  };

  const Scaler& scaler_;
  long classes_, size_;
  T* weights_ = nullptr;
  std::vector<Own> own_;
  Memory<Cpu> memory_;  // initialised after the pointers into it
};

/// The class of the largest score W x' + b of each feature, the lowest of equals; parameters are W (C, D), then b
/// (C). Expects checked features. Throws Error for one so far from those of the fit that scores overflow.
template <class T>
std::vector<int> predict_linear(const Cpu& cpu, const Scaler& scaler, const std::vector<double>& parameters,
                                int classes, const Features<T>& test) {
  LinearScores<T> scores(cpu, scaler, classes, test.size);
  scores.set_weights(parameters.data());
  const double* const bias = parameters.data() + parameters.size() - classes;
  const auto likeliest = [&](const T* z) {
    int best = 0;
    for (int c = 0; c < classes; ++c) {
      if (!std::isfinite(z[c])) return -1;
      if (double(z[c]) + bias[c] > double(z[best]) + bias[best]) best = c;
    }
    return best;
  };
  std::vector<int> predicted(std::size_t(test.count));
  for_each_block(cpu, cover(test.count, scores.block()), [&](long block, int thread) {
    const Features<T> rows = test.part(block * scores.block(), scores.block());
    const T* z = scores(rows, thread);
    for (long i = 0; i < rows.count; ++i, z += classes)
      predicted[std::size_t(block * scores.block() + i)] = likeliest(z);
  });
  for (std::size_t i = 0; i < predicted.size(); ++i)
    if (predicted[i] < 0) throw_no_scores(long(i));
  return predicted;
}

/// The fitted state of probes that are linear in standardised features; each defines its own fit.
class LinearClassifier {
 public:
  /// For each feature, the class of the largest score, the lowest of equals, among those that had members in the fit.
  /// Throws Error before a fit, and for features that are missing, not finite, not as long as those of the fit or so
  /// far from them that scores overflow.
  template <class T>
  std::vector<int> predict(const Cpu& cpu, const Features<T>& test) const {
    if (classes_ == 0) throw Error("a probe was used before it was fitted; call fit first");
    check_features(test, "test");
    check_size(scaler_.size(), test.size);
    return predict_linear(cpu, scaler_, parameters_, classes_, test);
  }

  /// The part of the features whose label `predict` returns, in [0, 1]. Throws Error like that, and for labels
  /// outside [0, classes).
  template <class T>
  double accuracy(const Cpu& cpu, const Features<T>& test) const {
    const std::vector<int> predicted = predict(cpu, test);
    check_labels(test, classes_, "test");
    return dim::accuracy(predicted, test);
  }

  /// W (C, D) for standardised features, then b (C); 0 and minus infinity for a class that had no members in the fit.
  const std::vector<double>& parameters() const { return parameters_; }
  const Scaler& scaler() const { return scaler_; }

 protected:
  void set(Scaler scaler, std::vector<double> parameters, int classes) {
    scaler_ = std::move(scaler);
    parameters_ = std::move(parameters);
    classes_ = classes;
  }

  /// Overwrites the parameters of class c, w (D) and its b.
  template <class T>
  void set_class(long c, const T* w, T b) {
    const long size = scaler_.size();
    std::copy_n(w, size, parameters_.begin() + c * size);
    parameters_[std::size_t(classes_ * size + c)] = double(b);
  }
  /// Gives class c the score minus infinity.
  void rule_out(long c) {
    const std::vector<double> none(std::size_t(scaler_.size()));
    set_class(c, none.data(), -std::numeric_limits<double>::infinity());
  }

 private:
  int classes_ = 0;
  Scaler scaler_;
  std::vector<double> parameters_;
};

}  // namespace DIM_ABI
}  // namespace dim
