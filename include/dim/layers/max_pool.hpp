// The largest of each window.
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// y(n, i, j, c) = max_{u, v} x(n, S i + u, S j + v, c): no padding, windows that would stick out are left
/// out. The gradient goes to the first of equal maxima.
template <int Kernel, int Stride = Kernel>
struct MaxPool : LayerPolicy {
  static_assert(0 < Kernel && Kernel <= 15 && Stride > 0,
                "MaxPool: the kernel must lie in 1..15, the stride be positive");
  static constexpr Reads reads = Reads::nothing;

  static constexpr Shape output(Shape in) {
    if (in.height < Kernel || in.width < Kernel) return {};
    return {in.channels, (in.height - Kernel) / Stride + 1, (in.width - Kernel) / Stride + 1};
  }
  template <Shape In>
  static consteval void require_fit() {
    static_assert(In.height >= Kernel && In.width >= Kernel, "MaxPool: the window is larger than the input");
  }
  static std::string name() {
    return "MaxPool<" + std::to_string(Kernel) + ", " + std::to_string(Stride) + ">";
  }
};

}  // namespace dim::inline DIM_ABI
