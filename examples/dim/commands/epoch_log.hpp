// What a run shows and records during training.
#pragma once
#include <dim/model/interfaces.hpp>
#include <optional>

#include "../run/run_folder.hpp"
#include "../run/saves.hpp"
#include "../terminal/progress.hpp"

namespace program {

/// Means of the losses over an epoch, in nats.
class EpochMeans {
 public:
  void add(const dim::Losses& losses) {
    const auto mean = [this](double& of, double value) { of += (value - of) / double(count_); };
    ++count_;
    mean(means_.local.loss, losses.local.loss);
    mean(means_.local.estimate, losses.local.estimate);
    mean(means_.global.loss, losses.global.loss);
    mean(means_.global.estimate, losses.global.estimate);
    mean(means_.prior.encoder, losses.prior.encoder);
    mean(means_.prior.adversary, losses.prior.adversary);
    mean(means_.prior.penalty, losses.prior.penalty);
    means_.local.ceiling = losses.local.ceiling;
    means_.global.ceiling = losses.global.ceiling;
  }
  const dim::Losses& operator*() const { return means_; }
  /// The number of steps averaged.
  long steps() const { return count_; }

  /// The exact state as text, for a checkpoint within an epoch.
  std::string text() const;
  /// The state that text() gave. Throws dim::Error for anything else.
  static EpochMeans of(const std::string& text);

 private:
  dim::Losses means_;
  long count_ = 0;
};

/// What was recorded of an epoch: lines of metrics.jsonl, and the seconds that it took or, of one that was interrupted,
/// those since it was resumed.
struct EpochRecord {
  std::vector<dim::Json> lines;
  double seconds;
};

/// Shows a bar within an epoch, and after it a line; records the epoch's means in the run's metrics. For the first
/// ten epochs the means of each tenth are recorded too.
class EpochLog {
 public:
  /// The protocols under which the means are recorded.
  static constexpr const char *epoch_protocol = "mean-of-epoch", *part_protocol = "mean-of-tenth-of-epoch";

  /// For a run that has made so many steps; `means` and `part` are the means so far of the current epoch and of the
  /// current tenth of it.
  EpochLog(const TrainSettings& settings, const RunFolder& run, long steps, long steps_per_epoch,
           const EpochMeans& means, const EpochMeans& part, Saves& saves);

  /// Takes the losses of step number `step`, counted from 1. At the first step prints the ceilings of the estimates.
  void add(const dim::Losses& losses, long step);
  /// Ends the epoch whose last step was added and for which the monitor, if there is one, measured this accuracy
  /// by this protocol. Records its means and returns what it recorded. Warns of an estimate that falls and is worse than uninformative scores would give.
  EpochRecord end_epoch(std::optional<double> held_out, const std::string& held_out_protocol);
  /// Begins the next epoch; the time since the last one ended is not counted.
  void begin_epoch();
  /// Means over the steps of the current epoch.
  const EpochMeans& means() const { return means_; }
  /// Means over the steps of the current tenth of an epoch.
  const EpochMeans& part() const { return part_; }
  /// Removes the bar.
  void close() { bar_.reset(); }
  /// Warns if the estimates of the last epoch are worse than uninformative scores would give.
  void warn() const;

 private:
  std::string title(long epoch) const;
  std::string speed() const;
  void print_ceilings(const dim::Losses& losses) const;
  std::vector<dim::Json> record(const char* protocol, const EpochMeans& means,
                                std::optional<double> held_out = {},
                                const std::string& held_out_protocol = "") const;

  const TrainSettings& settings_;
  const RunFolder& run_;
  long each_;
  Saves& saves_;
  EpochMeans means_, part_;
  long step_;    // the last one added
  long before_;  // steps of this epoch made before the clock started
  Clock clock_;
  double trained_ = 0;                   // the clock's time at the last step
  std::optional<dim::Losses> previous_;  // means of the last whole epoch
  std::optional<Progress> bar_;
};

}  // namespace program
