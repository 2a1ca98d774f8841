// A perceptron whose sizes are known at run time: what probes, critics and discriminators are made of.
#pragma once
#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "../core/all_finite.hpp"
#include "../core/arena.hpp"
#include "../core/error.hpp"
#include "../core/network.hpp"
#include "../cpu/batch_norm.hpp"
#include "../cpu/dropout.hpp"
#include "../cpu/linear.hpp"
#include "../cpu/optimizer.hpp"
#include "../cpu/order.hpp"
#include "../train/initialise.hpp"

namespace dim::inline DIM_ABI {

/// The layers of a perceptron between its inputs and its outputs.
struct PerceptronLayers {
  std::vector<long> hidden{200};  ///< units of each hidden layer; they end in ReLU
  bool batch_norm = false;        ///< of the hidden layers' sums
  double dropout = 0;             ///< probability that a hidden sum becomes 0, before BatchNorm
};

/// Linear, [Dropout, BatchNorm], ReLU for each hidden layer, then Linear, with weights of its own and room for batches
/// of up to `batch` samples. PyTorch's default initialisation. One fills input(), calls forward, writes doutput(),
/// calls backward and update, each with the backend that it was made with, or with what run() makes of that.
template <class T>
class Perceptron {
  using ReLUFunction = LeakyFunction<Ratio{0, 1}>;

 public:
  /// Takes all its memory. Throws Error for sizes that are no networks, and where memory isn't enough.
  Perceptron(const Cpu& cpu, long inputs, const PerceptronLayers& layers, long outputs, int batch,
             std::uint64_t seed)
      : cpu_(cpu), batch_(batch), batch_norm_(layers.batch_norm), dropout_(layers.dropout) {
    long size = inputs;
    for (const long units : layers.hidden) stages_.push_back({std::exchange(size, units), units});
    stages_.push_back({size, outputs});
    for (Stage& stage : stages_) {
      if (!is_size(stage.inputs) || !is_size(stage.units) || batch < 1 || !(dropout_ >= 0 && dropout_ < 1))
        throw Error("a perceptron of " + std::to_string(inputs) + " inputs and " + std::to_string(outputs) +
                    " outputs for batches of " + std::to_string(batch) + " with dropout " +
                    std::to_string(dropout_) +
                    " can't be: each layer has 1 to 2^24 units, a batch 1 sample or more, and dropout lies "
                    "in [0, 1)");
      stage.first = counts_;
      counts_ = counts_ + counts(stage);
    }
    memory_ = dim::lay_out(cpu_, *this);
    initialise<TorchInitialisation>(cpu_, entries(), seed, 0, weights_.parameters, weights_.statistics);
  }

  /// The samples, (N, inputs), and the gradient of a loss to them, where backward was asked for it.
  Rows<T> input() const { return {input_, batch_, stages_.front().inputs}; }
  Rows<T> dinput() const { return {dinput_, batch_, stages_.front().inputs}; }
  /// What comes out, (N, outputs), and the gradient of a loss to it.
  Rows<T> output() const { return {stages_.back().y, batch_, stages_.back().units}; }
  Rows<T> doutput() const { return {stages_.back().dy, batch_, stages_.back().units}; }

  /// Whether all numbers that it has learnt and keeps are finite.
  bool is_finite() const { return all_finite(weights_, counts_); }
  /// What it was made with.
  const Cpu& backend() const { return cpu_; }
  /// How many numbers are learnt, and how many BatchNorm keeps.
  Counts counts() const { return counts_; }
  /// These numbers, and their gradients.
  Weights<T> weights() const { return weights_; }
  /// The most samples of a batch.
  int batch() const { return batch_; }

  /// Outputs of the first `count` samples.
  void forward(const Cpu& cpu, int count, Step step) {
    assert(cpu.threads() <= cpu_.threads());
    const T* x = input_;
    for (std::size_t l = 0; l < stages_.size(); ++l) {
      const Stage& stage = stages_[l];
      const Matrix<T> rows{x, count, stage.inputs, stage.inputs};
      const Matrix<T> w{parameters(stage), stage.inputs, stage.units, stage.units};
      const T* const bias = parameters(stage) + stage.inputs * stage.units;
      if (is_plain(stage))
        multiply(cpu, rows, w, scratch_, StoreActivated<ReLUFunction, T>{{stage.y, stage.units}, bias});
      else
        multiply(cpu, rows, w, scratch_, Store<T>{stage.sums, stage.units, false, bias});
      if (is_hidden(stage) && !is_plain(stage)) activate(cpu, stage, count, step, int(l));
      x = stage.y;
    }
  }

  /// Whether all outputs of sample i are finite.
  bool has_scores(long i) const {
    const Rows<T> z = output();
    return all_finite(z.row(i), z.size);
  }
  /// Which output of sample i is the largest, of equals the first.
  int largest_output(long i) const {
    const Rows<T> z = output();
    return int(std::max_element(z.row(i), z.row(i) + z.size) - z.row(i));
  }

  /// Gradients of the weights, and of the input if wanted, of the first `count` samples, after forward of the same
  /// ones; doutput() is overwritten.
  void backward(const Cpu& cpu, int count, Step step, bool to_input = false) {
    assert(cpu.threads() <= cpu_.threads());
    for (std::size_t l = stages_.size(); l-- > 0;) {
      const Stage& stage = stages_[l];
      if (is_hidden(stage)) deactivate(cpu, stage, count, step);  // dy becomes dsums
      const T* const x = l > 0 ? stages_[l - 1].y : input_;
      T* const dx = l > 0 ? stages_[l - 1].dy : to_input ? dinput_ : nullptr;
      T* const dw = weights_.dparameters + stage.first.parameters;
      const Matrix<T> rows{x, count, stage.inputs, stage.inputs},
          dsums{stage.dy, count, stage.units, stage.units};
      const Matrix<T> w{parameters(stage), stage.inputs, stage.units, stage.units};
      multiply(cpu, rows.transposed(), dsums, scratch_, Store<T>{dw, stage.units});
      bias_gradient(cpu, constant(of(stage.dy, count, stage).pictures()), dw + stage.inputs * stage.units,
                    false, reinterpret_cast<T*>(scratch_));
      if (dx) multiply(cpu, dsums, w.transposed(), scratch_, Store<T>{dx, stage.inputs});
    }
  }

  /// One step of the optimizer, which must be of one kind from the first on.
  void update(const Cpu& cpu, const AnyOptimizer& optimizer) {
    dim::update(cpu, optimizer, weights_.parameters, weights_.dparameters, moments_, counts_.parameters,
                ++steps_);
  }

  /// Called by the constructor, twice.
  void lay_out(Arena& arena) {
    weights_.parameters = arena.take<T>(counts_.parameters);
    weights_.dparameters = arena.take<T>(counts_.parameters);
    weights_.statistics = arena.take<T>(counts_.statistics);
    moments_ = arena.take<T>(counts_.parameters * Adam::moments);
    input_ = arena.take<T>(batch_ * stages_.front().inputs);
    dinput_ = arena.take<T>(batch_ * stages_.front().inputs);
    Extent scratch = multiply_scratch<T>();
    for (Stage& stage : stages_) {
      stage.y = arena.take<T>(batch_ * stage.units);
      stage.dy = arena.take<T>(batch_ * stage.units);
      stage.sums = stage.y;
      if (is_hidden(stage) && batch_norm_) stage.sums = arena.take<T>(batch_ * stage.units);
      if (is_hidden(stage) && batch_norm_) stage.moments = arena.take<T>(2 * stage.units);
      if (is_hidden(stage) && dropout_ > 0) stage.mask = arena.take<unsigned char>(batch_ * stage.units);
      scratch = larger(scratch, channel_sums_scratch<T>(2, stage.units));
    }
    scratch_ = arena.take_bytes(scratch.at({.samples = batch_, .threads = cpu_.threads()}));
  }

 private:
  /// A Linear and, in a hidden layer, what follows it.
  struct Stage {
    long inputs, units;
    Counts first{};        // what the stages before own
    T* sums = nullptr;     // x w + b (N, units), as BatchNorm reads it; y where there is none
    T* y = nullptr;        // (N, units)
    T* dy = nullptr;       // (N, units)
    T* moments = nullptr;  // that BatchNorm normalised by: mean (units), 1 / deviation (units)
    unsigned char* mask = nullptr;
  };

  static bool is_size(long units) { return units >= 1 && units <= 1L << 24; }
  bool is_hidden(const Stage& stage) const { return &stage != &stages_.back(); }
  /// Whether its rectifier runs within the product.
  bool is_plain(const Stage& stage) const { return is_hidden(stage) && !batch_norm_ && dropout_ == 0; }
  Counts counts(const Stage& stage) const {
    const bool normalised = batch_norm_ && is_hidden(stage);
    return {(stage.inputs + (normalised ? 3 : 1)) * stage.units, normalised ? 2 * stage.units : 0, 1};
  }
  T* parameters(const Stage& stage) const { return weights_.parameters + stage.first.parameters; }
  Rows<T> of(T* data, int count, const Stage& stage) const { return {data, count, stage.units}; }
  T dropout_scale() const { return T(1 / (1 - dropout_)); }

  /// sums -> y
  void activate(const Cpu& cpu, const Stage& stage, int count, Step step, int leaf) const {
    const Rows<T> sums = of(stage.sums, count, stage), y = of(stage.y, count, stage);
    if (dropout_ > 0 && step.mode == Mode::training) {
      draw_mask(cpu, step, leaf, dropout_, stage.mask, count * stage.units);
      drop(cpu, constant(sums.pictures()), stage.mask, dropout_scale(), sums.pictures(), Write::overwrite);
    }
    if (batch_norm_)
      normalise<ReLUFunction>(cpu, ForwardPass<Rows<const T>, Rows<T>>{
                                       .input = sums,
                                       .output = y,
                                       .parameters = parameters(stage) + (stage.inputs + 1) * stage.units,
                                       .statistics = weights_.statistics + stage.first.statistics,
                                       .memory = batch_norm_memory(stage),
                                       .step = step});
    else
      transform(cpu, constant(sums.pictures()), y.pictures(), Write::overwrite,
                [](T x) { return ReLUFunction::value(x); });
  }

  /// dy -> dsums, in place
  void deactivate(const Cpu& cpu, const Stage& stage, int count, Step step) const {
    const Rows<T> sums = of(stage.sums, count, stage), y = of(stage.y, count, stage),
                  dy = of(stage.dy, count, stage);
    const long behind_bias = (stage.inputs + 1) * stage.units;
    if (batch_norm_)
      normalise_backward<ReLUFunction>(
          cpu, BackwardPass<Rows<const T>, Rows<const T>, Rows<const T>, Rows<T>>{
                   .input = sums,
                   .output = y,
                   .doutput = dy,
                   .dinput = dy,
                   .parameters = parameters(stage) + behind_bias,
                   .dparameters = weights_.dparameters + stage.first.parameters + behind_bias,
                   .memory = batch_norm_memory(stage),
                   .step = step});
    else
      transform(cpu, constant(y.pictures()), constant(dy.pictures()), dy.pictures(), Write::overwrite,
                [](T value, T gradient) { return ReLUFunction::gradient(value, gradient); });
    if (dropout_ > 0 && step.mode == Mode::training)
      drop(cpu, constant(dy.pictures()), stage.mask, dropout_scale(), dy.pictures(), Write::overwrite);
  }
  Workspace batch_norm_memory(const Stage& stage) const {
    return {reinterpret_cast<std::byte*>(stage.moments),
            scratch_,
            {.samples = batch_, .threads = cpu_.threads()}};
  }

  /// Names as PyTorch gives them to a list of such layers.
  Entries entries() const {
    Entries all;
    for (std::size_t l = 0; l < stages_.size(); ++l) {
      const Stage& stage = stages_[l];
      const std::string path = std::to_string(l) + ".";
      const int inputs = int(stage.inputs), units = int(stage.units);
      long next = stage.first.parameters;
      const auto add = [&](const Parameter& parameter) {
        all.parameters.push_back(
            {path + parameter.name, parameter, std::exchange(next, next + parameter.size())});
      };
      add({"weight", Kind::weight, units, inputs, 1, 1, 2, inputs});
      add({"bias", Kind::bias, units, 1, 1, 1, 1, inputs});
      if (!batch_norm_ || !is_hidden(stage)) continue;
      add({"gain", Kind::gain, units});
      add({"shift", Kind::shift, units});
      all.statistics.push_back({path + "mean", {"mean", units, 0}, stage.first.statistics});
      all.statistics.push_back({path + "variance", {"variance", units, 1}, stage.first.statistics + units});
    }
    return all;
  }

  Cpu cpu_;
  int batch_;
  bool batch_norm_;
  double dropout_;
  std::vector<Stage> stages_;
  Counts counts_;
  Memory<Cpu> memory_;
  Weights<T> weights_;
  T* moments_ = nullptr;  // of the optimizer
  T* input_ = nullptr;
  T* dinput_ = nullptr;
  std::byte* scratch_ = nullptr;
  long steps_ = 0;
};

}  // namespace dim::inline DIM_ABI
