// The solver against the conditions of an optimum.
#include "dim/evaluate/svm_solver.hpp"

#include <boost/test/unit_test.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(svm_solver)

using namespace tests;

/// Machines for all classes on all features, solved to within `gap`.
template <class T>
dim::SvmSolver<T> solved(const Set<T>& train, const std::vector<long>& rows, int classes, double C,
                         double gap) {
  const dim::Features<T> features = train.features();
  std::vector<dim::SvmTask> tasks;
  for (int label = 0; label < classes; ++label) tasks.push_back({label, C, &rows});
  dim::SvmSolver<T> solver(features, dim::Scaler(dim::Cpu{1}, features), std::move(tasks));
  int rested = 0;
  solver.solve(10000, gap, 1, [&] { ++rested; });
  BOOST_TEST_CONTEXT("C = " << C) BOOST_TEST(rested == classes);
  return solver;
}

std::vector<long> rows_to(long end) {
  std::vector<long> rows(static_cast<std::size_t>(end));
  std::iota(rows.begin(), rows.end(), 0L);
  return rows;
}

template <class T>
void check_gap(const Set<T>& train, int classes, double C, double gap) {
  const std::vector<long> rows = rows_to(std::ssize(train.labels));
  for (const auto& [primal, dual] : solved(train, rows, classes, C, gap).objectives()) {
    BOOST_TEST(primal > 0);
    BOOST_TEST(primal >= dual * (1 - 1e-6));
    BOOST_TEST(primal - dual <= gap * primal);
  }
}

BOOST_AUTO_TEST_CASE(primal_and_dual_meet) {
  for (const double C : {1e-3, 0.1, 1.0}) check_gap(clouds<double>(300, 6, 3, 1.5, 1), 3, C, 1e-5);
  check_gap(clouds<float>(500, 20, 4, 1, 2), 4, 0.1, 1e-3);
}

// A mean that is not representable in float: features are standardised like the points being classified.
BOOST_AUTO_TEST_CASE(standardised_in_double) {
  const Set<float> train{
      {1e7F, 1e7F + 11}, {0, 1}, 1};  // 11 units in the last place apart: 4 would be rounding
  const std::vector<long> rows{0, 1};
  const dim::SvmSolver<float> solver = solved(train, rows, 2, 4, 1e-6);
  BOOST_TEST(*solver.weights(1) == 1, boost::test_tools::tolerance(1e-3F));
  BOOST_TEST(std::abs(solver.bias(1)) < 1e-3F);
}

/// Two points at -1 and 1, with mean 0: w = 1 and b = 0 for C >= 1/2, where a = 1/2, otherwise w = 2 C.
BOOST_AUTO_TEST_CASE(two_points) {
  const Set<double> train{{-1, 1}, {0, 1}, 1};
  const std::vector<long> rows{0, 1};
  for (const double C : {0.125, 0.5, 4.0}) {
    const dim::SvmSolver<double> solver = solved(train, rows, 2, C, 1e-12);
    for (const long label : rows) {
      const double w = label == 0 ? -1 : 1;
      BOOST_TEST(*solver.weights(label) == w * std::min(1.0, 2 * C), boost::test_tools::tolerance(1e-5));
      BOOST_TEST(std::abs(solver.bias(label)) < 1e-5);
    }
  }
}

/// The other machines fitted in the same passes change no bit, and neither does the number of threads.
BOOST_AUTO_TEST_CASE(machines_in_company_and_alone) {
  const Set<float> train = clouds<float>(400, 9, 3, 0.5, 3);
  const dim::Features<float> features = train.features();
  const dim::Scaler scaler(dim::Cpu{1}, features);
  const std::vector<long> all = rows_to(400), some = rows_to(250);
  const std::vector<dim::SvmTask> tasks{{0, 0.01, &all}, {2, 1, &some}, {1, 0.1, &some}};
  dim::SvmSolver<float> together(features, scaler, tasks);
  together.solve(1000, 0.01, 5, [] {});
  for (std::size_t m = 0; m < tasks.size(); ++m) {
    dim::SvmSolver<float> alone(features, scaler, {tasks[m]});
    alone.solve(1000, 0.01, 5, [] {});
    BOOST_TEST(std::equal(alone.weights(0), alone.weights(0) + 9, together.weights(long(m))));
    BOOST_TEST(alone.bias(0) == together.bias(long(m)));
  }
}

BOOST_AUTO_TEST_CASE(passes_that_run_out_are_told) {
  const Set<double> train = clouds<double>(300, 6, 2, 0.1, 4);
  const dim::Features<double> features = train.features();
  const std::vector<long> rows = rows_to(300);
  dim::SvmSolver<double> solver(features, dim::Scaler(dim::Cpu{1}, features), {{0, 100, &rows}});
  solver.solve(2, 1e-9, 1, [] { BOOST_ERROR("two passes cannot be enough"); });
  BOOST_TEST(!solver.at_rest(0));
}

BOOST_AUTO_TEST_SUITE_END()
