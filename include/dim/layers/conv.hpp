// 2-D convolution (cross-correlation, as in every network library: the kernel is not flipped).
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// Whether a layer adds a learned number to each of its outputs.
enum class Bias { none, yes };

/// The learned arrays of a layer that sums products: weights, and biases if it has them.
template <Bias bias>
constexpr auto weight_and_bias(Parameter weight) {
  weight.name = "weight";
  weight.kind = Kind::weight;
  if constexpr (bias == Bias::none) {
    return std::array{weight};
  } else {
    const Parameter biases{
        .name = "bias", .kind = Kind::bias, .outputs = weight.outputs, .fan_in = weight.fan_in};
    return std::array{weight, biases};
  }
}

/// y(n, i, j, o) = b(o) + Sum_{u, v, c} x(n, S i + u - P, S j + v - P, c) w(o, c, u, v), x being 0 outside.
/// No bias unless asked for: before a BatchNorm its gradient is zero, and Adam would turn the rounding
/// noise of that zero into steps.
template <int Filters, int Kernel, int Stride = 1, int Padding = 0, Bias bias = Bias::none>
struct Conv : LayerPolicy {
  static_assert(Filters > 0 && Kernel > 0 && Stride > 0, "Conv: filters, kernel and stride must be positive");
  static_assert(Padding >= 0 && Padding < Kernel, "Conv: the padding must be less than the kernel");
  static constexpr Reads reads = Reads::input;

  static constexpr Shape output(Shape in) {
    const int height = in.height + 2 * Padding - Kernel, width = in.width + 2 * Padding - Kernel;
    if (height < 0 || width < 0) return {};
    return {Filters, height / Stride + 1, width / Stride + 1};
  }
  static constexpr auto parameters(Shape in) {
    return weight_and_bias<bias>({.name = {},
                                  .kind = {},
                                  .outputs = Filters,
                                  .inputs = in.channels,
                                  .height = Kernel,
                                  .width = Kernel,
                                  .rank = 4,
                                  .fan_in = long(in.channels) * Kernel * Kernel});
  }
  template <Shape In>
  static consteval void require_fit() {
    static_assert(In.height + 2 * Padding >= Kernel && In.width + 2 * Padding >= Kernel,
                  "Conv: the kernel is larger than the padded input");
  }
  static std::string name() {
    return "Conv<" + std::to_string(Filters) + ", " + std::to_string(Kernel) + ", " + std::to_string(Stride) +
           ", " + std::to_string(Padding) + ">";
  }
};

}  // namespace dim::inline DIM_ABI
