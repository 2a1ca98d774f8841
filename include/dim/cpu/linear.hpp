// Kernels of layers/linear.hpp: matrix products of samples (N, I) and weights (I, O), I running as (H, W, C).
#pragma once
#include "../layers/linear.hpp"
#include "conv.hpp"

namespace dim::inline DIM_ABI {

/// A sample within a border is no row of a matrix: it is a convolution with one window as large as it.
template <class T>
constexpr Extent linear_scratch(Shape in, int units) {
  const Window whole{in.height, in.width, 1, 0};
  return larger(larger(multiply_scratch<T>(), channel_sums_scratch<T>(1, units)),
                larger(convolve_scratch<T>(whole, in.channels, units),
                       convolve_backward_weight_scratch<T>(whole, in.channels, units, 1)));
}

template <int Units, Bias bias, bool NearIdentity>
constexpr Needs needs(const Cpu&, Linear<Units, bias, NearIdentity>, Shape in, long scalar) {
  return {.views = true,
          .scratch = scalar == sizeof(double) ? linear_scratch<double>(in, Units)
                                              : linear_scratch<float>(in, Units)};
}

/// Epilogue of dx = dy w^T for pictures with a border: number k of a sample lies somewhere in its lines.
template <class T>
struct StoreInBorder {
  Pictures<T> dx;
  bool add;

  void operator()(Place place, Vector<T> sum) const {
    T lanes[Vector<T>::lanes];
    sum.store(lanes);
    const long line = dx.width * dx.channels;
    for (long i = 0; i < place.count; ++i) {
      const long k = place.column + i;
      T* const to = dx.at(place.row, k / line, 0) + k % line;
      *to = add ? *to + lanes[i] : lanes[i];
    }
  }
};

/// y = x w + b
template <int Units, Bias bias, bool NearIdentity, class Input, class Output>
void forward(const Cpu& cpu, Linear<Units, bias, NearIdentity>, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  constexpr long inputs = Input::shape.size();
  const Pictures<const T> x = pass.input.pictures();
  const Pictures<T> y = pass.output.pictures();
  const T* const w = pass.parameters;
  const T* const b = bias == Bias::yes ? w + inputs * Units : nullptr;
  const bool add = pass.write == Write::add;
  if constexpr (Input::border == 0) {
    multiply(cpu, as_matrix(x, x.images), Matrix<T>{w, inputs, Units, Units}, pass.memory.scratch,
             Store<T>{y.at(0, 0, 0), y.image(), add, b});
  } else {
    convolve(cpu, x, w, Window{x.height, x.width, 1, 0}, y, pass.memory.scratch, store_pixels(y, add, b));
  }
}

/// dw = x^T dy, db = Sum dy, dx = dy w^T
template <int Units, Bias bias, bool NearIdentity, class Input, class Output, class DOutput, class DInput>
void backward(const Cpu& cpu, Linear<Units, bias, NearIdentity>,
              const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  constexpr long inputs = Input::shape.size();
  const Pictures<const T> x = pass.input.pictures(), dy = pass.doutput.pictures();
  const Matrix<T> dy_rows{dy.at(0, 0, 0), dy.images, Units, dy.image()};
  std::byte* const scratch = pass.memory.scratch;

  if (T* const dw = pass.dparameters) {
    const bool add = pass.write_parameters == Write::add;
    if constexpr (Input::border == 0)
      multiply(cpu, as_matrix(x, x.images).transposed(), dy_rows, scratch, Store<T>{dw, Units, add});
    else
      convolve_backward_weight(cpu, x, dy, Window{x.height, x.width, 1, 0}, dw, add, scratch);
    if constexpr (bias == Bias::yes)
      bias_gradient(cpu, dy, dw + inputs * Units, add, reinterpret_cast<T*>(scratch));
  }
  if (pass.dinput) {
    const Matrix<T> weights = Matrix<T>{pass.parameters, inputs, Units, Units}.transposed();
    const bool add = pass.write == Write::add;
    if constexpr (DInput::border == 0)
      multiply(cpu, dy_rows, weights, scratch, Store<T>{pass.dinput.data, inputs, add});
    else
      multiply(cpu, dy_rows, weights, scratch, StoreInBorder<T>{pass.dinput.pictures(), add});
  }
}

}  // namespace dim::inline DIM_ABI
