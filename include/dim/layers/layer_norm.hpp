// Normalisation over channels.
#pragma once
#include "../core/layer.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A LayerNorm as a value.
struct LayerNormSpec {
  static constexpr Reads reads = Reads::input;
  static constexpr double epsilon = 1e-5;

  constexpr Shape output(Shape in) const { return in; }
  constexpr auto parameters(Shape in) const {
    return std::array{Parameter{.name = "weight", .kind = Kind::gain, .outputs = in.channels},
                      Parameter{.name = "bias", .kind = Kind::shift, .outputs = in.channels}};
  }
  std::string name() const { return "LayerNorm"; }
};

template <>
struct Described<LayerNormSpec> : WithoutNumbers {
  static constexpr const char* kind = "LayerNorm";
};

/// y = gain (x - mean) / sqrt(variance + epsilon) + shift, with mean and variance over the channels of each
/// location (Ba, Kiros and Hinton 2016).
struct LayerNorm : SpecifiedLayer<LayerNorm, LayerNormSpec> {
  static constexpr LayerNormSpec spec{};
};

}  // namespace DIM_ABI
}  // namespace dim
