// The logistic function.
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// y = 1 / (1 + exp(-x))
struct Sigmoid : LayerPolicy {
  static constexpr Reads reads = Reads::output;

  static constexpr Shape output(Shape in) { return in; }
  static std::string name() { return "Sigmoid"; }
};

}  // namespace dim::inline DIM_ABI
