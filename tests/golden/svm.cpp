#include <dim/evaluate/svm_probe.hpp>
#include <numeric>

#include "vectors.hpp"

BOOST_AUTO_TEST_SUITE(svm)

namespace {

using namespace tests::golden;

/// A scaler that changes nothing.
Scaler unscaled(long size) {
  std::vector<double> rows(std::size_t(2 * size), 1);
  std::fill_n(rows.begin(), size, -1);
  return Scaler(Cpu{1}, Features<double>{rows.data(), 2, size});
}

/// The minimum must agree, within a relative 1e-4, and the number of correctly classified samples, within one: near
/// the minimum weights differ by more, and a sample between two classes may go to either.
template <class T>
void check_machines(const Case& test, double C) {
  const std::vector<long> shape = test.shape("in.x");
  const long count = shape[0], size = shape[1];
  const std::vector<T> x = test.read<T>("in.x"), x_test = test.read<T>("in.x_test");
  const auto labels = [&](const char* name) {
    const std::vector<double> numbers = test.read<double>(name);
    return std::vector<int>(numbers.begin(), numbers.end());
  };
  const std::vector<int> y = labels("in.y"), y_test = labels("in.y_test"),
                         expected_classes = labels("out.predicted_test");
  const Features<T> train{x.data(), count, size, y.data()},
      judged{x_test.data(), long(y_test.size()), size, y_test.data()};
  std::vector<long> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), 0L);
  const SvmProbe probe =
      SvmProbe::fit_several(Cpu{1}, train, unscaled(size), 4, {{rows, C}}, {.passes = 100000, .gap = 5e-5})
          .front();
  BOOST_TEST(probe.converged());

  const std::vector<double>& w = probe.parameters();
  const std::vector<double> expected = test.read<double>("out.objective");
  for (long c = 0; c < 4; ++c) {
    double margins = 0, square = w[std::size_t(4 * size + c)] * w[std::size_t(4 * size + c)];
    for (long j = 0; j < size; ++j) square += w[std::size_t(c * size + j)] * w[std::size_t(c * size + j)];
    for (long i = 0; i < count; ++i) {
      double score = w[std::size_t(4 * size + c)];
      for (long j = 0; j < size; ++j) score += w[std::size_t(c * size + j)] * double(train(i, j));
      margins += std::max(0.0, 1 - (y[std::size_t(i)] == c ? score : -score));
    }
    const double objective = square / 2 + C * margins;
    BOOST_TEST(std::abs(objective - expected[std::size_t(c)]) <= 1e-4 * expected[std::size_t(c)]);
  }
  const double right = probe.accuracy(Cpu{1}, judged), expected_right = accuracy(expected_classes, judged);
  BOOST_TEST(std::abs(right - expected_right) < 1.5 / double(judged.count));
}

Check machines_of(double C) {
  return [=](const Case& test) {
    in_both([&](auto zero) { check_machines<decltype(zero)>(test, C); });
    for (const char* array :
         {"out.objective", "out.coef", "out.intercept", "out.decision_test", "out.predicted_test"})
      test.leave_out(array);
  };
}

const Claims claims("svm",
                    {{"linear_ovr_hinge_C0.01", machines_of(0.01)}, {"linear_ovr_hinge_C1", machines_of(1)}});

}  // namespace

BOOST_AUTO_TEST_CASE(cases) {
  run_group("svm");
}

BOOST_AUTO_TEST_SUITE_END()
