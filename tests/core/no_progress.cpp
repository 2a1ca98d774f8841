#include <boost/test/unit_test.hpp>
#include <concepts>
#include <dim/core/no_progress.hpp>
#include <string>

BOOST_AUTO_TEST_SUITE(no_progress)

BOOST_AUTO_TEST_CASE(takes_what_it_is_told) {
  static_assert(std::invocable<const dim::NoProgress&> &&
                std::invocable<const dim::NoProgress&, long, double> &&
                std::invocable<const dim::NoProgress&, const std::string&>);
  const dim::NoProgress silent;
  silent();
  silent(1L, 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
