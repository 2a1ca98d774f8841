// A layer that has weights to work with and memory to work in.
#pragma once
#include "all_finite.hpp"
#include "arena.hpp"
#include "run.hpp"

namespace dim::inline DIM_ABI {

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

/// Whether no parameter and no statistic is NaN or infinite.
template <class T>
bool all_finite(const Weights<T>& weights, Counts counts) {
  return all_finite(weights.parameters, counts.parameters) &&
         all_finite(weights.statistics, counts.statistics);
}

/// Layer L on samples of shape In, bound to weights and to the memory of one pass.
template <class B, Layer L, Shape In, class T>
class Network {
 public:
  static constexpr Shape output = L::output(In);
  static constexpr Counts counts = dim::counts<L>(In);
  static constexpr Needs need = needs_of<B, T, L>(In);

  /// Binds it to weights; `leaves` of its whole network come before it.
  void bind(Weights<T> weights, int leaves = 0) {
    weights_ = weights;
    leaf_ = leaves;
  }
  /// Takes what a pass over `sizes.samples` samples keeps.
  void lay_out(Arena& arena, Sizes sizes) {
    sizes_ = sizes;
    saved_ = arena.take_bytes(need.saved.at(sizes));
  }
  /// Bytes of scratch that a pass wants.
  long scratch_bytes() const { return need.scratch.at(sizes_); }

  template <class Input, class Output>
  void forward(const B& backend, Input x, Output y, Step step, std::byte* scratch,
               Write write = Write::overwrite) const {
    run_forward<L>(backend, ForwardPass<Input, Output>{.input = x,
                                                       .output = y,
                                                       .write = write,
                                                       .parameters = weights_.parameters,
                                                       .statistics = weights_.statistics,
                                                       .memory = {saved_, scratch, sizes_},
                                                       .step = step,
                                                       .leaf = leaf_});
  }

  /// How backward treats the weights' gradients.
  enum class Learn { no, overwrite, add };

  /// Writes dx, where it has data, and the gradients of the weights.
  template <class Input, class Output, class DOutput, class DInput>
  void backward(const B& backend, Input x, Output y, DOutput dy, DInput dx, Step step, std::byte* scratch,
                Write write = Write::overwrite, Learn learn = Learn::overwrite) const {
    run_backward<L>(backend, BackwardPass<Input, Output, DOutput, DInput>{
                                 .input = x,
                                 .output = y,
                                 .doutput = dy,
                                 .dinput = dx,
                                 .write = write,
                                 .parameters = weights_.parameters,
                                 .dparameters = learn == Learn::no ? nullptr : weights_.dparameters,
                                 .write_parameters = learn == Learn::add ? Write::add : Write::overwrite,
                                 .memory = {saved_, scratch, sizes_},
                                 .step = step});
  }

 private:
  Weights<T> weights_;
  int leaf_ = 0;
  Sizes sizes_;
  std::byte* saved_ = nullptr;
};

}  // namespace dim::inline DIM_ABI
