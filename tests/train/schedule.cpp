#include <boost/test/unit_test.hpp>
#include <dim/train/checkpoint.hpp>

#include "../io/temporary.hpp"
#include "small.hpp"

BOOST_AUTO_TEST_SUITE(schedule)

using namespace tests;

/// The rates of steps 0, 1, ..., in epochs of 4 steps, if the trainer's is 1 and the loss is constant.
std::vector<double> rates(const AnySchedule& schedule, long epochs) {
  ScheduleState state;
  Scheduled scheduled(schedule, state, 4, 0, 4 * epochs);
  std::vector<double> rates;
  for (long made = 0; made < 4 * epochs; ++made) {
    rates.push_back(scheduled.rate(1, made));
    scheduled.add(3, made + 1);
  }
  return rates;
}

BOOST_AUTO_TEST_CASE(a_constant_rate) {
  BOOST_TEST((rates({}, 2) == std::vector<double>(8, 1)));
}

// PyTorch's CosineAnnealingLR, stepped after each batch: (1 + cos(pi t / T)) / 2.
BOOST_AUTO_TEST_CASE(a_cosine_as_it_is_written) {
  const auto got = rates(CosineSchedule{}, 3);
  for (std::size_t t = 0; t < 12; ++t)
    BOOST_TEST(std::abs(got[t] - (1 + std::cos(std::acos(-1) * double(t) / 12)) / 2) < 1e-15);
  BOOST_TEST(got[0] == 1);
  BOOST_TEST(got[11] > 0);
}
BOOST_AUTO_TEST_CASE(a_cosine_warms_up) {
  for (const auto& [epochs, steps] : {std::pair{0.5, 2}, {0.7, 3}, {2.0, 8}, {0.01, 0}}) {
    const auto got = rates(CosineSchedule{.warm_up = epochs}, 3);
    for (int t = 0; t < 12; ++t)
      BOOST_TEST(std::abs(got[std::size_t(t)] -
                          (t < steps ? (t + 1.0) / steps
                                     : (1 + std::cos(std::acos(-1) * (t - steps) / (12 - steps))) / 2)) <
                 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(falls_to_a_tenth_from_each_milestone_on) {
  const StepSchedule schedule{{2, 5}};
  BOOST_TEST(schedule.rate(1, 0) == 1);
  BOOST_TEST(schedule.rate(1, 1) == 1);
  BOOST_TEST(schedule.rate(1, 2) == 0.1);
  BOOST_TEST(schedule.rate(1, 4) == 0.1);
  BOOST_TEST(schedule.rate(1, 5) == 0.01);
  BOOST_TEST(schedule.rate(1, 1000) == 0.01);
  BOOST_TEST(StepSchedule{}.rate(0.3, 7) == 0.3);
  BOOST_TEST((rates(StepSchedule{{1, 2}, 0.5}, 3) ==
              std::vector<double>{1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25}));
}

// PyTorch's ReduceLROnPlateau with threshold_mode "abs", called with these losses.
BOOST_AUTO_TEST_CASE(falls_on_a_plateau) {
  const PlateauSchedule schedule{.factor = 0.5, .patience = 1, .least = 0.1};
  const double losses[] = {-1, -1.05, -1.05, -1.2, -1, -1.28, -1.31, -1.32, -1.33, -1.34, -9};
  const double expected[] = {1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125};
  const AnySchedule any = schedule;
  ScheduleState state;
  Scheduled scheduled(any, state, 2, 0, 22);
  for (long epoch = 0; epoch < 11; ++epoch) {
    for (long step = 2 * epoch; step < 2 * epoch + 2; ++step) {
      BOOST_TEST(scheduled.rate(1, step) == expected[epoch], "epoch " << epoch);
      scheduled.add(losses[epoch] + (step % 2 == 0 ? 0.25 : -0.25), step + 1);
    }
  }
  const auto got = rates(PlateauSchedule{.patience = 0}, 4);
  BOOST_TEST(got[4] == 1);
  BOOST_TEST(got[8] == 0.5);
  BOOST_TEST(got[12] == 0.25);
}

BOOST_AUTO_TEST_CASE(schedules_that_are_refused) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const auto said = [](const AnySchedule& schedule) { return error_of([&] { rates(schedule, 3); }); };
  for (const double bad : {nan, infinity, -1e-9}) {
    BOOST_TEST(has(said(CosineSchedule{bad}), "a warm-up of " + decimal(bad)));
    BOOST_TEST(
        has(said(PlateauSchedule{.least = bad}), decimal(bad) + " nats by which the loss has to fall"));
  }
  for (const double bad : {nan, infinity, -0.1, 0.0, 1.5}) {
    BOOST_TEST(said(StepSchedule{{1}, bad}) ==
               "a rate can't fall to " + decimal(bad) + " of what it was; give a factor above 0, up to 1");
    BOOST_TEST(has(said(PlateauSchedule{.factor = bad}), "a rate can't fall to"));
  }
  BOOST_TEST(said(StepSchedule{{3, 0}}) ==
             "a rate that falls in epoch 0, counted from 0; give milestones of at least 1, or begin with a "
             "lower rate");
  BOOST_TEST(has(said(PlateauSchedule{.patience = -1}), "a patience of -1 epochs"));
  BOOST_TEST(said(CosineSchedule{2.75}) == "");
  BOOST_TEST(
      has(said(CosineSchedule{2.9}), "a cosine over 3 epochs can't begin with 2.9"));  // 12 steps, rounded
  BOOST_TEST(
      said(CosineSchedule{3}) ==
      "a cosine over 3 epochs can't begin with 3 of warm-up; train for more epochs, or warm up for fewer");
  ScheduleState after_two{.bounds = {0, 8}};  // of the steps of epochs of 4
  BOOST_TEST(
      error_of([&] { Scheduled(CosineSchedule{1}, after_two, 4, 8, 12); }) ==
      "the cosine ends after 2 epochs, and another one over the remaining 1 can't begin with 1 of warm-up; "
      "train for more epochs, or warm up for fewer");
}

BOOST_AUTO_TEST_CASE(its_state_survives_as_text) {
  for (const ScheduleState& state :
       {ScheduleState{}, ScheduleState{.bounds = {0, 3, std::numeric_limits<long>::max()}},
        ScheduleState{.lowest = -0.1, .waited = 2, .falls = 5, .sum = 1e-300 / 3, .count = 7}})
    BOOST_TEST((ScheduleState::of(state.text()) == state), state.text());
  for (const char* other :
       {"", " ", "inf", "cosine", "inf 0 0 0", "inf 0 0 0 0 ", "inf 0 0 0 0 1 2.5", " inf 0 0 0 0",
        "inf 0 0 0 99999999999999999999", "inf  0 0 0 0", "inf,0,0,0,0", "inf 0 0 0 0 x"})
    BOOST_TEST(!ScheduleState::of(other).has_value(), other);
}

// In training.

const auto images = stripes(50);  // 3 batches of 16 an epoch
const TrainerOptions options{.batch = 16, .optimizer = Adam{.rate = 1e-2}};

/// The rates of all steps until a trainer has made a total of so many epochs, or `stop` steps.
std::vector<double> train(SmallTrainer& trainer, const AnySchedule& schedule, long epochs, long stop = 1000) {
  std::vector<double> rates;
  trainer.fit_to(images_of(images), {.epochs = epochs, .schedule = schedule}, [&](const Losses&, long step) {
    rates.push_back(trainer.last_rate());
    return step < stop;
  });
  return rates;
}

BOOST_AUTO_TEST_CASE(steps_are_made_at_its_rate) {
  SmallTrainer by_schedule(options), by_hand(options);
  const auto got = train(by_schedule, CosineSchedule{.warm_up = 1}, 3);
  Sampler sampler(50, 16, 1);
  for (long step = 0; step < 9; ++step) {
    const double factor =
        step < 3 ? (double(step) + 1) / 3 : (1 + std::cos(std::numbers::pi * (double(step) - 3) / 6)) / 2;
    by_hand.set_rate(1e-2 * factor);
    by_hand.step(images_of(images), sampler.batch(step / 3, step % 3));
    BOOST_TEST(by_hand.last_rate() == got[std::size_t(step)]);
  }
  BOOST_TEST((state_of(by_schedule) == state_of(by_hand)));
  BOOST_TEST(by_schedule.rate() == 1e-2);
}

/// A schedule for which some of the epochs are on a plateau, but not all.
const PlateauSchedule plateau{.patience = 0, .least = 0.3};

BOOST_AUTO_TEST_CASE(a_run_that_was_interrupted_has_the_bits_of_one_that_was_not) {
  const TemporaryDirectory directory;
  for (const AnySchedule& schedule : {AnySchedule(CosineSchedule{.warm_up = 0.5}),
                                      AnySchedule(StepSchedule{{1, 3}}), AnySchedule(plateau)}) {
    SmallTrainer whole(options);
    const auto expected = train(whole, schedule, 6);
    BOOST_TEST(expected.back() < expected[4]);
    for (const long middle : {1L, 3L, 7L, 16L}) {
      SmallTrainer first(options), second(options);
      auto got = train(first, schedule, 6, middle);
      save(first, directory / "x.dim");
      load(second, directory / "x.dim");
      const auto rest = train(second, schedule, 6);
      got.insert(got.end(), rest.begin(), rest.end());
      BOOST_TEST((got == expected), "schedule " << schedule.index() << ", step " << middle);
      BOOST_TEST((state_of(second) == state_of(whole)));
    }
  }
}

// However training was split into calls and files: six epochs are one cosine, and the three after them another.
BOOST_AUTO_TEST_CASE(a_cosine_that_is_through_is_followed_by_another) {
  const TemporaryDirectory directory;
  const CosineSchedule schedule{.warm_up = 0.5};
  SmallTrainer whole(options);
  auto expected = train(whole, schedule, 6);
  const auto more = train(whole, schedule, 9);
  BOOST_TEST(more.size() == 9);
  BOOST_TEST(more[0] == 0.005);
  BOOST_TEST(more[2] == 0.01);
  BOOST_TEST(more[8] < 0.001);
  expected.insert(expected.end(), more.begin(), more.end());

  for (const long middle : {5L, 18L, 20L}) {
    SmallTrainer first(options), second(options);
    auto got = train(first, schedule, 6, middle);
    if (middle == 20) {
      const auto further = train(first, schedule, 9, middle);
      got.insert(got.end(), further.begin(), further.end());
    }
    save(first, directory / "x.dim");
    load(second, directory / "x.dim");
    const auto rest = train(second, schedule, 9);
    got.insert(got.end(), rest.begin(), rest.end());
    BOOST_TEST((got == expected), "interrupted after step " << middle);
    BOOST_TEST((state_of(second) == state_of(whole)));
  }

  BOOST_TEST((whole.schedule_state().bounds == std::vector<long>{0, 18, 27}));

  // Fewer epochs than the cosine was begun for are its first ones.
  SmallTrainer shorter(options);
  train(shorter, schedule, 6, 5);
  BOOST_TEST(train(shorter, schedule, 3).back() == expected[8]);
  // The continuation is checked before the first step.
  SmallTrainer refused(options);
  train(refused, CosineSchedule{1}, 3, 5);
  const auto before = state_of(refused);
  BOOST_TEST(has(error_of([&] { train(refused, CosineSchedule{1}, 4); }),
                 "the remaining 1 can't begin with 1 of warm-up"));
  BOOST_TEST((state_of(refused) == before));
  BOOST_CHECK_NO_THROW(train(refused, CosineSchedule{1}, 3));
  BOOST_CHECK_NO_THROW(train(refused, CosineSchedule{1}, 3));  // all steps have been made
}

BOOST_AUTO_TEST_CASE(a_rate_that_was_set_is_what_it_begins_with) {
  const TemporaryDirectory directory;
  SmallTrainer trainer(options), loaded(options);
  trainer.set_rate(1e-3);
  BOOST_TEST(train(trainer, CosineSchedule{}, 2, 4).front() == 1e-3);
  save(trainer, directory / "x.dim");
  load(loaded, directory / "x.dim");
  BOOST_TEST(loaded.rate() == 1e-3);
  BOOST_TEST((train(loaded, CosineSchedule{}, 2) == train(trainer, CosineSchedule{}, 2)));
  // A rate that was not set is that of the options.
  SmallTrainer plain(options), lower({.batch = 16, .optimizer = Adam{.rate = 1e-5}});
  save(plain, directory / "y.dim");
  load(lower, directory / "y.dim");
  BOOST_TEST(lower.rate() == 1e-5);
  load(trainer, directory / "y.dim");
  BOOST_TEST(trainer.rate() == 1e-2);
  BOOST_TEST((trainer.schedule_state() == ScheduleState{}));
  BOOST_TEST(!read_safetensors(directory / "y.dim").metadata().contains("schedule"));
}

BOOST_AUTO_TEST_SUITE_END()
