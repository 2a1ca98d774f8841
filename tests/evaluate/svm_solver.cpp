// The solver against what an optimum must fulfil.
#include "dim/evaluate/svm_solver.hpp"

#include <boost/test/unit_test.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(svm_solver)

using namespace tests;

template <class T>
auto solve(const Set<T>& train, int classes, double C, double tolerance) {
  const dim::Features<T> features = train.features();
  std::vector<long> rows(std::size_t(features.count));
  std::iota(rows.begin(), rows.end(), 0L);
  const dim::Scaler scaler(dim::Cpu{1}, features);
  dim::SvmSolver<T> solver(features, rows, scaler, classes, C);
  const int passes = solver.solve(10000, tolerance, 1);
  BOOST_TEST_CONTEXT("C = " << C) BOOST_TEST(passes < 10000);
  return solver.objectives();
}

BOOST_AUTO_TEST_CASE(primal_and_dual_meet) {
  for (const double C : {1e-3, 0.1, 1.0}) {
    const auto far = solve(clouds<double>(300, 6, 3, 1.5, 1), 3, C, 1e-4);
    BOOST_TEST(far.primal >= far.dual * (1 - 1e-12));
    BOOST_TEST(far.primal - far.dual < 1e-5 * far.primal);
  }
  const auto floats = solve(clouds<float>(500, 20, 4, 1, 2), 4, 0.1, 1e-2);
  BOOST_TEST(std::abs(floats.primal - floats.dual) < 1e-3 * floats.primal);
}

/// Two points at -1 and 1, the mean being 0: w = 1 and b = 0 for C >= 1/2, where a = 1/2, and else w = 2 C.
BOOST_AUTO_TEST_CASE(two_points) {
  const Set<double> train{{-1, 1}, {0, 1}, 1};
  const std::vector<long> rows{0, 1};
  const dim::Scaler scaler(dim::Cpu{1}, train.features());
  for (const double C : {0.125, 0.5, 4.0}) {
    dim::SvmSolver<double> solver(train.features(), rows, scaler, 2, C);
    solver.solve(1000, 1e-9, 1);
    const double w = std::min(1.0, 2 * C);
    const std::vector<double> found = solver.parameters();
    BOOST_TEST(found[0] == -w, boost::test_tools::tolerance(1e-7));
    BOOST_TEST(found[1] == w, boost::test_tools::tolerance(1e-7));
    BOOST_TEST(std::abs(found[2]) < 1e-7);
  }
}

BOOST_AUTO_TEST_SUITE_END()
