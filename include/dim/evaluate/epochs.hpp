// The loop over epochs and batches by which probes, decoders and discriminators are trained.
#pragma once
#include <span>

#include "../core/optimizer.hpp"
#include "../data/sampler.hpp"
#include "../train/schedule.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Calls on_batch(rows, adam, step) for each batch of `batch` out of `count` rows in each of options.epochs epochs,
/// in an order that depends on options.seed and the epoch; an incomplete last batch is dropped. `step` is the number
/// of batches before, and the rate of `adam` is options.rate, divided by ten at each of options.milestones. Calls
/// on_epoch(e) after epoch e, counted from 1. Throws Error like Sampler and for
/// milestones below 1; expects checked rate and epochs.
template <class Options, class OnBatch, class OnEpoch>
void for_each_batch(const Options& options, long count, long batch, Adam adam, const OnBatch& on_batch,
                    const OnEpoch& on_epoch) {
  Sampler sampler(count, batch, options.seed);
  const StepSchedule schedule{options.milestones};
  check_schedule(schedule);
  long step = 0;
  for (long epoch = 0; epoch < options.epochs; ++epoch) {
    adam.rate = schedule.rate(options.rate, epoch);
    for (long b = 0; b < sampler.batches_per_epoch(); ++b) on_batch(sampler.batch(epoch, b), adam, step++);
    on_epoch(epoch + 1);
  }
}

}  // namespace DIM_ABI
}  // namespace dim
