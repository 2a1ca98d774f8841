#include <boost/test/unit_test.hpp>

#include "concat.hpp"

BOOST_AUTO_TEST_SUITE(split_concat_pass)

using namespace tests::concat;

BOOST_AUTO_TEST_CASE(gradients) {
  check_all_gradients<FirstLayer::shared>();
}
BOOST_AUTO_TEST_CASE(negatives_are_those_of_another_image) {
  check_shifts<FirstLayer::shared>();
}

BOOST_AUTO_TEST_CASE(nothing_but_rounding_differs_from_pairs_that_are_gathered) {
  const auto shared = outcome<FirstLayer::shared>(), gathered = outcome<FirstLayer::gathered>();
  BOOST_TEST_REQUIRE(shared.size() == gathered.size());
  for (std::size_t i = 0; i < shared.size(); ++i)
    BOOST_TEST(std::abs(shared[i] - gathered[i]) <= 1e-13 * std::max(1., std::abs(gathered[i])));
}

BOOST_AUTO_TEST_SUITE_END()
