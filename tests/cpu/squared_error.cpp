// The reference vectors of tests/golden/layers.cpp hold values; this is what they do not cover.
#include "dim/cpu/squared_error.hpp"

#include <boost/test/unit_test.hpp>

#include "geometry.hpp"

BOOST_AUTO_TEST_SUITE(squared_error)

using namespace tests::exact;

BOOST_AUTO_TEST_CASE_TEMPLATE(borders_and_threads_change_no_bit, T, Scalars) {
  RandomNumbers random;
  const Album<T> y(random, true, 5, 3, 4, 2, 0, 1), t(random, true, 5, 3, 4, 2, 0, 0);
  const Album<T> dy(random, true, 5, 3, 4, 2, 0, 2);
  double sum = 0;
  const std::vector<T> expected = changed(dy, [&](long n, long i, long j, long c, T) {
    const T difference = y.at(n, i, j, c) - t.at(n, i, j, c);
    sum += double(difference * difference);
    return T(2.0 / 120) * difference;
  });
  for (const int threads : {1, 2, 5}) {
    std::vector<T> result = dy.numbers;
    const Cpu cpu{threads};
    BOOST_TEST(dim::cpu::squared_error(cpu, y.view(), t.view(), moved(dy.images, result.data())) ==
               sum / 120);
    BOOST_TEST(same_bits(result, expected));
    BOOST_TEST(dim::cpu::squared_error(cpu, y.view(), t.view(), Batch<T>{}) == sum / 120);
  }
}

BOOST_AUTO_TEST_SUITE_END()
