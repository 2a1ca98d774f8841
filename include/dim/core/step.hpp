// What a pass of a network is told, and what differs from one step to the next.
#pragma once
#include <cstdint>

#include "group.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Training normalises by the batch's statistics and applies dropout; inference does neither and changes nothing.
enum class Mode { training, inference };

/// What differs from one step to the next. It lies in the backend's memory, and kernels are given its address: a
/// number passed by value would never change in a step that a backend has recorded and replays.
struct StepState {
  std::uint64_t number = 0;  // number of earlier steps
  std::int64_t shift = 0;    // of the negatives, for a scorer that doesn't take all pairs

  double global = 0, local = 0, prior = 0;  // weights of an objective's terms: alpha, beta and gamma
  double penalty = 0;                       // weight of the adversary's gradient penalty

  double rate = 0, epsilon = 0;  // of the optimizer, corrected for the step
  double decay = 1;              // what weights are multiplied by before the optimizer's step
};

/// A pass of a network: what stays the same in every step.
struct Step {
  Mode mode = Mode::inference;
  std::uint64_t seed = 0;
  const StepState* state =
      nullptr;             // in the backend's memory, for objectives; null: networks draw as in a first step
  int pass = 0;            // which of several passes over one set of weights, up to 63
  std::int64_t first = 0;  // index of the first sample in the batch of the group
  bool updates_statistics = true;  // in training
  const Group* group = nullptr;    // BatchNorm normalises over its whole batch; null: over this pass's alone
};

}  // namespace DIM_ABI
}  // namespace dim
