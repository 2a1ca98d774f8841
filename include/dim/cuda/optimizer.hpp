// Kernels of core/optimizer.hpp, and where weights lie.
#pragma once
#include <cmath>

#include "../core/optimizer.hpp"
#include "../core/parameter.hpp"
#include "memory.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cuda {

/// The same order as on the host: (H, W, I, O).
inline long position(const Cuda&, const Parameter& parameter, long logical) {
  return position_by_inputs(parameter, logical);
}

/// Adam's step for one number, in the host's form (cpu/optimizer.hpp). Its rate is read from the state: a step that
/// is recorded and replayed has another one each time.
template <class T>
struct AdamStep {
  T *w, *m, *v;
  const T* dw;
  T keep, new1, new2;
  const StepState* state;

  DIM_ON_DEVICE void operator()(long i) const {
    m[i] += new1 * (dw[i] - m[i]);
    v[i] = keep * v[i] + new2 * dw[i] * dw[i];
    w[i] -= T(state->rate) * m[i] / (std::sqrt(v[i]) + T(state->epsilon));
  }
};
template <class T>
void update(const Cuda& cuda, const Adam& adam, T* w, const T* dw, T* moments, long count,
            const StepState* state) {
  for_each(cuda, count,
           AdamStep<T>{w, moments, moments + count, dw, T(adam.beta2), T(1 - adam.beta1), T(1 - adam.beta2),
                       state});
}

}  // namespace cuda
}  // namespace DIM_ABI
}  // namespace dim
