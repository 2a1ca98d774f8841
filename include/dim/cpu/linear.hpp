// Kernels of layers/linear.hpp: matrix products of samples (N, I) and weights (I, O), I running as (H, W, C).
#pragma once
#include "../core/fused.hpp"
#include "../core/run.hpp"
#include "../layers/linear.hpp"
#include "conv.hpp"
#include "leaky.hpp"

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

/// Epilogue that stores y = activation(sum + bias), or adds it.
template <class Activation, class T>
struct StoreActivated {
  Store<T> store;
  const T* bias;

  DIM_INLINE void operator()(Place place, Vector<T> sum) const {
    if (bias != nullptr) sum = sum + Vector<T>::load(bias + place.column, place.count);
    store(place, Activation::value(sum));
  }
};

/// y = activation(x w + b)
template <class Activation, int Units, Bias bias, class Input, class Output>
void apply_linear(const Cpu& cpu, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  constexpr long inputs = Input::shape.size();
  const Pictures<const T> x = pass.input.pictures();
  const Pictures<T> y = pass.output.pictures();
  const T* const w = pass.parameters;
  const T* const b = bias == Bias::yes ? w + inputs * Units : nullptr;
  const bool add = pass.write == Write::add;
  if constexpr (Input::border == 0)
    multiply(cpu, as_matrix(x, x.images), Matrix<T>{w, inputs, Units, Units}, pass.memory.scratch,
             StoreActivated<Activation, T>{{y.at(0, 0, 0), y.image(), add}, b});
  else
    convolve(cpu, x, w, Window{x.height, x.width, 1, 0}, y, pass.memory.scratch,
             StoreActivated<Activation, T>{store_pixels(y, add), b});
}

template <int Units, Bias bias, bool NearIdentity, class Input, class Output>
void forward(const Cpu& cpu, Linear<Units, bias, NearIdentity>, const ForwardPass<Input, Output>& pass) {
  apply_linear<NoActivation, Units, bias>(cpu, pass);
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

// Linear and the rectifier behind it: the product is rectified before it is stored.
template <int Units, Bias bias, bool NearIdentity, Ratio Slope>
constexpr Needs needs(const Cpu& cpu, Fused<Linear<Units, bias, NearIdentity>, Leaky<Slope>>, Shape in,
                      long scalar) {
  Needs result = needs(cpu, Linear<Units, bias, NearIdentity>(), in, scalar);
  result.scratch = result.scratch.rounded() + dense(Shape{Units, 1, 1}, scalar);
  return result;
}
template <int Units, Bias bias, bool NearIdentity, Ratio Slope, class Input, class Output>
void forward(const Cpu& cpu, Fused<Linear<Units, bias, NearIdentity>, Leaky<Slope>>,
             const ForwardPass<Input, Output>& pass) {
  apply_linear<LeakyFunction<Slope>, Units, bias>(cpu, pass);
}
/// Through the rectifier into scratch, from there through the product.
template <int Units, Bias bias, bool NearIdentity, Ratio Slope, class Input, class Output, class DOutput,
          class DInput>
void backward(const Cpu& cpu, Fused<Linear<Units, bias, NearIdentity>, Leaky<Slope>>,
              const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  using Gradient = View<T, Output::shape>;
  Cursor scratch(pass.memory.scratch, pass.memory.sizes);
  const Gradient dz{scratch.take<T>(dense(Output::shape, sizeof(T))), pass.doutput.count};
  transform(cpu, pass.output.pictures(), pass.doutput.pictures(), dz.pictures(), Write::overwrite,
            [](T y, T dy) { return LeakyFunction<Slope>::gradient(y, dy); });
  backward(cpu, Linear<Units, bias, NearIdentity>(),
           BackwardPass<Input, Output, View<const T, Output::shape>, DInput>{
               .input = pass.input,
               .output = pass.output,
               .doutput = dz,
               .dinput = pass.dinput,
               .write = pass.write,
               .parameters = pass.parameters,
               .dparameters = pass.dparameters,
               .write_parameters = pass.write_parameters,
               .memory = {pass.memory.saved, scratch.skip({}), pass.memory.sizes},
               .step = pass.step});
}

}  // namespace dim::inline DIM_ABI
