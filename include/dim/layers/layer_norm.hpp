// Normalisation over channels.
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// y = gain (x - mean) / sqrt(variance + epsilon) + shift, with mean and variance over the channels of each
/// location (Ba, Kiros and Hinton 2016).
struct LayerNorm : LayerPolicy {
  static constexpr Reads reads = Reads::input;
  static constexpr double epsilon = 1e-5;

  static constexpr Shape output(Shape in) { return in; }
  static constexpr auto parameters(Shape in) {
    return std::array{Parameter{.name = "weight", .kind = Kind::gain, .outputs = in.channels},
                      Parameter{.name = "bias", .kind = Kind::shift, .outputs = in.channels}};
  }
  static std::string name() { return "LayerNorm"; }
};

}  // namespace dim::inline DIM_ABI
