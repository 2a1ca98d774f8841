// Learning-rate schedules.
#pragma once
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "../core/decimal.hpp"
#include "../core/error.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The trainer's rate in every step.
struct ConstantSchedule {};

/// A rate that rises linearly to the trainer's in the first `warm_up` epochs and then falls to 0 by half a cosine,
/// over the epochs that `fit` is asked for (Loshchilov and Hutter 2017, equation 5). Later calls don't change their
/// number until they have been made; epochs beyond them get a cosine of their own, a warm restart.
struct CosineSchedule {
  double warm_up = 0;  ///< epochs, not necessarily whole
};

/// A rate that is multiplied by `factor` at each milestone, as by PyTorch's MultiStepLR.
struct StepSchedule {
  std::vector<long> milestones{};  ///< epochs, counted from 0, the trainer's first
  double factor = 0.1;

  /// The rate in `epoch`, from the `first` one.
  double rate(double first, long epoch) const {
    for (const long milestone : milestones)
      if (epoch >= milestone) first /= 1 / factor;  // 0.001 / 10 is 0.0001 to the bit, unlike 0.001 * 0.1
    return first;
  }
};

/// A rate that is multiplied by `factor` when the loss stops falling, as by PyTorch's ReduceLROnPlateau. The loss is
/// the sum of the local and the global one, averaged over an epoch of training.
struct PlateauSchedule {
  double factor = 0.5;
  long patience = 5;    ///< epochs that may pass without a new lowest loss; one more lowers the rate
  double least = 1e-3;  ///< nats by which a loss must lie below the lowest so far to be a new lowest
};

/// One of the library's schedules, chosen at run time.
using AnySchedule = std::variant<ConstantSchedule, CosineSchedule, StepSchedule, PlateauSchedule>;

/// The state of a schedule, which checkpoints keep.
struct ScheduleState {
  double lowest = std::numeric_limits<double>::infinity();  ///< mean loss of an epoch so far, in nats
  long waited = 0, falls = 0;  ///< epochs on the plateau; falls of the rate so far
  double sum = 0;              ///< of the losses of the current epoch
  long count = 0;              ///< of its steps
  std::vector<long> bounds{};  ///< steps at which cosines begin and end, the last two being those of the last

  /// The steps at which the last cosine begins and ends; 0 if there is none.
  long begin() const { return bounds.size() < 2 ? 0 : bounds[bounds.size() - 2]; }
  long end() const { return bounds.empty() ? 0 : bounds.back(); }

  friend bool operator==(const ScheduleState&, const ScheduleState&) = default;

  /// The state as text, exactly.
  std::string text() const {
    std::string line = exact_decimal(lowest);
    for (const long number : {waited, falls}) line += " " + std::to_string(number);
    line += " " + exact_decimal(sum) + " " + std::to_string(count);
    for (const long bound : bounds) line += " " + std::to_string(bound);
    return line;
  }
  /// The state whose text() this is, or nothing for any other text.
  static std::optional<ScheduleState> of(const std::string& text) {
    ScheduleState state;
    const char *at = text.data(), *const end = at + text.size();
    const auto read = [&](auto& number) {
      if (at != text.data() && (at == end || *at++ != ' ')) return false;
      const auto [last, error] = std::from_chars(at, end, number);
      at = last;
      return error == std::errc();
    };
    if (!read(state.lowest) || !read(state.waited) || !read(state.falls) || !read(state.sum) ||
        !read(state.count))
      return std::nullopt;
    while (at != end)
      if (!read(state.bounds.emplace_back())) return std::nullopt;
    return state;
  }
};

/// Throws Error for an invalid schedule.
inline void check_schedule(const AnySchedule& schedule) {
  const auto require_factor = [](double factor) {
    if (!(factor > 0 && factor <= 1))
      throw Error("a rate can't fall to ", factor, " of what it was; give a factor above 0, up to 1");
  };
  if (const auto* const cosine = std::get_if<CosineSchedule>(&schedule))
    if (!(cosine->warm_up >= 0) || !std::isfinite(cosine->warm_up))
      throw Error("a warm-up of ", cosine->warm_up, " epochs; give a finite number of at least 0");
  if (const auto* const steps = std::get_if<StepSchedule>(&schedule)) {
    require_factor(steps->factor);
    for (const long milestone : steps->milestones)
      if (milestone < 1)
        throw Error("a rate that falls in epoch ", milestone,
                    ", counted from 0; give milestones of at least 1, or begin with a lower rate");
  }
  if (const auto* const plateau = std::get_if<PlateauSchedule>(&schedule)) {
    require_factor(plateau->factor);
    if (plateau->patience < 0 || !(plateau->least >= 0) || !std::isfinite(plateau->least))
      throw Error("a patience of ", plateau->patience, " epochs, and ", plateau->least,
                  " nats by which the loss has to fall; give finite numbers of at least 0");
  }
}

/// A schedule in epochs of `each` steps, which training asks for the rate of each step.
class Scheduled {
 public:
  /// For the steps up to number `end`, of which `made` have been made. Throws Error for an invalid schedule, and for
  /// a cosine that would be all warm-up.
  Scheduled(const AnySchedule& schedule, ScheduleState& state, long each, long made, long end)
      : schedule_(schedule), state_(state), each_(each), end_(end) {
    check_schedule(schedule);
    const auto* const cosine = std::get_if<CosineSchedule>(&schedule);
    const long next = end - (std::max)(made, state.end());  // steps of the next cosine
    if (!cosine || next <= 0 || warm_up_of(*cosine) < double(next)) return;
    const double epochs = double(next) / double(each);
    if (state.end() > 0)
      throw Error("the cosine ends after ", double(state.end()) / double(each),
                  " epochs, and another one over the remaining ", epochs, " can't begin with ",
                  cosine->warm_up, " of warm-up; train for more epochs, or warm up for fewer");
    throw Error("a cosine over ", epochs, " epochs can't begin with ", cosine->warm_up,
                " of warm-up; train for more epochs, or warm up for fewer");
  }

  /// The rate of the step after `made` steps, from the trainer's `rate`.
  double rate(double rate, long made) {
    if (const auto* const cosine = std::get_if<CosineSchedule>(&schedule_)) {
      begin_cosine(made);
      const double step = double(made - state_.begin()), warm_up = warm_up_of(*cosine);
      if (step < warm_up) return rate * ((step + 1) / warm_up);
      const double part = (step - warm_up) / (double(state_.end() - state_.begin()) - warm_up);
      return rate * ((1 + std::cos(std::numbers::pi * part)) / 2);
    }
    if (const auto* const steps = std::get_if<StepSchedule>(&schedule_))
      return steps->rate(rate, made / each_);
    if (const auto* const plateau = std::get_if<PlateauSchedule>(&schedule_))
      return rate * std::pow(plateau->factor, double(state_.falls));
    return rate;
  }

  /// Takes the loss of step number `step`, counted from 1, in nats.
  void add(double loss, long step) {
    const auto* const plateau = std::get_if<PlateauSchedule>(&schedule_);
    if (!plateau) return;
    state_.sum += loss;
    ++state_.count;
    if (step % each_ != 0) return;
    const double mean = state_.sum / double(state_.count);
    state_.sum = 0, state_.count = 0;
    if (mean < state_.lowest - plateau->least)
      state_.lowest = mean, state_.waited = 0;
    else if (++state_.waited > plateau->patience)
      ++state_.falls, state_.waited = 0;
  }

 private:
  /// In steps.
  double warm_up_of(const CosineSchedule& cosine) const { return std::round(cosine.warm_up * double(each_)); }
  /// Begins another cosine if the last one is over.
  void begin_cosine(long made) {
    if (made < state_.end()) return;
    if (state_.bounds.empty() || state_.end() != made) state_.bounds.push_back(made);
    state_.bounds.push_back(end_);
  }

  const AnySchedule& schedule_;
  ScheduleState& state_;
  long each_, end_;
};

}  // namespace DIM_ABI
}  // namespace dim
