// With numpy 2, u = x / numpy.linalg.norm(x, axis=1, keepdims=True): alignment is ((u - v) ** 2).sum(1).mean(), and
// uniformity log(exp(-2 * d[numpy.triu_indices(N, 1)]).mean()) with d = ((u[:, None] - u[None]) ** 2).sum(2).
#include "dim/evaluate/hypersphere.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(hypersphere)

using namespace tests;
using dim::Cpu, dim::Features, dim::view_alignment, dim::uniformity;

const std::vector<double> x = {-1, 0,  5,  9,  -9, -7, 6, 9,  -5, -4, 7,  -1, -4, 6,  -5, -2,
                               3,  1,  -8, -9, 7,  5,  6, 1,  6,  -3, -1, 5,  -7, -4, -7, -1,
                               9,  -7, -2, -2, 8,  -6, 0, -5, -9, 5,  -8, -4, 0,  0,  -7, 9};

BOOST_AUTO_TEST_CASE(as_numpy_has_them) {
  const auto within = boost::test_tools::tolerance(1e-13);
  const std::vector<float> floats(x.begin(), x.end());
  const Features<double> all{x.data(), 12, 4};
  BOOST_TEST(view_alignment(Cpu{2}, all.part(0, 6), all.part(6, 6)) == 2.0077024760961666, within);
  BOOST_TEST(view_alignment(Cpu{1}, Features<float>{floats.data(), 6, 4}, {floats.data() + 24, 6, 4}) ==
                 2.0077024760961666,
             within);
  BOOST_TEST(uniformity(Cpu{2}, all) == -2.6812556075750593, within);
  BOOST_TEST(uniformity(Cpu{1}, Features<float>{floats.data(), 12, 4}) == -2.6812556075750593, within);
  std::vector<double> with_zeros = x;  // row 3
  std::fill_n(with_zeros.begin() + 12, 4, 0.0);
  BOOST_TEST(uniformity(Cpu{2}, Features<double>{with_zeros.data(), 12, 4}) == -2.5837522601612317, within);
}

BOOST_AUTO_TEST_CASE(their_ends) {
  std::vector<double> scaled = x, opposite = x, same;
  for (std::size_t i = 0; i < x.size(); ++i) {
    scaled[i] *= double(1 + i / 4);
    opposite[i] *= -0.5;
    same.push_back(x[i % 4] * double(1 + i / 4));
  }
  const Features<double> all{x.data(), 12, 4};
  BOOST_TEST(std::abs(view_alignment(Cpu{1}, all, {scaled.data(), 12, 4})) < 1e-30);
  BOOST_TEST(std::abs(view_alignment(Cpu{1}, all, {opposite.data(), 12, 4}) - 4) < 1e-14);
  BOOST_TEST(std::abs(uniformity(Cpu{1}, Features<double>{same.data(), 12, 4})) < 1e-14);
  // |u - v|^2 is 2 for nearly all pairs of many random numbers.
  const Set<float> spread = clouds<float>(300, 2000, 1, 0, 3);
  BOOST_TEST(std::abs(uniformity(Cpu{2}, spread.features()) + 4) < 0.01);
}

// More rows than one block of pairs has either way.
BOOST_AUTO_TEST_CASE(all_pairs_count_and_threads_change_no_bit) {
  const Set<float> set = clouds<float>(1100, 5, 1, 0, 4), other = clouds<float>(1100, 5, 1, 0, 5);
  double sum = 0;
  std::vector<double> u;
  for (long i = 0; i < 1100; ++i) {
    double square = 0;
    for (long j = 0; j < 5; ++j) square += std::pow(double(set.features()(i, j)), 2);
    for (long j = 0; j < 5; ++j) u.push_back(double(set.features()(i, j)) / std::sqrt(square));
  }
  for (std::size_t i = 0; i < 1100; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      double square = 0;
      for (std::size_t k = 0; k < 5; ++k) square += std::pow(u[5 * i + k] - u[5 * j + k], 2);
      sum += std::exp(-2 * square);
    }
  const double one = uniformity(Cpu{1}, set.features()),
               apart = view_alignment(Cpu{1}, set.features(), other.features());
  BOOST_TEST(one == std::log(sum / (1100 * 1099 / 2.0)), boost::test_tools::tolerance(1e-12));
  for (const int threads : {2, 7}) {
    BOOST_TEST(uniformity(Cpu{threads}, set.features()) == one);
    BOOST_TEST(view_alignment(Cpu{threads}, set.features(), other.features()) == apart);
  }
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Features<double> all{x.data(), 12, 4};
  const auto fails = [](const auto& function, const std::vector<std::string>& parts) {
    BOOST_CHECK_EXCEPTION(function(), dim::Error, says(parts));
  };
  fails([&] { view_alignment(Cpu{1}, all, all.part(0, 11)); }, {"(12, 4)", "(11, 4)", "two views"});
  fails([&] { view_alignment(Cpu{1}, all, {x.data(), 12, 3}); }, {"(12, 4)", "(12, 3)", "two views"});
  fails([&] { uniformity(Cpu{1}, all.part(0, 1)); }, {"no pairs", "two rows"});
  fails([&] { uniformity(Cpu{1}, Features<float>{}); }, {"no given features"});
  std::vector<double> bad = x;
  bad[5] = std::numeric_limits<double>::infinity();
  fails(
      [&] {
        view_alignment(Cpu{1}, all, {bad.data(), 12, 4});
      },
      {"row 1, column 1 of the second features"});
  bad[5] = 1e200;
  fails(
      [&] {
        uniformity(Cpu{1}, Features<double>{bad.data(), 12, 4});
      },
      {"row 1 of the given features is so long"});
}

BOOST_AUTO_TEST_SUITE_END()
