// Kernels of layers/conv_transpose.hpp: the passes of the convolution that it is the gradient of, from what comes out
// to what went in, each in another's place.
#pragma once
#include "../layers/conv_transpose.hpp"
#include "conv.hpp"

namespace dim::inline DIM_ABI {

template <int Filters, int Kernel, int Stride, int Padding, int OutputPadding, Bias bias>
constexpr Window window_of(ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding, bias>) {
  return {Kernel, Kernel, Stride, Padding};
}

template <int Filters, int Kernel, int Stride, int Padding, int OutputPadding, Bias bias>
constexpr Needs needs(const Cpu&, ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding, bias> layer,
                      Shape in, long scalar) {
  const Shape out = decltype(layer)::output(in);
  const Window window = window_of(layer);
  const auto scratch = [&](auto zero) {
    return larger(convolution_scratch<decltype(zero)>(window, out, in),
                  channel_sums_scratch<decltype(zero)>(1, out.channels));
  };
  return {.border = int(window.gradient_border()),
          .gradient_border = Padding,
          .views = true,
          .scratch = scalar == sizeof(double) ? scratch(0.0) : scratch(0.F)};
}

/// y is the convolution's gradient to data where x is that to its output, plus b.
template <int Filters, int Kernel, int Stride, int Padding, int OutputPadding, Bias bias, class Input,
          class Output>
void forward(const Cpu& cpu, ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding, bias> layer,
             const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  constexpr Window window = window_of(layer);
  const T* const w = pass.parameters;
  const T* const b = bias == Bias::yes ? w + layer.parameters(Input::shape)[0].size() : nullptr;
  const Pictures<T> y = pass.output.pictures();
  ConvolutionPasses<window, Output::shape, Input::shape>::backward_data(
      cpu, pass.input.pictures(), w, y, pass.memory.scratch, store_pixels(y, pass.write == Write::add, b));
}

/// dx is the convolution of dy, and dw its gradient to weights for inputs dy where x is the gradient to its output.
template <int Filters, int Kernel, int Stride, int Padding, int OutputPadding, Bias bias, class Input,
          class Output, class DOutput, class DInput>
void backward(const Cpu& cpu, ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding, bias> layer,
              const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  constexpr Window window = window_of(layer);
  using Passes = ConvolutionPasses<window, DOutput::shape, DInput::shape>;
  const Pictures<const T> x = pass.input.pictures(), dy = pass.doutput.pictures();
  std::byte* const scratch = pass.memory.scratch;

  if (T* const dw = pass.dparameters) {
    const bool add = pass.write_parameters == Write::add;
    Passes::backward_weight(cpu, dy, x, dw, add, scratch);
    if constexpr (bias == Bias::yes)
      bias_gradient(cpu, dy, dw + layer.parameters(Input::shape)[0].size(), add,
                    reinterpret_cast<T*>(scratch));
  }
  if (pass.dinput) {
    const Pictures<T> dx = pass.dinput.pictures();
    Passes::forward(cpu, dy, pass.parameters, dx, scratch, store_pixels(dx, pass.write == Write::add));
  }
}

}  // namespace dim::inline DIM_ABI
