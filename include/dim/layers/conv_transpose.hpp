// Transposed 2-D convolution, which makes pictures larger.
#pragma once
#include "conv.hpp"

namespace dim::inline DIM_ABI {

/// y(n, h, k, o) = b(o) + Sum_{i, j, c} x(n, i, j, c) w(c, o, h + P - S i, k + P - S j), w being 0 outside its kernel:
/// the gradient to data of Conv<C, Kernel, Stride, Padding>, of whose inputs several sizes give x's, OutputPadding
/// pixels apart (Zeiler et al. 2010; Dumoulin and Visin 2016, section 4). No bias unless asked for, as in Conv. It
/// starts as PyTorch's does, whose fan in is that of the convolution to y and not the number of products that an output
/// sums.
template <int Filters, int Kernel, int Stride = 1, int Padding = 0, int OutputPadding = 0,
          Bias bias = Bias::none>
struct ConvTranspose : LayerPolicy {
  static_assert(Filters > 0 && Kernel > 0 && Stride > 0,
                "ConvTranspose: filters, kernel and stride must be positive");
  static_assert(Padding >= 0 && Padding < Kernel, "ConvTranspose: the padding must be less than the kernel");
  static_assert(OutputPadding >= 0 && OutputPadding < Stride,
                "ConvTranspose: the output padding must be less than the stride");
  static constexpr Reads reads = Reads::input;

  static constexpr Shape output(Shape in) {
    const int around = Kernel + OutputPadding - 2 * Padding;
    const Shape out{Filters, (in.height - 1) * Stride + around, (in.width - 1) * Stride + around};
    return out.valid() ? out : Shape{};
  }
  static constexpr auto parameters(Shape in) {
    auto arrays = weight_and_bias<bias>({.name = {},
                                         .kind = {},
                                         .outputs = in.channels,
                                         .inputs = Filters,
                                         .height = Kernel,
                                         .width = Kernel,
                                         .rank = 4,
                                         .fan_in = long(Filters) * Kernel * Kernel});
    if constexpr (bias == Bias::yes) arrays[1].outputs = Filters;
    return arrays;
  }
  template <Shape In>
  static consteval void require_fit() {
    static_assert(output(In).valid(), "ConvTranspose: the padding leaves nothing of the output");
  }
  static std::string name() {
    return "ConvTranspose<" + std::to_string(Filters) + ", " + std::to_string(Kernel) + ", " +
           std::to_string(Stride) + ", " + std::to_string(Padding) + ", " + std::to_string(OutputPadding) +
           ">";
  }
};

}  // namespace dim::inline DIM_ABI
