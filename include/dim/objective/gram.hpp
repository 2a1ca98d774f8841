// A head's last layer, its LayerNorm and the scores as one function, without forming the layer's output.
#pragma once
#include "../core/arena.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Sizes of scores in Gram form: R rows of F features, N M codes, U units.
struct GramSizes {
  long rows = 0, codes = 0, features = 0, units = 0;

  /// K, the inputs of the last layer: a row is [h, 1, x].
  constexpr long inputs() const { return units + 1 + features; }
};

/// Scores of heads l = LayerNorm(a W) (R, U) against g (N M, U), a = [h, 1, x] (R, K) being the hidden layer, a one
/// for the bias, and the features, and W = [W2; b2; S] (K, U) being contiguous in a Head. LayerNorm needs only the
/// length of each row of a W, and the scores only products with it, so that a W is never formed. With Wc = W and
/// e = gain g, both less the mean of each row,
///
///   G = Wc Wc^T,  V = e Wc^T,  s = V a^T,  inverse(r) = 1 / sqrt(a(r) G a(r)^T / U + epsilon),
///   u(i, r) = inverse(r) s(i, r) + offset(i),  offset(i) = Sum_k shift(k) g(i, k).
///
/// Backward, from du, with ds(i, r) = inverse(r) du(i, r) and c(r) = -inverse(r)^3 / U Sum_i du(i, r) s(i, r):
///
///   da = ds^T V + diag(c) a G,  dV = ds a,  C = a^T diag(c) a,  dW = C Wc + dV^T e,  de = dV Wc,
///   doffset(i) = Sum_r du(i, r),  dg(i, k) = gain(k) de(i, k) + shift(k) doffset(i),
///   dgain(k) = Sum_i g(i, k) de(i, k),  dshift(k) = Sum_i g(i, k) doffset(i).
///
/// The rows of dW and de sum to zero as those of Wc and e do: centring has no backward pass of its own. G and C are
/// symmetric. By cancellation, a variance that is small beside |a|^2 |G| / U is less exact than LayerNorm's own and
/// may come out negative: it then counts as zero.
template <class T>
struct GramScores {
  GramSizes sizes;
  T* a = nullptr;        // (R, K), rows `step` apart
  T* product = nullptr;  // a G, likewise
  T* inverse = nullptr;  // (R)
  T* c = nullptr;        // (R)
  T* centred = nullptr;  // [Wc; e] (K + N M, U)
  T* table = nullptr;    // [G, V^T] (K, K + N M), then [C, dV^T], rows `table_step` apart
  T* s = nullptr;        // (N M, R)
  T* offset = nullptr;   // (N M), then doffset

  constexpr long step() const { return aligned(sizes.inputs() * long(sizeof(T))) / long(sizeof(T)); }
  constexpr long table_step() const {
    return aligned((sizes.inputs() + sizes.codes) * long(sizeof(T))) / long(sizeof(T));
  }
  T* e() const { return centred + sizes.inputs() * sizes.units; }
  T* v() const { return table + sizes.inputs(); }

  void lay_out(Arena& arena) {
    const long inputs = sizes.inputs();
    a = arena.take<T>(sizes.rows * step());
    product = arena.take<T>(sizes.rows * step());
    inverse = arena.take<T>(sizes.rows);
    c = arena.take<T>(sizes.rows);
    centred = arena.take<T>((inputs + sizes.codes) * sizes.units);
    table = arena.take<T>(inputs * table_step());
    s = arena.take<T>(sizes.codes * sizes.rows);
    offset = arena.take<T>(sizes.codes);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
