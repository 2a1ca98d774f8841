// Transposed 2-D convolution, which enlarges images.
#pragma once
#include "conv.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A ConvTranspose as a value.
struct ConvTransposeSpec {
  int filters;
  Size window;
  int stride = 1, padding = 0, output_padding = 0;
  bool bias = false;

  static constexpr Reads reads = Reads::input;

  constexpr const char* misfit(Shape in) const {
    if (filters < 1 || window.height < 1 || window.width < 1 || stride < 1) return DIM_CONV_TRANSPOSE_NUMBERS;
    if (padding < 0 || padding >= window.height || padding >= window.width) return DIM_CONV_TRANSPOSE_PADDING;
    if (output_padding < 0 || output_padding >= stride) return DIM_CONV_TRANSPOSE_OUTPUT_PADDING;
    return output(in).valid() ? nullptr : DIM_CONV_TRANSPOSE_OUTPUT;
  }
  constexpr Shape output(Shape in) const {
    const auto extent = [this](int pixels, int kernel) {
      return (pixels - 1) * stride + kernel + output_padding - 2 * padding;
    };
    const Shape out{filters, extent(in.height, window.height), extent(in.width, window.width)};
    return out.valid() ? out : Shape{};
  }
  constexpr WeightAndBias parameters(Shape in) const {
    return detail::weight_and_bias({.name = {},
                                    .kind = {},
                                    .outputs = in.channels,
                                    .inputs = filters,
                                    .height = window.height,
                                    .width = window.width,
                                    .rank = 4,
                                    .fan_in = filters * window.area()},
                                   bias ? filters : 0);
  }
  std::string name() const {
    return "ConvTranspose<" + std::to_string(filters) + ", " + to_string(window) + ", " +
           std::to_string(stride) + ", " + std::to_string(padding) + ", " + std::to_string(output_padding) +
           ">";
  }
};

template <>
struct Described<ConvTransposeSpec> {
  static constexpr const char* kind = "ConvTranspose";
  template <class Spec, class Take>
  static void numbers(Spec& spec, const Take& take) {
    take("filters", spec.filters);
    take("height", spec.window.height);
    take("width", spec.window.width);
    take("stride", spec.stride);
    take("padding", spec.padding);
    take("output_padding", spec.output_padding);
    take("bias", spec.bias);
  }
};

/// y(n, h, k, o) = b(o) + Sum_{i, j, c} x(n, i, j, c) w(c, o, h + P - S i, k + P - S j), w being 0 outside its
/// kernel: the gradient with respect to its input of Conv<C, Kernel, Stride, Padding>, of whose possible input sizes
/// OutputPadding selects one (Zeiler et al. 2010; Dumoulin and Visin 2016, section 4). No bias unless asked for, as
/// in Conv. Initialised as in PyTorch, with the fan-in of that convolution, not the number of products that an output
/// sums.
template <int Filters, Size Kernel, int Stride = 1, int Padding = 0, int OutputPadding = 0,
          Bias bias = Bias::none>
struct ConvTranspose : SpecifiedLayer<ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding, bias>,
                                      ConvTransposeSpec> {
  static_assert(Filters > 0 && Kernel.height > 0 && Kernel.width > 0 && Stride > 0,
                DIM_CONV_TRANSPOSE_NUMBERS);
  static_assert(Padding >= 0 && Padding < Kernel.height && Padding < Kernel.width,
                DIM_CONV_TRANSPOSE_PADDING);
  static_assert(OutputPadding >= 0 && OutputPadding < Stride, DIM_CONV_TRANSPOSE_OUTPUT_PADDING);
  static constexpr ConvTransposeSpec spec{Filters, Kernel, Stride, Padding, OutputPadding, bias == Bias::yes};

  template <Shape In>
  static consteval void require_fit() {
    static_assert(spec.output(In).valid(), DIM_CONV_TRANSPOSE_OUTPUT);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
