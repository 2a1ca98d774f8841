// Kernels for learning from the labelled samples of a batch.
#pragma once
#include "../core/batch.hpp"
#include "cross_entropy.hpp"
#include "memory.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// to(i) = x(samples(i)), its numbers in the order (C, H, W), for dense rows `to`.
template <class T>
void gather_samples(const Cpu&, const Batch<const T>& x, const int* samples, const Batch<T>& to) {
  for (long i = 0; i < to.count; ++i) {
    T* next = to.row(i);
    for_each_number(x, samples[i], [&](T number) { *next++ = number; });
  }
}

/// dx(samples(i)) += drows(i), the gradient of gather_samples.
template <class T>
void add_samples(const Cpu&, const Batch<const T>& drows, const int* samples, const Batch<T>& dx) {
  for (long i = 0; i < drows.count; ++i) {
    const T* next = drows.row(i);
    for_each_number(dx, samples[i], [&](T& number) { number += *next++; });
  }
}

/// loss = the mean over rows i of ln Sum_c exp(z(i, c)) - z(i, labels(i)), in nats, and dz its gradient.
template <class T>
void mean_cross_entropy(const Cpu&, const Batch<const T>& z, const int* labels, const Batch<T>& dz,
                        double* loss) {
  const double count = double(z.count);
  std::copy_n(z.data, z.count * z.sample(), dz.data);
  *loss = 0;
  for (long i = 0; i < z.count; ++i)
    *loss += cross_entropy(dz.row(i), nullptr, z.sample(), labels[i], 1.0 / count) / count;
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
