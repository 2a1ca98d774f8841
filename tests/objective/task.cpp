#include <boost/test/unit_test.hpp>
#include <dim/objective/task.hpp>
#include <limits>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(task)

using namespace dim;

BOOST_AUTO_TEST_CASE(the_paper_s_weights) {
  BOOST_TEST((Local::weights == ObjectiveWeights{.alpha = 0, .beta = 1, .gamma = 0.1}));
  BOOST_TEST((Global::weights == ObjectiveWeights{.alpha = 1, .beta = 0, .gamma = 1}));
  BOOST_TEST((LocalAndGlobal::weights == ObjectiveWeights{.alpha = 0.5, .beta = 0.1, .gamma = 0.1}));
}
BOOST_AUTO_TEST_CASE(weights_that_are_refused) {
  BOOST_CHECK_NO_THROW(check_weights({.alpha = -1, .beta = 0, .gamma = 1e-3}, 0));
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity}) {
    BOOST_CHECK_THROW(check_weights({.alpha = bad}, 1), Error);
    BOOST_CHECK_THROW(check_weights({.beta = bad}, 1), Error);
    BOOST_CHECK_THROW(check_weights({.gamma = bad}, 1), Error);
    BOOST_CHECK_THROW(check_weights({}, bad), Error);
  }
  BOOST_TEST(
      error_of([] { check_weights({.beta = 1}, -1); }) ==
      "an objective can't weigh its terms by alpha 0, beta 1 and gamma 0 with a gradient penalty of -1; give "
      "finite numbers, and a penalty of at least 0");
}
BOOST_AUTO_TEST_CASE(features_that_are_scored) {
  BOOST_TEST((Local::uses_map && !Local::uses_conv));
  BOOST_TEST((!Global::uses_map && Global::uses_conv));
  BOOST_TEST((LocalAndGlobal::uses_map && LocalAndGlobal::uses_conv));
}
BOOST_AUTO_TEST_CASE(what_a_task_is) {
  static_assert(Task<Local> && Task<Global> && Task<LocalAndGlobal> && !Task<ObjectiveWeights>);
}

BOOST_AUTO_TEST_SUITE_END()
