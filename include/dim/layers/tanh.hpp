// The hyperbolic tangent.
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// y = tanh(x)
struct Tanh : LayerPolicy {
  static constexpr Reads reads = Reads::output;

  static constexpr Shape output(Shape in) { return in; }
  static std::string name() { return "Tanh"; }
};

}  // namespace dim::inline DIM_ABI
