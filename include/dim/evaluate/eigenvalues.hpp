// The eigenvalues of symmetric matrices, without their vectors.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../cpu/cpu.hpp"
#include "../cpu/dot.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace detail {

/// A tridiagonal matrix: its diagonal (D), and what is beside it (D - 1).
struct Tridiagonal {
  std::vector<double> diagonal, beside;
};

/// The tridiagonal matrix with the eigenvalues of a symmetric one (D, D), whose place is taken, with entries of at most
/// 1. By reflections (Householder 1958), one row after the other; each pass over the rest applies the last reflection,
/// A -= u w^T + w u^T, and multiplies by the next one's direction.
inline Tridiagonal tridiagonal(const Cpu& cpu, std::vector<double>& matrix, long size) {
  using V = cpu::Vector<double>;
  Tridiagonal result;
  std::vector<double> u(std::size_t(size), 0), w(u), next(u), product(u);
  // A(i, j) -= u(i) w(j) + w(i) u(j) for j >= begin
  const auto reflect = [&](long i, long begin) {
    const V ui = V::all(-u[std::size_t(i)]), wi = V::all(-w[std::size_t(i)]);
    double* const row = matrix.data() + i * size;
    for (long j = begin; j < size; j += V::lanes)
      fused(ui, V::load(w.data() + j, size - j),
            fused(wi, V::load(u.data() + j, size - j), V::load(row + j, size - j)))
          .store(row + j, size - j);
  };
  run(cpu, [&](const Cpu& team) {
    for (long k = 0; k < size; ++k) {
      reflect(k, k);
      const double* const row = matrix.data() + k * size;
      result.diagonal.push_back(row[k]);
      const long begin = k + 1, left = size - begin;
      if (left == 0) break;
      const double norm = std::sqrt(cpu::dot(row + begin, row + begin, left)), first = row[begin];
      std::copy(row + begin, row + size, next.begin() + begin);
      double factor =
          0;  // without a reflection where nothing is left: a part in 10^100 is far below rounding
      if (norm > 1e-100) {
        next[std::size_t(begin)] += std::copysign(norm, first);
        factor = 1 / (norm * (norm + std::abs(first)));
      }
      result.beside.push_back(norm);  // up to its sign, on which no eigenvalue depends
      for_each_piece(team, left, (std::max)(8L, 32768 / left), [&](long piece, long end) {
        for (long i = begin + piece; i < begin + end; ++i) {
          reflect(i, begin);
          product[std::size_t(i)] =
              factor * cpu::dot(matrix.data() + i * size + begin, next.data() + begin, left);
        }
      });
      std::swap(u, next);
      const double along = factor / 2 * cpu::dot(product.data() + begin, u.data() + begin, left);
      for (long j = begin; j < size; ++j)
        w[std::size_t(j)] = factor > 0 ? std::fma(-along, u[std::size_t(j)], product[std::size_t(j)]) : 0;
    }
  });
  return result;
}

}  // namespace detail

/// The eigenvalues of a symmetric matrix (D, D), whose place is taken, largest first: (D), to within rounding of the one
/// that is farthest from 0. From a tridiagonal matrix, by bisection with Sturm's sequence (Givens 1954), all in a fixed
/// order: the same bits for any number of threads, and for AVX2 and AVX-512. Throws Error for a matrix that is not
/// finite.
inline std::vector<double> eigenvalues(const Cpu& cpu, std::vector<double>& matrix, long size) {
  double largest = 0;
  for (const double entry : matrix) {
    if (!std::isfinite(entry))
      throw Error("a matrix with an entry of ", entry, " has no eigenvalues; scale it");
    largest = (std::max)(largest, std::abs(entry));
  }
  std::vector<double> values(std::size_t(size), 0);
  if (largest == 0) return values;
  for (double& entry : matrix) entry /= largest;
  const detail::Tridiagonal t = detail::tridiagonal(cpu, matrix, size);

  double bound = 0;                                   // of Gershgorin's circles
  std::vector<double> squares(std::size_t(size), 0);  // of what is beside the diagonal, before each row
  for (std::size_t i = 0; i < squares.size(); ++i) {
    const double before = i > 0 ? t.beside[i - 1] : 0, after = i + 1 < squares.size() ? t.beside[i] : 0;
    squares[i] = before * before;
    bound = (std::max)(bound, std::abs(t.diagonal[i]) + before + after);
  }
  bound *= 1 + 1e-12;
  constexpr long lanes = 8;
  constexpr double least = 1e-290;  // a pivot of 0 counts as a negative one
  for_each_piece(cpu, size, lanes, [&](long begin, long end) {
    double low[lanes], high[lanes], middle[lanes], pivot[lanes], above[lanes];
    for (long l = 0; l < lanes; ++l) low[l] = -bound, high[l] = bound;
    for (int halving = 0; halving < std::numeric_limits<double>::digits + 3; ++halving) {
      for (long l = 0; l < lanes; ++l) middle[l] = 0.5 * (low[l] + high[l]), pivot[l] = 1, above[l] = 0;
      for (long i = 0; i < size; ++i) {
        const double diagonal = t.diagonal[std::size_t(i)], square = squares[std::size_t(i)];
        for (long l = 0; l < lanes; ++l) {
          const double next = (diagonal - middle[l]) - square / pivot[l];
          pivot[l] = std::abs(next) < least ? -least : next;
          above[l] += pivot[l] > 0 ? 1.0 : 0.0;
        }
      }
      for (long l = 0; l < lanes; ++l) {
        const bool is_above = above[l] > double(begin + l);  // of that many eigenvalues
        low[l] = is_above ? middle[l] : low[l];
        high[l] = is_above ? high[l] : middle[l];
      }
    }
    for (long k = begin; k < end; ++k)
      values[std::size_t(k)] = largest * (0.5 * (low[k - begin] + high[k - begin]));
  });
  return values;
}

}  // namespace DIM_ABI
}  // namespace dim
