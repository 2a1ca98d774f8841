// Layers that a backend runs as one.
#pragma once
#include "layer.hpp"

namespace dim::inline DIM_ABI {

/// Two neighbours for which a backend has one kernel that does what theirs would do and moves less memory.
/// Nobody writes it: a Sequential makes it of its layers, for each backend that overloads needs(), forward() and
/// backward() for it. Parameters, statistics and names stay those of the parts.
template <Layer First, Layer Second>
struct Fused : LayerPolicy {
  using Parts = Fused;

  static constexpr Shape output(Shape in) {
    const Shape between = First::output(in);
    return between.valid() ? Second::output(between) : Shape{};
  }
  static constexpr Counts counts(Shape in) {
    return dim::counts<First>(in) + dim::counts<Second>(First::output(in));
  }
  static void list(Shape in, const std::string& path, Entries& entries) {
    dim::list<First>(in, path + "0.", entries);
    dim::list<Second>(First::output(in), path + "1.", entries);
  }
  static std::string name() { return "Fused<" + First::name() + ", " + Second::name() + ">"; }
};

}  // namespace dim::inline DIM_ABI
