// How far the numbers of a representation are from independent if all that binds them is their correlation.
#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "../cpu/dot.hpp"
#include "correlation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// -1/2 ln det R of a correlation matrix R (D, D), row by row, whose place L with L L^T = R takes. By Cholesky's
/// factorisation with the sums of cpu::dot, so that no bit depends on the machine or on the number of threads. Throws
/// Error where a column is a linear combination of those before it, to within rounding.
inline double total_correlation_of(const Cpu& cpu, std::vector<double>& matrix, long size) {
  double nats = 0;
  run(cpu, [&](const Cpu& team) {
    const auto row = [&](long i) { return matrix.data() + i * size; };
    for (long j = 0; j < size; ++j) {
      const double pivot = row(j)[j] - cpu::dot(row(j), row(j), j);
      if (!(pivot > 1e-12))
        throw Error("column " + std::to_string(j) +
                    " of the features is a linear combination of those before it, which gives an infinite "
                    "total correlation; leave the column out");
      nats -= std::log(pivot) / 2;
      row(j)[j] = std::sqrt(pivot);
      for_each_piece(team, size - j - 1, 64, [&](long begin, long end) {
        for (long i = j + 1 + begin; i < j + 1 + end; ++i)
          row(i)[j] = (row(i)[j] - cpu::dot(row(i), row(j), j)) / row(j)[j];
      });
    }
  });
  return nats;
}

/// The total correlation (Watanabe 1960), in nats, of the normal distribution whose correlation matrix R is that of
/// these features (N, D): -1/2 ln det R (by the entropy in Cover and Thomas 2006, Theorem 8.4.1). It is that of the
/// features where they are normal, no more than theirs where each column is normal by itself, and else a reference
/// beside `ndm`: what columns would tell of each other if nothing but their correlation bound them. Of N rows of
/// independent numbers it comes to about D (D - 1) / 4N instead of 0. The same bits for any number of threads. Throws
/// Error for features that are missing or not finite, no more rows than columns, a column that is constant but for
/// rounding, and one that is a linear combination of others.
template <class T>
double gaussian_total_correlation(const Cpu& cpu, const Features<T>& features) {
  check_features(features, "given");
  if (features.count <= features.size)
    throw Error("the correlation of " + std::to_string(features.size) + " columns can't be told from " +
                std::to_string(features.count) +
                " rows; give more rows than columns, better hundreds of times as many");
  const Scaler scaler(cpu, features, "given");
  for (long j = 0; j < features.size; ++j)
    if (scaler.is_constant(j))
      throw Error("column " + std::to_string(j) +
                  " of the features is constant and has no correlation; leave the column out");
  std::vector<double> matrix = correlation_matrix(cpu, features, scaler);
  return total_correlation_of(cpu, matrix, features.size);
}

}  // namespace DIM_ABI
}  // namespace dim
