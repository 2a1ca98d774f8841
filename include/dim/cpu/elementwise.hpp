// Element-wise kernels, over views with any border.
#pragma once
#include "../core/layer.hpp"
#include "memory.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Calls function(n, y) for every line of a batch of images, in pieces that are worth a thread.
template <class T, class Function>
void for_each_line(const Cpu& cpu, const Batch<T>& images, const Function& function) {
  const long numbers = (std::max)(1L, images.width() * images.channels());
  for_each_piece(cpu, images.count * images.height(), (std::max)(1L, 8192 / numbers),
                 [&](long begin, long end) {
                   for (long line = begin; line < end; ++line)
                     function(line / images.height(), line % images.height());
                 });
}

/// y = f(x), or y += f(x).
template <class T, class Function>
void transform(const Cpu& cpu, const Batch<const T>& x, const Batch<T>& y, Write write, const Function& f) {
  const long count = x.width() * x.channels();
  for_each_line(cpu, x, [&](long n, long line) {
    const T* const from = x.at(n, line, 0);
    T* const to = y.at(n, line, 0);
    if (write == Write::add)
      for (long i = 0; i < count; ++i) to[i] += f(from[i]);
    else
      for (long i = 0; i < count; ++i) to[i] = f(from[i]);
  });
}

/// z = f(x, y), or z += f(x, y).
template <class T, class Function>
void transform(const Cpu& cpu, const Batch<const T>& x, const Batch<const T>& y, const Batch<T>& z,
               Write write, const Function& f) {
  const long count = x.width() * x.channels();
  for_each_line(cpu, x, [&](long n, long line) {
    const T* const a = x.at(n, line, 0);
    const T* const b = y.at(n, line, 0);
    T* const to = z.at(n, line, 0);
    if (write == Write::add)
      for (long i = 0; i < count; ++i) to[i] += f(a[i], b[i]);
    else
      for (long i = 0; i < count; ++i) to[i] = f(a[i], b[i]);
  });
}

/// y = x, or y += x.
template <class T>
void copy(const Cpu& cpu, const Batch<const T>& x, const Batch<T>& y, Write write) {
  transform(cpu, x, y, write, [](T value) { return value; });
}

/// x = value, everywhere
template <class T>
void fill(const Cpu&, const Batch<T>& x, T value) {
  for (long n = 0; n < x.count; ++n)
    for (long y = 0; y < x.height(); ++y) std::fill_n(x.at(n, y, 0), x.width() * x.channels(), value);
}

/// What an element-wise kernel needs: no memory, and it handles views.
constexpr Needs any_view() {
  return {.views = true};
}

template <Elementwise L>
constexpr Needs needs(const Cpu&, L, Shape, long) {
  return any_view();
}

/// y = f(x)
template <Elementwise L, class T>
void forward(const Cpu& cpu, L, const ForwardPass<T>& pass) {
  transform(cpu, pass.input, pass.output, pass.write, [](T x) { return L{}.value(x); });
}

/// dx = dy f'(x)
template <Elementwise L, class T>
void backward(const Cpu& cpu, L, const BackwardPass<T>& pass) {
  if (!pass.dinput) return;
  transform(cpu, pass.output, pass.doutput, pass.dinput, pass.write,
            [](T y, T dy) { return dy * L{}.slope(y); });
}

/// p += f''(x) t d, given y = f(x)
template <Elementwise L, class T>
  requires requires(T y) { L{}.curvature(y); }
void curvature(const Cpu&, L, const Batch<const T>& y, const Batch<const T>& t, const Batch<const T>& d,
               const Batch<T>& p) {
  for (long i = 0; i < y.count * y.sample(); ++i)
    p.data[i] += L{}.curvature(y.data[i]) * t.data[i] * d.data[i];
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
