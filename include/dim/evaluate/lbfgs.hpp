// Minimisation of smooth convex functions of many variables.
#pragma once
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

#include "../cpu/dot.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
// In one order and with one rounding: Eigen's own sums follow the width of its packets, and of loops the compiler
// fuses some multiply-adds. What rounds each number once, as a difference does, may be an expression of Eigen's.
inline double dot(const Eigen::VectorXd& x, const Eigen::VectorXd& y) {
  return cpu::dot(x.data(), y.data(), x.size());
}
/// y += a x
inline void add_multiple(double a, const Eigen::VectorXd& x, Eigen::VectorXd& y) {
  cpu::add_multiple(a, x.data(), y.data(), y.size());
}
}  // namespace detail

/// What L-BFGS remembers of the curvature: the last ten moves and what they did to the gradient (Nocedal,
/// "Updating quasi-Newton matrices with limited storage", 1980).
class CurvatureHistory {
 public:
  /// Forgets the oldest move for a new one; one along which the slope doesn't rise teaches nothing.
  void remember(Eigen::VectorXd move, Eigen::VectorXd dgradient) {
    const double rise = detail::dot(move, dgradient), square = detail::dot(dgradient, dgradient);
    if (!(rise > 1e-10 * square)) return;
    if (pairs_.size() == 10) pairs_.pop_front();
    pairs_.push_back({std::move(move), std::move(dgradient), rise, rise / square});
  }

  /// -H g, H being the estimate of the inverse Hessian; a step of length 1 at most while nothing is known.
  Eigen::VectorXd direction(const Eigen::VectorXd& gradient) const {
    Eigen::VectorXd result = -gradient;
    std::vector<double> share(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      share[i] = detail::dot(pairs_[i].move, result) / pairs_[i].rise;
      detail::add_multiple(-share[i], pairs_[i].dgradient, result);
    }
    result *= pairs_.empty() ? 1 / (std::max)(1.0, std::sqrt(detail::dot(gradient, gradient)))
                             : pairs_.back().scale;
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      detail::add_multiple(share[i] - detail::dot(pairs_[i].dgradient, result) / pairs_[i].rise,
                           pairs_[i].move, result);
    return result;
  }

 private:
  struct Pair {
    Eigen::VectorXd move, dgradient;
    double rise, scale;  // move . dgradient, and that over |dgradient|^2
  };
  std::deque<Pair> pairs_;
};

/// How a minimisation went.
struct Descent {
  std::vector<double> values;  ///< of the function: at the start and after each iteration
  bool converged;              ///< whether the gradient became as short as was asked for
};

/// Minimises a smooth convex function by L-BFGS, from x on, and leaves the last point in x. function(x,
/// gradient) returns the value and writes the gradient. Each line search tracks back until the value has
/// fallen (Armijo) or, where rounding hides that, the slope has (Hager and Zhang, "A new conjugate gradient
/// method with guaranteed descent and an efficient line search", 2005). Ends when the gradient is no longer than
/// `tolerance` or that part of the first one, when no step descends, or after `iterations`.
template <class Function>
Descent minimise(Function& function, Eigen::VectorXd& x, int iterations, double tolerance) {
  using detail::dot;
  Eigen::VectorXd gradient(x.size()), next(x.size()), next_gradient(x.size());
  CurvatureHistory history;
  double value = function(x.data(), gradient.data());
  Descent result{{value}, false};
  const double enough = tolerance * (std::max)(1.0, std::sqrt(dot(gradient, gradient)));
  const auto is_flat = [&] { return std::sqrt(dot(gradient, gradient)) <= enough; };
  result.converged = is_flat();
  for (int i = 0; i < iterations && !result.converged; ++i) {
    const Eigen::VectorXd direction = history.direction(gradient);
    const double slope = dot(gradient, direction);
    bool descended = false;
    double step = 1;
    for (int tries = 0; tries < 20 && slope < 0 && !descended; ++tries) {
      next = x;
      detail::add_multiple(step, direction, next);
      const double next_value = function(next.data(), next_gradient.data());
      // Near the minimum values drown in rounding, slopes don't: there the slope must not have turned about.
      descended = next_value <= value + 1e-4 * step * slope ||
                  (next_value <= value + 1e-6 * std::abs(value) &&
                   std::abs(dot(next_gradient, direction)) <= -0.8 * slope);
      if (descended) {
        value = next_value;
      } else {  // the minimum of the parabola through both values and the slope
        const double best = -slope * step * step / (2 * (next_value - value - slope * step));
        step = std::clamp(best, 0.1 * step, 0.5 * step);
      }
    }
    if (!descended) break;
    history.remember(next - x, next_gradient - gradient);
    x.swap(next);
    gradient.swap(next_gradient);
    result.values.push_back(value);
    result.converged = is_flat();
  }
  return result;
}

}  // namespace DIM_ABI
}  // namespace dim
