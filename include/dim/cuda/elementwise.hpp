// Element-wise layers, by their value and slope.
#pragma once
#include "memory.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cuda {

/// y = f(x), or y += f(x).
template <Elementwise L, class T>
struct ValueOfNumber {
  Places<const T> x;
  Places<T> y;
  bool add;

  DIM_ON_DEVICE void operator()(long i) const {
    const T value = L::value(x(i));
    y(i) = add ? y(i) + value : value;
  }
};

/// dx = dy f'(x), or dx += dy f'(x).
template <Elementwise L, class T>
struct SlopeOfNumber {
  Places<const T> y, dy;
  Places<T> dx;
  bool add;

  DIM_ON_DEVICE void operator()(long i) const {
    const T gradient = dy(i) * L::slope(y(i));
    dx(i) = add ? dx(i) + gradient : gradient;
  }
};

template <Elementwise L>
constexpr Needs needs(const Cuda&, L, Shape, long) {
  return {.views = true};
}
template <Elementwise L, class T>
void forward(const Cuda& cuda, L, const ForwardPass<T>& pass) {
  for_each(cuda, pass.input.count * pass.input.shape.size(),
           ValueOfNumber<L, T>{{pass.input}, {pass.output}, pass.write == Write::add});
}
template <Elementwise L, class T>
void backward(const Cuda& cuda, L, const BackwardPass<T>& pass) {
  if (pass.dinput)
    for_each(cuda, pass.input.count * pass.input.shape.size(),
             SlopeOfNumber<L, T>{{pass.output}, {pass.doutput}, {pass.dinput}, pass.write == Write::add});
}

}  // namespace cuda
}  // namespace DIM_ABI
}  // namespace dim
