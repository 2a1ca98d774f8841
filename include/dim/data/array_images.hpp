// Images in an array or a matrix, read in place.
#pragma once
#include <array>

#include "../core/error.hpp"
#include "../core/matrix_view.hpp"
#include "dataset.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A Dataset that reads an array (N, C, H, W), a strided view of one, or a matrix with an image in each row, without
/// copying it: bytes, or floating-point numbers in [0, 1]. The array or matrix must outlive it.
template <class Element>
class ArrayImages {
 public:
  /// From rows (N, C H W). Throws Error for rows of another size.
  ArrayImages(const MatrixView<Element>& rows, Shape shape)
      : data_(rows.data),
        sizes_{rows.rows, shape.channels, shape.height, shape.width},
        strides_{rows.row_stride, shape.area() * rows.column_stride, shape.width * rows.column_stride,
                 rows.column_stride} {
    require_images();
    if (!shape.valid())
      throw Error("images can't be of ", to_string(shape),
                  " (channels x height x width); give sizes of 1 or more");
    if (shape.size() != rows.columns)
      throw Error("images of ", to_string(shape), " (channels x height x width) come as rows of ",
                  shape.size(), " numbers, these have ", rows.columns);
    if (rows.rows < 1) throw Error("images come as the rows of a matrix, and this one has none");
  }
  /// Throws Error unless the array has four dimensions, none of size 0.
  template <class Array>
  explicit ArrayImages(const Array& array) : data_(array.data() + array.data_offset()) {
    require_images();
    if (array.dimension() != 4)
      throw Error("images come as an array of four dimensions (N, C, H, W), this one has ", array.dimension(),
                  "; reshape it");
    for (std::size_t i = 0; i < 4; ++i) {
      sizes_[i] = long(array.shape()[i]);
      strides_[i] = long(array.strides()[i]);
      if (sizes_[i] < 1) throw Error("images come as an array (N, C, H, W), in which no size may be 0");
    }
  }

  long size() const { return sizes_[0]; }
  Shape shape() const { return {int(sizes_[1]), int(sizes_[2]), int(sizes_[3])}; }
  /// See Dataset. Throws Error for a number outside [0, 1] by more than rounding; this is checked on reading, since
  /// the array may change.
  template <class T>
  void copy(long i, const Batch<T>& to, long n) const {
    for (long c = 0; c < sizes_[1]; ++c)
      for (long y = 0; y < sizes_[2]; ++y) {
        const Element* const line = data_ + i * strides_[0] + c * strides_[1] + y * strides_[2];
        for (long x = 0; x < sizes_[3]; ++x) {
          const Element value = line[x * strides_[3]];
          if constexpr (std::is_floating_point_v<Element>)
            if (!(value >= Element(-1e-6) && value <= Element(1 + 1e-6)))
              throw_out_of_range(i, c, y, x, double(value));
          to.at(n, y, x)[c] = scaled<T>(value);
        }
      }
  }

 private:
  static constexpr void require_images() {
    static_assert(std::is_same_v<Element, std::uint8_t> || std::is_floating_point_v<Element>,
                  "images are arrays of bytes (std::uint8_t), or of floating-point numbers in [0, 1]");
  }
  [[noreturn]] static void throw_out_of_range(long i, long c, long y, long x, double value) {
    throw Error("channel ", c, " of pixel (", y, ", ", x, ") of image ", i, ", all counted from 0, is ",
                value,
                ", where images of floating-point numbers have them in [0, 1]; scale them, divide what was "
                "bytes by 255, and leave out images with numbers that are not finite");
  }

  const Element* data_;
  std::array<long, 4> sizes_, strides_;
};

/// The images of an xtensor container or view, (N, C, H, W), which must outlive them: a temporary is refused.
template <class Array>
ArrayImages<typename Array::value_type> images_of(const Array& array) {
  return ArrayImages<typename Array::value_type>(array);
}
template <class Array>
void images_of(const Array&& array_that_must_outlive_its_images) = delete;

/// The images in the rows of an Eigen or xtensor matrix, (N, C H W), which must outlive them: a temporary is refused.
template <class Matrix>
ArrayImages<std::remove_const_t<typename Matrix::value_type>> images_of(const Matrix& rows, Shape shape) {
  return {MatrixView(rows), shape};
}
template <class Matrix>
void images_of(const Matrix&& rows_that_must_outlive_their_images, Shape shape) = delete;

}  // namespace DIM_ABI
}  // namespace dim
