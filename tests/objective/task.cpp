#include <boost/test/unit_test.hpp>
#include <dim/objective/task.hpp>

BOOST_AUTO_TEST_SUITE(task)

using namespace dim;

BOOST_AUTO_TEST_CASE(the_paper_s_weights) {
  BOOST_TEST((Local::weights == ObjectiveWeights{.alpha = 0, .beta = 1, .gamma = 0.1}));
  BOOST_TEST((Global::weights == ObjectiveWeights{.alpha = 1, .beta = 0, .gamma = 1}));
  BOOST_TEST((LocalAndGlobal::weights == ObjectiveWeights{.alpha = 0.5, .beta = 0.1, .gamma = 0.1}));
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
