// Features of a frozen representation, what is asked of them, and their scale.
#pragma once
#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "../core/decimal.hpp"
#include "../core/error.hpp"
#include "../cpu/cpu.hpp"

namespace dim::inline DIM_ABI {

/// `count` features of `size` numbers each, (N, D) row by row, and the class of each, (N): not owned. Labels
/// may be left out where only features are asked for.
template <class T>
struct Features {
  const T* data;
  long count, size;
  const int* labels = nullptr;

  const T* row(long i) const { return data + i * size; }
  /// Features [first, first + most), or as many of them as there are.
  Features part(long first, long most) const {
    return {row(first), std::min(most, count - first), size, labels ? labels + first : nullptr};
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
    throw Error("no " + which + " features: " + std::to_string(features.count) + " rows of " +
                std::to_string(features.size) + " numbers were given, at least one of one is needed");
  if (__builtin_mul_overflow(features.count, features.size, &bytes) ||
      __builtin_mul_overflow(bytes, long(sizeof(T)), &bytes))
    throw Error("too many " + which + " features: " + std::to_string(features.count) + " rows of " +
                std::to_string(features.size) + " numbers fit into no memory; check both sizes");
  for (long i = 0; i < features.count; ++i)
    for (long j = 0; j < features.size; ++j)
      if (!std::isfinite(features.row(i)[j]))
        throw Error("row " + std::to_string(i) + ", column " + std::to_string(j) + " of the " + which +
                    " features is " + std::to_string(features.row(i)[j]) +
                    ", not a finite number; check the encoder and what it was given");
}

/// Throws Error unless every feature has a label in [0, classes).
template <class T>
void check_labels(const Features<T>& features, int classes, const std::string& which) {
  if (classes < 1) throw Error(std::to_string(classes) + " classes were asked for; give at least 1");
  if (features.labels == nullptr && features.count > 0)
    throw Error("the " + which + " features have no labels; give one for each row");
  for (long i = 0; i < features.count; ++i)
    if (features.labels[i] < 0 || features.labels[i] >= classes)
      throw Error("row " + std::to_string(i) + " of the " + which + " features has label " +
                  std::to_string(features.labels[i]) + ", outside [0, " + std::to_string(classes) +
                  "); leave the row out or give the number of classes that the labels have");
}

/// Throws Error unless the features are as long as those that something was fitted to.
inline void check_size(long fitted, long given) {
  if (fitted != given)
    throw Error("features of " + std::to_string(given) + " numbers meet training features of " +
                std::to_string(fitted) + "; take both from the same layer of the same encoder");
}

/// Throws the Error for a row of test features whose scores are not finite.
[[noreturn]] inline void throw_no_scores(long row) {
  throw Error(
      "row " + std::to_string(row) +
      " of the test features lies too far from the training features to be given scores; check that the "
      "same encoder made both");
}

/// The part of the features whose label was predicted, in [0, 1].
template <class T>
double accuracy(const std::vector<int>& predicted, const Features<T>& features) {
  long right = 0;
  for (long i = 0; i < features.count; ++i) right += predicted[std::size_t(i)] == features.labels[i];
  return double(right) / double(features.count);
}

/// Takes each column of features to mean 0 and standard deviation 1 on the training features, to which alone
/// it is fitted. A column that is constant there keeps its scale and so becomes 0.
class Scaler {
 public:
  Scaler() = default;
  /// Fits mean and deviation, each column summed in double in the order of the rows, the same bits for any
  /// number of threads. Throws Error for features that are missing, not finite or too far apart to square.
  template <class T>
  Scaler(const Cpu& cpu, const Features<T>& train) {
    check_features(train, "training");
    mean_.assign(std::size_t(train.size), 0);
    deviation_.assign(std::size_t(train.size), 0);
    const double count = double(train.count);
    // As many columns at a time as threads allow: rows are read in long stretches, and no bit depends on it.
    const long columns = std::max(64L, train.size / cpu.threads() + 1);
    for_each_piece(cpu, train.size, columns, [&](long begin, long end) {
      double *const mean = mean_.data(), *const square = deviation_.data();
      const T* const first = train.row(0);  // subtracted, so that a constant column gives exact zeros
      for (long i = 0; i < train.count; ++i)
        for (long j = begin; j < end; ++j) mean[j] += double(train.row(i)[j]) - double(first[j]);
      for (long j = begin; j < end; ++j) mean[j] = double(first[j]) + mean[j] / count;
      for (long i = 0; i < train.count; ++i)
        for (long j = begin; j < end; ++j) {
          const double distance = double(train.row(i)[j]) - mean[j];
          square[j] += distance * distance;
        }
    });
    for (std::size_t j = 0; j < deviation_.size(); ++j) {
      deviation_[j] = std::sqrt(deviation_[j] / count);
      if (deviation_[j] == 0) deviation_[j] = 1;
      scale_.push_back(1 / deviation_[j]);
      if (!std::isfinite(deviation_[j]) || !std::isfinite(scale_[j]))
        throw Error("column " + std::to_string(j) + " of the training features has a deviation of " +
                    decimal(deviation_[j]) + ", which has no inverse; scale the column or leave it out");
    }
  }

  /// Number of columns, 0 before the fit.
  long size() const { return long(mean_.size()); }
  /// Mean of each column of the training features, (D).
  const std::vector<double>& mean() const { return mean_; }
  /// Standard deviation of each column, (D), with divisor N; 1 for a constant column.
  const std::vector<double>& deviation() const { return deviation_; }

  /// to(i, j) = (x(i, j) - mean(j)) / deviation(j), (N, D), in double and rounded once; `to` may be x itself.
  /// The features are taken as checked.
  template <class T, class To>
  void apply(const Cpu& cpu, const Features<T>& x, To* to) const {
    for_each_piece(cpu, x.count, std::max(1L, 16384 / x.size), [&](long begin, long end) {
      const double *const mean = mean_.data(), *const scale = scale_.data();
      for (long i = begin; i < end; ++i)
        for (long j = 0; j < x.size; ++j) to[i * x.size + j] = To((double(x.row(i)[j]) - mean[j]) * scale[j]);
    });
  }

  /// The same for features that may be anything. Throws Error where they are missing, not finite or not as
  /// long as those of the fit.
  template <class T>
  std::vector<T> operator()(const Cpu& cpu, const Features<T>& x) const {
    check_features(x, "given");
    check_size(size(), x.size);
    std::vector<T> scaled(std::size_t(x.count * x.size));
    apply(cpu, x, scaled.data());
    return scaled;
  }

 private:
  std::vector<double> mean_, deviation_, scale_;
};

}  // namespace dim::inline DIM_ABI
