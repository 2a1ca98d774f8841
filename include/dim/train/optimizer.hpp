// How gradients become steps.
#pragma once
#include <variant>

#include "../core/config.hpp"

namespace dim::inline DIM_ABI {

/// Adam (Kingma and Ba 2015), with the betas and the rate of the paper's code.
struct Adam {
  double rate = 1e-4, beta1 = 0.5, beta2 = 0.999, epsilon = 1e-8;
  static constexpr int moments = 2;  // arrays kept beside the parameters: mean and mean square of gradients
};

/// Stochastic gradient descent with momentum: v = momentum v + dw, w = w - rate v (PyTorch's form).
struct Sgd {
  double rate = 0.1, momentum = 0.9;
  static constexpr int moments = 1;
};

/// One of the library's optimizers, chosen at run time.
using AnyOptimizer = std::variant<Adam, Sgd>;

/// Number of arrays that an optimizer keeps, each as long as the parameters.
inline int moments(const AnyOptimizer& optimizer) {
  return std::visit([](const auto& choice) { return choice.moments; }, optimizer);
}

}  // namespace dim::inline DIM_ABI
