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
template <class T>
void forward(const Cpu& cpu, Sigmoid, const ForwardPass<T>& pass) {
  transform(cpu, pass.input, pass.output, pass.write, [](T x) { return sigmoid(x); });
}

/// dx = dy y (1 - y)
template <class T>
void backward(const Cpu& cpu, Sigmoid, const BackwardPass<T>& pass) {
  if (!pass.dinput) return;
  transform(cpu, pass.output, pass.doutput, pass.dinput, pass.write,
            [](T y, T dy) { return dy * y * (1 - y); });
}

}  // namespace dim::inline DIM_ABI
