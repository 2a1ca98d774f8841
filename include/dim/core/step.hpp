// Which pass it is, and what differs from one step to the next.
#pragma once
#include <cstdint>

#include "group.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Training normalises with the batch's statistics and drops; inference does neither and changes nothing.
enum class Mode { training, inference };

/// What differs from one step to the next. It lies in the backend's memory, and kernels are given its address: a number
/// given by value would stay what it was in a step that a backend has recorded and replays.
struct StepState {
  std::uint64_t number = 0;  // of the steps before
  std::int64_t shift = 0;    // by which the negatives of a scorer are taken that doesn't take all pairs

  double global = 0, local = 0, prior = 0;  // weights of an objective's terms: alpha, beta and gamma
  double penalty = 0;                       // weight of the adversary's gradient penalty

  double rate = 0, epsilon = 0;  // of the optimizer, with all that depends on the step in them
  double decay = 1;              // what weights are multiplied with before the optimizer's step
};

/// A pass of a network, as it is in every step.
struct Step {
  Mode mode = Mode::inference;
  std::uint64_t seed = 0;
  const StepState* state =
      nullptr;             // in the backend's memory, for objectives; null: networks draw as in a first step
  int pass = 0;            // of several over one set of weights, up to 63
  std::int64_t first = 0;  // number of the first sample among those of the group
  bool updates_statistics = true;  // in training
  const Group* group = nullptr;    // whose batch BatchNorm normalises; null: alone
};

}  // namespace DIM_ABI
}  // namespace dim
