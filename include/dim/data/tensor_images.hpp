// Pictures in an xtensor array, where they lie.
#pragma once
#include "../core/error.hpp"
#include "../io/xtensor.hpp"
#include "dataset.hpp"

namespace dim::inline DIM_ABI {

/// A Dataset that looks at an array (N, C, H, W), or a strided view of one, without copying it: bytes, or
/// floating-point numbers in [0, 1]. The array must outlive it.
template <class Element>
class TensorImages {
 public:
  /// Throws Error unless the array has four dimensions and something in each.
  template <class Array>
  explicit TensorImages(const Array& array) : data_(array.data() + array.data_offset()) {
    static_assert(std::is_same_v<Element, std::uint8_t> || std::is_floating_point_v<Element>,
                  "pictures are arrays of bytes (std::uint8_t), or of floating-point numbers in [0, 1]");
    if (array.dimension() != 4)
      throw Error("pictures come as an array of four dimensions (N, C, H, W), this one has " +
                  std::to_string(array.dimension()) + ": reshape it");
    for (std::size_t i = 0; i < 4; ++i) {
      sizes_[i] = long(array.shape()[i]);
      strides_[i] = long(array.strides()[i]);
      if (sizes_[i] < 1) throw Error("pictures come as an array (N, C, H, W), in which no size may be 0");
    }
  }

  long size() const { return sizes_[0]; }
  Shape shape() const { return {int(sizes_[1]), int(sizes_[2]), int(sizes_[3])}; }
  template <class T>
  void copy(long i, const Pictures<T>& to, long n) const {
    for (long c = 0; c < sizes_[1]; ++c)
      for (long y = 0; y < sizes_[2]; ++y) {
        const Element* const line = data_ + i * strides_[0] + c * strides_[1] + y * strides_[2];
        for (long x = 0; x < sizes_[3]; ++x) to.at(n, y, x)[c] = scaled<T>(line[x * strides_[3]]);
      }
  }

 private:
  const Element* data_;
  std::array<long, 4> sizes_, strides_;
};

/// The pictures of an xtensor container or view, (N, C, H, W), which must outlive them: a temporary is
/// refused.
template <class Array>
TensorImages<typename Array::value_type> images_of(const Array& array) {
  return TensorImages<typename Array::value_type>(array);
}
template <class Array>
void images_of(const Array&& array) = delete;

}  // namespace dim::inline DIM_ABI
