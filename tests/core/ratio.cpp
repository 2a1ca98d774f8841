#include "dim/core/ratio.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(ratio)

BOOST_AUTO_TEST_CASE(is_its_quotient) {
  static_assert(dim::Ratio{1, 8}.value() == 0.125 && dim::Ratio{0, 3}.value() == 0);
  BOOST_TEST((dim::Ratio{1, 10}.value() == 0.1));
}

BOOST_AUTO_TEST_SUITE_END()
