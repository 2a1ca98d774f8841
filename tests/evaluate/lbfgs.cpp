// Known minima, and the ways in which the search for one can end.
#include "dim/evaluate/lbfgs.hpp"

#include <boost/test/unit_test.hpp>
#include <dim/core/random.hpp>
#include <dim/cpu/dot.hpp>
#include <limits>

BOOST_AUTO_TEST_SUITE(lbfgs)

using dim::Descent;
using Point = Eigen::VectorXd;

/// Sum_i (i + 1)^2 (x_i - i)^2 / 2: its Hessian's eigenvalues lie between 1 and 400.
double valley(const double* x, double* gradient) {
  double value = 0;
  for (int i = 0; i < 20; ++i) {
    const double steep = double((i + 1) * (i + 1)), distance = x[i] - i;
    gradient[i] = steep * distance;
    value += steep * distance * distance / 2;
  }
  return value;
}

BOOST_AUTO_TEST_CASE(a_quadratic_function_is_solved) {
  Point x = Point::Zero(20);
  const Descent found = dim::minimise(valley, x, 100, 1e-12);
  BOOST_TEST(found.converged);
  for (std::size_t i = 1; i < found.values.size(); ++i)
    BOOST_TEST(found.values[i] <= found.values[i - 1] * (1 + 1e-6));
  for (int i = 0; i < 20; ++i) BOOST_TEST(std::abs(x[i] - i) < 1e-9);
}

BOOST_AUTO_TEST_CASE(few_iterations_do_not_converge) {
  Point x = Point::Zero(20);
  const Descent found = dim::minimise(valley, x, 3, 1e-12);
  BOOST_TEST(!found.converged);
  BOOST_TEST(found.values.size() == 4U);
  Point gradient(20);
  BOOST_TEST(valley(x.data(), gradient.data()) == found.values.back());
  BOOST_TEST(!dim::minimise(valley, x, 0, 1e-12).converged);
}

BOOST_AUTO_TEST_CASE(a_start_at_the_minimum_stays_there) {
  Point x = Point::Zero(20);
  for (int i = 0; i < 20; ++i) x[i] = i;
  const Point before = x;
  const Descent found = dim::minimise(valley, x, 100, 1e-12);
  BOOST_TEST(found.converged);
  BOOST_TEST(found.values.size() == 1U);
  BOOST_TEST((x == before));
}

// f(x) = ln cosh x, whose curvature vanishes far out: full steps along first estimates of it overshoot.
BOOST_AUTO_TEST_CASE(a_flat_far_side_is_crossed) {
  const auto function = [](const double* x, double* gradient) {
    *gradient = std::tanh(*x);
    return std::abs(*x) + std::log1p(std::exp(-2 * std::abs(*x))) - std::log(2.0);
  };
  Point x = Point::Constant(1, 5);
  const Descent found = dim::minimise(function, x, 100, 1e-10);
  BOOST_TEST(found.converged);
  BOOST_TEST(std::abs(x[0]) < 1e-9);
}

BOOST_AUTO_TEST_CASE(an_end_without_descent_is_not_called_convergence) {
  const auto edge = [](const double* x, double* gradient) {  // whose gradient never vanishes
    *gradient = *x > 1.0 / 3 ? 1 : -1;
    return std::abs(*x - 1.0 / 3);
  };
  Point x = Point::Constant(1, 5);
  const Descent found = dim::minimise(edge, x, 1000, 1e-5);
  BOOST_TEST(!found.converged);
  BOOST_TEST(found.values.size() < 200U);
  BOOST_TEST(std::abs(x[0] - 1.0 / 3) < 1e-2);
  const auto none = [](const double*, double* gradient) {
    return *gradient = std::numeric_limits<double>::quiet_NaN();
  };
  BOOST_TEST(!dim::minimise(none, x, 10, 1e-5).converged);
}

// Not the operations that a compiler gives a loop: it fuses some multiply-adds, and which ones depends on how it
// optimises.
BOOST_AUTO_TEST_CASE(sums_have_one_order_and_one_rounding) {
  const long size = 77;
  const auto normal = [&](std::uint64_t seed) {
    Point x(size);
    for (long i = 0; i < size; ++i) x[i] = dim::Random{seed}.normal(std::uint64_t(i));
    return x;
  };
  const auto dot = [&](const Point& x, const Point& y) { return dim::cpu::dot(x.data(), y.data(), size); };
  const auto add_multiple = [&](double a, const Point& x, Point& y) {
    dim::cpu::add_multiple(a, x.data(), y.data(), size);
  };
  const Point move = normal(1), gradient = normal(2);
  Point dgradient = normal(3);
  add_multiple(2, move, dgradient);  // which rises along the move
  dim::CurvatureHistory history;
  history.remember(move, dgradient);

  const double rise = dot(move, dgradient);
  Point expected = Point::Zero(size);
  add_multiple(-1, gradient, expected);
  const double share = dot(move, expected) / rise;
  add_multiple(-share, dgradient, expected);
  expected *= rise / dot(dgradient, dgradient);
  add_multiple(share - dot(dgradient, expected) / rise, move, expected);
  BOOST_TEST((history.direction(gradient) == expected));
}

BOOST_AUTO_TEST_SUITE_END()
