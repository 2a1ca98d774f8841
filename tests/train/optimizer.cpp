#include <boost/test/unit_test.hpp>
#include <dim/train/optimizer.hpp>

BOOST_AUTO_TEST_SUITE(optimizer)

using namespace dim;

BOOST_AUTO_TEST_CASE(arrays_beside_the_parameters) {
  BOOST_TEST(moments(AnyOptimizer(Adam{})) == 2);
  BOOST_TEST(moments(AnyOptimizer(Sgd{})) == 1);
}
BOOST_AUTO_TEST_CASE(the_paper_s_settings) {
  const Adam adam;
  BOOST_TEST(adam.rate == 1e-4);
  BOOST_TEST(adam.beta1 == 0.5);
  BOOST_TEST(adam.beta2 == 0.999);
  BOOST_TEST(adam.epsilon == 1e-8);
}

BOOST_AUTO_TEST_SUITE_END()
