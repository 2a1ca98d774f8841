#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

namespace tests {  // tanh alone is a function of the C library
BOOST_AUTO_TEST_SUITE(tanh)

using dim::Shape, dim::Tanh;

BOOST_AUTO_TEST_CASE(gradients) {
  check_gradients<Tanh, Shape{3, 5, 4}>();
  check_gradients<Tanh, Shape{1, 1, 1}>({.batch = 1});
  check_gradients<Tanh, Shape{2, 3, 7}, 1>({.mode = dim::Mode::inference, .spread = 3});
}

BOOST_AUTO_TEST_CASE(values) {
  Bench<Tanh, Shape{3, 1, 1}> layer(1);
  layer.input.assign({-1e9, 0, std::log(3.0) / 2});  // tanh(ln(3) / 2) = (3 - 1) / (3 + 1)
  layer.forward();
  BOOST_TEST(layer.output[0] == -1);
  BOOST_TEST(layer.output[1] == 0);
  BOOST_TEST(std::abs(layer.output[2] - 0.5) < 1e-15);
}

// d/dx of tanh'(x) t d is tanh''(x) t d.
BOOST_AUTO_TEST_CASE(curvature_against_differences) {
  constexpr long size = 8;
  std::vector<double> x, y, t, d, p(std::size_t(size), 1);
  for (long i = 0; i < size; ++i) {
    x.push_back(uniform(4, 0, i)), t.push_back(uniform(4, 1, i)), d.push_back(uniform(4, 2, i));
    y.push_back(std::tanh(x.back()));
  }
  const auto rows = [](std::vector<double>& values) {
    return dim::Batch<double>{values.data(), 2, {4, 1, 1}};
  };
  dim::any_layer<dim::Cpu, double, Tanh>()->add_curvature(dim::Cpu{1}, rows(y), rows(t), rows(d), rows(p));
  for (std::size_t i = 0; i < std::size_t(size); ++i) {
    const auto slope = [&](double at) { return (1 - std::tanh(at) * std::tanh(at)) * t[i] * d[i]; };
    const double numeric = (slope(x[i] + 1e-5) - slope(x[i] - 1e-5)) / 2e-5;
    BOOST_TEST(std::abs(p[i] - (1 + numeric)) < 1e-8);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tests
