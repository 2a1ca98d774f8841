// The directions in which features vary most.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "../cpu/dot.hpp"
#include "correlation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Rotates the rows of a symmetric matrix C (D, D) without eigenvalues below 0, two at a time, until all are at right
/// angles: each is then an eigenvector times its eigenvalue (Hestenes 1958). Pair by pair in one order, with the sums
/// and multiply-adds of kernels, so that no bit depends on the machine; about ten sweeps of some D^3 operations.
inline void rotate_to_right_angles(std::vector<double>& matrix, long size) {
  using V = cpu::Vector<double>;
  const auto rotate = [&](double* x, double* y, double cosine, double sine) {
    for (long j = 0; j < size; j += V::lanes) {
      const V a = V::load(x + j, size - j), b = V::load(y + j, size - j);
      fused(V::all(cosine), a, V::all(-sine) * b).store(x + j, size - j);
      fused(V::all(sine), a, V::all(cosine) * b).store(y + j, size - j);
    }
  };
  const double least = std::numeric_limits<double>::epsilon() * std::sqrt(double(size));  // cosine: rounding
  bool turned = true;
  for (int sweep = 0; sweep < 60 && turned; ++sweep) {
    turned = false;
    for (long p = 0; p < size; ++p)
      for (long q = p + 1; q < size; ++q) {
        double *const x = matrix.data() + p * size, *const y = matrix.data() + q * size;
        const double xx = cpu::dot(x, x, size), yy = cpu::dot(y, y, size), xy = cpu::dot(x, y, size);
        if (!(std::abs(xy) > least * std::sqrt(xx) * std::sqrt(yy))) continue;
        const double ratio = (yy - xx) / (2 * xy);
        const double tangent =
            std::copysign(1 / (std::abs(ratio) + std::sqrt(std::fma(ratio, ratio, 1.0))), ratio);
        const double cosine = 1 / std::sqrt(std::fma(tangent, tangent, 1.0));
        rotate(x, y, cosine, tangent * cosine);
        turned = true;
      }
  }
}

/// Principal components: directions at right angles to each other along which features vary most (Pearson 1901), with
/// the largest entry of each positive. The same bits for any number of threads, and for AVX2 and AVX-512.
class PrincipalComponents {
 public:
  /// Finds the first `count` of features (N, D), which are not standardised. All D are looked for, on the caller's
  /// thread: a matter of milliseconds for a code, and of minutes for thousands of numbers. Throws Error for features
  /// that are missing, not finite or too far apart to square, and for a count outside [1, D].
  template <class T>
  PrincipalComponents(const Cpu& cpu, const Features<T>& features, long count) {
    const Scaler scaler(cpu, features, "given");
    const long size = features.size;
    if (count < 1 || count > size)
      throw Error(std::to_string(count) + " principal components of features of " + std::to_string(size) +
                  " numbers; ask for one of them, up to all");
    mean_ = scaler.mean();
    // As parts of the largest deviation, so that no square overflows.
    std::vector<double> deviation(std::size_t(size), 0);
    for (long j = 0; j < size; ++j)
      if (!scaler.is_constant(j)) deviation[std::size_t(j)] = scaler.deviation()[std::size_t(j)];
    const double largest = *std::max_element(deviation.begin(), deviation.end());
    std::vector<double> matrix = correlation_matrix(cpu, features, scaler);
    for (long j = 0; j < size && largest > 0; ++j)
      for (long k = 0; k < size; ++k)
        matrix[std::size_t(j * size + k)] *=
            (deviation[std::size_t(j)] / largest) * (deviation[std::size_t(k)] / largest);
    rotate_to_right_angles(matrix, size);

    std::vector<double> lengths;
    for (long k = 0; k < size; ++k) {
      const double* const row = matrix.data() + k * size;
      lengths.push_back(std::sqrt(cpu::dot(row, row, size)));
    }
    std::vector<long> order(lengths.size());
    std::iota(order.begin(), order.end(), 0L);
    std::stable_sort(order.begin(), order.end(),
                     [&](long a, long b) { return lengths[std::size_t(a)] > lengths[std::size_t(b)]; });
    order.resize(std::size_t(count));
    for (const long k : order) {
      const double length = lengths[std::size_t(k)];
      deviations_.push_back(largest * std::sqrt(length));
      add_direction(matrix.data() + k * size, size, length);
    }
  }

  /// How many there are.
  long count() const { return std::ssize(deviations_); }
  /// Standard deviation of the features along each, with divisor N, largest first.
  const std::vector<double>& deviations() const { return deviations_; }
  /// Unit vectors, (count, D); zeros where nothing is left to vary.
  const std::vector<double>& directions() const { return directions_; }

  /// How far features lie along each from the mean of those of the fit, (N, count). Throws Error where they are
  /// missing, not finite or not as long as those of the fit.
  template <class T>
  std::vector<double> operator()(const Cpu& cpu, const Features<T>& features) const {
    check_features(features, "given");
    const long size = std::ssize(mean_);
    check_size(size, features.size);
    std::vector<double> places(std::size_t(features.count * count()));
    for_each_piece(cpu, features.count, 64, [&](long begin, long end) {
      std::vector<double> x(mean_.size());
      for (long i = begin; i < end; ++i) {
        for (long j = 0; j < size; ++j) x[std::size_t(j)] = double(features(i, j)) - mean_[std::size_t(j)];
        for (long k = 0; k < count(); ++k)
          places[std::size_t(i * count() + k)] = cpu::dot(x.data(), directions_.data() + k * size, size);
      }
    });
    return places;
  }

 private:
  void add_direction(const double* row, long size, double length) {
    const double* const end = row + size;
    const double largest =
        *std::max_element(row, end, [](double a, double b) { return std::abs(a) < std::abs(b); });
    const double signed_length = std::copysign(length, largest);
    for (; row != end; ++row) directions_.push_back(length > 0 ? *row / signed_length : 0);
  }

  std::vector<double> mean_, deviations_, directions_;
};

}  // namespace DIM_ABI
}  // namespace dim
