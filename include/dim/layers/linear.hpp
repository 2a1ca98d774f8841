// Fully connected.
#pragma once
#include "conv.hpp"

namespace dim::inline DIM_ABI {

/// y(n, o) = b(o) + Sum_i x(n, i) w(o, i): takes a sample of any shape as one vector, in a checkpoint in the
/// order (C, H, W). Has a bias unless told otherwise. `NearIdentity`: the weight of a shortcut, which starts
/// as a noisy copy of its input when there are at least as many outputs as inputs.
template <int Units, Bias bias = Bias::yes, bool NearIdentity = false>
struct Linear : LayerPolicy {
  static_assert(Units > 0, "Linear: the number of units must be positive");
  static constexpr Reads reads = Reads::input;

  static constexpr Shape output(Shape) { return {Units, 1, 1}; }
  static constexpr auto parameters(Shape in) {
    return weight_and_bias<bias>({.name = {},
                                  .kind = {},
                                  .outputs = Units,
                                  .inputs = in.channels,
                                  .height = in.height,
                                  .width = in.width,
                                  .rank = 2,
                                  .fan_in = in.size(),
                                  .near_identity = NearIdentity && Units >= in.size()});
  }
  static std::string name() { return "Linear<" + std::to_string(Units) + ">"; }
};

/// Is a layer fully connected? The three representations of an encoder are counted by these.
template <class L>
inline constexpr bool is_linear = false;
template <int Units, Bias bias, bool NearIdentity>
inline constexpr bool is_linear<Linear<Units, bias, NearIdentity>> = true;

}  // namespace dim::inline DIM_ABI
