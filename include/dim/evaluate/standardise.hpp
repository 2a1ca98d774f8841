// Standardised features: each column at a scale of its own.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../cpu/cpu.hpp"
#include "features.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Scales each column of features to mean 0 and standard deviation 1 on the training features, the only ones to which
/// it is fitted. A column that is constant there up to rounding, four units in the last place of its mean or less,
/// keeps its scale and becomes 0 or nearly so.
class Scaler {
 public:
  Scaler() = default;
  /// Fits mean and deviation, each column summed in double in the order of the rows, the same bits for any
  /// number of threads. Throws Error for features that are missing, not finite or too far apart to square;
  /// `which` names them in the message.
  template <class T>
  Scaler(const Cpu& cpu, const Features<T>& train, const std::string& which = "training") {
    check_features(train, which);
    mean_.assign(std::size_t(train.size), 0);
    deviation_.assign(std::size_t(train.size), 0);
    const double count = double(train.count);
    // As many columns at a time as threads allow, so that rows are read in long runs; no bit depends on it.
    const long columns = (std::max)(64L, train.size / cpu.threads() + 1);
    for_each_piece(cpu, train.size, columns, [&](long begin, long end) {
      double *const mean = mean_.data() + begin, *const square = deviation_.data() + begin;
      std::vector<T> room = train.room(end - begin), room_of_first = room;
      const long own = end - begin;
      // Subtracted, so that a constant column gives exact zeros.
      const T* const first = train.numbers(0, begin, end, room_of_first);
      for (long i = 0; i < train.count; ++i) {
        const T* const x = train.numbers(i, begin, end, room);
        for (long j = 0; j < own; ++j) mean[j] += double(x[j]) - double(first[j]);
      }
      for (long j = 0; j < own; ++j) mean[j] = double(first[j]) + mean[j] / count;
      for (long i = 0; i < train.count; ++i) {
        const T* const x = train.numbers(i, begin, end, room);
        for (long j = 0; j < own; ++j) {
          const double distance = double(x[j]) - mean[j];
          square[j] += distance * distance;
        }
      }
    });
    for (std::size_t j = 0; j < deviation_.size(); ++j) {
      deviation_[j] = std::sqrt(deviation_[j] / count);
      const double least = (std::max)(double((std::numeric_limits<T>::min)()),  // its inverse may exceed T
                                      4 * double(std::numeric_limits<T>::epsilon()) * std::abs(mean_[j]));
      constant_.push_back(deviation_[j] < least);
      if (constant_[j]) deviation_[j] = 1;
      scale_.push_back(1 / deviation_[j]);
      if (!std::isfinite(deviation_[j]) || !std::isfinite(scale_[j]))
        throw Error("column ", j, " of the ", which, " features has a deviation of ", deviation_[j],
                    ", which has no inverse; scale the column or leave it out");
    }
  }

  /// Number of columns, 0 before the fit.
  long size() const { return long(mean_.size()); }
  /// Mean of each column of the training features, (D).
  const std::vector<double>& mean() const { return mean_; }
  /// Standard deviation of each column, (D), with divisor N; 1 for a column that is constant up to rounding, and for
  /// a deviation below the smallest normal number of T or with a square of 0.
  const std::vector<double>& deviation() const { return deviation_; }
  /// Whether a column keeps its scale because it has no deviation that could be told.
  bool is_constant(long column) const { return constant_[std::size_t(column)]; }

  /// to(i, j) = (x(i, j) - mean(j)) / deviation(j), (N, D), in double and rounded once; `to` may be x itself, if its
  /// rows are contiguous. Expects checked features.
  template <class T, class To>
  void apply(const Cpu& cpu, const Features<T>& x, To* to) const {
    for_each_piece(cpu, x.count, (std::max)(1L, 16384 / x.size), [&](long begin, long end) {
      const double *const mean = mean_.data(), *const scale = scale_.data();
      std::vector<T> room = x.room(x.size);
      for (long i = begin; i < end; ++i) {
        const T* const row = x.numbers(i, 0, x.size, room);
        for (long j = 0; j < x.size; ++j) to[i * x.size + j] = To((double(row[j]) - mean[j]) * scale[j]);
      }
    });
  }

  /// The same for unchecked features. Throws Error if they are missing, not finite, not as long as those of the fit,
  /// or so far from them that the distance overflows T.
  template <class T>
  std::vector<T> operator()(const Cpu& cpu, const Features<T>& x) const {
    check_features(x, "given");
    check_size(size(), x.size);
    std::vector<T> scaled(std::size_t(x.count * x.size));
    apply(cpu, x, scaled.data());
    for (std::size_t i = 0; i < scaled.size(); ++i)
      if (!std::isfinite(scaled[i]))
        throw Error(
            "row ", long(i) / x.size, ", column ", long(i) % x.size,
            " of the given features lies too far from the training features to be standardised; check "
            "that the same encoder made both");
    return scaled;
  }

 private:
  std::vector<double> mean_, deviation_, scale_;
  std::vector<bool> constant_;
};

}  // namespace DIM_ABI
}  // namespace dim
