// How many dimensions a representation uses: a measure that needs no labels.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "../core/arena.hpp"
#include "../cpu/memory.hpp"
#include "../cpu/multiply_symmetric.hpp"
#include "eigenvalues.hpp"
#include "features.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The singular values of features X (N, D), largest first: min(N, D) of them, from
/// the eigenvalues of X^T X or X X^T, whichever is smaller. One that is less than about 10^-7 of the largest is lost in
/// rounding and comes to 0; all are 0 where X is. The same bits for any number of threads, and for AVX2 and AVX-512.
/// Takes D N min(D, N) multiplications and some min(D, N)^3. Throws Error for features that are missing or not finite.
template <class T>
std::vector<double> singular_values(const Cpu& cpu, const Features<T>& features) {
  check_features(features, "given");
  const bool wide = features.size > features.count;
  const Features<T> x = wide ? Features<T>(MatrixView<T>{features.data, features.size, features.count,
                                                         features.column_stride, features.row_stride})
                             : features;
  const long size = x.size, block = std::clamp((2L << 20) / size, 256L, 4096L);
  double largest = 0;
  for (long i = 0; i < x.count; ++i)
    for (long j = 0; j < size; ++j) largest = (std::max)(largest, std::abs(double(x(i, j))));
  std::vector<double> sums(std::size_t(size * size), 0), roots(std::size_t(size), 0);
  if (largest == 0) return roots;

  std::vector<double> product(sums.size()), rows(std::size_t((std::min)(block, x.count) * size));
  std::byte* scratch = nullptr;
  const Memory<Cpu> memory = lay_out(cpu, [&](Arena& arena) {
    scratch = arena.take_bytes(cpu::multiply_scratch<double>().at({.threads = cpu.threads()}));
  });
  for (long first = 0; first < x.count; first += block) {
    const Features<T> some = x.part(first, block);
    run(cpu, [&](const Cpu& team) {
      for_each_piece(team, some.count, (std::max)(1L, 16384 / size), [&](long begin, long end) {
        for (long i = begin; i < end; ++i)
          for (long j = 0; j < size; ++j)
            rows[std::size_t(i * size + j)] = double(some(i, j)) / largest;  // so that no square overflows
      });
      const MatrixView<double> part{rows.data(), some.count, size, size};
      cpu::multiply_symmetric(team, part.transposed(), part, product.data(), size, scratch);
      for_each_piece(team, size * size, 8192, [&](long begin, long end) {
        for (long i = begin; i < end; ++i) sums[std::size_t(i)] += product[std::size_t(i)];
      });
    });
  }
  const std::vector<double> squares = eigenvalues(cpu, sums, size);
  const double least = squares.front() * double(size) * std::numeric_limits<double>::epsilon();
  for (std::size_t k = 0; k < squares.size(); ++k)
    roots[k] = squares[k] > least ? largest * std::sqrt(squares[k]) : 0;
  return roots;
}

/// RankMe (Garrido et al. 2023, "RankMe: assessing the downstream performance of pretrained self-supervised
/// representations by their rank"): exp of the entropy of the singular values s of features (N, D), a smooth count of the
/// dimensions that they use, from 1 for a collapsed representation to min(N, D):
/// exp(-sum_k p_k ln p_k), p_k = s_k / sum_j s_j + 10^-7. The features are not centred, as there; 0 where all of them are
/// 0. Give many more rows than columns, or few rows bound it. The same bits for any number of threads. Throws Error as
/// singular_values does.
template <class T>
double rank_me(const Cpu& cpu, const Features<T>& features) {
  constexpr double epsilon = 1e-7;
  const std::vector<double> values = singular_values(cpu, features);
  double sum = 0, entropy = 0;
  for (const double value : values) sum += value;
  if (sum == 0) return 0;
  for (const double value : values) {
    const double part = value / sum + epsilon;
    entropy -= part * std::log(part);
  }
  return std::exp(entropy);
}

}  // namespace DIM_ABI
}  // namespace dim
