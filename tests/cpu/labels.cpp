#include <array>
#include <boost/test/unit_test.hpp>
#include <dim/cpu/labels.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(labels)

using namespace tests;

constexpr Shape map{3, 2, 4}, numbers{24, 1, 1};
constexpr std::array<int, 3> labelled{4, 1, 2};  // of five samples

/// Number i of a sample in the order (C, H, W).
double& number(const Batch<double>& x, long n, long i) {
  return x(n, i / 4 % 2, i % 4, i / 8);
}

// Rows are channels first, however the samples store their channels and however wide their border is.
BOOST_AUTO_TEST_CASE(samples_become_rows) {
  Samples<double> x(5, map, 1, 1);
  for (long i = 0; i < x.size(); ++i) x[i] = uniform(1, 0, i);
  Array<double> rows(3 * 24);
  gather_samples(Cpu{2}, constant(x.view()), labelled.data(), Batch<double>{rows.data(), 3, numbers});
  for (long k = 0; k < 3; ++k)
    for (long i = 0; i < 24; ++i)
      BOOST_TEST(rows.data()[k * 24 + i] == number(x.view(), labelled[std::size_t(k)], i));
  BOOST_TEST((x.kept() && rows.kept()));
}

BOOST_AUTO_TEST_CASE(rows_are_added_to_their_samples) {
  Samples<double> dx(5, map, 1, 0);
  for (long i = 0; i < dx.size(); ++i) dx[i] = uniform(1, 0, i);
  const std::vector<double> before = dx.copy();
  Samples<double> expected(5, map, 1, 0);
  expected.assign(before);
  std::vector<double> drows;
  for (long k = 0; k < 3; ++k)
    for (long i = 0; i < 24; ++i) {
      drows.push_back(uniform(1, 1, k * 24 + i));
      number(expected.view(), labelled[std::size_t(k)], i) += drows.back();
    }
  add_samples(Cpu{2}, Batch<const double>{drows.data(), 3, numbers}, labelled.data(), dx.view());
  BOOST_TEST(dx.copy() == expected.copy());
  BOOST_TEST(dx.copy() != before);
  BOOST_TEST(dx.kept());
}

// Adjoint of gathering: <gather(x), d> = <x, dx>.
BOOST_AUTO_TEST_CASE(adding_is_the_transpose_of_gathering) {
  Samples<double> x(5, map, 2, 0), dx(5, map, 1, 0);
  for (long i = 0; i < x.size(); ++i) x[i] = uniform(2, 0, i), dx[i] = 0;
  std::vector<double> rows(3 * 24), drows(rows.size());
  for (std::size_t i = 0; i < drows.size(); ++i) drows[i] = uniform(2, 1, long(i));
  gather_samples(Cpu{1}, constant(x.view()), labelled.data(), Batch<double>{rows.data(), 3, numbers});
  add_samples(Cpu{1}, Batch<const double>{drows.data(), 3, numbers}, labelled.data(), dx.view());
  double of_rows = 0, of_samples = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) of_rows += rows[i] * drows[i];
  for (long i = 0; i < x.size(); ++i) of_samples += x[i] * dx[i];
  BOOST_TEST(std::abs(of_rows - of_samples) < 1e-13);
}

constexpr long rows_of_scores = 4, classes = 5;
constexpr std::array<int, 4> wanted{2, 0, 4, 2};

/// The mean cross-entropy of scores (4, 5), whose gradient it writes.
template <class T>
double mean_of(const std::vector<T>& z, std::vector<T>& dz) {
  constexpr Shape scores{classes, 1, 1};
  double loss = -1;  // to be overwritten
  mean_cross_entropy(Cpu{2}, Batch<const T>{z.data(), rows_of_scores, scores}, wanted.data(),
                     Batch<T>{dz.data(), rows_of_scores, scores}, &loss);
  return loss;
}

BOOST_AUTO_TEST_CASE(the_mean_of_the_rows_cross_entropies) {
  std::vector<float> z, dz(20, 9), expected;
  for (long i = 0; i < 20; ++i) z.push_back(float(3 * uniform(3, 0, i)));
  expected = z;
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i)
    sum += dim::cpu::cross_entropy(expected.data() + 5 * i, nullptr, classes, wanted[i], 0.25);
  const std::vector<float> before = z;
  BOOST_TEST(std::abs(mean_of(z, dz) - sum / 4) < 1e-15);
  BOOST_TEST(dz == expected);
  BOOST_TEST(z == before);
}

BOOST_AUTO_TEST_CASE(its_gradient) {
  std::vector<double> z, dz(20), scrap(20);
  for (long i = 0; i < 20; ++i) z.push_back(3 * uniform(4, 0, i));
  mean_of(z, dz);
  check_derivatives(
      "z", [&](long i) -> double& { return z[std::size_t(i)]; }, 20, dz, [&] { return mean_of(z, scrap); },
      1e-6);
}

// By hand: equal scores, and a correct one that is far above the others.
BOOST_AUTO_TEST_CASE(scores_that_tell_nothing_and_all) {
  std::vector<double> z(20, 0.5), dz(20);
  BOOST_TEST(std::abs(mean_of(z, dz) - std::log(5)) < 1e-15);
  BOOST_TEST(std::abs(dz[0] - 0.2 / 4) < 1e-15);
  BOOST_TEST(std::abs(dz[2] + 0.8 / 4) < 1e-15);
  for (std::size_t i = 0; i < 4; ++i) z[5 * i + std::size_t(wanted[i])] = 1e4;
  BOOST_TEST(mean_of(z, dz) == 0);
  BOOST_TEST(dz == std::vector<double>(20, 0.0));
}

BOOST_AUTO_TEST_SUITE_END()
