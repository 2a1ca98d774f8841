// Noise against overfitting.
#pragma once
#include "leaky.hpp"

namespace dim::inline DIM_ABI {

/// y = m x / (1 - p), each m being 0 with probability p and else 1, drawn anew each training step as a
/// function of (seed, step, layer, element); the identity in inference (Srivastava et al. 2014).
template <Ratio Probability>
struct Dropout : LayerPolicy {
  static constexpr double probability = Probability.value();
  static_assert(0 <= probability && probability < 1, "Dropout: the probability must lie in [0, 1)");
  static constexpr Reads reads = Reads::nothing;

  static constexpr Shape output(Shape in) { return in; }
  static std::string name() {
    return "Dropout<" + std::to_string(Probability.numerator) + "/" +
           std::to_string(Probability.denominator) + ">";
  }
};

}  // namespace dim::inline DIM_ABI
