// Kernels of layers/identity.hpp.
#pragma once
#include "../layers/identity.hpp"
#include "elementwise.hpp"

namespace dim::inline DIM_ABI {

constexpr Needs needs(const Cpu&, Identity, Shape, long) {
  return any_view();
}

/// y = x
template <class Input, class Output>
void forward(const Cpu& cpu, Identity, const ForwardPass<Input, Output>& pass) {
  copy(cpu, pass.input.pictures(), pass.output.pictures(), pass.write);
}

/// dx = dy
template <class Input, class Output, class DOutput, class DInput>
void backward(const Cpu& cpu, Identity, const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  if (pass.dinput) copy(cpu, pass.doutput.pictures(), pass.dinput.pictures(), pass.write);
}

}  // namespace dim::inline DIM_ABI
