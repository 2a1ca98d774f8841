// How a backend may compute, where it has a choice.
#pragma once
#include "config.hpp"

namespace dim::inline DIM_ABI {

/// Choices that change rounding and speed, and nothing else.
struct Arithmetic {
  /// Convolutions by minimal filtering (Winograd, 1980) where that is faster.
  bool winograd = true;
};

}  // namespace dim::inline DIM_ABI
