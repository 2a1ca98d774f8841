// What a run shows and records while it trains.
#pragma once
#include <dim/train/any.hpp>
#include <optional>

#include "progress.hpp"
#include "run_folder.hpp"

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
  /// Number of steps that they are means of: less than an epoch has after a run was resumed within one.
  long steps() const { return count_; }

 private:
  dim::Losses means_;
  long count_ = 0;
};

/// Within an epoch a bar; after it a line, and its means in the run's metrics.
class EpochLog {
 public:
  /// For a run that has made so many steps.
  EpochLog(const TrainSettings& settings, const RunFolder& run, long steps, long steps_per_epoch);

  /// Takes the losses of step number `step`, counted from 1.
  void add(const dim::Losses& losses, long step);
  /// Ends the epoch whose last step was added, in which the monitor, if there is one, measured this accuracy.
  void end_epoch(std::optional<double> held_out);
  /// Takes the bar away.
  void close() { bar_.reset(); }

 private:
  std::string title(long epoch) const;
  std::string speed() const;
  void record(long epoch, std::optional<double> held_out) const;

  const TrainSettings& settings_;
  const RunFolder& run_;
  long each_;
  EpochMeans means_;
  long step_;  // the last one
  Clock clock_;
  double trained_ = 0;  // seconds of this epoch's steps
  std::optional<Progress> bar_;
};

}  // namespace program
