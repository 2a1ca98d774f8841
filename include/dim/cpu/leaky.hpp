// Kernels of layers/leaky.hpp.
#pragma once
#include "../layers/leaky.hpp"
#include "elementwise.hpp"

namespace dim::inline DIM_ABI {

template <Ratio Slope>
constexpr Needs needs(const Cpu&, Leaky<Slope>, Shape, long) {
  return any_view();
}

/// y = x > 0 ? x : slope x; a NaN stays one, and slope 0 gives 0 even at minus infinity.
template <Ratio Slope, class Input, class Output>
void forward(const Cpu& cpu, Leaky<Slope>, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  transform(cpu, pass.input.pictures(), pass.output.pictures(), pass.write, [](T x) {
    if constexpr (Leaky<Slope>::slope == 0)
      return x < 0 ? T(0) : x;
    else
      return x < 0 ? T(Leaky<Slope>::slope) * x : x;
  });
}

/// dx = y > 0 ? dy : slope dy
template <Ratio Slope, class Input, class Output, class DOutput, class DInput>
void backward(const Cpu& cpu, Leaky<Slope>, const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  if (!pass.dinput) return;
  transform(cpu, pass.output.pictures(), pass.doutput.pictures(), pass.dinput.pictures(), pass.write,
            [](T y, T dy) { return y > 0 ? dy : T(Leaky<Slope>::slope) * dy; });
}

}  // namespace dim::inline DIM_ABI
