#include <boost/test/unit_test.hpp>
#include <dim/core/optimizer.hpp>
#include <limits>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(optimizer)

using namespace dim;

BOOST_AUTO_TEST_CASE(arrays_beside_the_parameters) {
  BOOST_TEST(moments(AnyOptimizer(Adam{})) == 2);
  BOOST_TEST(moments(AnyOptimizer(Sgd{})) == 1);
}
BOOST_AUTO_TEST_CASE(rates_are_asked_for_and_changed) {
  for (const AnyOptimizer& any :
       {AnyOptimizer(Adam{.rate = 0.5, .beta1 = 0.25}), AnyOptimizer(Sgd{.rate = 0.5})}) {
    BOOST_TEST(rate_of(any) == 0.5);
    BOOST_TEST(rate_of(with_rate(any, 0.125)) == 0.125);
    BOOST_TEST(rate_of(any) == 0.5);
  }
  BOOST_TEST(std::get<Adam>(with_rate(AnyOptimizer(Adam{.beta1 = 0.25}), 1)).beta1 == 0.25);
  BOOST_TEST(with_rate(Sgd{.momentum = 0.5}, 2).rate == 2);
  BOOST_TEST(with_rate(Sgd{.momentum = 0.5}, 2).momentum == 0.5);
  static_assert(moments(Adam{}) == 2 && moments(Sgd{}) == 1);
  static_assert(Optimizer<Adam> && Optimizer<Sgd> && !Optimizer<StepState>);
}
BOOST_AUTO_TEST_CASE(the_paper_s_settings) {
  const Adam adam;
  BOOST_TEST(adam.rate == 1e-4);
  BOOST_TEST(adam.beta1 == 0.5);
  BOOST_TEST(adam.beta2 == 0.999);
  BOOST_TEST(adam.epsilon == 1e-8);
}

BOOST_AUTO_TEST_CASE(settings_that_make_no_step_are_refused) {
  for (const AnyOptimizer& good :
       {AnyOptimizer(Adam{}), AnyOptimizer(Sgd{}), AnyOptimizer(Adam{0, 0, 0, 1e-30}),
        AnyOptimizer(Sgd{.rate = 0, .momentum = 0})})
    BOOST_CHECK_NO_THROW(check_optimizer(good));
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity, -1e-300, -1.0}) {
    BOOST_CHECK_THROW(check_optimizer(Adam{.rate = bad}), Error);
    BOOST_CHECK_THROW(check_optimizer(Adam{.beta1 = bad}), Error);
    BOOST_CHECK_THROW(check_optimizer(Adam{.beta2 = bad}), Error);
    BOOST_CHECK_THROW(check_optimizer(Adam{.epsilon = bad}), Error);
    BOOST_CHECK_THROW(check_optimizer(Sgd{.rate = bad}), Error);
    BOOST_CHECK_THROW(check_optimizer(Sgd{.momentum = bad}), Error);
  }
  BOOST_TEST(
      error_of([] { check_optimizer(AnyOptimizer(Adam{.rate = -1, .beta2 = 1, .epsilon = 0})); }) ==
      "Adam can't make steps with rate -1, betas 0.5 and 1 and epsilon 0; give a finite rate of at least 0, "
      "betas in [0, 1) and a finite epsilon of at least 1e-30");
  BOOST_TEST(
      error_of([] { check_optimizer(AnyOptimizer(Sgd{.momentum = 1})); }) ==
      "Sgd can't make steps with rate 0.1 and momentum 1; give a finite rate of at least 0 and a momentum in "
      "[0, 1)");
}

BOOST_AUTO_TEST_SUITE_END()
