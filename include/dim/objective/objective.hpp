// What an encoder is trained for.
#pragma once
#include "estimator.hpp"
#include "estimators/any.hpp"
#include "prior.hpp"
#include "scorer.hpp"
#include "task.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Maximise alpha I(x; y) + beta mean_l I(C(x)_l; y) - gamma D(prior || y) (Hjelm et al. 2019, Eq. 8), where the task
/// says which of the two I occur, the scorer and the estimator how they are measured, and an adversary measures D. An
/// Objective holds an instance of each policy.
///
/// With several views of each image (see AugmentedDataset), I is the mean over the views v of I between the features
/// of view v and the code of view v + 1, the last one's successor being the first (Bachman, Hjelm and Buchwalter 2019,
/// AMDIM, have two), and D is of the first view's codes.
template <Task TaskT, Estimator EstimatorT, Prior PriorT = NoPrior, Scorer ScorerT = Dot<2048>>
struct Objective {
  using task = TaskT;
  using scorer_type = ScorerT;
  using prior_type = PriorT;

  ObjectiveWeights weights = TaskT::weights;
  int views = 1;                // of each image, 1 to 64
  double gradient_penalty = 1;  // weight of the penalty on the adversary (Mescheder et al. 2018); 0 is off
  EstimatorT estimator{};
  PriorT prior{};
  ScorerT scorer{};
};

}  // namespace DIM_ABI
}  // namespace dim
