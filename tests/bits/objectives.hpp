// The objectives with one scorer, for the shapes of the library's encoders.
#pragma once
#include "bits.hpp"

namespace bits {

/// The objective for maps of `Map` channels and conv representations of shape `Conv`, if those are the encoder's.
template <class Task, class Scorer, int Map, dim::Shape Conv>
std::unique_ptr<AnyObjective> make_if_fits(const Goal& goal, const dim::EncoderShapes& shapes) {
  using Objective = dim::Objective<Task, dim::AnyEstimator, dim::AnyPrior, Scorer>;
  if (Task::uses_map && shapes.map.channels != Map) return nullptr;
  if (Task::uses_conv && !(shapes.conv == Conv)) return nullptr;
  return std::make_unique<dim::ObjectivePass<Objective, Map, Conv, 64, dim::Cpu, float>>(
      Objective{.estimator = goal.estimator, .prior = goal.prior});
}

template <class Scorer>
std::unique_ptr<AnyObjective> make_objective(const Goal& goal, const dim::EncoderShapes& shapes) {
  using namespace dim;
  constexpr Shape of_28{128, 7, 7}, of_32{256, 4, 4}, of_64{512, 4, 4};
  std::unique_ptr<AnyObjective> made;
  const auto try_one = [&](auto make) {
    if (!made) made = make(goal, shapes);
  };
  if (goal.task == "local") {
    try_one(make_if_fits<Local, Scorer, 128, Shape{}>);
    try_one(make_if_fits<Local, Scorer, 256, Shape{}>);
  } else if (goal.task == "global") {
    try_one(make_if_fits<Global, Scorer, 0, of_28>);
    try_one(make_if_fits<Global, Scorer, 0, of_32>);
    try_one(make_if_fits<Global, Scorer, 0, of_64>);
  } else {
    try_one(make_if_fits<LocalAndGlobal, Scorer, 128, of_28>);
    try_one(make_if_fits<LocalAndGlobal, Scorer, 128, of_32>);
    try_one(make_if_fits<LocalAndGlobal, Scorer, 256, of_64>);
  }
  if (!made) throw Error("no objective was compiled for an encoder's shapes: add them in objectives.hpp");
  return made;
}

}  // namespace bits
