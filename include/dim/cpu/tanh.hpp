// Kernels of layers/tanh.hpp.
#pragma once
#include <cmath>

#include "../layers/tanh.hpp"
#include "elementwise.hpp"

namespace dim::inline DIM_ABI {

constexpr Needs needs(const Cpu&, Tanh, Shape, long) {
  return any_view();
}

/// y = tanh(x)
template <class Input, class Output>
void forward(const Cpu& cpu, Tanh, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  transform(cpu, pass.input.pictures(), pass.output.pictures(), pass.write, [](T x) { return std::tanh(x); });
}

/// dx = dy (1 - y^2)
template <class Input, class Output, class DOutput, class DInput>
void backward(const Cpu& cpu, Tanh, const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  if (!pass.dinput) return;
  transform(cpu, pass.output.pictures(), pass.doutput.pictures(), pass.dinput.pictures(), pass.write,
            [](T y, T dy) { return dy * (1 - y * y); });
}

}  // namespace dim::inline DIM_ABI
