// From a layer to a backend's kernels: what they need, whether they exist, and dense arrays for those that
// know no borders.
#pragma once
#include "layer.hpp"

namespace dim::inline DIM_ABI {

/// Stands for a backend where only its type counts: constant expressions cannot make one, but can refer to one.
template <class B>
inline const B any_backend{};

template <class B, class L>
concept StatesNeeds = requires(const B& backend, Shape in) {
  { needs(backend, L{}, in, 4L) } -> std::same_as<Needs>;
};

/// Bytes of one dense sample.
constexpr Extent dense(Shape shape, long scalar) {
  return Extent{.per_sample = shape.size() * scalar}.rounded();
}

/// What L needs on backend B for samples of shape `in` with scalars T. A layer whose kernels know nothing of
/// borders gets room for dense copies of its input, its output and their gradients. Where shapes do not fit
/// it needs nothing: that they don't is said elsewhere, once.
template <class B, class T, Layer L>
constexpr Needs needs_of(Shape in) {
  Needs result;
  if (!in.valid() || !L::output(in).valid()) return result;
  if constexpr (StatesNeeds<B, L>) result = needs(any_backend<B>, L{}, in, long(sizeof(T)));
  result.saved = result.saved.rounded();
  result.scratch = result.scratch.rounded();
  if (!result.views) {
    const Extent copies = dense(in, sizeof(T)) + dense(L::output(in), sizeof(T));
    result.scratch = result.scratch + copies + copies;
  }
  return result;
}

/// Hands out the arrays of a piece of memory one after another.
class Cursor {
 public:
  Cursor(std::byte* begin, Sizes sizes) : next_(begin), sizes_(sizes) {}

  std::byte* skip(Extent extent) {
    std::byte* const here = next_;
    next_ += extent.rounded().at(sizes_);
    return here;
  }
  template <class T>
  T* take(Extent extent) {
    return reinterpret_cast<T*>(skip(extent));
  }

 private:
  std::byte* next_;
  Sizes sizes_;
};

template <class B, class L, class Forward>
concept RunsForward = requires(const B& backend, const Forward& pass) { forward(backend, L{}, pass); };
template <class B, class L, class Backward>
concept RunsBackward = requires(const B& backend, const Backward& pass) { backward(backend, L{}, pass); };

/// Says in one line, once for backend B and layer L, that a kernel is missing. (Handing on the concept's
/// value keeps the compiler from listing every overload that did not match.)
template <class B, class L, bool HasKernel>
constexpr bool require_kernel() {
  static_assert(HasKernel,
                "this backend has no kernel for this layer: include the backend's header, or overload both "
                "forward() and backward() for the two");
  return HasKernel;
}

/// Runs L's forward kernel.
template <Layer L, class B, class Input, class Output>
void run_forward(const B& backend, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  constexpr Needs need = needs_of<B, T, L>(Input::shape);
  if constexpr (need.views) {
    if constexpr (require_kernel<B, L, RunsForward<B, L, ForwardPass<Input, Output>>>())
      forward(backend, L{}, pass);
  } else {
    using DenseInput = View<const T, Input::shape>;
    using DenseOutput = View<T, Output::shape>;
    if constexpr (require_kernel<B, L, RunsForward<B, L, ForwardPass<DenseInput, DenseOutput>>>()) {
      Cursor room(pass.memory.scratch, pass.memory.sizes);
      const View<T, Input::shape> input{room.take<T>(dense(Input::shape, sizeof(T))), pass.input.count};
      const DenseOutput output{room.take<T>(dense(Output::shape, sizeof(T))), pass.output.count};
      copy(backend, pass.input.pictures(), input.pictures(), Write::overwrite);
      forward(backend, L{},
              ForwardPass<DenseInput, DenseOutput>{
                  .input = input,
                  .output = output,
                  .parameters = pass.parameters,
                  .statistics = pass.statistics,
                  .memory = {pass.memory.saved, room.skip({}), pass.memory.sizes},
                  .step = pass.step,
                  .leaf = pass.leaf});
      copy(backend, View<const T, Output::shape>(output).pictures(), pass.output.pictures(), pass.write);
    }
  }
}

/// Runs L's backward kernel.
template <Layer L, class B, class Input, class Output, class DOutput, class DInput>
void run_backward(const B& backend, const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  constexpr Needs need = needs_of<B, T, L>(Input::shape);
  if constexpr (need.views) {
    if constexpr (require_kernel<B, L, RunsBackward<B, L, BackwardPass<Input, Output, DOutput, DInput>>>())
      backward(backend, L{}, pass);
  } else {
    using DenseIn = View<T, Input::shape>;
    using DenseOut = View<T, Output::shape>;
    using DensePass = BackwardPass<View<const T, Input::shape>, View<const T, Output::shape>,
                                   View<const T, Output::shape>, DenseIn>;
    if constexpr (require_kernel<B, L, RunsBackward<B, L, DensePass>>()) {
      const int count = pass.doutput.count;
      Cursor room(pass.memory.scratch, pass.memory.sizes);
      const DenseIn input{room.take<T>(dense(Input::shape, sizeof(T))), count};
      const DenseOut output{room.take<T>(dense(Output::shape, sizeof(T))), count};
      const DenseIn dinput{room.take<T>(dense(Input::shape, sizeof(T))), count};
      const DenseOut doutput{room.take<T>(dense(Output::shape, sizeof(T))), count};
      if constexpr (includes(L::reads, Reads::input))
        copy(backend, pass.input.pictures(), input.pictures(), Write::overwrite);
      if constexpr (includes(L::reads, Reads::output))
        copy(backend, pass.output.pictures(), output.pictures(), Write::overwrite);
      copy(backend, pass.doutput.pictures(), doutput.pictures(), Write::overwrite);
      if (pass.dparameters && pass.write_parameters == Write::overwrite)
        std::fill_n(pass.dparameters, counts<L>(Input::shape).parameters, T(0));
      backward(backend, L{},
               DensePass{.input = input,
                         .output = output,
                         .doutput = doutput,
                         .dinput = {pass.dinput ? dinput.data : nullptr, count},
                         .parameters = pass.parameters,
                         .dparameters = pass.dparameters,
                         .write_parameters = Write::add,
                         .memory = {pass.memory.saved, room.skip({}), pass.memory.sizes},
                         .step = pass.step});
      if (pass.dinput)
        copy(backend, View<const T, Input::shape>(dinput).pictures(), pass.dinput.pictures(), pass.write);
    }
  }
}

}  // namespace dim::inline DIM_ABI
