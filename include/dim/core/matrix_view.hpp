// Views of matrices in any storage order.
#pragma once
#include <algorithm>
#include <type_traits>

#include "error.hpp"

namespace dim {
inline namespace DIM_ABI {

/// An Eigen matrix, array or block (3.4 or later), or a Map or Ref of one: anything with data and strides. It is
/// recognised by its members, so that this header includes nothing of Eigen.
template <class Array>
concept EigenMatrix = requires(const Array& array) {
  typename Array::value_type;
  array.data(), array.rows(), array.cols(), array.rowStride(), array.colStride();
};

/// An xtensor array, or a strided view of one.
template <class Array>
concept StridedArray = requires(const Array& array) {
  typename Array::value_type;
  array.dimension(), array.shape(), array.strides(), array.data(), array.data_offset();
};

namespace detail {
/// Either kind, with elements of type T.
template <class Array, class T>
concept ArrayOf = (EigenMatrix<Array> ||
                   StridedArray<Array>)&&std::is_same_v<std::remove_const_t<typename Array::value_type>, T>;
}  // namespace detail

/// A view of a matrix, (rows, columns): element (i, j) is data[i * row_stride + j * column_stride].
template <class T>
struct MatrixView {
  const T* data = nullptr;
  long rows = 0, columns = 0, row_stride = 0, column_stride = 1;

  constexpr MatrixView() = default;
  constexpr MatrixView(const T* numbers, long how_many_rows, long how_many_columns, long from_row_to_row,
                       long from_column_to_column = 1)
      : data(numbers),
        rows(how_many_rows),
        columns(how_many_columns),
        row_stride(from_row_to_row),
        column_stride(from_column_to_column) {}

  /// Of an Eigen matrix, in either storage order. The matrix must outlive the view: a temporary is refused.
  template <detail::ArrayOf<T> Array>
    requires EigenMatrix<Array>
  MatrixView(const Array& array)
      : MatrixView(array.data(), array.rows(), array.cols(), array.rowStride(), array.colStride()) {}
  /// Of an xtensor array, in any layout. Throws Error unless it has two dimensions. The array must outlive the view:
  /// a temporary is refused.
  template <detail::ArrayOf<T> Array>
    requires StridedArray<Array>
  MatrixView(const Array& array) : data(array.data() + array.data_offset()) {
    if (array.dimension() != 2)
      throw Error("a matrix is an array (N, D), this one has ", array.dimension(), " dimensions; reshape it");
    rows = long(array.shape()[0]), columns = long(array.shape()[1]);
    row_stride = long(array.strides()[0]), column_stride = long(array.strides()[1]);
  }
  template <detail::ArrayOf<T> Array>
  MatrixView(const Array&& array_that_must_outlive_its_view) = delete;

  constexpr const T& operator()(long i, long j) const { return data[i * row_stride + j * column_stride]; }
  constexpr const T* at(long i, long j) const { return data + i * row_stride + j * column_stride; }
  constexpr MatrixView transposed() const { return {data, columns, rows, column_stride, row_stride}; }
  /// The block that begins at (i, j), of at most most_rows rows and most_columns columns.
  constexpr MatrixView part(long i, long j, long most_rows, long most_columns) const {
    return {at(i, j), (std::min)(most_rows, rows - i), (std::min)(most_columns, columns - j), row_stride,
            column_stride};
  }
};

template <class Array>
MatrixView(const Array&) -> MatrixView<std::remove_const_t<typename Array::value_type>>;

}  // namespace DIM_ABI
}  // namespace dim
