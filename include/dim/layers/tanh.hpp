// The hyperbolic tangent.
#pragma once
#include <cmath>

#include "../core/layer.hpp"

namespace dim {
inline namespace DIM_ABI {

/// y = tanh(x)
struct Tanh : ElementwiseLayer {
  template <class T>
  DIM_ON_DEVICE static T value(T x) {
    return std::tanh(x);
  }
  template <class T>
  DIM_ON_DEVICE static T slope(T y) {
    return 1 - y * y;
  }
  template <class T>
  DIM_ON_DEVICE static T curvature(T y) {
    return -2 * y * (1 - y * y);
  }
  static std::string name() { return "Tanh"; }
};

template <>
struct Described<Tanh> : WithoutNumbers {
  static constexpr const char* kind = "Tanh";
};

}  // namespace DIM_ABI
}  // namespace dim
