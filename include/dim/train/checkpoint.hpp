// Checkpoints: trainers in files.
#pragma once
#include <charconv>

#include "../model/encoder_file.hpp"
#include "trainer.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
/// What precedes a parameter's name in that of the optimizer's k-th array for it.
inline std::string moment_name(int k) {
  return "moment" + std::to_string(k) + ".";
}
}  // namespace detail

/// A number among a file's metadata. Throws Error if there is none of that name.
template <class Number = std::uint64_t>
Number metadata_number(const Safetensors& file, const std::string& name) {
  const auto found = file.metadata().find(name);
  const std::string text = found == file.metadata().end() ? "" : found->second;
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Error(file.source(), ": its metadata have no ", name, ": this is not a checkpoint of a trainer");
  return value;
}

/// Writes the whole state of a trainer, atomically: parameters, statistics, moments, number of steps, the rate if it
/// was set, and the state of the schedule. A trainer that loads it goes on bit for bit. `settings` are kept beside it
/// as metadata, under names other than steps, seed, rate and schedule. Throws Error, with the file as it was, if it
/// cannot be written or a number to be written is not finite.
template <class B, class T, class O>
void save(const BasicTrainer<B, T, O>& trainer, const std::string& path, Metadata settings = {}) {
  const Entries entries = trainer.entries();
  LogicalArrays<B, T> arrays(trainer.backend());
  arrays.add_parameters(entries, trainer.weights().parameters);
  arrays.add_statistics(entries, trainer.weights().statistics);
  for (int k = 0; k < moments(trainer.options().optimizer); ++k)
    arrays.add_parameters(entries, trainer.moments() + k * trainer.counts().parameters,
                          detail::moment_name(k));
  settings["steps"] = std::to_string(trainer.steps());
  settings["seed"] = std::to_string(trainer.options().seed);
  if (trainer.rate() != rate_of(trainer.options().optimizer))
    settings["rate"] = exact_decimal(trainer.rate());
  if (trainer.schedule_state() != ScheduleState{}) settings["schedule"] = trainer.schedule_state().text();
  write_safetensors(path, arrays.tensors(), settings);
}

/// Reads what `save` wrote for a trainer of the same encoder, objective, optimizer and seed. Throws Error, with the
/// trainer unfit for use, if the file is damaged, was made with another seed, or has arrays of other names or shapes
/// than this trainer. Nothing else is compared: what leaves no trace in the arrays, such as another estimator, batch,
/// weight decay or set of images, is the caller's to keep the same. The rate becomes that of the options again, unless
/// the file has one that was set.
template <class B, class T, class O>
void load(BasicTrainer<B, T, O>& trainer, const std::string& path) {
  const Safetensors file = read_safetensors(path);
  if (!file.has_checksum())
    throw Error(
        path,
        ": it has no checksum, which every checkpoint is written with: it is damaged, or was written again "
        "by another program; use another copy");
  const Entries entries = trainer.entries();
  using Arrays = LogicalArrays<B, T>;
  if (metadata_number(file, "seed") != trainer.options().seed)
    throw Error(path, ": made with seed ", file.metadata().at("seed"), ", not ", trainer.options().seed,
                "; go on with the seed that it was begun with");
  const std::size_t arrays = 1 + std::size_t(moments(trainer.options().optimizer));
  Arrays::require_count(file, arrays * entries.parameters.size() + entries.statistics.size());
  Arrays::read_parameters(trainer.backend(), file, entries, trainer.weights().parameters);
  Arrays::read_statistics(trainer.backend(), file, entries, trainer.weights().statistics);
  for (int k = 0; k < moments(trainer.options().optimizer); ++k)
    Arrays::read_parameters(trainer.backend(), file, entries,
                            trainer.moments() + k * trainer.counts().parameters, detail::moment_name(k));
  trainer.set_steps(long(metadata_number(file, "steps")));
  trainer.set_rate(file.metadata().contains("rate") ? metadata_number<double>(file, "rate")
                                                    : rate_of(trainer.options().optimizer));
  const auto schedule = file.metadata().find("schedule");  // absent for a constant rate
  const auto state =
      schedule == file.metadata().end() ? ScheduleState{} : ScheduleState::of(schedule->second);
  if (!state) throw Error(path, ": its metadata have no schedule: this is not a checkpoint of a trainer");
  trainer.set_schedule_state(*state);
}

}  // namespace DIM_ABI
}  // namespace dim
