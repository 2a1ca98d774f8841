// What a network consists of: stages, each a layer between two slots.
#pragma once
#include <algorithm>
#include <utility>

#include "any_layer.hpp"
#include "error.hpp"
#include "sum.hpp"

namespace dim {
inline namespace DIM_ABI {

/// An activation of a network, and its gradient: nothing is fused or done in place across one that is kept.
struct Slot {
  Shape shape;
  bool kept = false;
};

/// A layer's place in a network.
template <class B, class T>
struct Stage {
  std::shared_ptr<const AnyLayer<B, T>> layer;
  int in = 0, out = 0;             // slots
  Write write = Write::overwrite;  // of the output: the second branch of a Sum adds
  int leaf = 0;                    // its index among all layers, which keeps their random numbers apart
  Counts before{};                 // what the layers before it own
  std::string path;                // prefix of its parameters' names
};

namespace detail {
/// y = x: adds a branch of a Sum whose last layer can't add it itself.
template <class B, class T>
class CopyLayer final : public AnyLayer<B, T> {
 public:
  const char* misfit(Shape) const override { return nullptr; }
  Shape output(Shape in) const override { return in; }
  Reads reads() const override { return Reads::nothing; }
  std::vector<Parameter> parameters(Shape) const override { return {}; }
  std::vector<Statistic> statistics(Shape) const override { return {}; }
  std::string name() const override { return "Copy"; }
  const char* describe(NumberTaker&) const override { return "Identity"; }  // which computes the same
  Rectifier rectifier() const override { return {}; }
  std::shared_ptr<const AnyLayer<B, T>> rectified(Rectifier) const override { return nullptr; }
  Needs needs(const B&, Shape) const override { return {.views = true}; }
  void forward(const B& backend, const ForwardPass<T>& pass) const override {
    copy(backend, pass.input, pass.output, pass.write);
  }
  void backward(const B& backend, const BackwardPass<T>& pass) const override {
    if (pass.dinput) copy(backend, pass.doutput, pass.dinput, pass.write);
  }
  std::shared_ptr<const AnyLayer<B, T>> derivative() const override { return nullptr; }
  void add_curvature(const B&, const Batch<const T>&, const Batch<const T>&, const Batch<const T>&,
                     const Batch<T>&) const override {}
};
}  // namespace detail

/// A network to which layers are appended one after another: slot 0 is its input, and each layer adds a slot for its
/// output, which stays unused where a Sum has the layer write to another slot.
template <class B, class T>
class Graph {
 public:
  using LayerPointer = std::shared_ptr<const AnyLayer<B, T>>;

  explicit Graph(Shape in) : slots_{{in}} {}

  /// Appends a layer, whose parameters are named path + name, and returns the slot of its output. `leaf`, if given,
  /// replaces its index among all layers. Throws Error if it doesn't fit what comes before.
  int add(LayerPointer layer, const std::string& path, int leaf = -1) {
    const Shape in = slots_[std::size_t(end_)].shape;
    if (const char* const why = layer->misfit(in))
      throw Error(why, ": ", layer->name(), " on samples of ", to_string(in),
                  " (channels x height x width); take another layer, or other numbers");
    const Shape out = layer->output(in);
    Stage<B, T> stage{std::move(layer), end_, int(slots_.size()), Write::overwrite, 0, counts_, path};
    stage.leaf = leaf >= 0 ? leaf : counts_.leaves;
    for (const Parameter& parameter : stage.layer->parameters(in)) counts_.parameters += parameter.size();
    for (const Statistic& statistic : stage.layer->statistics(in)) counts_.statistics += statistic.size;
    ++counts_.leaves;
    push(std::move(stage), out);
    return end_;
  }
  /// The same for a spec, as in add(LinearSpec{.units = 10}, "0.").
  template <class Spec>
    requires requires(const Spec& spec, Shape in) {
      { spec.output(in) } -> std::same_as<Shape>;
    }
  int add(const Spec& spec, const std::string& path, int leaf = -1) {
    return add(std::make_shared<LayerOf<B, T, Spec>>(spec), path, leaf);
  }
  /// The same for a layer that is a type, such as a Sequential or a Sum.
  template <Layer L>
  int append(const std::string& path) {
    append_parts(L{}, path);
    return end_;
  }

  /// Appends two branches that both read the last output, each by a function that appends its layers, and adds their
  /// outputs.
  template <class First, class Second>
  int sum(const First& first, const Second& second) {
    const int begin = end_;
    std::vector<int> behind = std::exchange(backward_order_, {});
    first();
    close_branch(begin);
    const int result = end_;
    std::vector<int> order = std::exchange(backward_order_, {});
    end_ = begin;
    second();
    close_branch(begin);
    if (!(slots_[std::size_t(end_)].shape == slots_[std::size_t(result)].shape))
      throw Error(DIM_SUM_SHAPES ", ", to_string(slots_[std::size_t(result)].shape), " and ",
                  to_string(slots_[std::size_t(end_)].shape));
    for (Stage<B, T>& stage : stages_)  // one, or more where the branch ends in a sum itself
      if (stage.out == end_) stage.out = result, stage.write = Write::add;
    end_ = result;
    order.insert(order.end(), backward_order_.begin(), backward_order_.end());
    order.insert(order.end(), behind.begin(), behind.end());
    backward_order_ = std::move(order);
    return end_;
  }

  /// Appends a layer, as add() does, that reads slot `in`; where `sum` is a slot already, the layer's output is added
  /// to it. Returns the slot of the result, which is then the last output. Throws Error as add() does, for a slot
  /// that no layer has written, and for a sum that can't be: of two shapes, of a slot already read, or of an output
  /// that its own layer reads.
  int add_on(int in, LayerPointer layer, const std::string& path, int sum = -1) {
    const auto gives = [](int slot) { return [slot](const auto& stage) { return stage.out == slot; }; };
    if (in != 0 && std::none_of(stages_.begin(), stages_.end(), gives(in)))
      throw Error("slot ", in, " is read before a layer has written it");
    end_ = in;
    const int result = add(std::move(layer), path);
    if (sum < 0) return result;
    if (sum == result || std::none_of(stages_.begin(), stages_.end(), gives(sum)))
      throw Error("slot ", sum, " is added to before a layer has written it");
    for (const Stage<B, T>& stage : stages_) {
      if (stage.in == sum) throw Error("slot ", sum, " is added to after a layer has read it");
      if ((stage.out == sum || stage.out == result) && includes(stage.layer->reads(), Reads::output))
        throw Error("slot ", sum, " is added to, and ", stage.layer->name(),
                    " reads there what it gave; let an Identity copy that");
    }
    const Shape of_sum = slots_[std::size_t(sum)].shape, of_result = slots_[std::size_t(result)].shape;
    if (!(of_sum == of_result))
      throw Error(DIM_SUM_SHAPES ", ", to_string(of_sum), " and ", to_string(of_result));
    stages_.back().out = sum;
    stages_.back().write = Write::add;
    return end_ = sum;
  }

  /// Keeps the last output, or a slot, so that others may read it and write its gradient.
  void keep() { keep(end_); }
  void keep(int slot) { slots_[std::size_t(slot)].kept = true; }

  const std::vector<Slot>& slots() const { return slots_; }
  const std::vector<Stage<B, T>>& stages() const { return stages_; }
  /// Stages in the order of the backward pass, in which the first branch of a Sum comes first.
  const std::vector<int>& backward_order() const { return backward_order_; }
  /// The slot of the last output.
  int end() const { return end_; }
  Counts counts() const { return counts_; }
  /// All parameters and statistics, in memory order.
  Entries entries() const {
    Entries all;
    for (const Stage<B, T>& stage : stages_) {
      const Shape in = slots_[std::size_t(stage.in)].shape;
      long next = stage.before.parameters;
      for (const Parameter& parameter : stage.layer->parameters(in))
        all.parameters.push_back(
            {stage.path + parameter.name, parameter, std::exchange(next, next + parameter.size())});
      next = stage.before.statistics;
      for (const Statistic& statistic : stage.layer->statistics(in))
        all.statistics.push_back(
            {stage.path + statistic.name, statistic, std::exchange(next, next + statistic.size)});
    }
    return all;
  }

 private:
  void push(Stage<B, T> stage, Shape out) {
    backward_order_.insert(backward_order_.begin(), int(stages_.size()));
    stages_.push_back(std::move(stage));
    slots_.push_back({out});
    end_ = int(slots_.size()) - 1;
  }
  /// A branch whose last layer reads its own output can't share the slot of the sum, nor can one without layers.
  void close_branch(int begin) {
    const bool reads = end_ != begin && includes(stages_.back().layer->reads(), Reads::output);
    if (end_ == begin || reads || slots_[std::size_t(end_)].kept)
      push({std::make_shared<detail::CopyLayer<B, T>>(), end_, int(slots_.size()), Write::overwrite,
            counts_.leaves, counts_, ""},
           slots_[std::size_t(end_)].shape);
  }

  template <Layer L>
  void append_parts(L, const std::string& path) {
    if constexpr (Composite<L>)
      append_parts(typename L::Parts{}, path);
    else
      add(any_layer<B, T, L>(), path);
  }
  template <Layer... Layers>
  void append_parts(Sequential<Layers...>, const std::string& path) {
    int i = 0;
    (append_parts(Layers{}, path + std::to_string(i++) + "."), ...);
  }
  template <Layer First, Layer Second>
  void append_parts(Sum<First, Second>, const std::string& path) {
    sum([&] { append_parts(First{}, path + "0."); }, [&] { append_parts(Second{}, path + "1."); });
  }

  std::vector<Slot> slots_;
  std::vector<Stage<B, T>> stages_;
  std::vector<int> backward_order_;
  int end_ = 0;
  Counts counts_;
};

/// The graph of a layer on samples of shape In, with the fit checked at compile time.
template <Layer L, Shape In, class B, class T>
Graph<B, T> graph_of(const std::string& path = "") {
  static_assert(Link<0, L, In>::fits());
  Graph<B, T> graph(In);
  graph.template append<L>(path);
  return graph;
}

}  // namespace DIM_ABI
}  // namespace dim
