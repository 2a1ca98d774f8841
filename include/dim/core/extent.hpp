// Amounts of memory that are known before the program runs, but for the batch and the number of threads.
#pragma once
#include <algorithm>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How many units cover an extent.
constexpr long cover(long extent, long unit) {
  return (extent + unit - 1) / unit;
}

/// Every array in a plan begins at a multiple of so many bytes: a vector register, a cache line.
inline constexpr long alignment = 64;

constexpr long aligned(long bytes) {
  return cover(bytes, alignment) * alignment;
}

/// What an Extent is multiplied with: samples in a batch and threads of the backend.
struct Sizes {
  int samples = 0, threads = 1;
};

/// A number of bytes, each part a multiple of `alignment`: fixed + per_sample * N + per_thread * threads.
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

/// Enough for either of two.
constexpr Extent larger(Extent a, Extent b) {
  return {(std::max)(a.fixed, b.fixed), (std::max)(a.per_sample, b.per_sample),
          (std::max)(a.per_thread, b.per_thread)};
}

}  // namespace DIM_ABI
}  // namespace dim
