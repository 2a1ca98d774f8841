// Features in matrices and arrays of Eigen and xtensor, for the probes.
#pragma once
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "features.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The features in an Eigen matrix or an xtensor array (N, ...), or in blocks, maps and views of these, as rows
/// (N, D), with or without labels. They are read in place, in any order and with any strides, and must outlive this.
/// Only an array of three or more dimensions that has gaps, or another order than C's, is copied. Labels, N integers
/// of any type in a container, are always copied.
template <class T>
class ArrayFeatures {
 public:
  /// Throws Error for an array of one dimension, for a number of labels other than that of rows, and for labels
  /// beyond int.
  template <class Array>
  explicit ArrayFeatures(const Array& array) {
    static_assert(std::is_same_v<std::remove_const_t<typename Array::value_type>, T>,
                  "features are an array of the numbers that a probe works with, float or double");
    if constexpr (EigenMatrix<Array>)
      rows_ = MatrixView<T>(array);
    else
      take_array(array);
  }
  template <class Array, class Labels>
  ArrayFeatures(const Array& array, const Labels& labels) : ArrayFeatures(array) {
    if (long(labels.size()) != rows_.rows)
      throw Error(labels.size(), " labels for ", rows_.rows, " features; give one for each row");
    constexpr bool whole = std::is_integral_v<typename Labels::value_type>;
    static_assert(whole, "labels are an array of integers; convert other numbers to these");
    if constexpr (whole) take_labels(labels);
  }
  /// What the probes take, valid as long as this lives: refused for a temporary.
  Features<T> features() const&& = delete;
  Features<T> features() const& {
    MatrixView<T> rows = rows_;
    if (!copy_.empty()) rows.data = copy_.data();
    return Features<T>(rows, labels_.empty() ? nullptr : labels_.data());
  }

 private:
  template <class Array>
  void take_array(const Array& array) {
    const std::size_t dimensions = array.dimension();
    if (dimensions < 2)
      throw Error("features come as an array (N, D), or one of more dimensions, this one has ", dimensions,
                  "; reshape it");
    const std::vector<long> sizes(array.shape().begin(), array.shape().end()),
        strides(array.strides().begin(), array.strides().end());
    long size = 1;
    for (std::size_t i = 1; i < dimensions; ++i) size *= sizes[i];
    const T* const data = array.data() + array.data_offset();
    rows_ = {data, sizes[0], size, strides[0], 1};
    if (!has_one_stride(sizes, strides)) copy(data, sizes, strides);
  }
  /// Whether the numbers of a row have one stride, which becomes that of the columns.
  bool has_one_stride(const std::vector<long>& sizes, const std::vector<long>& strides) {
    long behind = 0;  // how many numbers are known to have that stride
    for (std::size_t i = sizes.size(); i-- > 1;) {
      if (sizes[i] == 1) continue;
      if (behind == 0) rows_.column_stride = strides[i], behind = 1;
      if (strides[i] != behind * rows_.column_stride) return false;
      behind *= sizes[i];
    }
    return true;
  }
  void copy(const T* data, const std::vector<long>& sizes, const std::vector<long>& strides) {
    copy_.reserve(std::size_t(rows_.rows * rows_.columns));
    std::vector<long> index(sizes.size());
    for (long n = 0; n < rows_.rows * rows_.columns; ++n) {
      long place = 0;
      for (std::size_t i = 0; i < index.size(); ++i) place += index[i] * strides[i];
      copy_.push_back(data[place]);
      for (std::size_t i = index.size(); i-- > 0 && ++index[i] == sizes[i];) index[i] = 0;
    }
    rows_.row_stride = rows_.columns, rows_.column_stride = 1;
  }
  template <class Labels>
  void take_labels(const Labels& labels) {
    for (const auto label : labels) {
      if (!std::in_range<int>(+label))
        throw Error("label ", +label, " of row ", labels_.size(),
                    " is not a class; classes are counted from 0");
      labels_.push_back(int(label));
    }
  }

  MatrixView<T> rows_;
  std::vector<T> copy_;  // unless empty, holds the numbers of rows_
  std::vector<int> labels_;
};

/// The features in an Eigen matrix or an xtensor container or view, (N, ...), with or without labels (N). The matrix
/// or array must outlive them: a temporary is refused.
template <class Array, class... Labels>
auto features_of(const Array& array, const Labels&... labels) {
  constexpr bool in_memory = EigenMatrix<Array> || StridedArray<Array>;
  static_assert(
      in_memory,
      "features are a matrix or array of Eigen or xtensor with its numbers in memory; make one of an "
      "expression or of nested vectors, and keep it as long as the features");
  if constexpr (in_memory)
    return ArrayFeatures<std::remove_const_t<typename Array::value_type>>(array, labels...);
}
template <class Array, class... Labels>  // refused, since a temporary is gone when its features are read:
void features_of(const Array&& array_that_must_outlive_its_features, const Labels&... labels) = delete;

}  // namespace DIM_ABI
}  // namespace dim
