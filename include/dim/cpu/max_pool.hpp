// Kernels of layers/max_pool.hpp.
#pragma once
#include "../layers/max_pool.hpp"
#include "compiled.hpp"
#include "elementwise.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Saved: for each output, the position of its maximum in the window, one byte.
constexpr Needs needs(const Cpu&, const MaxPoolSpec& spec, Shape in, long) {
  return {.views = true, .saved = {.per_sample = spec.output(in).size()}};
}

/// y(n, i, j, c) = max x over the window, where(n, i, j, c) = kernel u + v of the first maximum.
template <class T>
void max_pool(const Cpu& cpu, const Batch<const T>& x, int kernel, int stride, const Batch<T>& y,
              unsigned char* where, Write write) {
  for_each_line(cpu, y, [&](long n, long i) {
    for (long j = 0; j < y.width(); ++j) {
      unsigned char* const place = where + ((n * y.height() + i) * y.width() + j) * y.channels();
      T* const to = y.at(n, i, j);
      for (long c = 0; c < y.channels(); ++c) {
        T best = x.at(n, i * stride, j * stride)[c];
        int best_place = 0;
        for (int k = 1; k < kernel * kernel; ++k) {
          const T value = x.at(n, i * stride + k / kernel, j * stride + k % kernel)[c];
          if (value > best || value != value) best = value, best_place = k;
        }
        place[c] = static_cast<unsigned char>(best_place);
        to[c] = write == Write::add ? to[c] + best : best;
      }
    }
  });
}

/// dx is the sum of dy over the windows whose maximum it was, the windows of an image in order.
template <class T>
void max_pool_backward(const Cpu& cpu, const Batch<const T>& dy, int kernel, int stride, const Batch<T>& dx,
                       const unsigned char* where, Write write) {
  for_each_block(cpu, dx.count, [&](long n, int) {
    if (write == Write::overwrite)
      for (long h = 0; h < dx.height(); ++h) std::fill_n(dx.at(n, h, 0), dx.width() * dx.channels(), T(0));
    for (long i = 0; i < dy.height(); ++i)
      for (long j = 0; j < dy.width(); ++j) {
        const unsigned char* const place = where + ((n * dy.height() + i) * dy.width() + j) * dy.channels();
        const T* const from = dy.at(n, i, j);
        for (long c = 0; c < dy.channels(); ++c)
          dx.at(n, i * stride + place[c] / kernel, j * stride + place[c] % kernel)[c] += from[c];
      }
  });
}

template <class T>
void forward(const Cpu& cpu, const MaxPoolSpec& spec, const ForwardPass<T>& pass) {
  max_pool(cpu, pass.input, spec.window, spec.stride, pass.output,
           reinterpret_cast<unsigned char*>(pass.memory.saved), pass.write);
}

template <class T>
void backward(const Cpu& cpu, const MaxPoolSpec& spec, const BackwardPass<T>& pass) {
  if (pass.dinput)
    max_pool_backward(cpu, pass.doutput, spec.window, spec.stride, pass.dinput,
                      reinterpret_cast<const unsigned char*>(pass.memory.saved), pass.write);
}

DIM_COMPILED_LAYER(MaxPoolSpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
