// Principal components against Eigen's, and cases with more than one answer.
#include "dim/evaluate/principal_components.hpp"

#include <Eigen/Eigenvalues>
#include <boost/test/unit_test.hpp>
#include <limits>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(principal_components)

using namespace tests;
using dim::Cpu, dim::Features, dim::PrincipalComponents;

/// Correlated values, in columns whose deviations differ by a factor of up to a hundred.
Set<float> mixed(long count, long size) {
  Set<float> set = clouds<float>(count, size, 1, 0, 4);
  for (std::size_t i = 1; i < set.data.size(); ++i)
    set.data[i] =
        float(1 + 99 * double(i % std::size_t(size)) / double(size)) * set.data[i] + set.data[i - 1];
  return set;
}
double dot(const std::vector<double>& x, long i, long j, long size) {
  return dim::cpu::dot(x.data() + i * size, x.data() + j * size, size);
}

BOOST_AUTO_TEST_CASE(as_eigen_finds_them) {
  for (const long size : {1L, 2L, 7L, 64L}) {
    const Set<float> set = mixed(300, size);
    Eigen::MatrixXd x(300, size);
    for (long i = 0; i < 300; ++i)
      for (long j = 0; j < size; ++j) x(i, j) = double(set.features()(i, j));
    x.rowwise() -= x.colwise().mean().eval();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> expected(x.transpose() * x /
                                                                  300);  // in ascending order
    const PrincipalComponents found(Cpu{2}, set.features(), size);
    BOOST_TEST(found.count() == size);
    for (long k = 0; k < size; ++k) {
      const double variance = expected.eigenvalues()(size - 1 - k);
      BOOST_TEST(std::abs(std::pow(found.deviations()[std::size_t(k)], 2) - variance) <
                 1e-13 * expected.eigenvalues()(size - 1));
      const Eigen::Map<const Eigen::VectorXd> direction(found.directions().data() + k * size, size);
      BOOST_TEST(std::abs(direction.dot(expected.eigenvectors().col(size - 1 - k))) > 1 - 1e-9);
      BOOST_TEST(direction.maxCoeff() == direction.cwiseAbs().maxCoeff());  // the largest entry is positive
      for (long l = 0; l < size; ++l)
        BOOST_TEST(std::abs(dot(found.directions(), k, l, size) - (k == l)) < 1e-10);
    }
  }
}

BOOST_AUTO_TEST_CASE(features_lie_along_them_as_far_as_is_said) {
  const Set<float> set = mixed(300, 9);
  const PrincipalComponents components(Cpu{1}, set.features(), 2);
  BOOST_TEST(components.directions().size() == 18U);
  const std::vector<double> places = components(Cpu{3}, set.features());
  for (const std::size_t k : {0U, 1U}) {
    double sum = 0, square = 0;
    for (std::size_t i = 0; i < 300; ++i)
      sum += places[2 * i + k], square += places[2 * i + k] * places[2 * i + k];
    BOOST_TEST(std::abs(sum) < 1e-9);
    BOOST_TEST(std::sqrt(square / 300) == components.deviations()[k], boost::test_tools::tolerance(1e-9));
  }
  BOOST_TEST(components.deviations()[0] > components.deviations()[1]);
}

BOOST_AUTO_TEST_CASE(directions_that_say_nothing_are_zero) {
  // All along (3, 4), at 5 for each step; the third column is constant.
  const std::vector<double> x = {3, 4, 1, 6, 8, 1, 9, 12, 1};
  const PrincipalComponents found(Cpu{1}, Features<double>{x.data(), 3, 3}, 3);
  BOOST_TEST(found.deviations()[0] == 5 * std::sqrt(2.0 / 3), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(found.directions()[0] == 0.6, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(found.directions()[1] == 0.8, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(found.directions()[2] == 0);
  BOOST_TEST(found.deviations()[1] < 1e-7);
  BOOST_TEST(found.deviations()[2] == 0);
  for (const std::size_t j : {6U, 7U, 8U}) BOOST_TEST(found.directions()[j] == 0);

  const std::vector<double> equal(12, 0.1);
  const PrincipalComponents none(Cpu{1}, Features<double>{equal.data(), 4, 3}, 2);
  BOOST_TEST(none.deviations() == std::vector<double>(2), boost::test_tools::per_element());
  BOOST_TEST(none.directions() == std::vector<double>(6), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(scales_far_apart) {
  Set<double> set{{}, std::vector<int>(50), 3};
  for (std::size_t i = 0; i < 50; ++i)
    for (const double scale : {1e-150, 1e150, 1.0})
      set.data.push_back(scale * dim::Random{8}.normal(set.data.size()));
  const PrincipalComponents found(Cpu{1}, set.features(), 3);
  BOOST_TEST(found.deviations()[0] == dim::Scaler(Cpu{1}, set.features()).deviation()[1],
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(found.directions()[1] == 1, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Set<float> set = mixed(5000, 70);
  const PrincipalComponents one(Cpu{1}, set.features(), 70);
  for (const int threads : {2, 7}) {
    const PrincipalComponents more(Cpu{threads}, set.features(), 70);
    BOOST_TEST((more.directions() == one.directions()));
    BOOST_TEST((more.deviations() == one.deviations()));
    BOOST_TEST((more(Cpu{threads}, set.features()) == one(Cpu{1}, set.features())));
  }
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  Set<float> set = mixed(20, 3);
  const auto find = [&](long count) { return PrincipalComponents(Cpu{1}, set.features(), count); };
  for (const long count : {0L, 4L})
    BOOST_CHECK_EXCEPTION(find(count), dim::Error,
                          says({std::to_string(count) + " principal components", "3 numbers"}));
  const PrincipalComponents found = find(2);
  BOOST_CHECK_EXCEPTION(found(Cpu{1}, mixed(20, 4).features()), dim::Error, says({"4 numbers", "3"}));
  set.data[4] = std::numeric_limits<float>::infinity();
  BOOST_CHECK_EXCEPTION(find(1), dim::Error, says({"row 1", "column 1", "given"}));
  BOOST_CHECK_EXCEPTION(found(Cpu{1}, set.features()), dim::Error, says({"row 1", "column 1"}));
}

BOOST_AUTO_TEST_SUITE_END()
