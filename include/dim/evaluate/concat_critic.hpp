// A critic of pairs: how well x matches y, for every x and every y of a batch.
#pragma once
#include <algorithm>
#include <vector>

#include "../cpu/pairs.hpp"
#include "../objective/scores.hpp"
#include "perceptron.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The concatenating critic of Poole et al. (2019): a perceptron on [x; y], for all K^2 pairs of K x and K y. As in
/// SplitConcatPass, its first layer is applied to x and y separately, K times each and not K^2. To use it, fill x()
/// and y(), call forward, overwrite the scores with the gradient of a loss, call backward and update, each with the
/// backend that it was made with or the one that run() makes of it.
template <class T>
class ConcatCritic {
 public:
  /// Takes all its memory, for batches of up to `batch`. Throws Error for invalid sizes, without a hidden layer,
  /// since only that combines x and y, and if there is too little memory.
  ConcatCritic(const Cpu& cpu, long x_size, long y_size, const std::vector<long>& hidden, int batch,
               std::uint64_t seed)
      : x_(cpu, perceptron<T>(x_size, {.hidden = {}}, first_of(hidden)), checked(batch), seed),
        y_(cpu, perceptron<T>(y_size, {.hidden = {}}, first_of(hidden)), batch, seed + 1),
        pairs_(cpu, perceptron<T>(first_of(hidden), {.hidden = {hidden.begin() + 1, hidden.end()}}, 1),
               batch * batch, seed + 2) {}

  /// The batch, (K, D) and (K, E).
  Batch<T> x() const { return x_.input(); }
  Batch<T> y() const { return y_.input(); }
  /// The most samples of a batch.
  int batch() const { return x_.batch(); }

  /// Scores (K, K) of the first `count` x, one per row, with the first `count` y.
  Scores<T> forward(const Cpu& cpu, int count) {
    x_.forward(cpu, count, Step{});
    y_.forward(cpu, count, Step{});
    const Scores<T> scores = table(count);
    add_pairs(cpu, constant(y_.output()), constant(x_.output()), scores, nullptr, pairs_.input());
    pairs_.forward(cpu, count * count, Step{});
    std::copy_n(pairs_.output().data, scores.size(), scores.data);
    return scores;
  }

  /// Gradients of the weights, from the gradient that has overwritten the scores of the last forward.
  void backward(const Cpu& cpu, int count) {
    pairs_.backward(cpu, count * count, Step{}, true);
    add_pairs_backward(cpu, constant(pairs_.input()), constant(pairs_.dinput()), table(count), nullptr,
                       y_.doutput(), x_.doutput());
    x_.backward(cpu, count, Step{});
    y_.backward(cpu, count, Step{});
  }

  /// Begins a step of the optimizer, which `update` makes.
  void begin_step(const AnyOptimizer& optimizer) {
    for (Learner<T>* const part : {&x_, &y_, &pairs_}) part->begin_step(optimizer, 0);
  }
  void update(const Cpu& cpu, const AnyOptimizer& optimizer) {
    for (Learner<T>* const part : {&x_, &y_, &pairs_}) part->update(cpu, optimizer);
  }

  /// A copy of all weights.
  std::vector<T> weights() const {
    std::vector<T> all;
    for (const Learner<T>* const part : {&x_, &y_, &pairs_})
      all.insert(all.end(), part->weights().parameters,
                 part->weights().parameters + part->counts().parameters);
    return all;
  }
  /// Restores such a copy, which must be of this critic.
  void set_weights(const std::vector<T>& all) {
    const T* next = all.data();
    for (Learner<T>* const part : {&x_, &y_, &pairs_}) {
      std::copy_n(next, part->counts().parameters, part->weights().parameters);
      next += part->counts().parameters;
    }
  }

 private:
  static long first_of(const std::vector<long>& hidden) {
    if (hidden.empty())
      throw Error("a critic of pairs without a hidden layer can't tell pairs apart; give one or more");
    return hidden.front();
  }
  static int checked(int batch) {
    if (batch < 2 || batch > 8192)
      throw Error("a critic can't score the pairs of batches of ", batch, "; take 2 to 8192");
    return batch;
  }

  Scores<T> table(int count) const { return {pairs_.doutput().data, count, 1, count - 1, 1, true}; }

  Learner<T> x_, y_, pairs_;
};

}  // namespace DIM_ABI
}  // namespace dim
