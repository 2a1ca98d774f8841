// Which features of an image its code is scored against.
#pragma once
#include <cmath>
#include <concepts>

#include "../core/error.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The weights of an objective's three terms (Hjelm et al. 2019, Eq. 8): alpha of the global one, beta of the
/// local one, gamma of prior matching.
struct ObjectiveWeights {
  double alpha = 0, beta = 0, gamma = 0;

  friend constexpr bool operator==(const ObjectiveWeights&, const ObjectiveWeights&) = default;
};

/// Throws Error for weights that are not finite, and for a gradient penalty below 0.
inline void check_weights(const ObjectiveWeights& weights, double gradient_penalty) {
  if (!std::isfinite(weights.alpha) || !std::isfinite(weights.beta) || !std::isfinite(weights.gamma) ||
      !(gradient_penalty >= 0) || !std::isfinite(gradient_penalty))
    throw Error("an objective can't weigh its terms by alpha ", weights.alpha, ", beta ", weights.beta,
                " and gamma ", weights.gamma, " with a gradient penalty of ", gradient_penalty,
                "; give finite numbers, and a penalty of at least 0");
}

/// The base of every task. `uses_map`: each location of the feature map C(x) against the code, averaged;
/// `uses_conv`: the whole conv representation against the code. `weights` are the paper's.
struct TaskPolicy {};
template <class T>
concept Task = std::derived_from<T, TaskPolicy>;

/// DIM(L), local: the code is scored against the feature map C(x) at each location, and the losses of these pairs are
/// averaged over locations (Hjelm et al. 2019, section 3.2). What the code says must be true in many places of the image,
/// which suits classification best in the paper. With the paper's beta and gamma.
struct Local : TaskPolicy {
  static constexpr bool uses_map = true, uses_conv = false;
  static constexpr ObjectiveWeights weights{.alpha = 0, .beta = 1, .gamma = 0.1};
};

/// DIM(G), global: the code is scored once against the whole conv representation of an image (section 3.1). With the
/// paper's alpha and gamma.
struct Global : TaskPolicy {
  static constexpr bool uses_map = false, uses_conv = true;
  static constexpr ObjectiveWeights weights{.alpha = 1, .beta = 0, .gamma = 1};
};

/// DIM(L+G): both terms, the global and the local one, each with a scorer of its own, weighed by alpha and beta. The
/// paper doesn't state its gamma; this is DIM(L)'s.
struct LocalAndGlobal : TaskPolicy {
  static constexpr bool uses_map = true, uses_conv = true;
  static constexpr ObjectiveWeights weights{.alpha = 0.5, .beta = 0.1, .gamma = 0.1};
};

}  // namespace DIM_ABI
}  // namespace dim
