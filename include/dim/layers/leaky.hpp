// Rectifiers.
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// A fraction as a template argument: clang 16 takes no floating-point ones.
struct Ratio {
  int numerator, denominator;

  constexpr double value() const { return double(numerator) / denominator; }
};

/// x where x > 0, else Slope x; its derivative at 0 is Slope.
template <Ratio Slope>
struct Leaky : LayerPolicy {
  static constexpr double slope = Slope.value();
  static_assert(0 <= slope && slope < 1, "Leaky: the slope must lie in [0, 1)");
  static constexpr Reads reads = Reads::output;

  static constexpr Shape output(Shape in) { return in; }
  static std::string name() {
    if (Slope.numerator == 0) return "ReLU";
    return "Leaky<" + std::to_string(Slope.numerator) + "/" + std::to_string(Slope.denominator) + ">";
  }
};

using ReLU = Leaky<Ratio{0, 1}>;
/// The slope of DCGAN (Radford, Metz and Chintala 2016).
using LeakyReLU = Leaky<Ratio{1, 5}>;

}  // namespace dim::inline DIM_ABI
