// From vectors to images.
#pragma once
#include "../core/layer.hpp"
#include "../core/sentences.hpp"

namespace dim {
inline namespace DIM_ABI {

/// An Unflatten as a value.
struct UnflattenSpec {
  Shape shape;

  static constexpr Reads reads = Reads::nothing;

  constexpr const char* misfit(Shape in) const {
    if (!shape.valid()) return DIM_UNFLATTEN_SHAPE;
    return output(in).valid() ? nullptr : DIM_UNFLATTEN_INPUT;
  }
  constexpr Shape output(Shape in) const {
    return in.area() == 1 && in.size() == shape.size() ? shape : Shape{};
  }
  std::string name() const {
    return "Unflatten<" + std::to_string(shape.channels) + ", " + std::to_string(shape.height) + ", " +
           std::to_string(shape.width) + ">";
  }
};

template <>
struct Described<UnflattenSpec> {
  static constexpr const char* kind = "Unflatten";
  template <class Spec, class Take>
  static void numbers(Spec& spec, const Take& take) {
    take("channels", spec.shape.channels);
    take("height", spec.shape.height);
    take("width", spec.shape.width);
  }
};

/// y(n, i, j, c) = x(n, (c H + i) W + j): a vector as an image of shape Out, whose numbers it holds in the order
/// (C, H, W), as checkpoints of the previous layer do.
template <Shape Out>
struct Unflatten : SpecifiedLayer<Unflatten<Out>, UnflattenSpec> {
  static_assert(Out.valid(), DIM_UNFLATTEN_SHAPE);
  static constexpr UnflattenSpec spec{Out};

  template <Shape In>
  static consteval void require_fit() {
    static_assert(spec.output(In).valid(), DIM_UNFLATTEN_INPUT);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
