// How a backend may compute, where it has a choice.
#pragma once
#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What the operands of products are rounded to; everything else stays as it is.
enum class Precision { f32, bf16 };

/// Choices that change rounding and speed, and nothing else.
struct Arithmetic {
  /// Convolutions by minimal filtering (Winograd, 1980) where that is faster.
  bool winograd = true;
  /// Of matrix products, and of convolutions computed by them: bf16 is twice as fast where the processor has
  /// instructions for it.
  Precision products = Precision::f32;
};

}  // namespace DIM_ABI
}  // namespace dim
