#include <boost/test/unit_test.hpp>
#include <concepts>
#include <dim/core/silent.hpp>
#include <string>

BOOST_AUTO_TEST_SUITE(silent)

BOOST_AUTO_TEST_CASE(takes_what_it_is_told) {
  static_assert(std::invocable<const dim::Silent&> && std::invocable<const dim::Silent&, long, double> &&
                std::invocable<const dim::Silent&, const std::string&>);
  const dim::Silent silent;
  silent();
  silent(1L, 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
