// Kernels of core/optimizer.hpp: one pass over all parameters.
#pragma once
#include <cmath>

#include "../core/optimizer.hpp"
#include "cpu.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// With b1 and b2 the betas and t the step, counted from 1:
///   m = m + (1 - b1)(dw - m),  v = b2 v + (1 - b2) dw^2,
///   w = w - rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + epsilon),
/// with the root of 1 - b2^t moved into the rate and epsilon of `state`, for one division and one root per number.
template <class T>
void update(const Cpu& cpu, const Adam& adam, T* w, const T* dw, T* moments, long count,
            const StepState* state) {
  T *const m = moments, *const v = moments + count;
  const T keep = T(adam.beta2), new1 = T(1 - adam.beta1), new2 = T(1 - adam.beta2);
  const T rate = T(state->rate), epsilon = T(state->epsilon);
  for_each_piece(cpu, count, 1L << 15, [=](long begin, long end) {
    for (long i = begin; i < end; ++i) {
      m[i] += new1 * (dw[i] - m[i]);
      v[i] = keep * v[i] + new2 * dw[i] * dw[i];
      w[i] -= rate * m[i] / (std::sqrt(v[i]) + epsilon);
    }
  });
}

/// v = momentum v + dw, w = w - rate v; the first v is dw since moments start as zeros.
template <class T>
void update(const Cpu& cpu, const Sgd& sgd, T* w, const T* dw, T* moments, long count,
            const StepState* state) {
  const T rate = T(state->rate), momentum = T(sgd.momentum);
  for_each_piece(cpu, count, 1L << 15, [=](long begin, long end) {
    for (long i = begin; i < end; ++i) {
      moments[i] = momentum * moments[i] + dw[i];
      w[i] -= rate * moments[i];
    }
  });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
