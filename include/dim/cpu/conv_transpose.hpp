// Kernels of layers/conv_transpose.hpp: those of the convolution whose gradient it is, with input and output
// exchanged.
#pragma once
#include "../layers/conv_transpose.hpp"
#include "compiled.hpp"
#include "conv.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

constexpr Window window_of(const ConvTransposeSpec& spec) {
  return {spec.window.height, spec.window.width, spec.stride, spec.padding};
}

constexpr Needs needs(const Cpu&, const ConvTransposeSpec& spec, Shape in, long scalar) {
  const Shape out = spec.output(in);
  const Window window = window_of(spec);
  const auto scratch = [&](auto zero) {
    return larger(convolution_scratch<decltype(zero)>(window, out, in),
                  channel_sums_scratch<decltype(zero)>(1, out.channels));
  };
  return {.border = window.gradient_border(),
          .gradient_border = spec.padding,
          .views = true,
          .scratch = scalar == sizeof(double) ? scratch(0.0) : scratch(0.F)};
}

/// y = b + the convolution's gradient with respect to its input, x being the one with respect to its output.
template <class T>
void forward(const Cpu& cpu, const ConvTransposeSpec& spec, const ForwardPass<T>& pass) {
  const T* const w = pass.parameters;
  const T* const b = spec.bias ? w + biases_of(spec, pass.input.shape) : nullptr;
  const Batch<T> y = pass.output;
  convolution_backward_data(cpu, pass.input, w, window_of(spec), y, pass.memory.scratch,
                            store_pixels(y, pass.write == Write::add, b));
}

/// dx is the convolution of dy; dw is the convolution's gradient with respect to its weights, for the input dy and
/// the output's gradient x.
template <class T>
void backward(const Cpu& cpu, const ConvTransposeSpec& spec, const BackwardPass<T>& pass) {
  const Window window = window_of(spec);
  const Batch<const T> x = pass.input, dy = pass.doutput;
  std::byte* const scratch = pass.memory.scratch;

  if (T* const dw = pass.dparameters) {
    const bool add = pass.write_parameters == Write::add;
    convolution_backward_weight(cpu, dy, x, window, dw, add, scratch);
    if (spec.bias) bias_gradient(cpu, dy, dw + biases_of(spec, x.shape), add, reinterpret_cast<T*>(scratch));
  }
  if (const Batch<T> dx = pass.dinput)
    convolution(cpu, dy, pass.parameters, window, dx, scratch, store_pixels(dx, pass.write == Write::add));
}

DIM_COMPILED_LAYER(ConvTransposeSpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
