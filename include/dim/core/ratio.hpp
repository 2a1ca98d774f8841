// Fractions.
#pragma once
#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A fraction as a template argument: clang 16 accepts no floating-point ones.
struct Ratio {
  int numerator, denominator;

  constexpr double value() const { return double(numerator) / denominator; }
};

}  // namespace DIM_ABI
}  // namespace dim
