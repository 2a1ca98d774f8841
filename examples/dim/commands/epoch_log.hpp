// What a run shows and records while it trains.
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
  /// Number of steps that they are means of.
  long steps() const { return count_; }

  /// All of it, exactly, for a checkpoint within an epoch.
  std::string text() const;
  /// What text() gave. Throws dim::Error for anything else.
  static EpochMeans of(const std::string& text);

 private:
  dim::Losses means_;
  long count_ = 0;
};

/// Within an epoch a bar; after it a line, and its means in the run's metrics. Of the first ten epochs the means of each
/// tenth are recorded, too.
class EpochLog {
 public:
  /// What the means are recorded under.
  static constexpr const char *epoch_protocol = "mean-of-epoch", *part_protocol = "mean-of-tenth-of-epoch";

  /// For a run that has made so many steps; `means` and `part` are of those that belong to an epoch it is within, and to a
  /// tenth of it.
  EpochLog(const TrainSettings& settings, const RunFolder& run, long steps, long steps_per_epoch,
           const EpochMeans& means, const EpochMeans& part, Saves& saves);

  /// Takes the losses of step number `step`, counted from 1. Says at the first what estimates cannot exceed.
  void add(const dim::Losses& losses, long step);
  /// Ends the epoch whose last step was added, in which the monitor, if there is one, measured this accuracy. Its means
  /// are to be recorded. Says if an estimate falls that is worse than none.
  void end_epoch(std::optional<double> held_out);
  /// Begins the next one; what took place since the last one ended is no part of it.
  void begin_epoch();
  /// Means over the steps of the epoch that is not ended.
  const EpochMeans& means() const { return means_; }
  /// The same over the steps of the tenth of an epoch that is not ended.
  const EpochMeans& part() const { return part_; }
  /// Takes the bar away.
  void close() { bar_.reset(); }
  /// Says if the estimates of the last epoch are worse than none.
  void warn() const;

 private:
  std::string title(long epoch) const;
  std::string speed() const;
  void print_ceilings(const dim::Losses& losses) const;
  void record(const char* protocol, const EpochMeans& means, std::optional<double> held_out = {}) const;

  const TrainSettings& settings_;
  const RunFolder& run_;
  long each_;
  Saves& saves_;
  EpochMeans means_, part_;
  long step_;    // the last one
  long before_;  // steps of this epoch that were made before the clock
  Clock clock_;
  double trained_ = 0;                   // by the clock, when the last step was made
  std::optional<dim::Losses> previous_;  // means of the last whole epoch
  std::optional<Progress> bar_;
};

}  // namespace program
