// What a layer is, and what its kernels are given.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <string>

#include "batch.hpp"
#include "described.hpp"
#include "extent.hpp"
#include "parameter.hpp"
#include "step.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The default backend; cpu/ defines it.
namespace cpu {
class Cpu;
}
using cpu::Cpu;

/// Which of its own activations a layer's backward pass reads, hence what may be overwritten. `output`
/// also promises that forward works element by element, so that it may run in place.
enum class Reads { nothing = 0, input = 1, output = 2, both = 3 };
constexpr bool includes(Reads reads, Reads what) {
  return (int(reads) & int(what)) != 0;
}
constexpr Reads operator|(Reads a, Reads b) {
  return Reads(int(a) | int(b));
}

/// The base of every layer, with the defaults: nothing learned, any shape accepted.
struct LayerPolicy {
  static constexpr Reads reads = Reads::both;
  static constexpr std::array<Parameter, 0> parameters(Shape) { return {}; }
  static constexpr std::array<Statistic, 0> statistics(Shape) { return {}; }
  /// Says in words, by static_assert, what does not fit.
  template <Shape In>
  static consteval void require_fit() {}
};

/// The base of an element-wise layer y = f(x), for which every backend has the kernels. The layer defines value(x),
/// which is f(x), and slope(y), which is f'(x) where y = f(x); and curvature(y), f''(x), if a gradient penalty is to
/// reach through it. They are templates over float and double, and run on a GPU too if marked DIM_ON_DEVICE.
struct ElementwiseLayer : LayerPolicy {
  static constexpr Reads reads = Reads::output;
  static constexpr Shape output(Shape in) { return in; }
};
template <class L>
concept Elementwise = std::derived_from<L, ElementwiseLayer>;

/// A layer is an empty description that answers questions about shapes at compile time. Its arithmetic lives
/// elsewhere, in overloads of forward() and backward(), one pair per backend.
template <class L>
concept Layer = std::is_empty_v<L> && requires(Shape in) {
  { L::output(in) } -> std::same_as<Shape>;  // shape of one output sample
  { L::reads } -> std::convertible_to<Reads>;
  { L::name() } -> std::convertible_to<std::string>;
};

namespace detail {
/// The spec of a layer: its numbers as a value, which its kernels are given. A layer that has none stands for itself.
template <class L>
constexpr auto spec_of() {
  if constexpr (requires { L::spec; })
    return L::spec;
  else
    return L{};
}
}  // namespace detail

/// The base of a layer that a spec describes: `Derived::spec` answers all questions.
template <class Derived, class Spec>
struct SpecifiedLayer : LayerPolicy {
  static constexpr Reads reads = Spec::reads;

  static constexpr Shape output(Shape in) { return Derived::spec.output(in); }
  static constexpr auto parameters(Shape in) {
    if constexpr (requires { Derived::spec.parameters(in); })
      return Derived::spec.parameters(in);
    else
      return LayerPolicy::parameters(in);
  }
  static constexpr auto statistics(Shape in) {
    if constexpr (requires { Derived::spec.statistics(in); })
      return Derived::spec.statistics(in);
    else
      return LayerPolicy::statistics(in);
  }
  static std::string name() { return Derived::spec.name(); }
};

/// A layer composed of others, listed by its type `Parts`.
template <class L>
concept Composite = requires { typename L::Parts; };

/// How many numbers a layer owns, and how many layers it consists of.
struct Counts {
  long parameters = 0, statistics = 0;
  int leaves = 0;

  friend constexpr Counts operator+(Counts a, Counts b) {
    return {a.parameters + b.parameters, a.statistics + b.statistics, a.leaves + b.leaves};
  }
};

template <Layer L>
constexpr Counts counts(Shape in) {
  if constexpr (Composite<L>) {
    return L::counts(in);
  } else {
    Counts result{.leaves = 1};
    for (const Parameter& parameter : L::parameters(in)) result.parameters += parameter.size();
    for (const Statistic& statistic : L::statistics(in)) result.statistics += statistic.size;
    return result;
  }
}

/// Appends L's parameters and statistics to `entries`, named path + name.
template <Layer L>
void list(Shape in, const std::string& path, Entries& entries) {
  if constexpr (Composite<L>) {
    L::list(in, path, entries);
  } else {
    const auto end = [](const auto& of, auto size) {
      return of.empty() ? 0 : of.back().offset + size(of.back().array);
    };
    for (const Parameter& parameter : L::parameters(in))
      entries.parameters.push_back(
          {path + parameter.name, parameter, end(entries.parameters, [](auto& p) { return p.size(); })});
    for (const Statistic& statistic : L::statistics(in))
      entries.statistics.push_back(
          {path + statistic.name, statistic, end(entries.statistics, [](auto& s) { return s.size; })});
  }
}

/// A rectifier: x where x > 0, else slope x, with a slope in [0, 1]. Slope 1 stands for no rectifier.
struct Rectifier {
  double slope = 1;

  constexpr bool present() const { return slope != 1; }
  friend constexpr bool operator==(Rectifier, Rectifier) = default;
};

/// Whether an array is overwritten or added to.
enum class Write { overwrite, add };

/// Memory of one pass. `saved` outlives forward and is read by backward; `scratch` is free before and after.
struct Workspace {
  std::byte* saved = nullptr;
  std::byte* scratch = nullptr;
  Sizes sizes{};  // what both were laid out for: at least as many samples as the pass has
};

/// Everything that a layer's forward kernel may touch.
template <class T>
struct ForwardPass {
  using Scalar = T;

  Batch<const T> input;
  Batch<T> output;
  Write write = Write::overwrite;  // of output
  const T* parameters = nullptr;
  T* statistics = nullptr;  // updated when training
  Workspace memory{};
  Step step{};
  int leaf = 0;  // this layer's index among all of its network
};

/// Everything that a layer's backward kernel may touch; dX stands for d loss / d X.
template <class T>
struct BackwardPass {
  using Scalar = T;

  Batch<const T> input;   // as forward saw it, if the layer reads it
  Batch<const T> output;  // as forward left it, if the layer reads it
  Batch<const T> doutput;
  Batch<T> dinput{};               // no data: not wanted
  Write write = Write::overwrite;  // of dinput
  const T* parameters = nullptr;
  T* dparameters = nullptr;  // null: not wanted
  Write write_parameters = Write::overwrite;
  Workspace memory{};
  Step step{};
};

/// What a backend's kernels for a layer ask of the memory plan. A backend states it by an overload `needs(backend,
/// spec, in, bytes of a scalar)`; without one a layer needs nothing and sees dense arrays.
struct Needs {
  Size border = 0;           // zeros wanted around the input (for a padded convolution)
  Size gradient_border = 0;  // zeros wanted around the output's gradient
  bool views = false;        // the kernels handle any border and both ways of writing
  Extent saved{}, scratch{};
};

}  // namespace DIM_ABI
}  // namespace dim
