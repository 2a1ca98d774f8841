// Noise against overfitting.
#pragma once
#include "../core/decimal.hpp"
#include "../core/layer.hpp"
#include "../core/ratio.hpp"
#include "../core/sentences.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A Dropout as a value.
struct DropoutSpec {
  double probability;

  static constexpr Reads reads = Reads::nothing;

  constexpr const char* misfit(Shape) const {
    return 0 <= probability && probability < 1 ? nullptr : DIM_DROPOUT_PROBABILITY;
  }
  constexpr Shape output(Shape in) const { return in; }
  std::string name() const { return "Dropout<" + decimal(probability) + ">"; }
};

template <>
struct Described<DropoutSpec> {
  static constexpr const char* kind = "Dropout";
  template <class Spec, class Take>
  static void numbers(Spec& spec, const Take& take) {
    take("probability", spec.probability);
  }
};

/// y = m x / (1 - p), each m being 0 with probability p and else 1, drawn anew each training step as a
/// function of (seed, step, layer, element); the identity in inference (Srivastava et al. 2014).
template <Ratio Probability>
struct Dropout : SpecifiedLayer<Dropout<Probability>, DropoutSpec> {
  static constexpr DropoutSpec spec{Probability.value()};
  static_assert(0 <= spec.probability && spec.probability < 1, DIM_DROPOUT_PROBABILITY);
};

}  // namespace DIM_ABI
}  // namespace dim
