// Kernels of layers/sigmoid.hpp.
#pragma once
#include "../core/functions.hpp"
#include "../layers/sigmoid.hpp"
#include "elementwise.hpp"

namespace dim::inline DIM_ABI {

constexpr Needs needs(const Cpu&, Sigmoid, Shape, long) {
  return any_view();
}

/// y = 1 / (1 + exp(-x))
template <class Input, class Output>
void forward(const Cpu& cpu, Sigmoid, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  transform(cpu, pass.input.pictures(), pass.output.pictures(), pass.write, [](T x) { return sigmoid(x); });
}

/// dx = dy y (1 - y)
template <class Input, class Output, class DOutput, class DInput>
void backward(const Cpu& cpu, Sigmoid, const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  if (!pass.dinput) return;
  transform(cpu, pass.output.pictures(), pass.doutput.pictures(), pass.dinput.pictures(), pass.write,
            [](T y, T dy) { return dy * y * (1 - y); });
}

}  // namespace dim::inline DIM_ABI
