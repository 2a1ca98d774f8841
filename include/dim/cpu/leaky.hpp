// Kernels of layers/leaky.hpp.
#pragma once
#include "../layers/leaky.hpp"
#include "compiled.hpp"
#include "elementwise.hpp"
#include "simd.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// The absence of an activation.
struct NoActivation {
  template <class T>
  DIM_INLINE Vector<T> value(const Vector<T>& x) const {
    return x;
  }
  template <class T>
  DIM_INLINE Vector<T> gradient(const Vector<T>&, const Vector<T>& dy) const {
    return dy;
  }
};

/// y = x > 0 ? x : 0, and dx = x > 0 ? dy : 0, where y may stand for x. NaN stays NaN.
struct ReLUFunction {
  template <class T>
  T value(T x) const {
    return x < 0 ? T(0) : x;
  }
  template <class T>
  DIM_INLINE Vector<T> value(const Vector<T>& x) const {
    return maximum(Vector<T>::all(0), x);
  }
  template <class T>
  T gradient(T x, T dy) const {
    return x > 0 ? dy : T(0) * dy;
  }
  template <class T>
  DIM_INLINE Vector<T> gradient(const Vector<T>& x, const Vector<T>& dy) const {
    return where_positive(x, dy, Vector<T>::all(0) * dy);
  }
};

/// y = x > 0 ? x : slope x, and dx = x > 0 ? dy : slope dy, where y may stand for x.
struct LeakyFunction {
  double slope;

  template <class T>
  T value(T x) const {
    return x < 0 ? T(slope) * x : x;
  }
  template <class T>
  DIM_INLINE Vector<T> value(const Vector<T>& x) const {
    return maximum(Vector<T>::all(T(slope)) * x, x);
  }
  template <class T>
  T gradient(T x, T dy) const {
    return x > 0 ? dy : T(slope) * dy;
  }
  template <class T>
  DIM_INLINE Vector<T> gradient(const Vector<T>& x, const Vector<T>& dy) const {
    return where_positive(x, dy, Vector<T>::all(T(slope)) * dy);
  }
};

/// Calls function(activation) with the activation that a rectifier stands for, so that each kernel is compiled for
/// all three.
template <class Function>
void with_activation(Rectifier rectifier, const Function& function) {
  if (!rectifier.present())
    function(NoActivation{});
  else if (rectifier.slope == 0)
    function(ReLUFunction{});
  else
    function(LeakyFunction{rectifier.slope});
}

/// y = rectifier(x), or y += rectifier(x).
template <class T>
void rectify(const Cpu& cpu, Rectifier rectifier, const Batch<const T>& x, const Batch<T>& y, Write write) {
  if (rectifier.slope == 0)
    transform(cpu, x, y, write, [](T value) { return ReLUFunction{}.value(value); });
  else
    transform(cpu, x, y, write, [f = LeakyFunction{rectifier.slope}](T value) { return f.value(value); });
}

/// dx from y, which has the signs of x, and dy.
template <class T>
void rectify_backward(const Cpu& cpu, Rectifier rectifier, const Batch<const T>& y, const Batch<const T>& dy,
                      const Batch<T>& dx, Write write) {
  const auto by = [&](const auto& f) {
    transform(cpu, y, dy, dx, write, [f](T value, T gradient) { return f.gradient(value, gradient); });
  };
  if (rectifier.slope == 0)  // without a slope to read, the loop vectorises
    by(ReLUFunction{});
  else
    by(LeakyFunction{rectifier.slope});
}

constexpr Needs needs(const Cpu&, const LeakySpec&, Shape, long) {
  return any_view();
}

template <class T>
void forward(const Cpu& cpu, const LeakySpec& spec, const ForwardPass<T>& pass) {
  rectify(cpu, spec.rectifier(), pass.input, pass.output, pass.write);
}

template <class T>
void backward(const Cpu& cpu, const LeakySpec& spec, const BackwardPass<T>& pass) {
  if (pass.dinput)
    rectify_backward(cpu, spec.rectifier(), pass.output, pass.doutput, pass.dinput, pass.write);
}

DIM_COMPILED_LAYER(LeakySpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
