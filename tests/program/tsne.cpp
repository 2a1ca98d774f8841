#include "../../examples/dim/report/tsne.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <dim/core/random.hpp>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(tsne)

using dim::Cpu;

/// `count` features of `size` values around `places` that are `apart` from each other, in turn.
std::vector<float> clusters(long count, long size, float apart, long places = 3) {
  const dim::Random random{7};
  std::vector<float> x;
  for (long i = 0; i < count; ++i)
    for (long k = 0; k < size; ++k)
      x.push_back(float(random.normal(std::uint64_t(i * size + k))) + (k == i % places ? apart : 0));
  return x;
}

/// The number of points of a map whose nearest neighbour is in another cluster.
long strangers(const program::TsneMap& map, std::size_t places = 3) {
  long count = 0;
  for (std::size_t i = 0; i < map.x.size(); ++i) {
    std::size_t nearest = 0;
    float least = INFINITY;
    for (std::size_t j = 0; j < map.x.size(); ++j) {
      const float distance = std::hypot(map.x[i] - map.x[j], map.y[i] - map.y[j]);
      if (j != i && distance < least) least = distance, nearest = j;
    }
    count += nearest % places != i % places;
  }
  return count;
}

BOOST_AUTO_TEST_CASE(clusters_stay_apart_for_any_number_of_threads) {
  const std::vector<float> x = clusters(150, 10, 20);
  const auto one = program::tsne(Cpu{1}, {x.data(), 150, 10});
  BOOST_TEST(strangers(one) == 0);
  BOOST_TEST(one.divergence > 0);
  BOOST_TEST(one.divergence < 1);
  for (const int threads : {2, 5}) {
    const auto more = program::tsne(Cpu{threads}, {x.data(), 150, 10});
    BOOST_TEST(more.x == one.x);
    BOOST_TEST(more.y == one.y);
    BOOST_TEST(more.divergence == one.divergence);
  }
}

// More clusters than a plane can show in their true places: it is not the start that keeps them apart.
BOOST_AUTO_TEST_CASE(what_the_start_mixes_comes_apart) {
  const std::vector<float> x = clusters(300, 30, 20, 30);
  BOOST_TEST(strangers(program::tsne(Cpu{2}, {x.data(), 300, 30}, {.iterations = 0}), 30) > 100);
  BOOST_TEST(strangers(program::tsne(Cpu{2}, {x.data(), 300, 30}), 30) == 0);
}

BOOST_AUTO_TEST_CASE(it_starts_at_the_principal_components) {
  std::vector<float> x = clusters(90, 5, 20);
  for (std::size_t i = 4; i < x.size(); i += 5) x[i] *= 50;  // which makes that column the first component
  const auto start = program::tsne(Cpu{2}, {x.data(), 90, 5}, {.iterations = 0});
  double square = 0, product = 0, square_of_column = 0, mean = 0;
  for (std::size_t i = 0; i < 90; ++i) mean += double(x[5 * i + 4]) / 90;
  for (std::size_t i = 0; i < 90; ++i) {
    const double place = double(start.x[i]), number = double(x[5 * i + 4]) - mean;
    square += place * place, product += place * number, square_of_column += number * number;
  }
  BOOST_TEST(std::sqrt(square / 90) == 1e-4, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(product / std::sqrt(square * square_of_column) > 0.99);
  // The seed is for features without two components.
  const auto seeded = program::tsne(Cpu{2}, {x.data(), 90, 5}, {.iterations = 0, .seed = 2});
  BOOST_TEST((seeded.x == start.x && seeded.y == start.y));
  const std::vector<float> line(x.begin(), x.begin() + 30);
  const auto one = program::tsne(Cpu{1}, {line.data(), 30, 1}),
             two = program::tsne(Cpu{1}, {line.data(), 30, 1}, {.seed = 2});
  BOOST_TEST((one.x != two.x && one.y != two.y));
  BOOST_TEST(*std::max_element(one.y.begin(), one.y.end()) > 1);
}

/// Features at equal distances from each other have equal P, 1 / (N (N - 1)), so KL(P || Q) can be computed from the
/// map alone.
BOOST_AUTO_TEST_CASE(the_divergence_is_that_of_the_map) {
  constexpr long count = 20;
  std::vector<float> x(count * count, 0);
  for (long i = 0; i < count; ++i) x[std::size_t(i * count + i)] = 1;
  const auto map = program::tsne(Cpu{1}, {x.data(), count, count});
  double total = 0, logarithms = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j) {
      const double dx = double(map.x[i]) - double(map.x[j]), dy = double(map.y[i]) - double(map.y[j]);
      if (i != j) total += 1 / (1 + dx * dx + dy * dy), logarithms += std::log(1 + dx * dx + dy * dy);
    }
  const double pairs = count * (count - 1), expected = std::log(total / pairs) + logarithms / pairs;
  BOOST_TEST(std::abs(map.divergence - expected) < 1e-5);
}

BOOST_AUTO_TEST_CASE(with_few_features_fewer_are_neighbours) {
  const std::vector<float> x = clusters(30, 10, 20);
  BOOST_TEST(strangers(program::tsne(Cpu{1}, {x.data(), 30, 10})) == 0);
}

BOOST_AUTO_TEST_CASE(few_and_equal_features) {
  const std::vector<float> x(40 * 3, 0.5F);
  for (const long count : {1L, 3L, 4L, 17L, 40L}) {
    const auto map = program::tsne(Cpu{1}, {x.data(), count, 3});
    BOOST_TEST(std::ssize(map.x) == count);
    for (const float place : map.x) BOOST_TEST(std::isfinite(place));
    for (const float place : map.y) BOOST_TEST(std::isfinite(place));
    if (count > 3) BOOST_TEST((map.x[0] != map.x[1] && map.y[0] != map.y[1]));
  }
}

BOOST_AUTO_TEST_CASE(features_that_are_not_finite_are_refused) {
  std::vector<float> x(12, 0);
  x[7] = NAN;
  BOOST_TEST(has(error_of([&] { program::tsne(Cpu{1}, {x.data(), 4, 3}); }), "row 2, column 1"));
  BOOST_TEST(error_of([&] { program::tsne(Cpu{1}, {x.data(), 0, 3}); }) != "");
}

BOOST_AUTO_TEST_SUITE_END()
