// Noise-contrastive estimation.
#pragma once
#include <limits>

#include "../../core/error.hpp"
#include "../../core/scalar_math.hpp"
#include "../estimator.hpp"

namespace dim {
inline namespace DIM_ABI {

/// InfoNCE (van den Oord, Li and Vinyals 2018): the cross-entropy of finding the positive u+ among itself and
/// the negatives of its row,
///
///   loss = -u+ + ln(exp(u+) + Sum exp(u-)) = softplus(z - u+),   z = ln Sum exp(u-).
///
/// The other locations of the same image take no part. ln(1 + K P) - loss is a lower bound on mutual information, and
/// never above that logarithm.
///
/// Scores are divided by the temperature first, which is above 0, and with a clip c above 0 they are then squashed to
/// c tanh(u / c), in (-c, c). Bachman, Hjelm and Buchwalter (2019, AMDIM) have the square root of the units and 20.
struct NCE : RowEstimator {
  double temperature = 1, clip = 0;

  constexpr NCE() = default;
  /// Throws Error for a temperature that isn't a finite number above 0, and a clip that isn't one from 0 on.
  constexpr explicit NCE(double divisor, double most = 0) : temperature(divisor), clip(most) {
    if (!(temperature > 0 && temperature <= (std::numeric_limits<double>::max)()) ||
        !(clip >= 0 && clip <= (std::numeric_limits<double>::max)()))
      throw Error("scores can't be divided by ", temperature, " and clipped at ", clip,
                  "; give a temperature above 0, and a clip above 0, or 0 for none");
  }

  template <class T>
  double row(const ScoreRow<T>& u, T scale) const {
    const T slope = T(1 / temperature), most = T(clip);
    if (clip > 0)
      return row(u, scale, [=](T x) {
        const T t = hyperbolic_tangent(slope * x / most);
        return Term<T>{most * t, slope * (1 - t * t)};
      });
    return row(u, scale, [=](T x) { return Term<T>{slope * x, slope}; });
  }
  template <class T>
  double ceiling(const Scores<T>& u) const {
    return std::log(1 + double(u.negatives * u.locations));
  }
  template <class T>
  double estimate(double loss, const Scores<T>& u) const {
    return ceiling(u) - loss;
  }

 private:
  /// The same for shaped(u), a value and its slope, in place of each score.
  template <class T, class Shaped>
  double row(const ScoreRow<T>& u, T scale, const Shaped& shaped) const {
    T peak = -std::numeric_limits<T>::infinity();
    u.for_each_negative([&](T x) {
      const T s = shaped(x).value;
      peak = s > peak ? s : peak;
    });
    const double sum = u.sum_negatives([&](T x) { return exponential(shaped(x).value - peak); });
    const T z = peak + T(std::log(sum));

    double loss = 0, share = 0;
    u.for_each_positive([&](T& x) {
      const Term<T> s = shaped(x);
      loss += softplus(z - s.value);
      const T missed = sigmoid(z - s.value);  // probability that the positive is not found
      share += missed;
      x = -scale * missed * s.slope;
    });
    const T each = scale * T(share);
    u.for_each_negative([&](T& x) {
      const Term<T> s = shaped(x);
      x = each * exponential(s.value - z) * s.slope;
    });
    return loss;
  }
};

}  // namespace DIM_ABI
}  // namespace dim
