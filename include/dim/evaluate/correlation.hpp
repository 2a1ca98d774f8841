// Correlations of the columns of features.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "../core/arena.hpp"
#include "../cpu/memory.hpp"
#include "../cpu/multiply_symmetric.hpp"
#include "standardise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The correlation matrix R (D, D) of features (N, D) to which the scaler was fitted, row by row and symmetric to the
/// bit: R(j, k) is the mean product of both columns at mean 0 and deviation 1, and R(j, j) = 1. A column that is
/// constant has 0 everywhere. In double, by some thousand rows at a time; the same bits for any number of threads.
/// The features are taken as checked.
template <class T>
std::vector<double> correlation_matrix(const Cpu& cpu, const Features<T>& features, const Scaler& scaler) {
  const long size = features.size, block = std::clamp((2L << 20) / size, 256L, 4096L);
  std::vector<double> sums(std::size_t(size * size)), product(sums.size());
  std::vector<double> scaled(std::size_t((std::min)(block, features.count) * size));
  std::byte* scratch = nullptr;
  const Memory<Cpu> memory = lay_out(cpu, [&](Arena& arena) {
    scratch = arena.take_bytes(cpu::multiply_scratch<double>().at({.threads = cpu.threads()}));
  });
  for (long first = 0; first < features.count; first += block) {
    const Features<T> rows = features.part(first, block);
    run(cpu, [&](const Cpu& team) {
      scaler.apply(team, rows, scaled.data());
      const MatrixView<double> x{scaled.data(), rows.count, size, size};
      cpu::multiply_symmetric(team, x.transposed(), x, product.data(), size, scratch);
      for_each_piece(team, size * size, 8192, [&](long begin, long end) {
        for (long i = begin; i < end; ++i) sums[std::size_t(i)] += product[std::size_t(i)];
      });
    });
  }
  std::vector<double> scale(std::size_t(size), 0);
  for (long j = 0; j < size; ++j)
    if (!scaler.is_constant(j)) scale[std::size_t(j)] = 1 / std::sqrt(sums[std::size_t(j * (size + 1))]);
  for (long j = 0; j < size; ++j)
    for (long k = 0; k < size; ++k)
      sums[std::size_t(j * size + k)] *= scale[std::size_t(j)] * scale[std::size_t(k)];
  for (long j = 0; j < size; ++j)
    if (!scaler.is_constant(j)) sums[std::size_t(j * (size + 1))] = 1;
  return sums;
}

}  // namespace DIM_ABI
}  // namespace dim
