// The program's objectives: task, estimator and prior are chosen at run time, the scorer by the unit that is
// compiled.
#pragma once
#include <dim/cpu/backend.hpp>
#include <dim/train/objective_pass.hpp>

#include "models.hpp"

namespace program {

inline dim::AnyEstimator estimator_of(const std::string& name) {
  dim::AnyEstimator estimator;
  if (name == "jsd") estimator.choice = dim::JSD{};
  if (name == "nce") estimator.choice = dim::NCE{};
  if (name == "dv") estimator.choice = dim::DV{};
  if (name == "kl") estimator.choice = dim::KL{};
  if (name == "rkl") estimator.choice = dim::ReverseKL{};
  if (name == "h2") estimator.choice = dim::SquaredHellinger{};
  if (name == "x2") estimator.choice = dim::ChiSquared{};
  require_one_of("--estimator", name, {"jsd", "nce", "dv", "kl", "rkl", "h2", "x2"});
  return estimator;
}

inline dim::AnyPrior prior_of(const std::string& name) {
  dim::AnyPrior prior;
  if (name == "uniform") prior.choice = dim::UniformPrior{};
  if (name == "gaussian") prior.choice = dim::GaussianPrior{};
  require_one_of("--prior", name, {"uniform", "gaussian", "none"});
  return prior;
}

/// The objective for maps of `Map` channels and conv representations of shape `Conv`, if those are the
/// encoder's.
template <class Task, class Scorer, int Map, dim::Shape Conv>
std::unique_ptr<AnyObjective> make_if_fits(const TrainSettings& settings, const dim::EncoderShapes& shapes) {
  using Goal = dim::Objective<Task, dim::AnyEstimator, dim::AnyPrior, Scorer>;
  if (Task::uses_map && shapes.map.channels != Map) return nullptr;
  if (Task::uses_conv && !(shapes.conv == Conv)) return nullptr;
  Goal goal{.gradient_penalty = settings.penalty,
            .estimator = estimator_of(settings.estimator),
            .prior = prior_of(settings.prior)};
  goal.weights.alpha = settings.alpha.value_or(goal.weights.alpha);
  goal.weights.beta = settings.beta.value_or(goal.weights.beta);
  goal.weights.gamma = settings.gamma.value_or(goal.weights.gamma);
  return std::make_unique<dim::ObjectivePass<Goal, Map, Conv, 64, dim::Cpu, float>>(goal);
}

/// The objective with this scorer, for any of the program's encoders.
template <class Scorer>
std::unique_ptr<AnyObjective> make_with(const TrainSettings& settings, const dim::EncoderShapes& shapes);

template <class Scorer>
std::unique_ptr<AnyObjective> make_any(const TrainSettings& settings, const dim::EncoderShapes& shapes) {
  using namespace dim;
  constexpr Shape of_32{256, 4, 4}, of_28{128, 7, 7};
  std::unique_ptr<AnyObjective> made;
  const auto try_one = [&](auto make) {
    if (!made) made = make(settings, shapes);
  };
  if (settings.task == "local") {
    try_one(make_if_fits<Local, Scorer, 128, Shape{}>);
  } else if (settings.task == "global") {
    try_one(make_if_fits<Global, Scorer, 0, of_32>);
    try_one(make_if_fits<Global, Scorer, 0, of_28>);
  } else {
    try_one(make_if_fits<LocalAndGlobal, Scorer, 128, of_32>);
    try_one(make_if_fits<LocalAndGlobal, Scorer, 128, of_28>);
  }
  if (!made) throw Error("no objective was compiled for this encoder's shapes: add them in objectives.hpp");
  return made;
}

}  // namespace program
