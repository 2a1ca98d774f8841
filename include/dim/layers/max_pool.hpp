// Maxima over windows.
#pragma once
#include "../core/layer.hpp"
#include "../core/sentences.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A MaxPool as a value.
struct MaxPoolSpec {
  int window, stride;

  static constexpr Reads reads = Reads::nothing;

  constexpr const char* misfit(Shape in) const {
    if (window < 1 || window > 15 || stride < 1) return DIM_MAX_POOL_NUMBERS;
    return output(in).valid() ? nullptr : DIM_MAX_POOL_INPUT;
  }
  constexpr Shape output(Shape in) const {
    if (in.height < window || in.width < window) return {};
    return {in.channels, (in.height - window) / stride + 1, (in.width - window) / stride + 1};
  }
  std::string name() const {
    return "MaxPool<" + std::to_string(window) + ", " + std::to_string(stride) + ">";
  }
};

template <>
struct Described<MaxPoolSpec> {
  static constexpr const char* kind = "MaxPool";
  template <class Spec, class Take>
  static void numbers(Spec& spec, const Take& take) {
    take("window", spec.window);
    take("stride", spec.stride);
  }
};

/// y(n, i, j, c) = max_{u, v} x(n, S i + u, S j + v, c): no padding, and no windows that would stick out. The
/// gradient goes to the first of equal maxima.
template <int Kernel, int Stride = Kernel>
struct MaxPool : SpecifiedLayer<MaxPool<Kernel, Stride>, MaxPoolSpec> {
  static_assert(0 < Kernel && Kernel <= 15 && Stride > 0, DIM_MAX_POOL_NUMBERS);
  static constexpr MaxPoolSpec spec{Kernel, Stride};

  template <Shape In>
  static consteval void require_fit() {
    static_assert(In.height >= Kernel && In.width >= Kernel, DIM_MAX_POOL_INPUT);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
