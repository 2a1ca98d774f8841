// Kernels of prior matching.
#pragma once
#include "../core/random.hpp"
#include "../core/scalar_math.hpp"
#include "channel_sums.hpp"
#include "elementwise.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// v(i) = number i of a sample of the prior, counting on from those of other machines and passes
template <class P, class T>
void draw(const Cpu& cpu, const P& prior, const Step& step, const Batch<T>& v) {
  const Random random{step.seed, Purpose::prior, step.state ? step.state->number : 0};
  const std::uint64_t first = (std::uint64_t(step.pass) << 58) + std::uint64_t(step.first * v.sample());
  for_each_piece(cpu, v.count * v.sample(), 4096, [&](long begin, long end) {
    for (long i = begin; i < end; ++i) v.data[i] = T(prior.draw(random, first + std::uint64_t(i)));
  });
}

/// z = squash(y)
template <class P, class T>
void squash(const Cpu& cpu, const P& prior, const Batch<const T>& y, const Batch<T>& z) {
  transform(cpu, y, z, Write::overwrite, [&](T value) { return prior.squash(value); });
}

/// dy += dz squash'(y), by z = squash(y)
template <class P, class T>
void unsquash(const Cpu& cpu, const P& prior, const Batch<const T>& z, const Batch<const T>& dz,
              const Batch<T>& dy) {
  transform(cpu, z, dz, dy, Write::add, [&](T value, T gradient) { return gradient * prior.dsquash(value); });
}

/// Writes mean softplus(-d) if `positive`, else mean softplus(d), to `loss`, and `weight` times its gradient to dd;
/// null stands for a weight of 1. One number per row: not worth threads.
template <class T>
void logistic_loss(const Cpu&, const Batch<const T>& d, bool positive, const double* weight,
                   const Batch<T>& dd, double* loss) {
  const T scale = weight ? T(*weight) : T(1);
  double sum = 0;
  for (long n = 0; n < d.count; ++n) {
    const T wrong = positive ? -d.data[n] : d.data[n];
    sum += double(softplus(wrong));
    dd.data[n] = (positive ? -scale : scale) * sigmoid(wrong) / T(d.count);
  }
  *loss = sum / double(d.count);
}

/// y = weight / count x, for a batch of `count`; y may be x
template <class T>
void scale(const Cpu& cpu, const Batch<const T>& x, const double* weight, const Batch<T>& y) {
  const T factor = T(*weight) / T(x.count);
  transform(cpu, x, y, Write::overwrite, [factor](T value) { return factor * value; });
}

/// result = Sum of x^2, line after line
template <class T>
void sum_of_squares(const Cpu&, const Batch<const T>& x, double* result) {
  double sum = 0;
  for (long n = 0; n < x.count; ++n)
    for (long y = 0; y < x.height(); ++y) {
      const T* const line = x.at(n, y, 0);
      for (long i = 0; i < x.width() * x.channels(); ++i) sum += double(line[i]) * double(line[i]);
    }
  *result = sum;
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
