// Fully connected layers.
#pragma once
#include "../core/sentences.hpp"
#include "bias.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A Linear as a value, with the rectifier that its kernels may apply to its output.
struct LinearSpec {
  int units;
  bool bias = true;
  bool near_identity = false;
  Rectifier rectifier{};

  static constexpr Reads reads = Reads::input;

  /// The derivative of a rectifier follows from the sign of its output.
  constexpr Reads reads_with_rectifier() const { return rectifier.present() ? Reads::both : reads; }
  constexpr const char* misfit(Shape) const { return units > 0 ? nullptr : DIM_LINEAR_UNITS; }
  constexpr Shape output(Shape) const { return {units, 1, 1}; }
  /// Of the layer without its rectifier.
  constexpr LinearSpec derivative() const { return {.units = units, .bias = false}; }
  constexpr WeightAndBias parameters(Shape in) const {
    return detail::weight_and_bias({.name = {},
                                    .kind = {},
                                    .outputs = units,
                                    .inputs = in.channels,
                                    .height = in.height,
                                    .width = in.width,
                                    .rank = 2,
                                    .fan_in = in.size(),
                                    .near_identity = near_identity && units >= in.size()},
                                   bias ? units : 0);
  }
  std::string name() const { return "Linear<" + std::to_string(units) + ">"; }
};

template <>
struct Described<LinearSpec> {
  static constexpr const char* kind = "Linear";
  template <class Spec, class Take>
  static void numbers(Spec& spec, const Take& take) {
    take("units", spec.units);
    take("bias", spec.bias);
  }
};

/// y(n, o) = b(o) + Sum_i x(n, i) w(o, i): takes a sample of any shape as one vector, which checkpoints order as
/// (C, H, W). Has a bias unless told otherwise. `NearIdentity`: the weight of a shortcut, which starts as a noisy
/// copy of its input when there are at least as many outputs as inputs.
template <int Units, Bias bias = Bias::yes, bool NearIdentity = false>
struct Linear : SpecifiedLayer<Linear<Units, bias, NearIdentity>, LinearSpec> {
  static_assert(Units > 0, DIM_LINEAR_UNITS);
  static constexpr LinearSpec spec{Units, bias == Bias::yes, NearIdentity};
};

namespace detail {
/// Whether a layer is fully connected, which tells an encoder's three representations apart.
template <class L>
inline constexpr bool is_linear = false;
template <int Units, Bias bias, bool NearIdentity>
inline constexpr bool is_linear<Linear<Units, bias, NearIdentity>> = true;
}  // namespace detail

}  // namespace DIM_ABI
}  // namespace dim
