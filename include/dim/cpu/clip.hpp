// Gradient clipping.
#pragma once
#include <algorithm>
#include <cmath>

#include "cpu.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// How many numbers are summed at a time.
constexpr long clip_piece = 1L << 14;

/// Doubles of scratch that `clip_norm` needs for `count` numbers.
inline long clip_scratch(const Cpu&, long count) {
  return (count + clip_piece - 1) / clip_piece;
}

/// Writes |x| = sqrt(Sum of x^2) of `count` numbers to `norm` and, if it is above `most`, multiplies them by
/// most / (|x| + 1e-6) (Pascanu, Mikolov and Bengio 2013, algorithm 1, as in PyTorch). Squares are summed in double,
/// piece by piece in order: the same bits for any number of threads.
template <class T>
void clip_norm(const Cpu& cpu, T* x, long count, double most, double* scratch, double* norm) {
  for_each_piece(cpu, count, clip_piece, [&](long begin, long end) {
    constexpr long lanes = 8;  // independent sums
    double sums[lanes] = {};
    for (long i = begin; i < end; i += lanes)
      for (long l = 0; l < (std::min)(lanes, end - i); ++l) sums[l] += double(x[i + l]) * double(x[i + l]);
    double sum = 0;
    for (const double lane : sums) sum += lane;
    scratch[begin / clip_piece] = sum;
  });
  double total = 0;
  for (long piece = 0; piece < clip_scratch(cpu, count); ++piece) total += scratch[piece];
  *norm = std::sqrt(total);
  const double factor = most / (*norm + 1e-6);
  if (!(factor < 1)) return;
  for_each_piece(cpu, count, clip_piece, [&](long begin, long end) {
    for (long i = begin; i < end; ++i) x[i] *= T(factor);
  });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
