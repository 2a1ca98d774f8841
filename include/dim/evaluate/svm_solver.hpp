// Linear support vector machines, solved in the dual.
#pragma once
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "../cpu/dot.hpp"
#include "../data/sampler.hpp"
#include "standardise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The task of one machine: to tell the class `label` from the rest, on some rows of the features, with hinge losses
/// of weight C.
struct SvmTask {
  int label;
  double C;
  const std::vector<long>* rows;
};

/// Support vector machines on the same features: with t = 1 for members of a machine's class and -1 for others,
///
///     minimise  1/2 (|w|^2 + b^2) + C Sum_i max(0, 1 - t_i (w x'_i + b)),
///
/// by coordinate descent in the dual, Sum_i a_i - 1/2 |Sum_i a_i t_i (x'_i, 1)|^2 for a_i in [0, C], which leaves out
/// variables that rest at a bound for some passes (Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008). Each
/// feature is standardised and read once per pass for all machines, which don't influence each other. Runs on one
/// thread.
template <class T>
class SvmSolver {
 public:
  /// Expects checked features and tasks; keeps a reference to the features' numbers.
  SvmSolver(const Features<T>& train, const Scaler& scaler, std::vector<SvmTask> tasks)
      : train_(train),
        tasks_(std::move(tasks)),
        scaler_(scaler),
        x_(std::size_t(train.size)),
        square_(std::size_t(train.count)),
        w_(std::size_t(machines() * train.size)),
        bias_(std::size_t(machines())),
        bounds_(std::size_t(machines())),
        variables_(std::size_t(train.count * machines())) {
    for (long m = 0; m < machines(); ++m)
      for (const long i : *task(m).rows) variable(i, m).part = Part::active;
  }

  long machines() const { return std::ssize(tasks_); }

  /// Passes over the rows in random orders, until each machine's objective lies within the fraction `gap` of its
  /// minimum, or for `passes` passes. Calls on_rest() whenever a machine gets there.
  template <class OnRest>
  void solve(int passes, double gap, std::uint64_t seed, const OnRest& on_rest) {
    std::vector<long> order(std::size_t(train_.count));
    int check = (std::min)(5, passes);  // next pass to check after; that costs about as much as a pass
    for (int pass = 1; pass <= passes; ++pass) {
      std::iota(order.begin(), order.end(), 0L);
      shuffle(order, Random{seed, Purpose::probe, std::uint64_t(pass)});
      for (const long i : order) visit(i);
      for (Bounds& bounds : bounds_) bounds.end_pass();
      if (pass < check) continue;
      settle(gap, on_rest);
      if (std::all_of(bounds_.begin(), bounds_.end(), [](const Bounds& bounds) { return bounds.at_rest; }))
        return;
      check = (std::min)(check + 5 + check / 4, passes);
    }
  }

  /// Whether a machine got within the gap.
  bool at_rest(long m) const { return bounds_[std::size_t(m)].at_rest; }
  /// w (D) of a machine, and its b.
  const T* weights(long m) const { return w_.data() + m * train_.size; }
  T bias(long m) const { return bias_[std::size_t(m)]; }

  /// The objective, and its dual, which is below it until both meet.
  struct Objectives {
    double primal = 0, dual = 0;
  };
  /// Those of each machine.
  std::vector<Objectives> objectives() {
    return objectives([](long) { return true; }, [](long, long, T) {});
  }

 private:
  static constexpr T infinity = std::numeric_limits<T>::infinity();
  /// A machine's projected gradients: those of this pass, and the thresholds from the last, by which variables at a
  /// bound are left out.
  struct Bounds {
    T least = infinity, most = -infinity, below = -infinity, above = infinity;
    bool at_rest = false;

    void end_pass() {
      below = least < 0 ? least : -infinity;
      above = most > 0 ? most : infinity;
      least = infinity, most = -infinity;
    }
  };
  enum class Part : unsigned char { none, idle, active };
  struct Variable {
    T alpha = 0;
    Part part = Part::none;
  };

  const SvmTask& task(long m) const { return tasks_[std::size_t(m)]; }
  Variable& variable(long i, long m) { return variables_[std::size_t(i * machines() + m)]; }
  T sign(long i, long m) const { return train_.labels[i] == task(m).label ? T(1) : T(-1); }
  T score(long m) const { return cpu::dot(weights(m), x_.data(), train_.size) + bias(m); }

  /// x'_i, and the squared norm of (x'_i, 1).
  void load(long i) {
    scaler_.apply(Cpu{1}, train_.part(i, 1), x_.data());
    T& square = square_[std::size_t(i)];
    if (square == 0) square = cpu::dot(x_.data(), x_.data(), train_.size) + 1;
  }

  /// Minimises over the variables of row i that take part.
  void visit(long i) {
    bool loaded = false;
    for (long m = 0; m < machines(); ++m) {
      auto& [alpha, part] = variable(i, m);
      if (part != Part::active) continue;
      if (!std::exchange(loaded, true)) load(i);
      Bounds& bounds = bounds_[std::size_t(m)];
      const T C = T(task(m).C), t = sign(i, m), gradient = t * score(m) - 1;
      if ((alpha == 0 && gradient > bounds.above) || (alpha == C && gradient < bounds.below)) {
        part = Part::idle;
        continue;
      }
      const T projected = alpha == 0   ? (std::min)(gradient, T(0))
                          : alpha == C ? (std::max)(gradient, T(0))
                                       : gradient;
      bounds.least = (std::min)(bounds.least, projected);
      bounds.most = (std::max)(bounds.most, projected);
      if (std::abs(projected) < T(1e-12)) continue;
      const T before = std::exchange(alpha, std::clamp(alpha - gradient / square_[std::size_t(i)], T(0), C));
      const T change = t * (alpha - before);
      cpu::add_multiple(change, x_.data(), w_.data() + m * train_.size, train_.size);
      bias_[std::size_t(m)] += change;
    }
  }

  /// The objectives of the machines for which wanted(m); calls on_gradient(i, m, gradient) for all of their
  /// variables.
  template <class Wanted, class OnGradient>
  std::vector<Objectives> objectives(const Wanted& wanted, const OnGradient& on_gradient) {
    std::vector<Objectives> all(static_cast<std::size_t>(machines()));
    for (long i = 0; i < train_.count; ++i) {
      bool loaded = false;
      for (long m = 0; m < machines(); ++m) {
        const auto [alpha, part] = variable(i, m);
        if (part == Part::none || !wanted(m)) continue;
        if (!std::exchange(loaded, true)) load(i);
        const T gradient = sign(i, m) * score(m) - 1;
        all[std::size_t(m)].primal += task(m).C * (std::max)(0.0, -double(gradient));
        all[std::size_t(m)].dual += double(alpha);
        on_gradient(i, m, gradient);
      }
    }
    for (long m = 0; m < machines(); ++m) {
      double square = double(bias(m)) * double(bias(m));
      for (long j = 0; j < train_.size; ++j) square += double(weights(m)[j]) * double(weights(m)[j]);
      all[std::size_t(m)].primal += square / 2;
      all[std::size_t(m)].dual -= square / 2;
    }
    return all;
  }

  /// Retires the machines that are within `gap`; of the others, all variables that aren't optimal take part again.
  template <class OnRest>
  void settle(double gap, const OnRest& on_rest) {
    const auto moves = [&](long m) { return !at_rest(m); };
    const std::vector<Objectives> all = objectives(moves, [&](long i, long m, T gradient) {
      auto& [alpha, part] = variable(i, m);
      if ((alpha < T(task(m).C) && gradient < 0) || (alpha > 0 && gradient > 0)) part = Part::active;
    });
    for (long m = 0; m < machines(); ++m) {
      const auto& [primal, dual] = all[std::size_t(m)];
      if (!moves(m) || !(primal - dual <= gap * primal)) continue;  // also false for NaN
      bounds_[std::size_t(m)].at_rest = true;
      for (const long i : *task(m).rows) variable(i, m).part = Part::idle;
      on_rest();
    }
  }

  Features<T> train_;
  std::vector<SvmTask> tasks_;
  Scaler scaler_;
  std::vector<T> x_, square_, w_, bias_;
  std::vector<Bounds> bounds_;
  std::vector<Variable> variables_;  // (N, machines)
};

}  // namespace DIM_ABI
}  // namespace dim
