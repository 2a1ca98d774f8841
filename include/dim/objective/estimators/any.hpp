// An estimator chosen at run time.
#pragma once
#include <concepts>
#include <variant>

#include "chi_squared.hpp"
#include "dv.hpp"
#include "jsd.hpp"
#include "kl.hpp"
#include "nce.hpp"
#include "reverse_kl.hpp"
#include "squared_hellinger.hpp"

namespace dim {
inline namespace DIM_ABI {

/// One of the library's estimators.
struct AnyEstimator : EstimatorPolicy {
  std::variant<JSD, NCE, DV, KL, ReverseKL, SquaredHellinger, ChiSquared> choice;

  template <class T>
  double ceiling(const Scores<T>& u) const {
    return std::visit([&](const auto& estimator) { return estimator.ceiling(u); }, choice);
  }
  template <class T>
  double estimate(double loss, const Scores<T>& u) const {
    return std::visit([&](const auto& estimator) { return estimator.estimate(loss, u); }, choice);
  }
};

/// The loss of the chosen estimator, by the backend's `estimate` for its type.
template <class B, std::same_as<AnyEstimator> Any, class T>
void estimate(const B& backend, const Any& estimator, const Scores<T>& u, const double* weight,
              double* scratch, double* loss) {
  std::visit([&](const auto& choice) { estimate(backend, choice, u, weight, scratch, loss); },
             estimator.choice);
}

}  // namespace DIM_ABI
}  // namespace dim
