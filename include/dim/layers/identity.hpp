// The identity.
#pragma once
#include "../core/layer.hpp"

namespace dim {
inline namespace DIM_ABI {

/// y = x: the shortcut of a residual block, Sum<Block, Identity>.
struct Identity : LayerPolicy {
  static constexpr Reads reads = Reads::nothing;

  static constexpr Shape output(Shape in) { return in; }
  static std::string name() { return "Identity"; }
};

template <>
struct Described<Identity> : WithoutNumbers {
  static constexpr const char* kind = "Identity";
};

}  // namespace DIM_ABI
}  // namespace dim
