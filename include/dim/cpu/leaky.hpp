// Kernels of layers/leaky.hpp.
#pragma once
#include "../layers/leaky.hpp"
#include "elementwise.hpp"
#include "simd.hpp"

namespace dim::inline DIM_ABI {

/// The activation that is none.
struct NoActivation {
  template <class T>
  DIM_INLINE static Vector<T> value(const Vector<T>& x) {
    return x;
  }
  template <class T>
  DIM_INLINE static Vector<T> gradient(const Vector<T>&, const Vector<T>& dy) {
    return dy;
  }
};

/// y = x > 0 ? x : slope x, and dx = x > 0 ? dy : slope dy, where y may stand for x. A NaN stays one, and slope 0
/// gives 0 even at minus infinity.
template <Ratio Slope>
struct LeakyFunction {
  template <class T>
  static T value(T x) {
    if constexpr (Leaky<Slope>::slope == 0)
      return x < 0 ? T(0) : x;
    else
      return x < 0 ? T(Leaky<Slope>::slope) * x : x;
  }
  template <class T>
  DIM_INLINE static Vector<T> value(const Vector<T>& x) {
    if constexpr (Leaky<Slope>::slope == 0)
      return maximum(Vector<T>::all(0), x);
    else
      return maximum(Vector<T>::all(T(Leaky<Slope>::slope)) * x, x);
  }
  template <class T>
  static T gradient(T x, T dy) {
    return x > 0 ? dy : T(Leaky<Slope>::slope) * dy;
  }
  template <class T>
  DIM_INLINE static Vector<T> gradient(const Vector<T>& x, const Vector<T>& dy) {
    return where_positive(x, dy, Vector<T>::all(T(Leaky<Slope>::slope)) * dy);
  }
};

template <Ratio Slope>
constexpr Needs needs(const Cpu&, Leaky<Slope>, Shape, long) {
  return any_view();
}

template <Ratio Slope, class Input, class Output>
void forward(const Cpu& cpu, Leaky<Slope>, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  transform(cpu, pass.input.pictures(), pass.output.pictures(), pass.write,
            [](T x) { return LeakyFunction<Slope>::value(x); });
}

template <Ratio Slope, class Input, class Output, class DOutput, class DInput>
void backward(const Cpu& cpu, Leaky<Slope>, const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  if (!pass.dinput) return;
  transform(cpu, pass.output.pictures(), pass.doutput.pictures(), pass.dinput.pictures(), pass.write,
            [](T y, T dy) { return LeakyFunction<Slope>::gradient(y, dy); });
}

}  // namespace dim::inline DIM_ABI
