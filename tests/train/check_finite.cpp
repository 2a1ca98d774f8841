#include <boost/test/unit_test.hpp>
#include <limits>

#include "../io/temporary.hpp"
#include "small.hpp"

BOOST_AUTO_TEST_SUITE(check_finite)

using namespace tests;

const double none = std::nan(""), infinity = std::numeric_limits<double>::infinity();

BOOST_AUTO_TEST_CASE(each_loss_is_named) {
  const Measured fine{.loss = -3, .estimate = 3, .ceiling = infinity};
  BOOST_CHECK_NO_THROW(check_losses({fine, fine, {1, 2, 3}}, 5));
  const auto said = [](double bad, auto&& of) {
    Losses losses;
    of(losses) = bad;
    return error_of([&] { check_losses(losses, 5); });
  };
  const std::string advice =
      "; begin anew at a lower rate, or look for images with numbers that are not finite and for extreme "
      "settings";
  BOOST_TEST(said(-none, [](Losses& losses) -> double& { return losses.local.loss; }) ==
             "the local loss of step 5 is not a number" + advice);
  BOOST_TEST(said(-infinity, [](Losses& losses) -> double& { return losses.global.loss; }) ==
             "the global loss of step 5 is infinite" + advice);
  BOOST_TEST(said(none, [](Losses& losses) -> double& { return losses.prior.encoder; }) ==
             "the encoder's loss by the prior of step 5 is not a number" + advice);
  BOOST_TEST(said(infinity, [](Losses& losses) -> double& { return losses.prior.adversary; }) ==
             "the loss of the prior's adversary of step 5 is infinite" + advice);
  BOOST_TEST(said(none, [](Losses& losses) -> double& { return losses.prior.penalty; }) ==
             "the gradient penalty of the prior's adversary of step 5 is not a number" + advice);
}

/// Images that the array's own check does not see.
struct OneBroken {
  xt::xtensor<float, 4> array = stripes(64);
  long broken;  // index of an image with a NaN

  long size() const { return 64; }
  Shape shape() const { return SmallEncoder::image; }
  template <class T>
  void copy(long i, const Batch<T>& to, long n) const {
    images_of(array).copy(i, to, n);
    if (i == broken) to.at(n, 3, 4)[1] = std::numeric_limits<T>::quiet_NaN();
  }
};

template <class Estimator, class Prior, class Scorer>
void check_is_said() {
  using Goal = Objective<LocalAndGlobal, Estimator, Prior, Scorer>;
  const OneBroken images{.broken = 20};
  Trainer<SmallEncoder, Goal> trainer({.batch = 8});
  Sampler sampler(64, 8, trainer.options().seed);
  long wanted = 0;  // the step that reaches that image
  while (std::ranges::count(sampler.batch(0, wanted), 20) == 0) ++wanted;
  long last = 0;
  const std::string error = error_of([&] {
    trainer.fit(images, {.epochs = 3}, [&](const Losses&, long step) {
      last = step;
      return true;
    });
  });
  BOOST_TEST(has(error, "the local loss of step " + std::to_string(wanted + 1) + " is not a number"), error);
  BOOST_TEST(last == wanted);
}
BOOST_AUTO_TEST_CASE(an_image_with_a_nan) {
  check_is_said<JSD, NoPrior, Dot<8>>();
  check_is_said<NCE, Small<UniformPrior>, Dot<8>>();
  check_is_said<DV, Small<GaussianPrior>, Concat<8>>();
  check_is_said<KL, NoPrior, Concat<8>>();
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_too_high) {
  const auto images = stripes(64);
  for (const AnyOptimizer& steep : {AnyOptimizer(Adam{.rate = 1e30}), AnyOptimizer(Sgd{.rate = 1e30})}) {
    SmallTrainer trainer({.batch = 8, .optimizer = steep});
    const std::string error = error_of([&] { trainer.fit(images_of(images), {.epochs = 1}); });
    BOOST_TEST(has(error, " loss of step 2 is not a number"), error);
  }
}

// What the last step breaks does not show in any loss.
BOOST_AUTO_TEST_CASE(weights_and_what_the_optimizer_keeps) {
  const auto images = stripes(64);
  const auto broken = [&](auto&& break_it) {
    SmallTrainer trainer({.batch = 8});
    return error_of([&] {
      trainer.fit(images_of(images), {.epochs = 1}, [&](const Losses&, long step) {
        if (step == 8) break_it(trainer);
        return true;
      });
    });
  };
  const float inf = std::numeric_limits<float>::infinity();
  BOOST_TEST(broken([](const SmallTrainer&) {}) == "");
  BOOST_TEST(
      broken([](const SmallTrainer& trainer) { trainer.weights().parameters[5] = std::nanf(""); }) ==
      "encoder.maps.0.weight holds a number that is not finite after step 8; begin anew at a lower rate");
  BOOST_TEST(has(broken([&](const SmallTrainer& trainer) { trainer.weights().statistics[0] = inf; }),
                 "encoder.maps.1.running_mean holds a number"));
  BOOST_TEST(has(broken([&](const SmallTrainer& trainer) {
                   trainer.moments()[2 * trainer.counts().parameters - 1] = inf;  // of squares
                 }),
                 "what the optimizer keeps of objective.prior.adversary.4.bias holds a number"));
}

BOOST_AUTO_TEST_CASE(long_training_is_looked_at_now_and_then) {
  const auto images = stripes(4);
  Trainer<SmallEncoder, Objective<Global, JSD, NoPrior, Concat<4>>> trainer({.batch = 2});
  long last = 0;
  const std::string error = error_of([&] {
    trainer.fit(images_of(images), {.epochs = 1000}, [&](const Losses&, long step) {
      last = step;
      if (step == 400)
        trainer.moments()[trainer.counts().parameters] = std::numeric_limits<float>::infinity();
      return true;
    });
  });
  BOOST_TEST(has(error, "what the optimizer keeps of encoder.maps.0.weight"), error);
  BOOST_TEST(last == 999);
}

BOOST_AUTO_TEST_SUITE_END()
