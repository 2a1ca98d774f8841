// The loss of a classifier and its gradient.
#pragma once
#include <algorithm>
#include <cmath>

#include "../core/config.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Returns ln Sum_c exp(z_c) - z_label for z = scores + bias, in nats, and overwrites the scores (C) with `scale`
/// times its gradient, softmax(z) - onehot(label). `bias` may be null.
template <class T>
double cross_entropy(T* scores, const double* bias, long classes, int label, double scale = 1) {
  const auto z = [&](long c) { return double(scores[c]) + (bias ? bias[c] : 0); };
  double peak = z(0), sum = 0;
  for (long c = 1; c < classes; ++c) peak = (std::max)(peak, z(c));
  const double right = z(label);
  for (long c = 0; c < classes; ++c) {
    const double e = std::exp(z(c) - peak);
    sum += e;
    scores[c] = T(e);
  }
  for (long c = 0; c < classes; ++c) scores[c] = T(scale * (double(scores[c]) / sum - (c == label)));
  return peak + std::log(sum) - right;
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
