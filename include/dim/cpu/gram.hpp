// Kernels of objective/gram.hpp.
#pragma once
#include <cmath>

#include "../objective/gram.hpp"
#include "compiled.hpp"
#include "layer_norm.hpp"
#include "multiply_symmetric.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Whether scores in Gram form take less time than a head and `score`: if they have fewer products, and so many units
/// that these outweigh the work bound by memory. Whole steps of the local objective took as long with 512 units, and
/// with 2048 from four fifths (batch 128) to nine tenths (64) of the time. A symmetric product counts as the strips
/// that are computed.
constexpr bool gram_is_faster(const Cpu&, GramSizes sizes) {
  const double rows = double(sizes.rows), codes = double(sizes.codes), units = double(sizes.units);
  const double inputs = double(sizes.inputs());
  const double direct = 3 * rows * units * (inputs + codes);
  const double half = (inputs + double(symmetric_strip)) / 2;  // columns of G and C that are computed
  return units >= 1024 && (rows + units) * inputs * (inputs + half + 3 * codes) < direct;
}

/// The scratch of the kernels.
template <class T>
struct GramScratch {
  GramSizes sizes;
  int threads = 1;
  std::byte* products = nullptr;  // of `multiply`
  T* scaled = nullptr;            // diag(c) a (R, K), with the row stride of a
  T* squares = nullptr;           // (R, vectors in a row): the terms of a G a^T

  long vectors() const { return cover(sizes.inputs(), Vector<T>::lanes); }
  void lay_out(Arena& arena) {
    products = arena.take_bytes(multiply_scratch<T>().at({.threads = threads}));
    scaled = arena.take<T>(sizes.rows * GramScores<T>{sizes}.step());
    squares = arena.take<T>(sizes.rows * vectors());
  }
};

/// Bytes of scratch that `gram_score` and `gram_score_backward` need.
template <class T>
long gram_scratch(const Cpu& cpu, const GramScores<T>& gram) {
  return measure(GramScratch<T>{gram.sizes, cpu.threads()});
}

/// to(i, k) = value(i, k) - mean over k of value(i, k)
template <class T, class Value>
void centre_rows(const Cpu& cpu, long rows, long columns, T* to, const Value& value) {
  for_each_piece(cpu, rows, (std::max)(1L, 8192 / columns), [&](long begin, long end) {
    for (long i = begin; i < end; ++i) {
      const T mean = lane_sum<T>(columns, [&](long k) { return value(i, k); }) / T(columns);
      for (long k = 0; k < columns; ++k) to[i * columns + k] = value(i, k) - mean;
    }
  });
}

/// Epilogue of a G: stores it and, for each vector of it, Sum_k (a G)(r, k) a(r, k).
template <class T>
struct StoreSquares {
  const T* a;
  T* product;
  long step;
  T* squares;
  long vectors;

  DIM_INLINE void operator()(Place place, Vector<T> sum) const {
    assert(place.column % Vector<T>::lanes == 0);
    const long at = place.row * step + place.column;
    sum.store(product + at, place.count);
    squares[place.row * vectors + place.column / Vector<T>::lanes] =
        (sum * Vector<T>::load(a + at, place.count)).sum();
  }
};

/// Epilogue of s = V a^T: stores it, and u(i, r) = inverse(r) s(i, r) + offset(i).
template <class T>
struct StoreScores {
  const T *inverse, *offset;
  T *s, *u;
  long rows;

  DIM_INLINE void operator()(Place place, Vector<T> sum) const {
    const long at = place.row * rows + place.column;
    sum.store(s + at, place.count);
    const Vector<T> scale = Vector<T>::load(inverse + place.column, place.count);
    fused(scale, sum, Vector<T>::all(offset[place.row])).store(u + at, place.count);
  }
};

/// Epilogue of ds^T V: da(r, k) = sum(r, k) + c(r) (a G)(r, k), of which the hidden layer's part goes through ReLU to
/// dy and the features' part to dx; the bias's part is dropped. Also stores diag(c) a.
template <class T>
struct StoreInputGradient {
  const T *a, *product, *c;
  long step, units, features;
  T *scaled, *dy, *dx;

  DIM_INLINE void operator()(Place place, Vector<T> sum) const {
    const long at = place.row * step + place.column;
    const Vector<T> factor = Vector<T>::all(c[place.row]), here = Vector<T>::load(a + at, place.count);
    const Vector<T> da = fused(factor, Vector<T>::load(product + at, place.count), sum);
    (factor * here).store(scaled + at, place.count);
    const Vector<T> rectified = where_positive(here, da, Vector<T>::all(0));
    T* const hidden = dy + place.row * units + place.column;
    if (place.column + place.count <= units) return rectified.store(hidden, place.count);

    const long left = (std::max)(0L, units - place.column);  // lanes of the hidden layer
    if (left > 0) rectified.store(hidden, left);
    T lanes[Vector<T>::lanes];
    da.store(lanes);
    T* const to = dx + place.row * features + place.column - units - 1;
    for (long i = (std::max)(0L, units + 1 - place.column); i < place.count; ++i) to[i] = lanes[i];
  }
};

/// Scores u (N M, R) of features x and outputs g of the codes' head. `y` is the input of the rectifier in the
/// features' head, and `parameters` are that head's from W2 on.
template <class T>
void gram_score(const Cpu& cpu, const GramScores<T>& gram, const Batch<const T>& y, const Batch<const T>& x,
                const Batch<const T>& g, const T* parameters, T* u, std::byte* scratch) {
  const long rows = gram.sizes.rows, codes = gram.sizes.codes, features = gram.sizes.features;
  const long units = gram.sizes.units, inputs = gram.sizes.inputs();
  const long step = gram.step(), table_step = gram.table_step();
  const auto memory = laid_out(GramScratch<T>{gram.sizes, cpu.threads()}, scratch);
  const T *const gain = parameters + inputs * units, *const shift = gain + units;

  const MatrixView<T> weights{gram.centred, inputs, units, units}, e{gram.e(), codes, units, units};
  centre_rows(cpu, inputs, units, gram.centred, [=](long i, long k) { return parameters[i * units + k]; });
  centre_rows(cpu, codes, units, gram.e(), [=](long i, long k) { return gain[k] * g.data[i * units + k]; });
  for_each_block(cpu, codes, [&](long i, int) {
    gram.offset[i] = lane_sum<T>(units, [&](long k) { return shift[k] * g.data[i * units + k]; });
  });
  multiply_symmetric(cpu, weights, weights.transposed(), gram.table, table_step, memory.products);
  multiply(cpu, weights, e.transposed(), memory.products, Store<T>{gram.v(), table_step});

  for_each_piece(cpu, rows, (std::max)(1L, 8192 / inputs), [&](long begin, long end) {
    for (long r = begin; r < end; ++r) {
      const T* const from = y.data + r * units;
      T* const to = gram.a + r * step;
      for (long k = 0; k < units; ++k) to[k] = from[k] < 0 ? T(0) : from[k];
      to[units] = 1;
      std::copy_n(x.data + r * features, features, to + units + 1);
    }
  });
  const MatrixView<T> a{gram.a, rows, inputs, step};
  multiply(cpu, a, MatrixView<T>{gram.table, inputs, inputs, table_step}, memory.products,
           StoreSquares<T>{gram.a, gram.product, step, memory.squares, memory.vectors()});
  for_each_piece(cpu, rows, 256, [&](long begin, long end) {
    for (long r = begin; r < end; ++r) {
      const T* const squares = memory.squares + r * memory.vectors();
      const T sum = lane_sum<T>(memory.vectors(), [&](long k) { return squares[k]; });
      gram.inverse[r] = 1 / std::sqrt((sum < 0 ? T(0) : sum) / T(units) + T(LayerNormSpec::epsilon));
    }
  });
  multiply(cpu, MatrixView<T>{gram.v(), inputs, codes, table_step}.transposed(), a.transposed(),
           memory.products, StoreScores<T>{gram.inverse, gram.offset, gram.s, u, rows});
}

/// From du, which it overwrites, to dy, dx, dg and the gradients of the parameters.
template <class T>
void gram_score_backward(const Cpu& cpu, const GramScores<T>& gram, const Batch<const T>& g,
                         const T* parameters, T* du, const Batch<T>& dy, const Batch<T>& dx,
                         const Batch<T>& dg, T* dparameters, std::byte* scratch) {
  const long rows = gram.sizes.rows, codes = gram.sizes.codes, features = gram.sizes.features;
  const long units = gram.sizes.units, inputs = gram.sizes.inputs();
  const long step = gram.step(), table_step = gram.table_step();
  const auto memory = laid_out(GramScratch<T>{gram.sizes, cpu.threads()}, scratch);
  const T *const gain = parameters + inputs * units, *const shift = gain + units;
  T *const dgain = dparameters + inputs * units, *const dshift = dgain + units;

  for_each_block(cpu, codes, [&](long i, int) {
    gram.offset[i] = lane_sum<T>(rows, [&](long r) { return du[i * rows + r]; });
  });
  for_each_piece(cpu, rows, 256, [&](long begin, long end) {
    T *const c = gram.c, *const inverse = gram.inverse;
    std::fill(c + begin, c + end, T(0));
    for (long i = 0; i < codes; ++i) {
      T *const gradient = du + i * rows, *const s = gram.s + i * rows;
      for (long r = begin; r < end; ++r) c[r] += gradient[r] * s[r];
      for (long r = begin; r < end; ++r) gradient[r] *= inverse[r];
    }
    for (long r = begin; r < end; ++r) c[r] *= -inverse[r] * inverse[r] * inverse[r] / T(units);
  });

  const MatrixView<T> a{gram.a, rows, inputs, step}, ds{du, codes, rows, rows};
  const MatrixView<T> v{gram.v(), inputs, codes, table_step};  // V^T, then dV^T
  multiply(cpu, ds.transposed(), v.transposed(), memory.products,
           StoreInputGradient<T>{gram.a, gram.product, gram.c, step, units, features, memory.scaled, dy.data,
                                 dx.data});
  multiply(cpu, a.transposed(), ds.transposed(), memory.products, Store<T>{gram.v(), table_step});
  multiply_symmetric(cpu, a.transposed(), MatrixView<T>{memory.scaled, rows, inputs, step}, gram.table,
                     table_step, memory.products);
  const MatrixView<T> table{gram.table, inputs, inputs + codes, table_step};
  const MatrixView<T> centred{gram.centred, inputs + codes, units, units};
  multiply(cpu, table, centred, memory.products, Store<T>{dparameters, units});
  T* const de = gram.e();  // nothing reads e any more
  multiply(cpu, v.transposed(), centred.part(0, 0, inputs, units), memory.products, Store<T>{de, units});

  for_each_piece(cpu, units, 256, [&](long begin, long end) {
    std::fill(dgain + begin, dgain + end, T(0));
    std::fill(dshift + begin, dshift + end, T(0));
    for (long i = 0; i < codes; ++i)
      for (long k = begin; k < end; ++k) {
        const T here = g.data[i * units + k], gradient = de[i * units + k];
        dgain[k] += here * gradient;
        dshift[k] += here * gram.offset[i];
        dg.data[i * units + k] = gain[k] * gradient + shift[k] * gram.offset[i];
      }
  });
}

DIM_COMPILED_FLOAT(void gram_score(const Cpu&, const GramScores<float>&, const Batch<const float>&,
                                   const Batch<const float>&, const Batch<const float>&, const float*, float*,
                                   std::byte*))
DIM_COMPILED_FLOAT(void gram_score_backward(const Cpu&, const GramScores<float>&, const Batch<const float>&,
                                            const float*, float*, const Batch<float>&, const Batch<float>&,
                                            const Batch<float>&, float*, std::byte*))
DIM_COMPILED_DOUBLE(void gram_score(const Cpu&, const GramScores<double>&, const Batch<const double>&,
                                    const Batch<const double>&, const Batch<const double>&, const double*,
                                    double*, std::byte*))
DIM_COMPILED_DOUBLE(void gram_score_backward(const Cpu&, const GramScores<double>&,
                                             const Batch<const double>&, const double*, double*,
                                             const Batch<double>&, const Batch<double>&, const Batch<double>&,
                                             double*, std::byte*))

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
