// A network that runs its stages one after another, bound to weights and memory.
#pragma once
#include <cassert>
#include <concepts>
#include <limits>

#include "arena.hpp"
#include "graph.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Where a network's arrays begin: parameters, their gradients, statistics. Several networks that share them
/// are several passes over one set of weights.
template <class T>
struct Weights {
  T* parameters = nullptr;
  T* dparameters = nullptr;
  T* statistics = nullptr;

  Weights after(Counts counts) const {
    return {parameters + counts.parameters, dparameters ? dparameters + counts.parameters : nullptr,
            statistics + counts.statistics};
  }
};

namespace detail {
/// Copies parameters and statistics.
template <class B, class T>
void copy_weights(const B& backend, const Weights<T>& from, const Weights<T>& to, Counts counts) {
  const auto copy_array = [&](const T* source, T* target, long count) {
    copy(backend, Batch<const T>{source, count, {1, 1, 1}}, Batch<T>{target, count, {1, 1, 1}},
         Write::overwrite);
  };
  copy_array(from.parameters, to.parameters, counts.parameters);
  copy_array(from.statistics, to.statistics, counts.statistics);
}
}  // namespace detail

/// Whether no parameter and no statistic is NaN or infinite.
template <class B, class T>
bool all_finite(const B& backend, const Weights<T>& weights, Counts counts) {
  return all_finite(backend, weights.parameters, counts.parameters) &&
         all_finite(backend, weights.statistics, counts.statistics);
}

/// How a pass treats the gradients of the weights.
enum class Learn { no, overwrite, add };

/// A callback between the layers of a pass, to time them or to send gradients early: after(stage) is called when a
/// stage has run, and once for a layer with its fused rectifier. It refers to the function that it is made from,
/// which must outlive it.
template <class B, class T>
class After {
 public:
  After() = default;
  template <class Function>
    requires std::invocable<const Function&, const Stage<B, T>&>
  After(const Function& function)
      : function_(&function),
        call_([](const void* of, const Stage<B, T>& stage) { (*static_cast<const Function*>(of))(stage); }) {}

  void operator()(const Stage<B, T>& stage) const {
    if (call_) call_(function_, stage);
  }

 private:
  const void* function_ = nullptr;
  void (*call_)(const void*, const Stage<B, T>&) = nullptr;
};

/// A graph of layers, bound to weights and to the memory of one pass; other passes may share the weights. Input and
/// output, and their gradients, are the caller's; everything in between is the network's own, planned once.
template <class B, class T>
class Network {
 public:
  /// Throws Error for a graph without a layer.
  explicit Network(const Graph<B, T>& graph)
      : counts_(graph.counts()),
        entries_(graph.entries()),
        stages_(graph.stages()),
        order_(graph.backward_order()),
        last_(graph.end()) {
    if (stages_.empty()) throw Error("a network without a layer gives nothing; add one to its graph");
    for (const Slot& slot : graph.slots()) slots_.push_back({slot.shape, slot.kept});
  }

  Shape input() const { return shape(0); }
  Shape output() const { return shape(last_); }
  Counts counts() const { return counts_; }
  /// Its parameters and statistics, in memory order.
  const Entries& entries() const { return entries_; }
  /// Zeros wanted around the input, and around the gradient of the output, in pixels, once it is laid out.
  Size border() const { return slots_.front().border; }
  Size gradient_border() const { return slot(last_).gradient_border; }

  /// Binds it to weights; `leaves` is the number of layers before it in the whole network.
  void bind(Weights<T> weights, int leaves = 0) {
    weights_ = weights;
    leaves_ = leaves;
  }
  /// Takes the memory that a pass over up to `sizes.samples` samples keeps. The first call plans, for this backend,
  /// what is fused, what is done in place, and which gradients share buffers.
  void lay_out(const B& backend, Arena& arena, Sizes sizes, bool with_gradients = true) {
    if (needs_.empty()) plan(backend);
    sizes_ = sizes;
    for (std::size_t s = 1; s < slots_.size(); ++s) {
      PlannedSlot& slot = slots_[s];
      if (!slot.used || int(s) == last_) continue;
      const auto take = [&](Size border) {
        return arena.take<T>(sizes.samples * Batch<T>{nullptr, 0, slot.shape, border}.sample());
      };
      if (slot.home == int(s)) slot.data = take(slot.border);
      if (with_gradients && slot.buffer < 0) slot.gradient = take(slot.gradient_border);
    }
    for (PlannedSlot& slot : slots_) slot.data = slots_[std::size_t(slot.home)].data;
    saved_.clear();
    for (const Needs& need : needs_) saved_.push_back(arena.take_bytes(need.saved.at(sizes)));
  }
  /// Bytes of scratch that a pass needs.
  long scratch_bytes() const {
    long largest = 0;
    for (const Needs& need : needs_) largest = (std::max)(largest, need.scratch.at(sizes_));
    return buffers_bytes() + largest;
  }

  /// y = network(x), or y += network(x).
  void forward(const B& backend, Batch<const T> x, Batch<T> y, const Step& step, std::byte* scratch,
               Write write = Write::overwrite, const After<B, T>& after = {}) const {
    assert(covers(x.border, border()));
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const Stage<B, T>& stage = stages_[i];
      stage.layer->forward(
          backend,
          ForwardPass<T>{.input = stage.in == 0 ? x : constant(activation(stage.in, x.count)),
                         .output = stage.out == last_ ? y : activation(stage.out, x.count),
                         .write = stage.out == last_ && stage.write == Write::overwrite ? write : stage.write,
                         .parameters = weights_.parameters + stage.before.parameters,
                         .statistics = weights_.statistics + stage.before.statistics,
                         .memory = {saved_[i], scratch + buffers_bytes(), sizes_},
                         .step = step,
                         .leaf = leaves_ + stage.leaf});
      after(stage);
    }
  }

  /// Writes dx, where it has data, and the gradients of the weights, as `learn` says. The gradient of a kept slot is
  /// added to if `written(slot)` says that it has been written.
  template <class Written>
  void backward(const B& backend, Batch<const T> x, Batch<const T> y, Batch<const T> dy, Batch<T> dx,
                const Step& step, std::byte* scratch, Write write, Learn learn, const Written& written,
                const After<B, T>& after = {}) const {
    assert(covers(dy.border, gradient_border()));
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const std::size_t i = std::size_t(order_[k]);
      const Stage<B, T>& stage = stages_[i];
      Write how = stage.in == 0 ? write : written(stage.in) ? Write::add : Write::overwrite;
      if (adds_[k]) how = Write::add;
      T* const dw = learn == Learn::no ? nullptr : weights_.dparameters + stage.before.parameters;
      stage.layer->backward(
          backend, BackwardPass<T>{
                       .input = stage.in == 0 ? x : constant(activation(stage.in, x.count)),
                       .output = stage.out == last_ ? y : constant(activation(stage.out, x.count)),
                       .doutput = stage.out == last_ ? dy : constant(gradient(stage.out, x.count, scratch)),
                       .dinput = stage.in == 0 ? dx : gradient(stage.in, x.count, scratch),
                       .write = how,
                       .parameters = weights_.parameters + stage.before.parameters,
                       .dparameters = dw,
                       .write_parameters = learn == Learn::add ? Write::add : Write::overwrite,
                       .memory = {saved_[i], scratch + buffers_bytes(), sizes_},
                       .step = step});
      after(stage);
    }
  }
  void backward(const B& backend, Batch<const T> x, Batch<const T> y, Batch<const T> dy, Batch<T> dx,
                const Step& step, std::byte* scratch, Write write = Write::overwrite,
                Learn learn = Learn::overwrite) const {
    backward(backend, x, y, dy, dx, step, scratch, write, learn, [](int) { return false; });
  }

  /// The output of a layer for `count` samples, by its slot in the graph; and its gradient, if the slot is kept.
  Batch<T> activation(int s, long count) const { return {slot(s).data, count, shape(s), slot(s).border}; }
  Batch<T> kept_gradient(int s, long count) const {
    return {slot(s).gradient, count, shape(s), slot(s).gradient_border};
  }

 private:
  /// A slot's place in memory. Input and output have none.
  struct PlannedSlot {
    Shape shape;
    bool kept = false;
    bool used = false;  // by a layer
    Size border = 0, gradient_border = 0;
    int home = 0;     // the slot in whose memory it lies
    int buffer = -1;  // shared buffer for its gradient; -1: one of its own
    T *data = nullptr, *gradient = nullptr;
  };

  const PlannedSlot& slot(int s) const { return slots_[std::size_t(s)]; }
  PlannedSlot& slot(int s) { return slots_[std::size_t(s)]; }
  Shape shape(int s) const { return slot(s).shape; }
  bool is_own(int s) const { return s != 0 && s != last_; }
  template <class Member>
  int count(Member member, int s) const {
    return int(
        std::count_if(stages_.begin(), stages_.end(), [&](const auto& stage) { return stage.*member == s; }));
  }

  void plan(const B& backend) {
    fuse();
    for (const Stage<B, T>& stage : stages_) needs_.push_back(stage.layer->needs(backend, shape(stage.in)));
    plan_borders();
    share_activations();
    plan_gradients();
  }
  /// Fuses each layer with the rectifier behind it, where nothing else reads or writes what lies between.
  void fuse() {
    for (std::size_t i = 0; i + 1 < stages_.size(); ++i) {
      Stage<B, T>&stage = stages_[i], &next = stages_[i + 1];
      const Rectifier rectifier = next.layer->rectifier();
      const int between = stage.out;
      if (!rectifier.present() || next.in != between || slot(between).kept || between == last_ ||
          count(&Stage<B, T>::in, between) != 1 || count(&Stage<B, T>::out, between) != 1)
        continue;
      const auto joined = stage.layer->rectified(rectifier);
      if (!joined) continue;
      stage.layer = joined;
      stage.out = next.out;
      stage.write = next.write;
      stages_.erase(stages_.begin() + std::ptrdiff_t(i) + 1);
      std::erase(order_, int(i) + 1);
      for (int& later : order_)
        if (later > int(i)) --later;
    }
  }
  void plan_borders() {
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      slot(stages_[i].in).used = slot(stages_[i].out).used = true;
      Size &border = slot(stages_[i].in).border, &gradient_border = slot(stages_[i].out).gradient_border;
      border = larger(border, needs_[i].border);
      gradient_border = larger(gradient_border, needs_[i].gradient_border);
    }
  }
  /// An element-wise layer writes over its input, unless that value is still needed or the output is the caller's,
  /// who may want it added to what is there.
  void share_activations() {
    for (std::size_t s = 0; s < slots_.size(); ++s) slots_[s].home = int(s);
    for (std::size_t i = stages_.size(); i-- > 0;) {
      const Stage<B, T>& stage = stages_[i];
      const int in = stage.in, out = stage.out;
      if (!is_own(in) || !is_own(out) || slot(in).kept || stage.layer->reads() != Reads::output ||
          count(&Stage<B, T>::in, in) != 1 || count(&Stage<B, T>::out, out) != 1 ||
          !covers(slot(out).border, slot(in).border) || !(shape(in) == shape(out)))
        continue;
      const bool needed = std::any_of(stages_.begin(), stages_.end(), [&](const Stage<B, T>& before) {
        return before.out == in && includes(before.layer->reads(), Reads::output);
      });
      if (needed) continue;
      slot(in).home = slot(out).home;
      slot(in).border = slot(out).border;
    }
  }
  /// Gradients without a border that aren't kept share buffers: one is free again once the layers that wrote the
  /// activation have read its gradient. A gradient with a border has memory of its own, so that its zeros last.
  void plan_gradients() {
    adds_.assign(order_.size(), false);
    std::vector<std::size_t> written(slots_.size(), none), read(slots_.size(), 0);
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const Stage<B, T>& stage = stages_[std::size_t(order_[k])];
      std::size_t& first = written[std::size_t(stage.in)];
      adds_[k] = first != none;
      if (first == none) first = k;
      read[std::size_t(stage.out)] = k;
    }
    std::vector<std::size_t> free_from;  // of each buffer: the first layer that may write it
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const int s = stages_[std::size_t(order_[k])].in;
      PlannedSlot& of = slot(s);
      if (adds_[k] || !is_own(s) || of.kept || !(of.gradient_border == 0)) continue;
      std::size_t buffer = 0;
      while (buffer < free_from.size() && free_from[buffer] > k) ++buffer;
      if (buffer == free_from.size()) {
        free_from.push_back(0);
        buffers_.push_back({});
      }
      free_from[buffer] = read[std::size_t(s)] + 1;
      buffers_[buffer] = larger(buffers_[buffer], dense(of.shape, sizeof(T)));
      of.buffer = int(buffer);
    }
  }

  long buffers_bytes() const {
    long bytes = 0;
    for (const Extent& buffer : buffers_) bytes += buffer.at(sizes_);
    return bytes;
  }
  Batch<T> gradient(int s, long count, std::byte* scratch) const {
    if (slot(s).buffer < 0) return kept_gradient(s, count);
    for (int b = 0; b < slot(s).buffer; ++b) scratch += buffers_[std::size_t(b)].at(sizes_);
    return {reinterpret_cast<T*>(scratch), count, shape(s), 0};
  }

  static constexpr std::size_t none = (std::numeric_limits<std::size_t>::max)();

  Counts counts_;
  Entries entries_;
  std::vector<Stage<B, T>> stages_;
  std::vector<int> order_;  // of the backward pass
  int last_;
  std::vector<PlannedSlot> slots_;
  std::vector<Needs> needs_;       // of each stage
  std::vector<bool> adds_;         // whether a layer of order_ adds to its input's gradient
  std::vector<Extent> buffers_;    // shared by gradients
  std::vector<std::byte*> saved_;  // of each stage
  Weights<T> weights_;
  int leaves_ = 0;
  Sizes sizes_;
};

}  // namespace DIM_ABI
}  // namespace dim
