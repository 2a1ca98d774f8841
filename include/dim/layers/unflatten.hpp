// From a vector to pictures.
#pragma once
#include "../core/layer.hpp"

namespace dim::inline DIM_ABI {

/// The numbers of an Unflatten.
struct UnflattenSpec {
  Shape shape;

  static constexpr Reads reads = Reads::nothing;

  constexpr Shape output(Shape in) const {
    return in.area() == 1 && in.size() == shape.size() ? shape : Shape{};
  }
  std::string name() const {
    return "Unflatten<" + std::to_string(shape.channels) + ", " + std::to_string(shape.height) + ", " +
           std::to_string(shape.width) + ">";
  }
};

/// y(n, i, j, c) = x(n, (c H + i) W + j): a vector as a picture of shape Out, whose numbers it holds in the order (C,
/// H, W), as a checkpoint of the layer before has them.
template <Shape Out>
struct Unflatten : SpecifiedLayer<Unflatten<Out>, UnflattenSpec> {
  static_assert(Out.valid(), "Unflatten: the sizes of a picture must be positive");
  static constexpr UnflattenSpec spec{Out};

  template <Shape In>
  static consteval void require_fit() {
    static_assert(spec.output(In).valid(), "Unflatten: the input must be a vector of the picture's size");
  }
};

}  // namespace dim::inline DIM_ABI
