// Height and width.
#pragma once
#include <string>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Height and width in pixels; a single number stands for both.
struct Size {
  int height = 1, width = 1;

  constexpr Size() = default;
  constexpr Size(int both) : height(both), width(both) {}  // NOLINT: a number is meant as a size
  constexpr Size(int down, int across) : height(down), width(across) {}
  constexpr long area() const { return long(height) * width; }
  friend constexpr bool operator==(const Size&, const Size&) = default;
};

/// "3", or "{3, 1}" if height and width differ.
inline std::string to_string(Size size) {
  const std::string height = std::to_string(size.height);
  return size.height == size.width ? height : "{" + height + ", " + std::to_string(size.width) + "}";
}

/// The larger of the heights, and of the widths.
constexpr Size larger(Size a, Size b) {
  return {a.height > b.height ? a.height : b.height, a.width > b.width ? a.width : b.width};
}
/// Whether neither height nor width of a is smaller than b's.
constexpr bool covers(Size a, Size b) {
  return a.height >= b.height && a.width >= b.width;
}

}  // namespace DIM_ABI
}  // namespace dim
