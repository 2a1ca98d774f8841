// A network that is trained by itself, without a Trainer.
#pragma once
#include <cassert>
#include <string>
#include <vector>

#include "../core/arena.hpp"
#include "../core/error.hpp"
#include "../core/network.hpp"
#include "../cpu/labels.hpp"
#include "../cpu/optimizer.hpp"
#include "../cpu/weight_layout.hpp"
#include "../model/initialise.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
// The backend's update, under a name that no member hides.
template <class B, class T>
void update_weights(const B& backend, const AnyOptimizer& optimizer, const Weights<T>& weights, T* moments,
                    Counts counts, const StepState* state) {
  update(backend, optimizer, weights.parameters, weights.dparameters, moments, counts.parameters, state);
}
}  // namespace detail

/// A graph with its own weights, optimizer and memory for batches of up to `batch` samples: what probes, critics and
/// decoders are trained with. Initialised as by PyTorch's default. To use it, fill input(), call forward, write
/// doutput(), call backward and update, each with the backend that it was made with or the one that run() makes of
/// it. All arrays lie in the backend's memory.
template <class T, class B = Cpu>
class Learner {
 public:
  /// Takes all its memory. Throws Error for a batch of no sample, and if there is too little memory.
  Learner(const B& backend, const Graph<B, T>& graph, int batch, std::uint64_t seed)
      : backend_(backend), batch_(batch), network_(graph) {
    if (batch < 1)
      throw Error("a network can't learn from batches of ", batch, " samples; take batches of 1 or more");
    memory_ = dim::lay_out(backend_, [this](Arena& arena) { lay_out(arena); });
    begin(seed);
  }

  /// Resets the weights to initial ones, and the optimizer's state.
  void begin(std::uint64_t seed) {
    initialise<TorchInitialisation>(backend_, network_.entries(), seed, 0, weights_.parameters,
                                    weights_.statistics);
    fill(backend_, Batch<T>{moments_, counts().parameters * Adam::moments, {1, 1, 1}}, T(0));
    steps_ = 0;
  }

  /// The samples, and the gradient of a loss with respect to them, if backward was asked for it. Dense for
  /// perceptrons.
  Batch<T> input() const { return {input_, batch_, network_.input(), network_.border()}; }
  Batch<T> dinput() const { return {dinput_, batch_, network_.input()}; }
  /// The outputs, and the gradient of a loss with respect to them, which has a border for convolutions.
  Batch<T> output() const { return {output_, batch_, network_.output()}; }
  Batch<T> doutput() const { return {doutput_, batch_, network_.output(), network_.gradient_border()}; }

  /// Whether all weights, statistics and moments are finite.
  bool is_finite() const { return all_finite(backend_, weights_, counts()); }
  /// The backend that it was made with.
  const B& backend() const { return backend_; }
  /// The numbers of parameters and of BatchNorm's statistics.
  Counts counts() const { return network_.counts(); }
  /// Parameters and statistics, and the gradients of the parameters.
  Weights<T> weights() const { return weights_; }
  /// The most samples of a batch.
  int batch() const { return batch_; }

  /// Begins a step; all steps must be made by optimizers of the same type. `number` distinguishes its dropout from
  /// that of other steps.
  void begin_step(const AnyOptimizer& optimizer, std::uint64_t number) {
    StepState state{.number = number};
    prepare(optimizer, steps_ + 1, state);
    upload(backend_, &state, state_, 1);
  }

  /// Outputs of the first `count` samples.
  void forward(const B& backend, int count, const Step& step) {
    assert(backend.threads() <= backend_.threads());
    network_.forward(backend, first(input(), count), first(output(), count), in_its_step(step), scratch_);
  }
  /// These outputs, (count, outputs), downloaded.
  std::vector<T> outputs(int count) const {
    std::vector<T> numbers(std::size_t(count * network_.output().size()));
    download(backend_, output_, numbers.data(), std::ssize(numbers));
    return numbers;
  }

  /// Sets the classes of the first samples.
  void set_labels(const std::vector<int>& labels) {
    assert(std::ssize(labels) <= batch_);
    upload(backend_, labels.data(), labels_, std::ssize(labels));
  }
  /// Writes the mean cross-entropy of the first `count` outputs, as scores of the classes, to `loss`, or to where
  /// loss() reads it, and its gradient to doutput().
  void classify(const B& backend, int count, double* loss = nullptr) {
    mean_cross_entropy(backend, constant(first(output(), count)), labels_, first(doutput(), count),
                       loss ? loss : loss_);
  }
  /// That cross-entropy, in nats.
  double loss() const {
    double loss = 0;
    download(backend_, loss_, &loss, 1);
    return loss;
  }

  /// Gradients of the weights, and of the input if wanted, for the first `count` samples, after forward of the same
  /// samples.
  void backward(const B& backend, int count, const Step& step, bool to_input = false) {
    assert(backend.threads() <= backend_.threads());
    Batch<T> dx = first(dinput(), count);
    if (!to_input) dx.data = nullptr;
    network_.backward(backend, first(input(), count), first(output(), count), first(doutput(), count), dx,
                      in_its_step(step), scratch_);
  }

  /// Makes the optimizer's step.
  void update(const B& backend, const AnyOptimizer& optimizer) {
    ++steps_;
    detail::update_weights(backend, optimizer, weights_, moments_, counts(), state_);
  }

 private:
  void lay_out(Arena& arena) {
    weights_.parameters = arena.take<T>(counts().parameters);
    weights_.dparameters = arena.take<T>(counts().parameters);
    weights_.statistics = arena.take<T>(counts().statistics);
    moments_ = arena.take<T>(counts().parameters * Adam::moments);
    network_.lay_out(backend_, arena, {batch_, backend_.threads()});
    input_ = arena.take<T>(batch_ * input().sample());
    dinput_ = arena.take<T>(batch_ * dinput().sample());
    output_ = arena.take<T>(batch_ * output().sample());
    doutput_ = arena.take<T>(batch_ * doutput().sample());
    network_.bind(weights_);
    scratch_ = arena.take_bytes(network_.scratch_bytes());
    state_ = arena.take<StepState>(1);
    labels_ = arena.take<int>(batch_);
    loss_ = arena.take<double>(1);
  }

  static Batch<T> first(Batch<T> batch, int count) {
    batch.count = count;
    return batch;
  }

  Step in_its_step(Step step) const {
    step.state = state_;
    return step;
  }

  B backend_;
  int batch_;
  Network<B, T> network_;
  Memory<B> memory_;
  Weights<T> weights_;
  T* moments_ = nullptr;  // of the optimizer
  T *input_ = nullptr, *dinput_ = nullptr, *output_ = nullptr, *doutput_ = nullptr;
  std::byte* scratch_ = nullptr;
  StepState* state_ = nullptr;
  int* labels_ = nullptr;
  double* loss_ = nullptr;
  long steps_ = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
