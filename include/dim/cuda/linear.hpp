// Kernels of layers/linear.hpp: cuBLAS's products of dense rows, and sums of columns.
#pragma once
#include "../layers/linear.hpp"
#include "memory.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cuda {

/// c = a b, or c += a b, of row-major matrices, of which a (rows, inner) and b (inner, columns) may be stored
/// transposed. cuBLAS is column-major, in which c^T = b^T a^T.
template <class T>
void multiply(const Cuda& cuda, const T* a, bool transpose_a, const T* b, bool transpose_b, T* c, long rows,
              long inner, long columns, bool add) {
  const T one = 1, keep = add ? 1 : 0;
  const auto order = [](bool transposed) { return transposed ? CUBLAS_OP_T : CUBLAS_OP_N; };
  const int m = int(columns), n = int(rows), k = int(inner);
  const int step_a = transpose_a ? n : k, step_b = transpose_b ? k : m;
  if constexpr (sizeof(T) == sizeof(float))
    require_success(cublasSgemm(cuda.products(), order(transpose_b), order(transpose_a), m, n, k, &one, b,
                                step_b, a, step_a, &keep, c, m),
                    "multiply");
  else
    require_success(cublasDgemm(cuda.products(), order(transpose_b), order(transpose_a), m, n, k, &one, b,
                                step_b, a, step_a, &keep, c, m),
                    "multiply");
}

/// y = rectifier(y + bias), row by row.
template <class T>
struct AddBias {
  T* y;
  const T* bias;  // or null
  T slope;
  long units;

  DIM_ON_DEVICE void operator()(long i) const {
    const T sum = bias ? y[i] + bias[i % units] : y[i];
    y[i] = sum < 0 ? slope * sum : sum;
  }
};

/// rectifier'(y) dy, written to a copy.
template <class T>
struct Rectified {
  const T *y, *dy;
  T *to, slope;

  DIM_ON_DEVICE void operator()(long i) const { to[i] = y[i] > 0 ? dy[i] : slope * dy[i]; }
};

/// db(o) = or += Sum_n dy(n, o), rows in order.
template <class T>
struct SumColumn {
  const T* dy;
  T* db;
  long rows, units;
  bool add;

  DIM_ON_DEVICE void operator()(long o) const {
    T sum = add ? db[o] : T(0);
    for (long n = 0; n < rows; ++n) sum += dy[n * units + o];
    db[o] = sum;
  }
};

/// Scratch: the gradient before a rectifier. Borders are left to dense copies.
inline Needs needs(const Cuda&, const LinearSpec& spec, Shape, long scalar) {
  return {.scratch = {.per_sample = spec.units * scalar}};
}

/// y = x W + b for rows x (N, I) and W (I, O).
template <class T>
void forward(const Cuda& cuda, const LinearSpec& spec, const ForwardPass<T>& pass) {
  const long rows = pass.input.count, inputs = pass.input.shape.size(), units = spec.units;
  const T *const weight = pass.parameters, *const bias = spec.bias ? weight + inputs * units : nullptr;
  multiply(cuda, pass.input.data, false, weight, false, pass.output.data, rows, inputs, units, false);
  if (bias || spec.rectifier.present())
    for_each(cuda, rows * units, AddBias<T>{pass.output.data, bias, T(spec.rectifier.slope), units});
}

/// dx = dy W^T, dW = x^T dy and db = Sum_n dy.
template <class T>
void backward(const Cuda& cuda, const LinearSpec& spec, const BackwardPass<T>& pass) {
  const long rows = pass.input.count, inputs = pass.input.shape.size(), units = spec.units;
  const bool add = pass.write_parameters == Write::add;
  const T* dy = pass.doutput.data;
  if (spec.rectifier.present()) {
    T* const before = reinterpret_cast<T*>(pass.memory.scratch);
    for_each(cuda, rows * units, Rectified<T>{pass.output.data, dy, before, T(spec.rectifier.slope)});
    dy = before;
  }
  if (pass.dparameters) {
    multiply(cuda, pass.input.data, true, dy, false, pass.dparameters, inputs, rows, units, add);
    if (spec.bias)
      for_each(cuda, units, SumColumn<T>{dy, pass.dparameters + inputs * units, rows, units, add});
  }
  if (pass.dinput)
    multiply(cuda, dy, false, pass.parameters, true, pass.dinput.data, rows, units, inputs,
             pass.write == Write::add);
}

}  // namespace cuda
}  // namespace DIM_ABI
}  // namespace dim
