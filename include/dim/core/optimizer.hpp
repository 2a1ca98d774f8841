// How gradients become steps.
#pragma once
#include <cmath>
#include <concepts>
#include <variant>

#include "error.hpp"
#include "step.hpp"

namespace dim {
inline namespace DIM_ABI {

/// An optimizer: settings with a learning rate, and the number of arrays that it keeps beside the parameters, each as
/// long as they are. With it come, found by its namespace, `check_optimizer(optimizer)`, which throws Error for
/// invalid settings, `prepare(optimizer, step, state)`, and for each backend that it runs on `update`
/// (core/backend.hpp). Kernels read the rate from the state: the member is that of the first step.
template <class O>
concept Optimizer =
    std::copyable<O> && requires(const O& optimizer, O& changed, long step, StepState& state) {
      { O::moments } -> std::convertible_to<int>;
      { changed.rate } -> std::same_as<double&>;
      check_optimizer(optimizer);
      prepare(optimizer, step, state);
    };

/// Adam (Kingma and Ba 2015), with the betas and the rate of the Deep InfoMax code.
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

/// The number of arrays that an optimizer keeps, each as long as the parameters.
template <class O>
constexpr int moments(const O&) {
  return O::moments;
}
inline int moments(const AnyOptimizer& optimizer) {
  return std::visit([](const auto& choice) { return choice.moments; }, optimizer);
}

/// An optimizer's learning rate.
template <class O>
double rate_of(const O& optimizer) {
  return optimizer.rate;
}
inline double rate_of(const AnyOptimizer& optimizer) {
  return std::visit([](const auto& choice) { return choice.rate; }, optimizer);
}
/// The same optimizer with another rate.
template <class O>
O with_rate(O optimizer, double rate) {
  optimizer.rate = rate;
  return optimizer;
}
inline AnyOptimizer with_rate(AnyOptimizer optimizer, double rate) {
  std::visit([rate](auto& choice) { choice.rate = rate; }, optimizer);
  return optimizer;
}

/// Throws Error for invalid settings: a rate that is not finite or below 0, a beta or momentum outside [0, 1), and an
/// epsilon that is not finite or below 1e-30, with which a gradient of 0 would divide by 0.
inline void check_optimizer(const Adam& adam) {
  const auto is_share = [](double x) { return x >= 0 && x < 1; };
  if (!(adam.rate >= 0) || !std::isfinite(adam.rate) || !is_share(adam.beta1) || !is_share(adam.beta2) ||
      !(adam.epsilon >= 1e-30) || !std::isfinite(adam.epsilon))
    throw Error("Adam can't make steps with rate ", adam.rate, ", betas ", adam.beta1, " and ", adam.beta2,
                " and epsilon ", adam.epsilon,
                "; give a finite rate of at least 0, betas in [0, 1) and a finite epsilon of at least 1e-30");
}
inline void check_optimizer(const Sgd& sgd) {
  if (!(sgd.rate >= 0) || !std::isfinite(sgd.rate) || !(sgd.momentum >= 0 && sgd.momentum < 1))
    throw Error("Sgd can't make steps with rate ", sgd.rate, " and momentum ", sgd.momentum,
                "; give a finite rate of at least 0 and a momentum in [0, 1)");
}
inline void check_optimizer(const AnyOptimizer& optimizer) {
  std::visit([](const auto& choice) { check_optimizer(choice); }, optimizer);
}

/// Writes what the kernels read in step `step`, counted from 1: the rate and the epsilon, corrected for the step.
inline void prepare(const Adam& adam, long step, StepState& state) {
  const double correction = 1 - std::pow(adam.beta1, double(step));
  const double root = std::sqrt(1 - std::pow(adam.beta2, double(step)));
  state.rate = adam.rate / correction * root;
  state.epsilon = adam.epsilon * root;
}
inline void prepare(const Sgd& sgd, long, StepState& state) {
  state.rate = sgd.rate;
}
inline void prepare(const AnyOptimizer& optimizer, long step, StepState& state) {
  std::visit([&](const auto& choice) { prepare(choice, step, state); }, optimizer);
}

/// A step of the chosen optimizer, by the backend's update for its type.
template <class B, std::same_as<AnyOptimizer> Any,
          class T>  // not a single optimizer, which would convert to it
void update(const B& backend, const Any& optimizer, T* w, const T* dw, T* moments, long count,
            const StepState* state) {
  std::visit([&](const auto& choice) { update(backend, choice, w, dw, moments, count, state); }, optimizer);
}

/// Whether a backend has `update` for an optimizer and scalars T.
template <class B, class T, class O>
concept Updates = requires(const B& backend, const O& optimizer, T* w, const T* dw, long count,
                           const StepState* state) { update(backend, optimizer, w, dw, w, count, state); };

}  // namespace DIM_ABI
}  // namespace dim
