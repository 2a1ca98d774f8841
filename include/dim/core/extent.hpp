// Amounts of memory as functions of the batch size and the number of threads.
#pragma once
#include <algorithm>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The number of units that cover an extent.
constexpr long cover(long extent, long unit) {
  return (extent + unit - 1) / unit;
}

/// Every planned array begins at a multiple of this many bytes: the size of a vector register and of a cache line.
inline constexpr long alignment = 64;

constexpr long aligned(long bytes) {
  return cover(bytes, alignment) * alignment;
}

/// What an Extent is multiplied by: samples in a batch and threads of the backend.
struct Sizes {
  int samples = 0, threads = 1;
};

/// A number of bytes, fixed + per_sample * N + per_thread * threads; rounded() makes all three multiples of
/// `alignment`.
struct Extent {
  long fixed = 0, per_sample = 0, per_thread = 0;

  constexpr long at(Sizes sizes) const {
    return fixed + per_sample * sizes.samples + per_thread * sizes.threads;
  }
  constexpr Extent rounded() const { return {aligned(fixed), aligned(per_sample), aligned(per_thread)}; }
  friend constexpr Extent operator+(Extent a, Extent b) {
    return {a.fixed + b.fixed, a.per_sample + b.per_sample, a.per_thread + b.per_thread};
  }
  friend constexpr bool operator==(const Extent&, const Extent&) = default;
};

/// Enough for either of the two.
constexpr Extent larger(Extent a, Extent b) {
  return {(std::max)(a.fixed, b.fixed), (std::max)(a.per_sample, b.per_sample),
          (std::max)(a.per_thread, b.per_thread)};
}

}  // namespace DIM_ABI
}  // namespace dim
