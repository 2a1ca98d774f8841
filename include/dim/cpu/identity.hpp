// Kernels of layers/identity.hpp.
#pragma once
#include "../layers/identity.hpp"
#include "elementwise.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

constexpr Needs needs(const Cpu&, Identity, Shape, long) {
  return any_view();
}

/// y = x
template <class T>
void forward(const Cpu& cpu, Identity, const ForwardPass<T>& pass) {
  copy(cpu, pass.input, pass.output, pass.write);
}

/// dx = dy
template <class T>
void backward(const Cpu& cpu, Identity, const BackwardPass<T>& pass) {
  if (pass.dinput) copy(cpu, pass.doutput, pass.dinput, pass.write);
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
