#include <boost/test/unit_test.hpp>
#include <dim/core/batch.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(batch)

using dim::Batch, dim::Shape;

BOOST_AUTO_TEST_CASE(channels_last) {
  std::vector<int> numbers(2 * 2 * 4 * 3);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = int(i);
  const Batch<int> x{numbers.data(), 2, {3, 2, 4}};
  BOOST_TEST(x.sample() == 24);
  BOOST_TEST(x(0, 0, 0, 0) == 0);
  BOOST_TEST(x(0, 0, 0, 2) == 2);
  BOOST_TEST(x(0, 0, 1, 0) == 3);
  BOOST_TEST(x(0, 1, 0, 0) == 12);
  BOOST_TEST(x(1, 1, 3, 2) == 47);
  BOOST_TEST(*x.row(1) == 24);
  x(1, 0, 0, 0) = -1;
  BOOST_TEST(numbers[24] == -1);
}

BOOST_AUTO_TEST_CASE(border) {
  constexpr Shape shape{3, 2, 4};
  std::vector<float> numbers(std::size_t(2 * (2 + 4) * (4 + 4) * 3));
  const Batch<float> x{numbers.data(), 2, shape, 2};
  BOOST_TEST(x.line() == 24);
  BOOST_TEST(x.sample() == 144);
  BOOST_TEST(x.pixels() == 16);
  BOOST_TEST(x.at(0, -2, -2) == numbers.data());
  BOOST_TEST(x.at(0, 0, 0) == numbers.data() + 2 * 24 + 2 * 3);
  BOOST_TEST(&x(1, 1, 3, 2) == numbers.data() + 144 + 3 * 24 + 5 * 3 + 2);
  BOOST_TEST(x.at(1, 3, 5) + 3 == numbers.data() + numbers.size());
}

BOOST_AUTO_TEST_CASE(a_border_of_two_widths) {
  std::vector<float> numbers(std::size_t(2 * 1 * (4 + 6) * 2));
  const Batch<float> x{numbers.data(), 2, {2, 1, 4}, {0, 3}};
  BOOST_TEST(x.line() == 20);
  BOOST_TEST(x.sample() == 20);
  BOOST_TEST(x.at(0, 0, -3) == numbers.data());
  BOOST_TEST(x.at(1, 0, 7) == numbers.data() + numbers.size());
}

BOOST_AUTO_TEST_CASE(numbers_of_a_sample_plane_by_plane) {
  std::vector<int> numbers(2 * 3 * 5 * 2);
  const Batch<int> x{numbers.data(), 2, {2, 1, 3}, 1};
  for (int n = 0; n < 2; ++n)
    for (int column = 0; column < 3; ++column)
      for (int c = 0; c < 2; ++c) x(n, 0, column, c) = 100 * n + 10 * c + column;
  std::vector<int> found;
  dim::for_each_number(x, 1, [&](int number) { found.push_back(number); });
  BOOST_TEST(found == (std::vector<int>{100, 101, 102, 110, 111, 112}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reading_only) {
  float number = 3;
  const Batch<float> x{&number, 1, {1, 1, 1}};
  const auto same = constant(x);
  static_assert(std::is_same_v<decltype(same(0, 0, 0, 0)), const float&>);
  static_assert(std::is_same_v<decltype(same)::Scalar, float>);
  BOOST_TEST(&same(0, 0, 0, 0) == &number);
  const Batch<const float> converted = x;
  BOOST_TEST(converted.data == &number);
  static_assert(!std::is_convertible_v<Batch<const float>, Batch<float>>);
}

BOOST_AUTO_TEST_CASE(absent) {
  float number = 0;
  BOOST_TEST((!Batch<float>{nullptr, 5, {1, 1, 1}}));
  BOOST_TEST((bool(Batch<float>{&number, 1, {1, 1, 1}})));
}

BOOST_AUTO_TEST_SUITE_END()
