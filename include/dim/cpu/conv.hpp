// Kernels of layers/conv.hpp: from a pass to the convolution kernels, or to a matrix product where a 1x1
// convolution is one.
#pragma once
#include "../layers/conv.hpp"
#include "channel_sums.hpp"
#include "convolve.hpp"
#include "elementwise.hpp"
#include "winograd_weight.hpp"

namespace dim::inline DIM_ABI {

/// Is minimal filtering faster than the plain sums? Where cells have so many numbers and so many outputs that its
/// transforms are little beside the products it saves (benchmarks/kernels).
constexpr bool winograd_wins(Window window, Shape in, Shape out) {
  const long cell = long(window.stride) * window.stride * in.channels;
  return has_winograd(window, out.height, out.width) && cell >= 64 && out.channels >= 32;
}
constexpr bool winograd_wins_to_data(Window window, Shape in, Shape out) {
  return has_winograd_to_data(window, in.height, in.width) && out.channels >= 64 && in.channels >= 32;
}

/// Whether it may be used, and tiles are so many that they pay for the transforms of the weights.
template <class T>
bool filters_minimally(const Cpu& cpu, const Pictures<T>& outputs) {
  return cpu.arithmetic.winograd && outputs.pixels() >= 128;
}

/// Scratch of the passes by minimal filtering.
template <class T>
constexpr Extent winograd_layer_scratch(Window window, Shape in, Shape out) {
  if (!winograd_wins(window, in, out) && !winograd_wins_to_data(window, in, out)) return {};
  return larger(winograd_scratch<T>(window, in.channels, out.channels),
                winograd_backward_weight_scratch<T>(window, out.channels));
}

/// Scratch of the three passes: none of them runs beside another.
template <class T>
constexpr Extent convolution_scratch(Window window, Shape in, Shape out) {
  const Extent products = larger(multiply_scratch<T>(), channel_sums_scratch<T>(1, out.channels));
  const Extent passes = larger(convolve_scratch<T>(window, in.channels, out.channels),
                               convolve_backward_data_scratch<T>(window, in.channels, out.channels));
  const Extent weight = convolve_backward_weight_scratch<T>(window, in.channels, out.channels, out.width);
  return larger(larger(products, larger(passes, weight)), winograd_layer_scratch<T>(window, in, out));
}

/// The three passes of a convolution from pictures of shape In to pictures of shape Out, each by minimal filtering
/// where that is faster; arguments are those of convolve.hpp. Conv runs them as they are, ConvTranspose the other way
/// round.
template <Window window, Shape In, Shape Out>
struct ConvolutionPasses {
  template <class T>
  static void forward(const Cpu& cpu, const Pictures<const T>& x, const T* w, const Pictures<T>& y,
                      std::byte* scratch, const Store<T>& store) {
    constexpr bool wins = winograd_wins(window, In, Out);
    if (wins && filters_minimally(cpu, y))
      winograd(cpu, x, w, window, y, scratch, store);
    else
      convolve(cpu, x, w, window, y, scratch, store);
  }
  template <class T>
  static void backward_data(const Cpu& cpu, const Pictures<const T>& dy, const T* w, const Pictures<T>& dx,
                            std::byte* scratch, const Store<T>& store) {
    constexpr bool wins = winograd_wins_to_data(window, In, Out);
    if (wins && filters_minimally(cpu, dy))
      winograd_backward_data(cpu, dy, w, window, dx, scratch, store);
    else
      convolve_backward_data(cpu, dy, w, window, dx, scratch, store);
  }
  template <class T>
  static void backward_weight(const Cpu& cpu, const Pictures<const T>& x, const Pictures<const T>& dy, T* dw,
                              bool add, std::byte* scratch) {
    constexpr bool wins = winograd_wins(window, In, Out);
    if (wins && filters_minimally(cpu, dy))
      winograd_backward_weight(cpu, x, dy, window, dw, add, scratch);
    else
      convolve_backward_weight(cpu, x, dy, window, dw, add, scratch);
  }
};

template <int Filters, int Kernel, int Stride, int Padding, Bias bias>
constexpr Window window_of(Conv<Filters, Kernel, Stride, Padding, bias>) {
  return {Kernel, Kernel, Stride, Padding};
}

template <int Filters, int Kernel, int Stride, int Padding, Bias bias>
constexpr Needs needs(const Cpu&, Conv<Filters, Kernel, Stride, Padding, bias> layer, Shape in, long scalar) {
  const Shape out = decltype(layer)::output(in);
  const Window window = window_of(layer);
  return {.border = Padding,
          .gradient_border = int(window.gradient_border()),
          .views = true,
          .scratch = scalar == sizeof(double) ? convolution_scratch<double>(window, in, out)
                                              : convolution_scratch<float>(window, in, out)};
}

/// Dense pictures as a matrix of (rows, numbers of a row).
template <class T>
Matrix<std::remove_const_t<T>> as_matrix(const Pictures<T>& dense, long rows) {
  const long columns = rows > 0 ? dense.images * dense.image() / rows : 0;
  return {dense.data, rows, columns, columns};
}

/// Is the convolution a product of pixels and weights? Views tell their borders.
template <class X, class Y>
constexpr bool is_product(Window window) {
  return window.height == 1 && window.width == 1 && window.stride == 1 && X::border == 0 && Y::border == 0;
}

template <int Filters, int Kernel, int Stride, int Padding, Bias bias, class Input, class Output>
void forward(const Cpu& cpu, Conv<Filters, Kernel, Stride, Padding, bias> layer,
             const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  constexpr Window window = window_of(layer);
  const Pictures<const T> x = pass.input.pictures();
  const Pictures<T> y = pass.output.pictures();
  const bool add = pass.write == Write::add;
  const T* const w = pass.parameters;
  const T* const b = bias == Bias::yes ? w + layer.parameters(Input::shape)[0].size() : nullptr;
  if constexpr (is_product<Input, Output>(window)) {
    const Matrix<T> weights{w, x.channels, y.channels, y.channels};
    multiply(cpu, as_matrix(x, x.pixels()), weights, pass.memory.scratch,
             Store<T>{y.data, y.channels, add, b});
  } else {
    ConvolutionPasses<window, Input::shape, Output::shape>::forward(cpu, x, w, y, pass.memory.scratch,
                                                                    store_pixels(y, add, b));
  }
}

template <int Filters, int Kernel, int Stride, int Padding, Bias bias, class Input, class Output,
          class DOutput, class DInput>
void backward(const Cpu& cpu, Conv<Filters, Kernel, Stride, Padding, bias> layer,
              const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  constexpr Window window = window_of(layer);
  using Passes = ConvolutionPasses<window, DInput::shape, DOutput::shape>;
  const Pictures<const T> x = pass.input.pictures(), dy = pass.doutput.pictures();
  const Pictures<T> dx = pass.dinput.pictures();
  const T* const w = pass.parameters;
  std::byte* const scratch = pass.memory.scratch;

  if (T* const dw = pass.dparameters) {
    const bool add = pass.write_parameters == Write::add;
    if constexpr (is_product<Input, DOutput>(window)) {
      multiply(cpu, as_matrix(x, x.pixels()).transposed(), as_matrix(dy, dy.pixels()), scratch,
               Store<T>{dw, dy.channels, add});
    } else {
      Passes::backward_weight(cpu, x, dy, dw, add, scratch);
    }
    if constexpr (bias == Bias::yes)
      bias_gradient(cpu, dy, dw + layer.parameters(Input::shape)[0].size(), add,
                    reinterpret_cast<T*>(scratch));
  }
  if (pass.dinput) {
    const bool add = pass.write == Write::add;
    if constexpr (is_product<DInput, DOutput>(window)) {
      const Matrix<T> weights{w, dx.channels, dy.channels, dy.channels};
      multiply(cpu, as_matrix(dy, dy.pixels()), weights.transposed(), scratch,
               Store<T>{dx.data, dx.channels, add});
    } else {
      Passes::backward_data(cpu, dy, w, dx, scratch, store_pixels(dx, add));
    }
  }
}

}  // namespace dim::inline DIM_ABI
