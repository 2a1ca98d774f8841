#include <boost/test/unit_test.hpp>

#include "concat.hpp"

BOOST_AUTO_TEST_SUITE(concat_pass)

using namespace tests::concat;

BOOST_AUTO_TEST_CASE(gradients) {
  check_all_gradients<FirstLayer::gathered>();
}
BOOST_AUTO_TEST_CASE(negatives_are_those_of_another_image) {
  check_shifts<FirstLayer::gathered>();
}

BOOST_AUTO_TEST_SUITE_END()
