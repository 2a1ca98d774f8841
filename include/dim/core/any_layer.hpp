// Layers as values, whatever their types: networks are lists of them.
#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "cursor.hpp"
#include "sequential.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
// (Passing on the concept's value keeps the compiler from listing every overload that did not match.)
template <class B, class Spec, bool has_kernels>
constexpr bool require_kernels() {
  static_assert(has_kernels,
                "this backend has no kernel for this layer: include the backend's header, or overload both "
                "forward() and backward() for the two");
  return has_kernels;
}

// The kernels, under names that class members don't hide.
template <class B, class Spec>
Needs needs_of_spec(const B& backend, const Spec& spec, Shape in, long scalar) {
  Needs result;
  if constexpr (requires { needs(backend, spec, in, scalar); }) result = needs(backend, spec, in, scalar);
  result.saved = result.saved.rounded();
  result.scratch = result.scratch.rounded();
  return result;
}
template <class B, class Spec, class T>
concept HasKernels =
    requires(const B& backend, const Spec& spec, const ForwardPass<T>& there, const BackwardPass<T>& back) {
      forward(backend, spec, there);
      backward(backend, spec, back);
    };
template <class B, class Spec, class T>
concept HasCurvature = requires(const B& backend, const Spec& spec, const Batch<const T>& x,
                                const Batch<T>& p) { curvature(backend, spec, x, x, x, p); };
template <class B, class Spec, class T>
void run_curvature(const B& backend, const Spec& spec, const Batch<const T>& y, const Batch<const T>& t,
                   const Batch<const T>& d, const Batch<T>& p) {
  if constexpr (HasCurvature<B, Spec, T>) curvature(backend, spec, y, t, d, p);
}
template <class B, class Spec, class T>
void run_kernel(const B& backend, const Spec& spec, const ForwardPass<T>& pass) {
  forward(backend, spec, pass);
}
template <class B, class Spec, class T>
void run_kernel(const B& backend, const Spec& spec, const BackwardPass<T>& pass) {
  backward(backend, spec, pass);
}

/// A dense batch of the size of another, in memory from a cursor.
template <class T>
Batch<std::remove_const_t<T>> dense_like(const Batch<T>& batch, Cursor& room) {
  using Scalar = std::remove_const_t<T>;
  return {room.take<Scalar>(dense(batch.shape, sizeof(T))), batch.count, batch.shape};
}
}  // namespace detail

/// A layer and its kernels on backend B for scalars T.
template <class B, class T>
class AnyLayer {
 public:
  virtual ~AnyLayer() = default;

  /// Why the layer is impossible or can't take samples of this shape, as a sentence without a full stop; else null.
  virtual const char* misfit(Shape in) const = 0;
  /// The shape of what it makes of samples of this one.
  virtual Shape output(Shape in) const = 0;
  /// Which activations its backward pass reads.
  virtual Reads reads() const = 0;
  virtual std::vector<Parameter> parameters(Shape in) const = 0;
  virtual std::vector<Statistic> statistics(Shape in) const = 0;
  /// As C++ would write it.
  virtual std::string name() const = 0;
  /// Passes its numbers to `numbers` and returns its kind in files; null for a layer that files can't describe, a
  /// user's own.
  virtual const char* describe(NumberTaker& numbers) const = 0;

  /// The rectifier that this layer is, or none.
  virtual Rectifier rectifier() const = 0;
  /// This layer fused with the rectifier behind it; null where its kernels don't rectify.
  virtual std::shared_ptr<const AnyLayer> rectified(Rectifier rectifier) const = 0;

  /// The memory that its kernels need, and what they can read.
  virtual Needs needs(const B& backend, Shape in) const = 0;
  /// y = f(x), where and how the pass says.
  virtual void forward(const B& backend, const ForwardPass<T>& pass) const = 0;
  /// From dy to dx and the gradients of the parameters.
  virtual void backward(const B& backend, const BackwardPass<T>& pass) const = 0;

  /// For an affine layer its derivative, which is the layer without its constant term; else null.
  virtual std::shared_ptr<const AnyLayer> derivative() const = 0;
  /// p += f''(x) t d for an element-wise layer y = f(x), given y: the layer's curvature in a gradient penalty.
  virtual void add_curvature(const B& backend, const Batch<const T>& y, const Batch<const T>& t,
                             const Batch<const T>& d, const Batch<T>& p) const = 0;
};

/// The layer that a spec describes, or a layer without a spec. Kernels that don't handle borders are given dense
/// copies, and always add to the gradients of weights.
template <class B, class T, class Spec>
class LayerOf final : public AnyLayer<B, T> {
 public:
  explicit LayerOf(const Spec& spec) : spec_(spec) {}

  const char* misfit(Shape in) const override {
    if constexpr (requires { spec_.misfit(in); }) return spec_.misfit(in);
    return spec_.output(in).valid() ? nullptr : "a layer doesn't fit what reaches it";
  }
  Shape output(Shape in) const override { return spec_.output(in); }
  Reads reads() const override {
    if constexpr (requires {
                    { spec_.reads_with_rectifier() } -> std::same_as<Reads>;
                  })
      return spec_.reads_with_rectifier();
    else
      return Spec::reads;
  }
  std::vector<Parameter> parameters(Shape in) const override {
    if constexpr (requires { spec_.parameters(in); }) return listed<Parameter>(spec_.parameters(in));
    return {};
  }
  std::vector<Statistic> statistics(Shape in) const override {
    if constexpr (requires { spec_.statistics(in); }) return listed<Statistic>(spec_.statistics(in));
    return {};
  }
  std::string name() const override { return spec_.name(); }
  const char* describe([[maybe_unused]] NumberTaker& numbers) const override {
    if constexpr (detail::Describable<Spec>) {
      Described<Spec>::numbers(spec_, [&](const char* name, auto value) { numbers.take(name, value); });
      return Described<Spec>::kind;
    }
    return nullptr;
  }

  Rectifier rectifier() const override {
    if constexpr (requires {
                    { spec_.rectifier() } -> std::same_as<Rectifier>;
                  })
      return spec_.rectifier();
    else
      return {};
  }
  std::shared_ptr<const AnyLayer<B, T>> rectified(Rectifier rectifier) const override {
    if constexpr (requires(Spec spec) { spec.rectifier = rectifier; }) {
      Spec spec = spec_;
      spec.rectifier = rectifier;
      if (!spec_.rectifier.present()) return std::make_shared<LayerOf>(spec);
    }
    return nullptr;
  }

  std::shared_ptr<const AnyLayer<B, T>> derivative() const override {
    if constexpr (requires {
                    { spec_.derivative() } -> std::same_as<Spec>;
                  })
      return std::make_shared<LayerOf>(spec_.derivative());
    return nullptr;
  }
  void add_curvature(const B& backend, const Batch<const T>& y, const Batch<const T>& t,
                     const Batch<const T>& d, const Batch<T>& p) const override {
    detail::run_curvature(backend, spec_, y, t, d, p);
  }

  Needs needs(const B& backend, Shape in) const override {
    Needs result = detail::needs_of_spec(backend, spec_, in, long(sizeof(T)));
    if (!result.views) {
      const Extent copies = dense(in, sizeof(T)) + dense(output(in), sizeof(T));
      result.scratch = result.scratch + copies + copies;
    }
    return result;
  }

  void forward(const B& backend, const ForwardPass<T>& pass) const override {
    if constexpr (has_kernels()) run_forward(backend, pass);
  }
  void backward(const B& backend, const BackwardPass<T>& pass) const override {
    if constexpr (has_kernels()) run_backward(backend, pass);
  }

 private:
  static constexpr bool has_kernels() {
    return detail::require_kernels<B, Spec, detail::HasKernels<B, Spec, T>>();
  }

  void run_forward(const B& backend, const ForwardPass<T>& pass) const {
    if (knows_borders(backend, pass.input.shape)) return detail::run_kernel(backend, spec_, pass);
    Cursor room(pass.memory.scratch, pass.memory.sizes);
    const Batch<T> input = detail::dense_like(pass.input, room),
                   output = detail::dense_like(pass.output, room);
    copy(backend, pass.input, input, Write::overwrite);
    ForwardPass<T> inner = pass;
    inner.input = input;
    inner.output = output;
    inner.write = Write::overwrite;
    inner.memory.scratch = room.skip({});
    detail::run_kernel(backend, spec_, inner);
    copy(backend, constant(output), pass.output, pass.write);
  }

  void run_backward(const B& backend, const BackwardPass<T>& pass) const {
    if (knows_borders(backend, pass.input.shape)) return detail::run_kernel(backend, spec_, pass);
    Cursor room(pass.memory.scratch, pass.memory.sizes);
    const Batch<T> input = detail::dense_like(pass.input, room),
                   output = detail::dense_like(pass.output, room);
    const Batch<T> dinput = detail::dense_like(pass.input, room),
                   doutput = detail::dense_like(pass.output, room);
    if (includes(reads(), Reads::input)) copy(backend, pass.input, input, Write::overwrite);
    if (includes(reads(), Reads::output)) copy(backend, pass.output, output, Write::overwrite);
    copy(backend, pass.doutput, doutput, Write::overwrite);
    if (pass.dparameters && pass.write_parameters == Write::overwrite) {
      long count = 0;
      for (const Parameter& parameter : parameters(pass.input.shape)) count += parameter.size();
      fill(backend, Batch<T>{pass.dparameters, count, {1, 1, 1}}, T(0));
    }
    BackwardPass<T> inner = pass;
    inner.input = input;
    inner.output = output;
    inner.doutput = doutput;
    inner.dinput = pass.dinput ? dinput : Batch<T>{nullptr, dinput.count, dinput.shape};
    inner.write = Write::overwrite;
    inner.write_parameters = Write::add;
    inner.memory.scratch = room.skip({});
    detail::run_kernel(backend, spec_, inner);
    if (pass.dinput) copy(backend, constant(dinput), pass.dinput, pass.write);
  }

  template <class Array, class All>
  static std::vector<Array> listed(const All& all) {
    return {all.begin(), all.end()};
  }

  bool knows_borders(const B& backend, Shape in) const {
    return detail::needs_of_spec(backend, spec_, in, long(sizeof(T))).views;
  }

  Spec spec_;
};

namespace detail {
/// Whether a gradient penalty can differentiate a layer, and all its parts, twice.
template <class B, class T, Layer L>
constexpr bool is_twice_differentiable() {
  if constexpr (Composite<L>) {
    const auto each = []<Layer... Parts>(Sequential<Parts...>) {
      return (is_twice_differentiable<B, T, Parts>() && ...);
    };
    if constexpr (requires { each(typename L::Parts{}); })
      return each(typename L::Parts{});
    else
      return false;
  } else {
    constexpr auto spec = spec_of<L>();
    using Spec = decltype(spec_of<L>());
    return requires {
      { spec.derivative() } -> std::same_as<Spec>;
    } || requires {
      { spec.rectifier() } -> std::same_as<Rectifier>;
    } || HasCurvature<B, Spec, T>;
  }
}
}  // namespace detail

/// Layer L as a value.
template <class B, class T, Layer L>
std::shared_ptr<const AnyLayer<B, T>> any_layer() {
  return std::make_shared<LayerOf<B, T, decltype(detail::spec_of<L>())>>(detail::spec_of<L>());
}

}  // namespace DIM_ABI
}  // namespace dim
