// Kernels of layers/conv.hpp: from a pass to the convolution kernels, or, for a 1x1 convolution, to a matrix product.
#pragma once
#include "../layers/conv.hpp"
#include "channel_sums.hpp"
#include "compiled.hpp"
#include "convolve.hpp"
#include "elementwise.hpp"
#include "winograd_weight.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Whether minimal filtering is faster than the plain sums: if cells have so many numbers and so many outputs that
/// its transforms are cheap beside the products that it saves (benchmarks/kernels).
constexpr bool winograd_wins(Window window, Shape in, Shape out) {
  const long cell = window.stride.area() * in.channels;
  return has_winograd(window, out.height, out.width) && cell >= 64 && out.channels >= 32;
}
constexpr bool winograd_wins_to_data(Window window, Shape in, Shape out) {
  return has_winograd_to_data(window, in.height, in.width) && out.channels >= 64 && in.channels >= 32;
}

/// Whether minimal filtering may be used, and there are enough tiles to pay for the transforms of the weights.
template <class T>
bool filters_minimally(const Cpu& cpu, const Batch<T>& outputs) {
  return cpu.arithmetic.winograd && outputs.pixels() >= 128;
}

/// Scratch of the passes by minimal filtering.
template <class T>
constexpr Extent winograd_layer_scratch(Window window, Shape in, Shape out) {
  if (!winograd_wins(window, in, out) && !winograd_wins_to_data(window, in, out)) return {};
  return larger(winograd_scratch<T>(window, in.channels, out.channels),
                winograd_backward_weight_scratch<T>(window, out.channels));
}

/// Scratch of the three passes, of which only one runs at a time.
template <class T>
constexpr Extent convolution_scratch(Window window, Shape in, Shape out) {
  const Extent products = larger(multiply_scratch<T>(), channel_sums_scratch<T>(1, out.channels));
  const Extent passes = larger(convolve_scratch<T>(window, in.channels, out.channels),
                               convolve_backward_data_scratch<T>(window, in.channels, out.channels));
  const Extent weight = convolve_backward_weight_scratch<T>(window, in.channels, out.channels, out.width);
  return larger(larger(products, larger(passes, weight)), winograd_layer_scratch<T>(window, in, out));
}

constexpr Window window_of(const ConvSpec& spec) {
  return {spec.window.height, spec.window.width, spec.stride, spec.padding};
}

// The three passes of a convolution of x to y, each by minimal filtering if that is faster; arguments are those of
// convolve.hpp. Conv runs them as they are, ConvTranspose the other way round.
template <class T>
void convolution(const Cpu& cpu, const Batch<const T>& x, const T* w, Window window, const Batch<T>& y,
                 std::byte* scratch, const Store<T>& store) {
  if (winograd_wins(window, x.shape, y.shape) && filters_minimally(cpu, y))
    winograd(cpu, x, w, window, y, scratch, store);
  else
    convolve(cpu, x, w, window, y, scratch, store);
}
template <class T>
void convolution_backward_data(const Cpu& cpu, const Batch<const T>& dy, const T* w, Window window,
                               const Batch<T>& dx, std::byte* scratch, const Store<T>& store) {
  if (winograd_wins_to_data(window, dx.shape, dy.shape) && filters_minimally(cpu, dy))
    winograd_backward_data(cpu, dy, w, window, dx, scratch, store);
  else
    convolve_backward_data(cpu, dy, w, window, dx, scratch, store);
}
template <class T>
void convolution_backward_weight(const Cpu& cpu, const Batch<const T>& x, const Batch<const T>& dy,
                                 Window window, T* dw, bool add, std::byte* scratch) {
  if (winograd_wins(window, x.shape, dy.shape) && filters_minimally(cpu, dy))
    winograd_backward_weight(cpu, x, dy, window, dw, add, scratch);
  else
    convolve_backward_weight(cpu, x, dy, window, dw, add, scratch);
}

constexpr Needs needs(const Cpu&, const ConvSpec& spec, Shape in, long scalar) {
  const Shape out = spec.output(in);
  const Window window = window_of(spec);
  return {.border = spec.padding,
          .gradient_border = window.gradient_border(),
          .views = true,
          .scratch = scalar == sizeof(double) ? convolution_scratch<double>(window, in, out)
                                              : convolution_scratch<float>(window, in, out)};
}

/// Dense images as a matrix (rows, numbers per row).
template <class T>
MatrixView<std::remove_const_t<T>> as_matrix(const Batch<T>& dense, long rows) {
  const long columns = rows > 0 ? dense.count * dense.sample() / rows : 0;
  return {dense.data, rows, columns, columns};
}

/// Whether the convolution of x to y is a product of pixels and weights.
template <class X, class Y>
bool is_product(Window window, const Batch<X>& x, const Batch<Y>& y) {
  return window.height == 1 && window.width == 1 && window.stride == 1 && x.border == 0 && y.border == 0;
}

/// Where a layer's biases lie behind its weights.
template <class Spec>
long biases_of(const Spec& spec, Shape in) {
  return spec.parameters(in)[0].size();
}

template <class T>
void forward(const Cpu& cpu, const ConvSpec& spec, const ForwardPass<T>& pass) {
  const Window window = window_of(spec);
  const Batch<const T> x = pass.input;
  const Batch<T> y = pass.output;
  const bool add = pass.write == Write::add;
  const T* const w = pass.parameters;
  const T* const b = spec.bias ? w + biases_of(spec, x.shape) : nullptr;
  if (is_product(window, x, y)) {
    const MatrixView<T> weights{w, x.channels(), y.channels(), y.channels()};
    multiply(cpu, as_matrix(x, x.pixels()), weights, pass.memory.scratch,
             Store<T>{y.data, y.channels(), add, b});
  } else {
    convolution(cpu, x, w, window, y, pass.memory.scratch, store_pixels(y, add, b));
  }
}

template <class T>
void backward(const Cpu& cpu, const ConvSpec& spec, const BackwardPass<T>& pass) {
  const Window window = window_of(spec);
  const Batch<const T> x = pass.input, dy = pass.doutput;
  const Batch<T> dx = pass.dinput;
  const T* const w = pass.parameters;
  std::byte* const scratch = pass.memory.scratch;

  if (T* const dw = pass.dparameters) {
    const bool add = pass.write_parameters == Write::add;
    if (is_product(window, x, dy))
      multiply(cpu, as_matrix(x, x.pixels()).transposed(), as_matrix(dy, dy.pixels()), scratch,
               Store<T>{dw, dy.channels(), add});
    else
      convolution_backward_weight(cpu, x, dy, window, dw, add, scratch);
    if (spec.bias) bias_gradient(cpu, dy, dw + biases_of(spec, x.shape), add, reinterpret_cast<T*>(scratch));
  }
  if (dx) {
    const bool add = pass.write == Write::add;
    if (is_product(window, dx, dy)) {
      const MatrixView<T> weights{w, dx.channels(), dy.channels(), dy.channels()};
      multiply(cpu, as_matrix(dy, dy.pixels()), weights.transposed(), scratch,
               Store<T>{dx.data, dx.channels(), add});
    } else {
      convolution_backward_data(cpu, dy, w, window, dx, scratch, store_pixels(dx, add));
    }
  }
}

DIM_COMPILED_LAYER(ConvSpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
