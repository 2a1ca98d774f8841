// The shape of one sample.
#pragma once
#include <string>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Channels, height and width of one sample, whatever their order in memory. A vector of n numbers is {n, 1, 1}. The
/// default {0, 0, 0} stands for "no such shape".
struct Shape {
  int channels = 0, height = 0, width = 0;

  /// Number of locations.
  constexpr long area() const { return long(height) * width; }
  /// Number of values.
  constexpr long size() const { return channels * area(); }
  constexpr bool valid() const { return channels > 0 && height > 0 && width > 0; }
  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

/// Whether samples of this shape are signals of more than one value, which are images of height 1, (N, 1, L, C).
constexpr bool is_signal(Shape shape) {
  return shape.height == 1 && shape.width > 1;
}

/// "3x32x32": channels, height, width.
inline std::string to_string(Shape shape) {
  return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" +
         std::to_string(shape.width);
}

}  // namespace DIM_ABI
}  // namespace dim
