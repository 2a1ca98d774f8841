// How much a linear classifier with a margin reads from frozen features: one-vs-rest support vector machines.
#pragma once
#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "../core/decimal.hpp"
#include "../core/no_progress.hpp"
#include "linear_scores.hpp"
#include "svm_solver.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How support vector machines are fitted.
struct SvmProbeOptions {
  double C = 1e-3;         ///< weight of the hinge losses against 1/2 |w|^2
  int passes = 300;        ///< over the features, at most
  double gap = 0.02;       ///< each machine's objective lies at most this part of it above its least
  std::uint64_t seed = 1;  ///< of the orders in which features are visited
};

/// Throws Error for a C or options with which nothing can be fitted.
inline void check_svm(double C, const SvmProbeOptions& options) {
  if (!(C > 0) || !std::isfinite(C) || options.passes < 1 || !(options.gap > 0 && options.gap < 1))
    throw Error("an SVM can't be fitted with C " + decimal(C) + ", " + std::to_string(options.passes) +
                " passes and a gap of " + decimal(options.gap) + "; give numbers above 0, and a gap below 1");
}

/// A probe that is to be fitted: to which rows of the features, and with which C.
struct SvmFit {
  std::vector<long> rows;
  double C;
};

/// One-vs-rest support vector machines with the hinge loss, on features standardised on the training split. A class
/// without members is never predicted; if only one has members, it always is: neither takes a machine.
class SvmProbe : public LinearClassifier {
 public:
  /// Fits to the training features, forgetting what was; the same bits for any number of threads. Throws Error for
  /// features that are missing or not finite, labels outside [0, classes), and options out of range.
  template <class T>
  void fit(const Cpu& cpu, const Features<T>& train, int classes, const SvmProbeOptions& options = {}) {
    check_features(train, "training");
    check_labels(train, classes, "training");
    SvmFit all{std::vector<long>(std::size_t(train.count)), options.C};
    std::iota(all.rows.begin(), all.rows.end(), 0L);
    *this = fit_several(cpu, train, Scaler(cpu, train), classes, {std::move(all)}, options).front();
  }

  /// Fits several probes to parts of the same features in the same passes over them, with a scaler that was fitted
  /// before; `options.C` counts for none of them. The machines of all are dealt to the backend's threads; the same bits
  /// for any number of them, and in any company. Calls on_machine() for each class of each fit, when its machine has
  /// come to rest or where it takes none, from any thread, one at a time. Features and labels are taken as checked; throws Error for options out of range.
  template <class T, class OnMachine = NoProgress>
  static std::vector<SvmProbe> fit_several(const Cpu& cpu, const Features<T>& train, const Scaler& scaler,
                                           int classes, const std::vector<SvmFit>& fits,
                                           const SvmProbeOptions& options, const OnMachine& on_machine = {}) {
    for (const SvmFit& fit : fits) check_svm(fit.C, options);
    std::vector<SvmProbe> probes(fits.size());
    std::vector<Machine> machines;
    for (std::size_t f = 0; f < fits.size(); ++f) {
      probes[f].set(scaler, std::vector<double>(std::size_t(classes * (train.size + 1))), classes);
      std::vector<long> members(static_cast<std::size_t>(classes));
      for (const long row : fits[f].rows) ++members[std::size_t(train.labels[row])];
      for (int c = 0; c < classes; ++c) {
        const long count = members[std::size_t(c)];
        if (count == 0) probes[f].rule_out(c);
        if (count > 0 && count < std::ssize(fits[f].rows))
          machines.push_back({f, c});
        else
          on_machine();
      }
    }
    const long count = std::ssize(machines), groups = std::min<long>(cpu.threads(), count);
    std::mutex reporting;
    for_each_block(cpu, groups, [&](long group, int) {
      std::vector<SvmTask> tasks;
      for (long m = group; m < count; m += groups) {
        const auto& [fit, label, at_rest] = machines[std::size_t(m)];
        tasks.push_back({label, fits[fit].C, &fits[fit].rows});
      }
      SvmSolver<T> solver(train, scaler, std::move(tasks));
      solver.solve(options.passes, options.gap, options.seed, [&] {
        const std::lock_guard lock(reporting);
        on_machine();
      });
      for (long m = group; m < count; m += groups) {
        auto& [fit, label, at_rest] = machines[std::size_t(m)];
        const long own = m / groups;
        at_rest = solver.at_rest(own);
        probes[fit].set_class(label, solver.weights(own), solver.bias(own));
      }
    });
    for (SvmProbe& probe : probes) probe.converged_ = true;
    for (const Machine& machine : machines)
      if (!machine.at_rest) probes[machine.fit].converged_ = false;
    return probes;
  }

  /// Whether all machines came within the gap before the passes ran out.
  bool converged() const { return converged_; }

 private:
  /// That of a class of a fit.
  struct Machine {
    std::size_t fit;
    int label;
    bool at_rest = false;
  };

  bool converged_ = false;
};

/// How svm_accuracy goes about it.
struct SvmProtocol {
  std::vector<double> candidates{1e-4, 1e-3, 1e-2, 1e-1};  ///< of C, rising
  long held_out = 5000;    ///< training features that C is chosen on, but at most a fifth of them
  int trial_passes = 100;  ///< over the features, at most, where a C is tried
  int runs = 5;            ///< each on a random part of the training features
  double part = 0.9;       ///< of the training features, in each run
  SvmProbeOptions options{};
};

/// Test accuracies of several machines, in [0, 1].
struct SvmAccuracy {
  double mean = 0, deviation = 0;  ///< over the runs, the latter with divisor runs - 1
  double C = 0;                    ///< as chosen
  std::vector<double> runs;
  bool converged = true;  ///< all of the runs
};

/// The candidate with which machines fitted to `rows` of the features predict best the rows `judged`, of equals the
/// smallest. The first two are tried, and more for as long as the last one is the best so far. fit(fits) fits probes.
template <class T, class Fit>
double choose_C(const Cpu& cpu, const Features<T>& train, const std::vector<long>& rows,
                std::span<const long> judged, const std::vector<double>& candidates, const Fit& fit) {
  std::vector<T> numbers;
  std::vector<int> labels;
  for (const long row : judged) {
    for (long j = 0; j < train.size; ++j) numbers.push_back(train(row, j));
    labels.push_back(train.labels[row]);
  }
  const Features<T> judges{numbers.data(), std::ssize(labels), train.size, labels.data()};
  std::vector<double> found;  // accuracies
  const auto best = [&] { return std::max_element(found.begin(), found.end()) - found.begin(); };
  const long most = std::ssize(candidates);
  // One at a time behind the first two: a large C takes by far the longest to fit.
  while (std::ssize(found) < most && (found.empty() || best() == std::ssize(found) - 1)) {
    std::vector<SvmFit> fits;
    const long first = std::ssize(found), end = (std::min)(most, (std::max)(2L, first + 1));
    for (long i = first; i < end; ++i) fits.push_back({rows, candidates[std::size_t(i)]});
    for (const SvmProbe& probe : fit(fits)) found.push_back(probe.accuracy(cpu, judges));
  }
  return candidates[std::size_t(best())];
}

/// Fits SVMs on random parts of the training features, with the C that is best on training features held out from its
/// choice: a convex problem on equal data would have no spread to report. The same bits for any number of threads.
/// Calls on_machine(done, of) whenever one has come to rest, `of` being the most there can be, from any thread, one at
/// a time. Throws Error as SvmProbe does, and for a protocol out of range.
template <class T, class OnMachine = NoProgress>
SvmAccuracy svm_accuracy(const Cpu& cpu, const Features<T>& train, const Features<T>& test, int classes,
                         const SvmProtocol& protocol = {}, const OnMachine& on_machine = {}) {
  check_features(train, "training");
  check_labels(train, classes, "training");
  check_features(test, "test");
  check_labels(test, classes, "test");
  check_size(train.size, test.size);
  const long held_out = (std::min)(protocol.held_out, train.count / 5),
             drawn = protocol.part > 0 && protocol.part <= 1 ? long(protocol.part * double(train.count)) : 0;
  if (protocol.candidates.empty() || held_out < 1 || protocol.runs < 1 || drawn < 1)
    throw Error(
        "an SVM's C can't be chosen among " + std::to_string(protocol.candidates.size()) + " candidates on " +
        std::to_string(held_out) + " held out of " + std::to_string(train.count) + " features, for " +
        std::to_string(protocol.runs) + " runs on " + std::to_string(drawn) +
        "; give 5 features or more, one candidate, one to be held out and one run, and a part in (0, 1]");
  SvmProbeOptions trial = protocol.options;
  trial.passes = protocol.trial_passes;
  for (const double C : protocol.candidates) {
    check_svm(C, trial);
    check_svm(C, protocol.options);
  }
  const Scaler scaler(cpu, train);
  const int most = int(std::ssize(protocol.candidates) + protocol.runs) * classes;
  int done = 0;
  const auto fit = [&](const std::vector<SvmFit>& fits, const SvmProbeOptions& options) {
    return SvmProbe::fit_several(cpu, train, scaler, classes, fits, options,
                                 [&] { on_machine(++done, most); });
  };
  const auto shuffled = [&](int run) {
    std::vector<long> order(std::size_t(train.count));
    std::iota(order.begin(), order.end(), 0L);
    shuffle(order, Random{protocol.options.seed, Purpose::order, std::uint64_t(run)});
    return order;
  };

  const std::vector<long> order = shuffled(0);  // of the choice; its last rows are held out
  const auto kept = order.end() - held_out;
  SvmAccuracy result;
  result.C = choose_C(cpu, train, {order.begin(), kept}, {kept, order.end()}, protocol.candidates,
                      [&](const std::vector<SvmFit>& fits) { return fit(fits, trial); });

  std::vector<SvmFit> fits;
  for (int run = 1; run <= protocol.runs; ++run) {
    fits.push_back({shuffled(run), result.C});
    fits.back().rows.resize(std::size_t(drawn));
  }
  for (const SvmProbe& probe : fit(fits, protocol.options)) {
    result.runs.push_back(probe.accuracy(cpu, test));
    result.mean += result.runs.back() / protocol.runs;
    result.converged = result.converged && probe.converged();
  }
  for (const double x : result.runs) result.deviation += (x - result.mean) * (x - result.mean);
  result.deviation = protocol.runs > 1 ? std::sqrt(result.deviation / (protocol.runs - 1)) : 0;
  return result;
}

}  // namespace DIM_ABI
}  // namespace dim
