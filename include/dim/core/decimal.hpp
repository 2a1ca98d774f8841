// Numbers for messages.
#pragma once
#include <charconv>
#include <cmath>
#include <string>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A number in at most four significant digits: "0.001", "18.27", "1e-09", "inf", "nan" whatever its sign.
inline std::string decimal(double value) {
  if (std::isnan(value)) return "nan";
  char text[32];
  char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 4).ptr;
  return std::string(text, end);
}

/// A number in the fewest digits that read back as exactly that number.
inline std::string exact_decimal(double value) {
  char text[32];
  char* const end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

}  // namespace DIM_ABI
}  // namespace dim
