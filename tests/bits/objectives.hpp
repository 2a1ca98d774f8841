// The objectives with one scorer.
#pragma once
#include "bits.hpp"

namespace bits {

template <class Task, class Scorer>
std::unique_ptr<AnyObjective> make(const Goal& goal, const dim::EncoderShapes& shapes) {
  using Objective = dim::Objective<Task, dim::AnyEstimator, dim::AnyPrior, Scorer>;
  return std::make_unique<dim::ObjectivePass<Objective, dim::Cpu, float>>(
      shapes, Objective{.estimator = goal.estimator, .prior = goal.prior});
}

template <class Scorer>
std::unique_ptr<AnyObjective> make_objective(const Goal& goal, const dim::EncoderShapes& shapes) {
  using namespace dim;
  if (goal.task == "local") return make<Local, Scorer>(goal, shapes);
  if (goal.task == "global") return make<Global, Scorer>(goal, shapes);
  return make<LocalAndGlobal, Scorer>(goal, shapes);
}

}  // namespace bits
