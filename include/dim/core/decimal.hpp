// Numbers for messages.
#pragma once
#include <charconv>
#include <string>

#include "config.hpp"

namespace dim::inline DIM_ABI {

/// A number in at most four significant digits: "0.001", "18.27", "1e-09".
inline std::string decimal(double value) {
  char text[32];
  char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 4).ptr;
  return std::string(text, end);
}

}  // namespace dim::inline DIM_ABI
