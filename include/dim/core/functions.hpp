// Scalar functions that must neither overflow nor cancel.
#pragma once
#include <cmath>

#include "config.hpp"

namespace dim::inline DIM_ABI {

/// 1 / (1 + exp(-x)); exp is only taken of what is not positive.
template <class T>
T sigmoid(T x) {
  const T e = std::exp(-std::abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

/// ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|))
template <class T>
T softplus(T x) {
  return (x > 0 ? x : T(0)) + std::log1p(std::exp(-std::abs(x)));
}

}  // namespace dim::inline DIM_ABI
