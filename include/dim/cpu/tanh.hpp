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
template <class T>
void forward(const Cpu& cpu, Tanh, const ForwardPass<T>& pass) {
  transform(cpu, pass.input, pass.output, pass.write, [](T x) { return std::tanh(x); });
}

/// dx = dy (1 - y^2)
template <class T>
void backward(const Cpu& cpu, Tanh, const BackwardPass<T>& pass) {
  if (!pass.dinput) return;
  transform(cpu, pass.output, pass.doutput, pass.dinput, pass.write,
            [](T y, T dy) { return dy * (1 - y * y); });
}

/// p += tanh'' t d, where tanh'' = -2 y (1 - y^2)
template <class T>
void curvature(const Cpu&, Tanh, const Batch<const T>& y, const Batch<const T>& t, const Batch<const T>& d,
               const Batch<T>& p) {
  for (long i = 0; i < y.count * y.sample(); ++i)
    p.data[i] -= 2 * y.data[i] * (1 - y.data[i] * y.data[i]) * t.data[i] * d.data[i];
}

}  // namespace dim::inline DIM_ABI
