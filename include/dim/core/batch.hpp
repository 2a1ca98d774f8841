// Views of arrays of samples: channels last, (N, H, W, C), each sample stored within a border of zeros, so that a
// padded convolution reads its windows in place.
#pragma once
#include <type_traits>

#include "shape.hpp"
#include "size.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A view of `count` samples of one shape, (N, H, W, C), each within a border of zeros: `border.height` lines above and
/// below, `border.width` pixels left and right. A vector of n numbers is a sample of shape {n, 1, 1}, so that N of them
/// are a matrix (N, n).
template <class T>
struct Batch {
  using Scalar = std::remove_const_t<T>;

  T* data = nullptr;
  long count = 0;
  Shape shape{};
  Size border = 0;

  constexpr explicit operator bool() const { return data != nullptr; }
  template <class Read>
    requires(!std::is_const_v<T> && std::is_same_v<Read, const T>)
  constexpr operator Batch<Read>() const {
    return {data, count, shape, border};
  }

  constexpr long channels() const { return shape.channels; }
  constexpr long height() const { return shape.height; }
  constexpr long width() const { return shape.width; }
  /// Numbers stored for one line, and for one sample, including the border.
  constexpr long line() const { return (width() + 2L * border.width) * channels(); }
  constexpr long sample() const { return (height() + 2L * border.height) * line(); }
  /// Number of locations in all samples.
  constexpr long pixels() const { return count * shape.area(); }
  /// Where pixel (y, x) of sample n begins; y and x may point into the border.
  constexpr long offset(long n, long y, long x) const {
    return n * sample() + (y + border.height) * line() + (x + border.width) * channels();
  }
  constexpr T* at(long n, long y, long x) const { return data + offset(n, y, x); }
  /// Where sample n begins; without a border, its numbers follow one another.
  constexpr T* row(long n) const { return data + n * sample(); }
  /// Channel c of pixel (y, x) of sample n.
  constexpr T& operator()(long n, long y, long x, long c) const { return at(n, y, x)[c]; }
};

/// Calls act(number) for each number of sample n, in the order (C, H, W).
template <class T, class Act>
void for_each_number(const Batch<T>& batch, long n, const Act& act) {
  for (long c = 0; c < batch.channels(); ++c)
    for (long y = 0; y < batch.height(); ++y)
      for (long x = 0; x < batch.width(); ++x) act(batch(n, y, x, c));
}

/// The same batch, read-only.
template <class T>
constexpr Batch<const T> constant(const Batch<T>& batch) {
  return {batch.data, batch.count, batch.shape, batch.border};
}

}  // namespace DIM_ABI
}  // namespace dim
