#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <dim/cpu/dot.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(dot)

using Scalars = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE_TEMPLATE(integers_of_any_number_are_exact, T, Scalars) {
  for (long size = 0; size < 200; ++size) {
    std::vector<T> x, y, expected;
    T sum = 0;
    for (long i = 0; i < size; ++i) {
      x.push_back(T(i * 7 % 13 - 6)), y.push_back(T(i * 5 % 11 - 5));
      sum += x.back() * y.back();
      expected.push_back(y.back() + 3 * x.back());
    }
    BOOST_TEST(dim::cpu::dot(x.data(), y.data(), size) == sum);
    y.push_back(T(99));
    expected.push_back(T(99));  // not touched
    dim::cpu::add_multiple(T(3), x.data(), y.data(), size);
    BOOST_TEST(y == expected);
  }
}

BOOST_AUTO_TEST_SUITE_END()
