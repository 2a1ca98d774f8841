// From a vector to pictures.
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// y(n, i, j, c) = x(n, (c H + i) W + j): a vector as a picture of shape Out, whose numbers it holds in the order (C,
/// H, W), as a checkpoint of the layer before has them.
template <Shape Out>
struct Unflatten : LayerPolicy {
  static_assert(Out.valid(), "Unflatten: the sizes of a picture must be positive");
  static constexpr Reads reads = Reads::nothing;

  static constexpr Shape output(Shape in) {
    return in.area() == 1 && in.size() == Out.size() ? Out : Shape{};
  }
  template <Shape In>
  static consteval void require_fit() {
    static_assert(output(In).valid(), "Unflatten: the input must be a vector of the picture's size");
  }
  static std::string name() {
    return "Unflatten<" + std::to_string(Out.channels) + ", " + std::to_string(Out.height) + ", " +
           std::to_string(Out.width) + ">";
  }
};

}  // namespace dim::inline DIM_ABI
