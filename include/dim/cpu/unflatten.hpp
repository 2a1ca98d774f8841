// Kernels of layers/unflatten.hpp.
#pragma once
#include "../layers/unflatten.hpp"
#include "elementwise.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

constexpr Needs needs(const Cpu&, const UnflattenSpec&, Shape, long) {
  return any_view();
}

/// Calls function(v, p) for each number v of the vectors and its place p in the images.
template <class V, class P, class Function>
void for_each_unflattened(const Cpu& cpu, const Batch<V>& vectors, const Batch<P>& images,
                          const Function& function) {
  for_each_line(cpu, images, [&](long n, long i) {
    V* const line = vectors.at(n, 0, 0) + i * images.width();
    for (long j = 0; j < images.width(); ++j) {
      P* const pixel = images.at(n, i, j);
      for (long c = 0; c < images.channels(); ++c)
        function(line[c * images.height() * images.width() + j], pixel[c]);
    }
  });
}

/// y(n, i, j, c) = x(n, (c H + i) W + j)
template <class T>
void forward(const Cpu& cpu, const UnflattenSpec&, const ForwardPass<T>& pass) {
  const bool add = pass.write == Write::add;
  for_each_unflattened(cpu, pass.input, pass.output, [add](const T& x, T& y) { y = add ? y + x : x; });
}

/// dx(n, (c H + i) W + j) = dy(n, i, j, c)
template <class T>
void backward(const Cpu& cpu, const UnflattenSpec&, const BackwardPass<T>& pass) {
  if (!pass.dinput) return;
  const bool add = pass.write == Write::add;
  for_each_unflattened(cpu, pass.dinput, pass.doutput,
                       [add](T& dx, const T& dy) { dx = add ? dx + dy : dy; });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
