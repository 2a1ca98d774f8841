// 2-D convolution (cross-correlation, as in every network library: the kernel is not flipped).
#pragma once
#include "../core/layer.hpp"
#include "../core/sentences.hpp"
#include "bias.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Height and width in pixels; a single number stands for both.
struct Size {
  int height = 1, width = 1;

  constexpr Size() = default;
  constexpr Size(int both) : height(both), width(both) {}  // NOLINT: a number is meant as a size
  constexpr Size(int down, int across) : height(down), width(across) {}
  constexpr long area() const { return long(height) * width; }
  friend constexpr bool operator==(const Size&, const Size&) = default;
};

/// "3", or "{3, 1}" if height and width differ.
inline std::string to_string(Size size) {
  const std::string height = std::to_string(size.height);
  return size.height == size.width ? height : "{" + height + ", " + std::to_string(size.width) + "}";
}

/// A Conv as a value.
struct ConvSpec {
  int filters;
  Size window;
  int stride = 1, padding = 0;
  bool bias = false;

  static constexpr Reads reads = Reads::input;

  constexpr const char* misfit(Shape in) const {
    if (filters < 1 || window.height < 1 || window.width < 1 || stride < 1) return DIM_CONV_NUMBERS;
    if (padding < 0 || padding >= window.height || padding >= window.width) return DIM_CONV_PADDING;
    return output(in).valid() ? nullptr : DIM_CONV_INPUT;
  }
  constexpr Shape output(Shape in) const {
    const int height = in.height + 2 * padding - window.height, width = in.width + 2 * padding - window.width;
    if (height < 0 || width < 0) return {};
    return {filters, height / stride + 1, width / stride + 1};
  }
  constexpr WeightAndBias parameters(Shape in) const {
    return detail::weight_and_bias({.name = {},
                                    .kind = {},
                                    .outputs = filters,
                                    .inputs = in.channels,
                                    .height = window.height,
                                    .width = window.width,
                                    .rank = 4,
                                    .fan_in = in.channels * window.area()},
                                   bias ? filters : 0);
  }
  std::string name() const {
    return "Conv<" + std::to_string(filters) + ", " + to_string(window) + ", " + std::to_string(stride) +
           ", " + std::to_string(padding) + ">";
  }
};

template <>
struct Described<ConvSpec> {
  static constexpr const char* kind = "Conv";
  template <class Spec, class Take>
  static void numbers(Spec& spec, const Take& take) {
    take("filters", spec.filters);
    take("height", spec.window.height);
    take("width", spec.window.width);
    take("stride", spec.stride);
    take("padding", spec.padding);
    take("bias", spec.bias);
  }
};

/// y(n, i, j, o) = b(o) + Sum_{u, v, c} x(n, S i + u - P, S j + v - P, c) w(o, c, u, v), x being 0 outside.
/// No bias unless asked for: before a BatchNorm its gradient is zero, and Adam would turn the rounding
/// noise of that zero into steps.
template <int Filters, Size Kernel, int Stride = 1, int Padding = 0, Bias bias = Bias::none>
struct Conv : SpecifiedLayer<Conv<Filters, Kernel, Stride, Padding, bias>, ConvSpec> {
  static_assert(Filters > 0 && Kernel.height > 0 && Kernel.width > 0 && Stride > 0, DIM_CONV_NUMBERS);
  static_assert(Padding >= 0 && Padding < Kernel.height && Padding < Kernel.width, DIM_CONV_PADDING);
  static constexpr ConvSpec spec{Filters, Kernel, Stride, Padding, bias == Bias::yes};

  template <Shape In>
  static consteval void require_fit() {
    static_assert(In.height + 2 * Padding >= Kernel.height && In.width + 2 * Padding >= Kernel.width,
                  DIM_CONV_INPUT);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
