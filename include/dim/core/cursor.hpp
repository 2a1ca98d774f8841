// Pieces of memory whose sizes depend on the batch.
#pragma once
#include <cstddef>

#include "extent.hpp"
#include "shape.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Bytes of one dense sample.
constexpr Extent dense(Shape shape, long scalar) {
  return Extent{.per_sample = shape.size() * scalar}.rounded();
}

/// Hands out the arrays of a piece of memory one after another.
class Cursor {
 public:
  Cursor(std::byte* begin, Sizes sizes) : next_(begin), sizes_(sizes) {}

  std::byte* skip(Extent extent) {
    std::byte* const here = next_;
    next_ += extent.rounded().at(sizes_);
    return here;
  }
  template <class T>
  T* take(Extent extent) {
    return reinterpret_cast<T*>(skip(extent));
  }

 private:
  std::byte* next_;
  Sizes sizes_;
};

}  // namespace DIM_ABI
}  // namespace dim
