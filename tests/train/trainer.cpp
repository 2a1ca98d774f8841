#include <boost/test/unit_test.hpp>
#include <dim/data/images.hpp>
#include <dim/train/trainer.hpp>
#include <thread>

#include "../io/temporary.hpp"
#include "small.hpp"

BOOST_AUTO_TEST_SUITE(trainer)

using namespace tests;

/// The small encoder without its Dropout, which alone would make identical images differ.
struct PlainMaps : Sequential<Conv<6, 4, 2, 1>, BatchNorm, ReLU> {};
using Alike = Encoder<Shape{2, 8, 8}, PlainMaps, SmallSummary>;

template <class Goal>
std::vector<float> state_after(int steps, int threads) {
  const auto images = stripes(100);
  Trainer<SmallEncoder, Goal> trainer({.batch = 16, .threads = threads, .optimizer = Adam{.rate = 1e-2}});
  trainer.fit(images_of(images), {}, [&](const Losses&, long step) { return step < steps; });
  return state_of(trainer);
}
BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const auto expected = state_after<SmallGoal>(50, 1);
  BOOST_TEST(expected.back() == 50);
  for (const int threads : {2, 5}) BOOST_TEST((state_after<SmallGoal>(50, threads) == expected));
}
BOOST_AUTO_TEST_CASE(threads_change_no_bit_with_the_concatenating_scorer) {
  using Goal = Objective<LocalAndGlobal, NCE, Small<GaussianPrior>, Concat<8>>;
  const auto expected = state_after<Goal>(10, 1);
  for (const int threads : {2, 5}) BOOST_TEST((state_after<Goal>(10, threads) == expected));
}

BOOST_AUTO_TEST_CASE(trainers_side_by_side_change_no_bit) {
  const auto expected = state_after<SmallGoal>(10, 2);
  std::vector<float> states[2];
  std::vector<std::thread> threads;
  for (auto& state : states) threads.emplace_back([&] { state = state_after<SmallGoal>(10, 2); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& state : states) BOOST_TEST((state == expected));
}

BOOST_AUTO_TEST_CASE(learns) {
  const auto images = stripes(256);
  SmallTrainer trainer({.batch = 32, .optimizer = Adam{.rate = 3e-3}});
  double first = 0, last = 0;
  trainer.fit(images_of(images), {.epochs = 12}, [&](const Losses& losses, long step) {
    if (step <= 8) first += losses.local.loss + losses.global.loss;
    if (step > 88) last += losses.local.loss + losses.global.loss;
    return true;
  });
  BOOST_TEST(trainer.steps() == 96);
  BOOST_TEST(last / 8 < first / 8 - 0.5);
}

// Identical images: BatchNorm divides by the variance 0 of its batch, and no score carries information.
BOOST_AUTO_TEST_CASE(images_without_a_difference_are_at_chance) {
  const xt::xtensor<float, 4> images({8, 2, 8, 8}, 0.3F);
  for (const int batch : {2, 8}) {
    Trainer<SmallEncoder, Objective<Global, NCE, Small<UniformPrior>, Concat<8>>> one_negative(
        {.batch = batch});
    Trainer<Alike, Objective<Global, NCE, Small<UniformPrior>, Dot<8>>> all_pairs({.batch = batch});
    all_pairs.fit(images_of(images), {.epochs = 2}, [&](const Losses& losses, long) {
      BOOST_TEST(std::abs(losses.global.loss - std::log(batch)) < 1e-5);
      BOOST_TEST(std::isfinite(losses.prior.encoder + losses.prior.adversary + losses.prior.penalty));
      return true;
    });
    one_negative.fit(images_of(images), {.epochs = 2}, [&](const Losses& losses, long) {
      BOOST_TEST(std::isfinite(losses.global.loss));
      return true;
    });
    for (const float value : state_of(all_pairs)) BOOST_REQUIRE(std::isfinite(value));
    for (const float value : state_of(one_negative)) BOOST_REQUIRE(std::isfinite(value));
  }
}

BOOST_AUTO_TEST_CASE(losses_come_with_what_they_estimate) {
  const auto images = stripes(16);
  Trainer<SmallEncoder, Objective<Local, NCE, NoPrior, Dot<8>>> trainer({.batch = 16});
  trainer.fit(images_of(images), {.epochs = 1}, [](const Losses& losses, long) {
    BOOST_TEST(losses.local.ceiling == std::log(1 + 15 * 16.));
    BOOST_TEST(losses.local.estimate == losses.local.ceiling - losses.local.loss);
    BOOST_TEST(losses.global.loss == 0);
    BOOST_TEST(losses.prior.adversary == 0);
    return true;
  });
}

BOOST_AUTO_TEST_CASE(fit_goes_on_where_the_trainer_is) {
  const auto images = stripes(50);
  SmallTrainer once({.batch = 16}), twice({.batch = 16});
  once.fit(images_of(images), {.epochs = 3});
  twice.fit(images_of(images), {.epochs = 3}, [](const Losses&, long step) { return step < 4; });
  BOOST_TEST(twice.steps() == 4);
  twice.fit_to(images_of(images), 3);
  BOOST_TEST(once.steps() == 9);
  BOOST_TEST((state_of(once) == state_of(twice)));
  twice.fit_to(images_of(images), 3);  // which it has already made
  twice.fit_to(images_of(images), 2);
  BOOST_TEST(twice.steps() == 9);
  twice.fit(images_of(images), 1);
  twice.fit(images_of(images), 1, [](const Losses&, long step) { return step < 14; });
  BOOST_TEST(twice.steps() == 14);
}

BOOST_AUTO_TEST_CASE(each_fit_is_for_epochs_of_its_own) {
  const auto some = stripes(50), others = stripes(35, 2);
  SmallTrainer trainer({.batch = 16}), at_once({.batch = 16});
  trainer.fit(images_of(some), {.epochs = 2});
  trainer.fit(images_of(some), {.epochs = 1});
  at_once.fit(images_of(some), {.epochs = 3});
  BOOST_TEST((state_of(trainer) == state_of(at_once)));
  trainer.fit(images_of(others), {.epochs = 4});
  BOOST_TEST(trainer.steps() == 3 * 3 + 4 * 2);
  trainer.fit(images_of(others), {.epochs = 0});
  BOOST_TEST(trainer.steps() == 3 * 3 + 4 * 2);
}

// Epochs count steps: a fit that begins within one ends within one, and draws what a single fit would.
BOOST_AUTO_TEST_CASE(a_fit_may_begin_within_an_epoch) {
  const auto images = stripes(50);
  SmallTrainer parts({.batch = 16}), at_once({.batch = 16});
  parts.fit(images_of(images), {.epochs = 1}, [](const Losses&, long step) { return step < 2; });
  parts.fit(images_of(images), {.epochs = 1});
  BOOST_TEST(parts.steps() == 2 + 3);
  at_once.fit(images_of(images), {.epochs = 2}, [](const Losses&, long step) { return step < 5; });
  BOOST_TEST((state_of(parts) == state_of(at_once)));
}

BOOST_AUTO_TEST_CASE(callbacks_may_return_nothing) {
  const auto images = stripes(50);
  SmallTrainer trainer({.batch = 16}), other({.batch = 16});
  std::vector<long> steps;
  trainer.fit(images_of(images), {.epochs = 2}, [&](const Losses&, long step) { steps.push_back(step); });
  trainer.fit_to(images_of(images), 3, [&](const Losses&, long step) { steps.push_back(step); });
  BOOST_TEST((steps == std::vector<long>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  other.fit_to(images_of(images), {.epochs = 3});
  BOOST_TEST((state_of(trainer) == state_of(other)));
}
BOOST_AUTO_TEST_CASE(callbacks_may_set_the_rate) {
  const auto images = stripes(50);
  SmallTrainer changed({.batch = 16}), lower({.batch = 16, .optimizer = Adam{.rate = 1e-5}});
  changed.fit(images_of(images), {.epochs = 1}, [&](const Losses&, long step) {
    BOOST_TEST(changed.last_rate() == (step <= 2 ? 1e-4 : 1e-5));
    if (step == 2) changed.set_rate(1e-5);
  });
  BOOST_TEST(changed.rate() == 1e-5);
  lower.set_rate(1e-4);
  lower.fit(images_of(images), {.epochs = 1}, [&](const Losses&, long step) {
    if (step == 2) lower.set_rate(1e-5);
    return true;
  });
  BOOST_TEST((state_of(changed) == state_of(lower)));
}

BOOST_AUTO_TEST_CASE(policies_may_change_from_step_to_step) {
  const auto images = stripes(32);
  SmallTrainer changed({.batch = 16}), other({.batch = 16}, {.weights = {.alpha = 0, .beta = 1, .gamma = 0}});
  changed.goal().weights = {.alpha = 0, .beta = 1, .gamma = 0};
  for (SmallTrainer* trainer : {&changed, &other}) trainer->fit(images_of(images), {.epochs = 1});
  BOOST_TEST((state_of(changed) == state_of(other)));
}

BOOST_AUTO_TEST_CASE(batches_that_are_refused) {
  for (const int batch : {1, 0, -3})
    BOOST_TEST(error_of([&] { SmallTrainer trainer({.batch = batch}); }) ==
               "a batch of " + std::to_string(batch) +
                   " has no negatives: every image is scored against another one; take a batch of 2 or more");
  for (const int batch : {100'000'000, std::numeric_limits<int>::max()})
    BOOST_TEST(error_of([&] { SmallTrainer trainer({.batch = batch}); }) ==
               "a batch of " + std::to_string(batch) + " is too large for any memory; take a smaller one");
  const auto images = stripes(20);
  SmallTrainer trainer({.batch = 21});
  BOOST_TEST(error_of([&] { trainer.fit(images_of(images)); }) ==
             "a batch of 21 cannot be drawn from 20 images; take a smaller batch or more images");
}

BOOST_AUTO_TEST_CASE(settings_that_are_refused) {
  for (const AnyOptimizer& bad : {AnyOptimizer(Adam{.rate = -1}), AnyOptimizer(Adam{.rate = std::nan("")}),
                                  AnyOptimizer(Sgd{.momentum = 1})})
    BOOST_TEST(
        has(error_of([&] { SmallTrainer trainer({.batch = 2, .optimizer = bad}); }), "can't make steps"));
  const SmallGoal goal{.weights = {.gamma = std::nan("")}};
  BOOST_TEST(has(error_of([&] { SmallTrainer trainer({.batch = 2}, goal); }), "gamma nan"));
  const auto images = stripes(8);
  SmallTrainer trainer({.batch = 2});
  BOOST_TEST(error_of([&] { trainer.fit(images_of(images), {.epochs = -1}); }) ==
             "training for -1 epochs was asked for; give 0 or more");
  trainer.goal().gradient_penalty = std::nan("");
  BOOST_TEST(has(error_of([&] { trainer.fit(images_of(images)); }), "penalty of nan"));
  BOOST_TEST(trainer.steps() == 0);
}

// Bytes converted to floats, most of which are above 1, and images with a NaN.
BOOST_AUTO_TEST_CASE(numbers_that_are_refused) {
  SmallTrainer trainer({.batch = 4});
  xt::xtensor<float, 4> images = stripes(8);
  images(5, 1, 2, 3) = 128;
  BOOST_TEST(
      error_of([&] { trainer.fit(images_of(images)); }) ==
      "channel 1 of pixel (2, 3) of image 5, all counted from 0, is 128, where images of floating-point "
      "numbers have them in [0, 1]; scale them, divide what was bytes by 255, and leave out images with "
      "numbers that are not finite");
  images(5, 1, 2, 3) = std::nanf("");
  const auto before = state_of(trainer);
  const long five[] = {0, 3, 5, 1};
  BOOST_TEST(has(error_of([&] { trainer.step(images_of(images), five); }), "is nan"));
  BOOST_TEST((state_of(trainer) == before));
  BOOST_TEST(has(error_of([&] { trainer.encoder().encode(images); }), "of image 5"));
  const long others[] = {0, 3, 4, 1};
  BOOST_CHECK_NO_THROW(trainer.step(images_of(images), others));
}

BOOST_AUTO_TEST_CASE(images_that_are_refused) {
  SmallTrainer trainer({.batch = 2});
  const auto before = state_of(trainer);
  const std::string sentence =
      "this encoder takes images of 2x8x8 (channels x height x width) and the data are 2x8x9; choose the "
      "encoder "
      "that fits the data";
  const long first_two[] = {0, 1};
  const xt::xtensor<float, 4> wide({4, 2, 8, 9}, 0.5F);
  BOOST_TEST(error_of([&] { trainer.fit(images_of(wide)); }) == sentence);
  BOOST_TEST(error_of([&] { trainer.step(images_of(wide), first_two); }) == sentence);

  const auto images = stripes(8);
  for (const long index : {-1L, 8L}) {
    const long indices[] = {3, index};
    BOOST_TEST(error_of([&] { trainer.step(images_of(images), indices); }) ==
               "a step wants image " + std::to_string(index) +
                   ", counted from 0, of a data set of 8; give indices of images that are there");
  }
  const long three[] = {0, 1, 2};
  BOOST_TEST(error_of([&] { trainer.step(images_of(images), three); }) ==
             "a step takes a batch of 2 images, and got 3");
  BOOST_TEST((state_of(trainer) == before));
}

/// Images of which some cannot be loaded.
struct Broken {
  long size() const { return 64; }
  Shape shape() const { return SmallEncoder::image; }
  template <class T>
  void copy(long i, const Batch<T>&, long) const {
    if (i % 5 == 0) throw Error("image " + std::to_string(i / 64) + " cannot be read");
  }
};
BOOST_AUTO_TEST_CASE(an_error_of_the_data_reaches_the_caller) {
  for (const int threads : {1, 3}) {
    SmallTrainer trainer({.batch = 32, .threads = threads});
    BOOST_TEST(error_of([&] { trainer.fit(Broken()); }) == "image 0 cannot be read");
    BOOST_TEST(trainer.steps() == 0);
  }
}

BOOST_AUTO_TEST_CASE(names_in_the_order_in_which_they_lie) {
  const SmallTrainer trainer({.batch = 2});
  const Entries entries = trainer.entries();
  BOOST_TEST(entries.parameters.front().name == "encoder.maps.0.weight");
  BOOST_TEST(entries.parameters.back().name == "objective.prior.adversary.4.bias");
  long end = 0;
  for (const auto& [name, parameter, offset] : entries.parameters) {
    BOOST_TEST(offset == end);
    end += parameter.size();
  }
  BOOST_TEST(end == trainer.counts().parameters);
  end = 0;
  for (const auto& [name, statistic, offset] : entries.statistics) {
    BOOST_TEST(offset == end);
    end += statistic.size;
  }
  BOOST_TEST(end == trainer.counts().statistics);
}

BOOST_AUTO_TEST_CASE(a_trainer_may_be_moved) {
  const auto images = stripes(32);
  SmallTrainer first({.batch = 16}), other({.batch = 16});
  SmallTrainer moved = std::move(first);
  moved.goal().weights.beta = other.goal().weights.beta;
  for (SmallTrainer* trainer : {&moved, &other}) trainer->fit(images_of(images), {.epochs = 1});
  BOOST_TEST((state_of(moved) == state_of(other)));
}

BOOST_AUTO_TEST_SUITE_END()
