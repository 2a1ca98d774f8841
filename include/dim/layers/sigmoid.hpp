// The logistic function.
#pragma once
#include "../core/layer.hpp"
#include "../core/scalar_math.hpp"

namespace dim {
inline namespace DIM_ABI {

/// y = 1 / (1 + exp(-x))
struct Sigmoid : ElementwiseLayer {
  template <class T>
  DIM_ON_DEVICE static T value(T x) {
    return sigmoid(x);
  }
  template <class T>
  DIM_ON_DEVICE static T slope(T y) {
    return y * (1 - y);
  }
  template <class T>
  DIM_ON_DEVICE static T curvature(T y) {
    return y * (1 - y) * (1 - 2 * y);
  }
  static std::string name() { return "Sigmoid"; }
};

template <>
struct Described<Sigmoid> : WithoutNumbers {
  static constexpr const char* kind = "Sigmoid";
};

}  // namespace DIM_ABI
}  // namespace dim
