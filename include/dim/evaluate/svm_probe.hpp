// How much a linear classifier with a margin reads from frozen features: one-vs-rest support vector machines.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

#include "linear_scores.hpp"
#include "svm_solver.hpp"

namespace dim::inline DIM_ABI {

/// How support vector machines are fitted.
struct SvmProbeOptions {
  double C = 1e-3;         ///< weight of the hinge losses against 1/2 |w|^2
  int passes = 300;        ///< over the features, at most
  double tolerance = 0.1;  ///< of projected gradients, as LIBLINEAR has it
  std::uint64_t seed = 1;  ///< of the orders in which features are visited
};

/// One-vs-rest support vector machines with the hinge loss, on features standardised on the training split.
class SvmProbe : public LinearClassifier {
 public:
  /// Fits to the training features, forgetting what was; one thread. Throws Error for features that are missing or
  /// not finite, labels outside [0, classes), and options out of range.
  template <class T>
  void fit(const Cpu& cpu, const Features<T>& train, int classes, const SvmProbeOptions& options = {}) {
    check_features(train, "training");
    check_labels(train, classes, "training");
    std::vector<long> rows(std::size_t(train.count));
    std::iota(rows.begin(), rows.end(), 0L);
    fit(train, rows, Scaler(cpu, train), classes, options);
  }
  /// The same for some of the features only, with a scaler that was fitted before. All are taken as checked.
  template <class T>
  void fit(const Features<T>& train, const std::vector<long>& rows, const Scaler& scaler, int classes,
           const SvmProbeOptions& options) {
    if (!(options.C > 0) || !std::isfinite(options.C) || options.passes < 1 || !(options.tolerance > 0))
      throw Error("an SVM can't be fitted with C " + std::to_string(options.C) + ", " +
                  std::to_string(options.passes) + " passes and tolerance " +
                  std::to_string(options.tolerance) + "; give numbers above 0");
    SvmSolver<T> solver(train, rows, scaler, classes, options.C);
    passes_ = solver.solve(options.passes, options.tolerance, options.seed);
    converged_ = passes_ < options.passes;
    set(scaler, solver.parameters(), classes);
  }

  /// Passes that the fit made, and whether it came to rest before they ran out.
  int passes() const { return passes_; }
  bool converged() const { return converged_; }

 private:
  int passes_ = 0;
  bool converged_ = false;
};

/// How svm_accuracy goes about it.
struct SvmProtocol {
  std::vector<double> candidates{1e-4, 1e-3, 1e-2, 1e-1};  ///< of C, rising
  long held_out = 5000;  ///< training features that C is chosen on, but at most a fifth of them
  int runs = 5;          ///< each on a random part of the training features
  double part = 0.9;     ///< of the training features, in each run
  SvmProbeOptions options{};
};

/// Test accuracies of several machines, in [0, 1].
struct SvmAccuracy {
  double mean = 0, deviation = 0;  ///< over the runs, the latter with divisor runs - 1
  double C = 0;                    ///< as chosen
  std::vector<double> runs;
  bool converged = true;  ///< all of the runs
};

/// Fits SVMs on random parts of the training features, with the C that is best on training features held out from its
/// choice, of equals the smallest: a convex problem on equal data would have no spread to report. The first
/// two candidates are tried, and more for as long as the last one is the best so far. The fits run on the
/// backend's threads; the same bits for any number of them. Calls on_fit(done, of), if given, after each fit, `of` being the most there can be, from any
/// thread, one at a time. Throws Error as SvmProbe does, and for a protocol out of range.
template <class T>
SvmAccuracy svm_accuracy(const Cpu& cpu, const Features<T>& train, const Features<T>& test, int classes,
                         const SvmProtocol& protocol = {}, const std::function<void(int, int)>& on_fit = {}) {
  check_features(train, "training");
  check_labels(train, classes, "training");
  check_features(test, "test");
  check_labels(test, classes, "test");
  check_size(train.size, test.size);
  const long held_out = std::min(protocol.held_out, train.count / 5),
             drawn = long(protocol.part * double(train.count));
  if (protocol.candidates.empty() || held_out < 1 || protocol.runs < 1 || drawn < 1 || drawn > train.count)
    throw Error("an SVM's C can't be chosen among " + std::to_string(protocol.candidates.size()) +
                " candidates on " + std::to_string(held_out) + " held out of " + std::to_string(train.count) +
                " features, for " + std::to_string(protocol.runs) + " runs on " + std::to_string(drawn) +
                "; give 5 features or more, one candidate and one run, and a part in (0, 1]");
  const Scaler scaler(cpu, train);
  const int choices = int(protocol.candidates.size()), fits = choices + protocol.runs;
  std::mutex reporting;
  int done = 0;
  bool converged = true;
  const auto shuffled = [&](int run) {
    std::vector<long> order(std::size_t(train.count));
    std::iota(order.begin(), order.end(), 0L);
    shuffle(order, Random{protocol.options.seed, Purpose::order, std::uint64_t(run)});
    return order;
  };
  const auto accuracy_of = [&](int run, double C, long count, const Features<T>& judged) {
    std::vector<long> rows = shuffled(run);
    rows.resize(std::size_t(count));
    SvmProbeOptions options = protocol.options;
    options.C = C;
    SvmProbe probe;
    probe.fit(train, rows, scaler, classes, options);
    const double result =
        dim::accuracy(predict_linear(Cpu{1}, scaler, probe.parameters(), classes, judged), judged);
    const std::lock_guard lock(reporting);
    converged = converged && probe.converged();
    if (on_fit) on_fit(++done, fits);
    return result;
  };

  // Run 0 chooses: its last rows are held out.
  const std::vector<long> rows = shuffled(0);
  std::vector<T> numbers;
  std::vector<int> labels;
  for (long i = train.count - held_out; i < train.count; ++i) {
    const long row = rows[std::size_t(i)];
    numbers.insert(numbers.end(), train.row(row), train.row(row) + train.size);
    labels.push_back(train.labels[row]);
  }
  const Features<T> judges{numbers.data(), held_out, train.size, labels.data()};
  std::vector<double> chosen_by(std::size_t(choices), 0);
  const auto best = [&] { return std::max_element(chosen_by.begin(), chosen_by.end()) - chosen_by.begin(); };
  // One at a time behind the first two: a large C takes by far the longest to fit.
  for (long first = 0, count = 2; first < choices && (first == 0 || best() == first - 1);
       first += count, count = 1)
    for_each_block(cpu, std::min(count, choices - first), [&](long i, int) {
      chosen_by[std::size_t(first + i)] =
          accuracy_of(0, protocol.candidates[std::size_t(first + i)], train.count - held_out, judges);
    });
  SvmAccuracy result;
  result.C = protocol.candidates[std::size_t(best())];
  converged = true;  // of the runs, which alone are reported

  result.runs.resize(std::size_t(protocol.runs));
  for_each_block(cpu, protocol.runs, [&](long run, int) {
    result.runs[std::size_t(run)] = accuracy_of(int(run) + 1, result.C, drawn, test);
  });
  for (const double x : result.runs) result.mean += x / protocol.runs;
  for (const double x : result.runs) result.deviation += (x - result.mean) * (x - result.mean);
  result.deviation = protocol.runs > 1 ? std::sqrt(result.deviation / (protocol.runs - 1)) : 0;
  result.converged = converged;
  return result;
}

}  // namespace dim::inline DIM_ABI
