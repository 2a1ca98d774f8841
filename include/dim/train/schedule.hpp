// Learning rates that change while one trains.
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

namespace dim::inline DIM_ABI {

/// The trainer's rate in every step.
struct ConstantSchedule {};

/// A rate that rises on a line to the trainer's in its first `warm_up` epochs and then falls to 0 by half a cosine, over
/// the epochs that training is asked for (Loshchilov and Hutter 2017, equation 5). How many these are stays, whatever a
/// later call asks for, until they are made; epochs beyond them are a cosine of their own, which is a warm restart.
struct CosineSchedule {
  double warm_up = 0;  ///< epochs, of which a fraction will do
};

/// A rate that falls to `factor` of what it was with each milestone, as PyTorch's MultiStepLR does.
struct StepSchedule {
  std::vector<long> milestones{};  ///< epochs, counted from 0 and from a trainer's first one
  double factor = 0.1;

  /// The rate in `epoch` that was `first` in the first one.
  double rate(double first, long epoch) const {
    for (const long milestone : milestones)
      if (epoch >= milestone)
        first /= 1 / factor;  // a tenth of 0.001 is 0.0001 to the bit, unlike 0.1 times it
    return first;
  }
};

/// A rate that falls to `factor` of what it was when the loss has stopped falling, as PyTorch's ReduceLROnPlateau does.
/// The loss is the sum of the local and the global one, its mean over an epoch of training.
struct PlateauSchedule {
  double factor = 0.5;
  long patience =
      5;  ///< epochs that may pass without a new lowest loss; the next one that does makes the rate fall
  double least = 1e-3;  ///< nats by which a loss is below the lowest so far to be a new one
};

/// One of the library's schedules, chosen at run time.
using AnySchedule = std::variant<ConstantSchedule, CosineSchedule, StepSchedule, PlateauSchedule>;

/// How far a schedule has come: what a checkpoint keeps of it.
struct ScheduleState {
  long begin = 0, end = 0;                                  ///< steps between which the cosine lies
  double lowest = std::numeric_limits<double>::infinity();  ///< mean loss of an epoch, in nats
  long waited = 0, falls = 0;  ///< epochs on the plateau; falls of the rate so far
  double sum = 0;              ///< of the losses of the epoch that is not over
  long count = 0;              ///< of its steps

  friend bool operator==(const ScheduleState&, const ScheduleState&) = default;

  /// All of it, exactly.
  std::string text() const {
    std::string line;
    for_each(*this, [&](const auto number) {
      char digits[32];
      const auto [last, error] = std::to_chars(digits, digits + sizeof digits, number);
      line += (line.empty() ? "" : " ") + std::string(digits, last);
    });
    return line;
  }
  /// What text() gave, or nothing for any other text.
  static std::optional<ScheduleState> of(const std::string& text) {
    ScheduleState state;
    const char *at = text.data(), *const end = at + text.size();
    bool right = true;
    for_each(state, [&](auto& number) {
      if (at != text.data() && right) right = at != end && *at++ == ' ';
      const auto [last, error] = std::from_chars(at, end, number);
      right = right && error == std::errc();
      at = last;
    });
    if (!right || at != end) return std::nullopt;
    return state;
  }

 private:
  template <class State, class Do>
  static void for_each(State& state, const Do& act) {
    act(state.begin), act(state.end), act(state.lowest), act(state.waited), act(state.falls), act(state.sum),
        act(state.count);
  }
};

/// A schedule in `epochs` of so many steps each: what training asks in each of its steps.
class Scheduled {
 public:
  /// For steps up to number `end`, of which `made` are made. Throws Error for a schedule that can't be, and for a cosine
  /// that would be all warm-up.
  Scheduled(const AnySchedule& schedule, ScheduleState& state, long each, long made, long end)
      : schedule_(schedule), state_(state), each_(each), end_(end) {
    check();
    const auto* const cosine = std::get_if<CosineSchedule>(&schedule);
    const long next = end - (std::max)(made, state.end);  // steps of the next cosine
    if (cosine && next > 0 && cosine->warm_up * double(each) >= double(next))
      throw Error("a cosine over " + decimal(double(next) / double(each)) + " epochs can't begin with " +
                  decimal(cosine->warm_up) + " of warm-up: train for more epochs, or warm up for fewer");
  }

  /// The rate of the step that comes after `made` steps, where the trainer's is `rate`.
  double rate(double rate, long made) {
    if (const auto* const cosine = std::get_if<CosineSchedule>(&schedule_)) {
      if (made >= state_.end) state_.begin = made, state_.end = end_;
      const double step = double(made - state_.begin), warm_up = std::round(cosine->warm_up * double(each_));
      if (step < warm_up) return rate * ((step + 1) / warm_up);
      const double part = (step - warm_up) / (double(state_.end - state_.begin) - warm_up);
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
  void check() const {
    const auto require_factor = [](double factor) {
      if (!(factor > 0 && factor <= 1))
        throw Error("a rate can't fall to " + decimal(factor) +
                    " of what it was: give a factor above 0, up to 1");
    };
    if (const auto* const cosine = std::get_if<CosineSchedule>(&schedule_))
      if (!(cosine->warm_up >= 0) || !std::isfinite(cosine->warm_up))
        throw Error("a warm-up of " + decimal(cosine->warm_up) +
                    " epochs: give a finite number of at least 0");
    if (const auto* const steps = std::get_if<StepSchedule>(&schedule_)) {
      require_factor(steps->factor);
      for (const long milestone : steps->milestones)
        if (milestone < 1)
          throw Error("a rate that falls in epoch " + std::to_string(milestone) +
                      ", counted from 0: give milestones of at least 1, or begin with a lower rate");
    }
    if (const auto* const plateau = std::get_if<PlateauSchedule>(&schedule_)) {
      require_factor(plateau->factor);
      if (plateau->patience < 0 || !(plateau->least >= 0) || !std::isfinite(plateau->least))
        throw Error("a plateau of " + std::to_string(plateau->patience) + " epochs, which a loss lower by " +
                    decimal(plateau->least) + " ends: give a finite number of at least 0 for both");
    }
  }

  const AnySchedule& schedule_;
  ScheduleState& state_;
  long each_, end_;
};

}  // namespace dim::inline DIM_ABI
