// Vectors and squares against one value at a time.
#include "dim/cpu/simd.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

BOOST_AUTO_TEST_SUITE(simd)

using dim::cpu::Square;
using dim::cpu::Vector;
using Scalars = boost::mpl::list<float, double>;

/// first, first + step, ...: small multiples of 1/4, whose sums and products are exact.
template <class T>
std::vector<T> sequence(long count, T first, T step) {
  std::vector<T> result;
  for (long i = 0; i < count; ++i) result.push_back(first + T(i) * step);
  return result;
}

template <class T>
std::vector<T> lanes_of(Vector<T> vector) {
  std::vector<T> result(Vector<T>::lanes);
  vector.store(result.data());
  return result;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_vector_is_64_bytes, T, Scalars) {
  BOOST_TEST(sizeof(Vector<T>) == 64u);
  BOOST_TEST(Vector<T>::lanes * long(sizeof(T)) == 64);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(lanes_go_through_the_operations, T, Scalars) {
  const auto a = sequence<T>(Vector<T>::lanes, -3, T(0.5)), b = sequence<T>(Vector<T>::lanes, 2, T(-0.25));
  const auto x = Vector<T>::load(a.data()), y = Vector<T>::load(b.data()), z = Vector<T>::all(T(1.5));
  const auto sums = lanes_of(x + y), differences = lanes_of(x - y), products = lanes_of(x * y);
  const auto fused_ones = lanes_of(fused(x, y, z)), maxima = lanes_of(maximum(x, y));
  for (std::size_t i = 0; i < a.size(); ++i) {
    BOOST_TEST(sums[i] == a[i] + b[i]);
    BOOST_TEST(differences[i] == a[i] - b[i]);
    BOOST_TEST(products[i] == a[i] * b[i]);
    BOOST_TEST(fused_ones[i] == a[i] * b[i] + T(1.5));
    BOOST_TEST(maxima[i] == std::max(a[i], b[i]));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(fused_rounds_once_where_the_build_can, T, Scalars) {
  if (dim::cpu::register_bytes == 16) return;
  const T tiny = std::numeric_limits<T>::epsilon(), x = 1 + tiny;  // x x = 1 + 2 tiny + tiny^2
  const auto vector = Vector<T>::all(x);
  for (const T lane : lanes_of(fused(vector, vector, Vector<T>::all(-1 - 2 * tiny))))
    BOOST_TEST(lane == tiny * tiny);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(maximum_is_the_second_where_either_is_nan, T, Scalars) {
  const auto nan = Vector<T>::all(std::numeric_limits<T>::quiet_NaN()), one = Vector<T>::all(1);
  for (const T lane : lanes_of(maximum(nan, one))) BOOST_TEST(lane == 1);
  for (const T lane : lanes_of(maximum(one, nan))) BOOST_TEST(std::isnan(lane));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(so_many_lanes_are_read_and_written, T, Scalars) {
  constexpr long lanes = Vector<T>::lanes;
  const auto from = sequence<T>(lanes + 1, 1, 1);
  for (long count = 0; count <= lanes + 1; ++count) {
    std::vector<T> only(from.begin(), from.begin() + count);  // so that a sanitizer watches its end
    const auto read = lanes_of(Vector<T>::load(only.data(), count));
    for (long i = 0; i < lanes; ++i)
      BOOST_TEST(read[std::size_t(i)] == (i < count ? from[std::size_t(i)] : 0));

    std::vector<T> to(std::size_t(lanes + 1), T(-7));
    Vector<T>::load(from.data()).store(to.data(), count);
    for (long i = 0; i <= lanes; ++i)
      BOOST_TEST(to[std::size_t(i)] == (i < std::min(count, lanes) ? from[std::size_t(i)] : -7));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sum_adds_halves_onto_halves, T, Scalars) {
  std::vector<T> lane = sequence<T>(Vector<T>::lanes, T(0.1), T(0.7));
  lane.front() = 1 / std::numeric_limits<T>::epsilon();  // so that other orders round to other sums
  const T sum = Vector<T>::load(lane.data()).sum();
  for (; lane.size() > 1; lane.resize(lane.size() / 2))
    for (std::size_t i = 0; i < lane.size() / 2; ++i) lane[i] += lane[i + lane.size() / 2];
  BOOST_TEST(sum == lane[0]);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_transposed_square_has_rows_for_columns, T, Scalars) {
  constexpr long size = Square<T>::size, step = size + 3;
  const auto from = sequence<T>(size * step, 0, 1);
  std::vector<T> to(std::size_t(size * step), T(-7));
  Square<T>::load(from.data(), step).transposed().store(to.data(), step);
  for (long i = 0; i < size; ++i)
    for (long j = 0; j < step; ++j)
      BOOST_TEST(to[std::size_t(i * step + j)] == (j < size ? from[std::size_t(j * step + i)] : -7));
}

BOOST_AUTO_TEST_SUITE_END()
