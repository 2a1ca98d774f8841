// Biases, and the weights beside them.
#pragma once
#include "../core/layer.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Whether a layer adds a learned number to each of its outputs.
enum class Bias { none, yes };

namespace detail {
/// The learned arrays of a layer that sums products: weights, and `biases` biases.
constexpr WeightAndBias weight_and_bias(Parameter weight, int biases) {
  weight.name = "weight";
  weight.kind = Kind::weight;
  if (biases == 0) return {{weight}, 1};
  return {{weight, {.name = "bias", .kind = Kind::bias, .outputs = biases, .fan_in = weight.fan_in}}, 2};
}
}  // namespace detail

}  // namespace DIM_ABI
}  // namespace dim
