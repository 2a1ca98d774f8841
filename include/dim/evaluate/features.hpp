// Features of a frozen representation, and checks of them.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "../core/error.hpp"
#include "../core/matrix_view.hpp"

namespace dim {
inline namespace DIM_ABI {

/// `count` features of `size` numbers each, (N, D), and the class of each, (N): not owned. They may be the rows of
/// any matrix, which is not copied. Labels may be left out where only features are needed.
template <class T>
struct Features {
  const T* data = nullptr;
  long count = 0, size = 0;
  const int* labels = nullptr;
  long row_stride = 0, column_stride = 1;

  Features() = default;
  /// Row by row, without gaps.
  Features(const T* numbers, long how_many, long of_each, const int* classes = nullptr)
      : data(numbers), count(how_many), size(of_each), labels(classes), row_stride(of_each) {}
  /// The rows of a matrix.
  explicit Features(const MatrixView<T>& matrix, const int* classes = nullptr)
      : data(matrix.data),
        count(matrix.rows),
        size(matrix.columns),
        labels(classes),
        row_stride(matrix.row_stride),
        column_stride(matrix.column_stride) {}

  const T& operator()(long i, long j) const { return data[i * row_stride + j * column_stride]; }
  /// Features [first, first + most), or as many of them as there are.
  Features part(long first, long most) const {
    Features some = *this;
    some.data += first * row_stride;
    some.count = (std::min)(most, count - first);
    if (labels) some.labels += first;
    return some;
  }

  /// The room that `numbers` needs for `how_many` numbers at a time: none if the columns are contiguous.
  std::vector<T> room(long how_many) const {
    return std::vector<T>(column_stride == 1 ? 0 : std::size_t(how_many));
  }
  /// Numbers [begin, end) of row i, contiguous: in place, or copied to `room`.
  const T* numbers(long i, long begin, long end, std::vector<T>& room) const {
    if (column_stride == 1) return &(*this)(i, begin);
    for (long j = begin; j < end; ++j) room[std::size_t(j - begin)] = (*this)(i, j);
    return room.data();
  }

  static_assert(std::is_floating_point_v<T>,
                "features are floats or doubles; convert other numbers to these");
};

/// Throws Error unless there are features and all their numbers are finite; `which` names them in the
/// message, as in "training".
template <class T>
void check_features(const Features<T>& features, const std::string& which) {
  long bytes = 0;
  if (features.data == nullptr || features.count < 1 || features.size < 1)
    throw Error("no ", which, " features: ", features.count, " rows of ", features.size,
                " numbers were given; give at least one row of one number");
  if (__builtin_mul_overflow(features.count, features.size, &bytes) ||
      __builtin_mul_overflow(bytes, long(sizeof(T)), &bytes))
    throw Error("too many ", which, " features: ", features.count, " rows of ", features.size,
                " numbers fit into no memory; check both sizes");
  for (long i = 0; i < features.count; ++i)
    for (long j = 0; j < features.size; ++j)
      if (!std::isfinite(features(i, j)))
        throw Error("row ", i, ", column ", j, " of the ", which, " features is ", features(i, j),
                    ", not a finite number; check the encoder and what it was given");
}

/// Throws Error unless every feature has a label in [0, classes).
template <class T>
void check_labels(const Features<T>& features, int classes, const std::string& which) {
  if (classes < 1 || classes > 1 << 20) throw Error(classes, " classes were asked for; give 1 to 2^20");
  if (features.labels == nullptr && features.count > 0)
    throw Error("the ", which, " features have no labels; give one for each row");
  for (long i = 0; i < features.count; ++i)
    if (features.labels[i] < 0 || features.labels[i] >= classes)
      throw Error("row ", i, " of the ", which, " features has label ", features.labels[i], ", outside [0, ",
                  classes, "); leave the row out or give the number of classes that the labels have");
}

/// Number of features of each class, (classes). Labels are taken as checked.
template <class T>
std::vector<long> members_of(const Features<T>& features, int classes) {
  std::vector<long> members(static_cast<std::size_t>(classes));
  for (long i = 0; i < features.count; ++i) ++members[std::size_t(features.labels[i])];
  return members;
}

/// Throws Error unless the features are as long as those of the fit.
inline void check_size(long fitted, long given) {
  if (fitted != given)
    throw Error("features of ", given, " numbers meet training features of ", fitted,
                "; take both from the same layer of the same encoder");
}

/// Throws Error for a row of test features whose scores are not finite; `or_else` is a further remedy.
[[noreturn]] inline void throw_no_scores(long row, const std::string& or_else = "") {
  throw Error(
      "row ", row,
      " of the test features lies too far from the training features to be given scores; check that the "
      "same encoder made both",
      or_else);
}

/// The part of the features whose label was predicted, in [0, 1].
template <class T>
double accuracy(const std::vector<int>& predicted, const Features<T>& features) {
  long right = 0;
  for (long i = 0; i < features.count; ++i) right += predicted[std::size_t(i)] == features.labels[i];
  return double(right) / double(features.count);
}

}  // namespace DIM_ABI
}  // namespace dim
