// Linear support vector machines, fitted in their dual.
#pragma once
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "../cpu/dot.hpp"
#include "../data/sampler.hpp"
#include "standardise.hpp"

namespace dim::inline DIM_ABI {

/// Support vector machines for all classes c at once, each against the rest: with t = 1 for members and -1 for others,
///
///     minimise  1/2 (|w_c|^2 + b_c^2) + C Sum_i max(0, 1 - t_ic (w_c x'_i + b_c)),
///
/// by coordinate descent in the dual, Sum_i a_i - 1/2 |Sum_i a_i t_i (x'_i, 1)|^2 for a_i in [0, C], with variables
/// that rest at a bound left out until the others have come to rest (Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML
/// 2008). Each feature is standardised and read once a pass for all classes. One thread.
template <class T>
class SvmSolver {
 public:
  /// For some rows of the training features, taken as checked; keeps references to the scaler and the rows.
  SvmSolver(const Features<T>& train, const std::vector<long>& rows, const Scaler& scaler, int classes,
            double C)
      : train_(train),
        rows_(rows),
        classes_(classes),
        C_(T(C)),
        mean_(scaler.mean().begin(), scaler.mean().end()),
        scale_(std::size_t(train.size)),
        x_(std::size_t(train.size)),
        w_(std::size_t(classes * train.size)),
        bias_(std::size_t(classes)),
        alpha_(rows.size() * std::size_t(classes)),
        square_(rows.size()),
        active_(rows.size() * std::size_t(classes), 1),
        bounds_(std::size_t(classes)) {
    for (std::size_t j = 0; j < scale_.size(); ++j) scale_[j] = T(1 / scaler.deviation()[j]);
    order_.resize(rows.size());
    std::iota(order_.begin(), order_.end(), 0L);
  }

  /// Passes over the rows in random orders until no class has projected gradients that differ by more than
  /// `tolerance`, or for so many passes. Returns how many it made.
  int solve(int passes, double tolerance, std::uint64_t seed) {
    for (int pass = 0; pass < passes; ++pass) {
      shuffle(order_, Random{seed, Purpose::probe, std::uint64_t(pass)});
      for (Bounds& bounds : bounds_) bounds.least = infinity, bounds.most = -infinity;
      for (const long i : order_) visit(i);
      bool at_rest = true;
      for (int c = 0; c < classes_; ++c) at_rest &= settle(c, T(tolerance));
      if (at_rest) return pass + 1;
      drop_idle_rows();
    }
    return passes;
  }

  /// W (C, D), then b (C).
  std::vector<double> parameters() const {
    std::vector<double> all(w_.begin(), w_.end());
    all.insert(all.end(), bias_.begin(), bias_.end());
    return all;
  }

  /// The sum over the classes of what is minimised, and of the dual, which is below it until both meet.
  struct Objectives {
    double primal = 0, dual = 0;
  };
  Objectives objectives() {
    Objectives result;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      load(long(i));
      for (int c = 0; c < classes_; ++c) {
        result.primal += double(C_) * std::max(0.0, 1 - double(sign(long(i), c) * score(c)));
        result.dual += double(alpha_[i * std::size_t(classes_) + std::size_t(c)]);
      }
    }
    double square = 0;
    for (const T w : w_) square += double(w) * double(w);
    for (const T b : bias_) square += double(b) * double(b);
    return {result.primal + square / 2, result.dual - square / 2};
  }

 private:
  static constexpr T infinity = std::numeric_limits<T>::infinity();
  /// Projected gradients of one class: of this pass, and what variables at a bound are left out by, from the last.
  struct Bounds {
    T least = infinity, most = -infinity, below = -infinity, above = infinity;
    long left_out = 0;
    bool at_rest = false;
  };

  T sign(long i, int c) const { return train_.labels[rows_[std::size_t(i)]] == c ? T(1) : T(-1); }
  T score(int c) const {
    return dot(w_.data() + c * train_.size, x_.data(), train_.size) + bias_[std::size_t(c)];
  }

  /// x'_i, and its square with the constant's.
  void load(long i) {
    const T* const row = train_.row(rows_[std::size_t(i)]);
    for (std::size_t j = 0; j < x_.size(); ++j) x_[j] = (row[j] - mean_[j]) * scale_[j];
    T& square = square_[std::size_t(i)];
    if (square == 0) square = dot(x_.data(), x_.data(), train_.size) + 1;
  }

  /// Minimises over the variables of row i that take part.
  void visit(long i) {
    load(i);
    for (int c = 0; c < classes_; ++c) {
      unsigned char& active = active_[std::size_t(i * classes_ + c)];
      if (!active) continue;
      T& alpha = alpha_[std::size_t(i * classes_ + c)];
      Bounds& bounds = bounds_[std::size_t(c)];
      const T t = sign(i, c), gradient = t * score(c) - 1;
      if ((alpha == 0 && gradient > bounds.above) || (alpha == C_ && gradient < bounds.below)) {
        active = 0;
        ++bounds.left_out;
        continue;
      }
      const T projected = alpha == 0    ? std::min(gradient, T(0))
                          : alpha == C_ ? std::max(gradient, T(0))
                                        : gradient;
      bounds.least = std::min(bounds.least, projected);
      bounds.most = std::max(bounds.most, projected);
      if (std::abs(projected) < T(1e-12)) continue;
      const T before = std::exchange(alpha, std::clamp(alpha - gradient / square_[std::size_t(i)], T(0), C_));
      const T change = t * (alpha - before);
      add_multiple(change, x_.data(), w_.data() + c * train_.size, train_.size);
      bias_[std::size_t(c)] += change;
    }
  }

  /// Ends a pass for one class: whether all of its variables are at rest, from when on it is left alone. If only those
  /// that took part are, the others take part again.
  bool settle(int c, T tolerance) {
    Bounds& bounds = bounds_[std::size_t(c)];
    if (bounds.at_rest) return true;
    const bool none = bounds.least > bounds.most;  // took part
    if (!none && bounds.most - bounds.least > tolerance) {
      bounds.below = bounds.least < 0 ? bounds.least : -infinity;
      bounds.above = bounds.most > 0 ? bounds.most : infinity;
      return false;
    }
    bounds.at_rest = std::exchange(bounds.left_out, 0) == 0;
    bounds.below = -infinity, bounds.above = infinity;
    for (std::size_t i = 0; i < rows_.size(); ++i)
      active_[i * std::size_t(classes_) + std::size_t(c)] = !bounds.at_rest;
    if (!bounds.at_rest) {
      order_.resize(rows_.size());
      std::iota(order_.begin(), order_.end(), 0L);
    }
    return bounds.at_rest;
  }

  void drop_idle_rows() {
    std::erase_if(order_, [&](long i) {
      const auto first = active_.begin() + i * classes_;
      return std::find(first, first + classes_, 1) == first + classes_;
    });
  }

  Features<T> train_;
  const std::vector<long>& rows_;
  int classes_;
  T C_;
  std::vector<T> mean_, scale_, x_, w_, bias_, alpha_, square_;
  std::vector<unsigned char> active_;
  std::vector<Bounds> bounds_;
  std::vector<long> order_;  // of rows that take part
};

}  // namespace dim::inline DIM_ABI
