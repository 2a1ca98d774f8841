// 2-D convolution (cross-correlation, as in every network library: the kernel is not flipped).
#pragma once
#include "../core/layer.hpp"
#include "../core/sentences.hpp"
#include "../core/size.hpp"
#include "bias.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A Conv as a value.
struct ConvSpec {
  int filters;
  Size window;
  Size stride = 1, padding = 0;
  bool bias = false;

  static constexpr Reads reads = Reads::input;

  constexpr const char* misfit(Shape in) const {
    if (filters < 1 || !covers(window, 1) || !covers(stride, 1)) return DIM_CONV_NUMBERS;
    if (!covers(padding, 0) || padding.height >= window.height || padding.width >= window.width)
      return DIM_CONV_PADDING;
    return output(in).valid() ? nullptr : DIM_CONV_INPUT;
  }
  constexpr Shape output(Shape in) const {
    const int height = in.height + 2 * padding.height - window.height,
              width = in.width + 2 * padding.width - window.width;
    if (height < 0 || width < 0) return {};
    return {filters, height / stride.height + 1, width / stride.width + 1};
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
    return "Conv<" + std::to_string(filters) + ", " + to_string(window) + ", " + to_string(stride) + ", " +
           to_string(padding) + ">";
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
/// Kernel, Stride and Padding are numbers, or a Size{height, width} each.
template <int Filters, Size Kernel, Size Stride = 1, Size Padding = 0, Bias bias = Bias::none>
struct Conv : SpecifiedLayer<Conv<Filters, Kernel, Stride, Padding, bias>, ConvSpec> {
  static_assert(Filters > 0 && covers(Kernel, 1) && covers(Stride, 1), DIM_CONV_NUMBERS);
  static_assert(covers(Padding, 0) && Padding.height < Kernel.height && Padding.width < Kernel.width,
                DIM_CONV_PADDING);
  static constexpr ConvSpec spec{Filters, Kernel, Stride, Padding, bias == Bias::yes};

  template <Shape In>
  static consteval void require_fit() {
    static_assert(
        In.height + 2 * Padding.height >= Kernel.height && In.width + 2 * Padding.width >= Kernel.width,
        DIM_CONV_INPUT);
  }
};

/// A convolution along signals, which are images of height 1, (N, 1, L, C):
/// y(n, 0, j, o) = b(o) + Sum_{v, c} x(n, 0, S j + v - P, c) w(o, c, 0, v).
template <int Filters, int Kernel, int Stride = 1, int Padding = 0, Bias bias = Bias::none>
using Conv1d = Conv<Filters, Size{1, Kernel}, Size{1, Stride}, Size{0, Padding}, bias>;

}  // namespace DIM_ABI
}  // namespace dim
