// Kernels of layers/linear.hpp: matrix products of samples (N, I) and weights (I, O), I running as (H, W, C).
#pragma once
#include "../core/cursor.hpp"
#include "../layers/linear.hpp"
#include "compiled.hpp"
#include "conv.hpp"
#include "leaky.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// A sample with a border is not a row of a matrix: a Linear is then a convolution with one window of the sample's
/// size.
template <class T>
constexpr Extent linear_scratch(Shape in, int units) {
  const Window whole{in.height, in.width, 1, 0};
  return larger(larger(multiply_scratch<T>(), channel_sums_scratch<T>(1, units)),
                larger(convolve_scratch<T>(whole, in.channels, units),
                       convolve_backward_weight_scratch<T>(whole, in.channels, units, 1)));
}

constexpr Needs needs(const Cpu&, const LinearSpec& spec, Shape in, long scalar) {
  Needs result{.views = true,
               .scratch = scalar == sizeof(double) ? linear_scratch<double>(in, spec.units)
                                                   : linear_scratch<float>(in, spec.units)};
  if (spec.rectifier.present()) result.scratch = result.scratch.rounded() + dense(spec.output(in), scalar);
  return result;
}

/// Epilogue of dx = dy w^T for images with a border, where the numbers of a sample lie in separate lines.
template <class T>
struct StoreInBorder {
  Batch<T> dx;
  bool add;

  void operator()(Place place, Vector<T> sum) const {
    T lanes[Vector<T>::lanes];
    sum.store(lanes);
    const long line = dx.width() * dx.channels();
    for (long i = 0; i < place.count; ++i) {
      const long k = place.column + i;
      T* const to = dx.at(place.row, k / line, 0) + k % line;
      *to = add ? *to + lanes[i] : lanes[i];
    }
  }
};

/// Epilogue that stores y = activation(sum + bias), or adds it.
template <class Activation, class T>
struct StoreActivated {
  Store<T> store;
  const T* bias;
  Activation activation{};

  DIM_INLINE void operator()(Place place, Vector<T> sum) const {
    if (bias != nullptr) sum = sum + Vector<T>::load(bias + place.column, place.count);
    store(place, activation.value(sum));
  }
};

/// y = rectifier(x w + b)
template <class T>
void forward(const Cpu& cpu, const LinearSpec& spec, const ForwardPass<T>& pass) {
  const Batch<const T> x = pass.input;
  const Batch<T> y = pass.output;
  const long inputs = x.shape.size(), units = spec.units;
  const T* const w = pass.parameters;
  const T* const b = spec.bias ? w + inputs * units : nullptr;
  const bool add = pass.write == Write::add;
  with_activation(spec.rectifier, [&]<class Activation>(const Activation& activation) {
    using Epilogue = StoreActivated<Activation, T>;
    if (x.border == 0)
      multiply(cpu, as_matrix(x, x.count), MatrixView<T>{w, inputs, units, units}, pass.memory.scratch,
               Epilogue{{y.at(0, 0, 0), y.sample(), add}, b, activation});
    else
      convolve(cpu, x, w, Window{x.height(), x.width(), 1, 0}, y, pass.memory.scratch,
               Epilogue{store_pixels(y, add), b, activation});
  });
}

/// dw = x^T dz, db = Sum dz, dx = dz w^T, where dz is dy or, with a rectifier, the gradient before it.
template <class T>
void backward(const Cpu& cpu, const LinearSpec& spec, const BackwardPass<T>& pass) {
  const Batch<const T> x = pass.input;
  const long inputs = x.shape.size(), units = spec.units;
  Batch<const T> dz = pass.doutput;
  Cursor cursor(pass.memory.scratch, pass.memory.sizes);
  if (spec.rectifier.present()) {
    const Batch<T> through{cursor.take<T>(dense(dz.shape, sizeof(T))), dz.count, dz.shape};
    rectify_backward(cpu, spec.rectifier, pass.output, pass.doutput, through, Write::overwrite);
    dz = through;
  }
  const MatrixView<T> dz_rows{dz.at(0, 0, 0), dz.count, units, dz.sample()};
  std::byte* const scratch = cursor.skip({});

  if (T* const dw = pass.dparameters) {
    const bool add = pass.write_parameters == Write::add;
    if (x.border == 0)
      multiply(cpu, as_matrix(x, x.count).transposed(), dz_rows, scratch, Store<T>{dw, units, add});
    else
      convolve_backward_weight(cpu, x, dz, Window{x.height(), x.width(), 1, 0}, dw, add, scratch);
    if (spec.bias) bias_gradient(cpu, dz, dw + inputs * units, add, reinterpret_cast<T*>(scratch));
  }
  if (const Batch<T> dx = pass.dinput) {
    const MatrixView<T> weights = MatrixView<T>{pass.parameters, inputs, units, units}.transposed();
    const bool add = pass.write == Write::add;
    if (dx.border == 0)
      multiply(cpu, dz_rows, weights, scratch, Store<T>{dx.data, inputs, add});
    else
      multiply(cpu, dz_rows, weights, scratch, StoreInBorder<T>{dx, add});
  }
}

DIM_COMPILED_LAYER(LinearSpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
