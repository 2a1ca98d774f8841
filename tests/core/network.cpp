#include <boost/test/unit_test.hpp>
#include <dim/core/network.hpp>

#include "../train/bound.hpp"

BOOST_AUTO_TEST_SUITE(network)

using namespace tests;

using Layers = Sequential<Linear<6>, Tanh, Linear<3>>;
constexpr Shape in{4, 1, 1}, out{3, 1, 1};
using Net = Network<Cpu, Layers, in, double>;
constexpr int count = 5;

struct Bench {
  Bound<Net> bound{2, Net::counts, Sizes{count, 2}};
  Numbers<in> x{count, 1}, dx{count, 2};
  Numbers<out> y{count, 3}, dy{count, 4};
  Step step{.mode = Mode::training};

  void forward(Write write = Write::overwrite) {
    bound.pass.forward(bound.cpu, x.constant(), y.view(), step, bound.scratch, write);
  }
  void backward(Net::Learn learn = Net::Learn::overwrite, Write write = Write::overwrite) {
    bound.pass.backward(bound.cpu, x.constant(), y.constant(), dy.constant(), dx.view(), step, bound.scratch,
                        write, learn);
  }
};

BOOST_AUTO_TEST_CASE(gradients) {
  Bench bench;
  bench.forward();
  bench.backward();
  const auto f = [&] {
    bench.forward();
    return dot(bench.y.values, bench.dy.values);
  };
  const std::vector<double> dweights = bench.bound.dparameters();
  check_derivatives_at("input", bench.x.values.data(), bench.dx.values, f);
  check_derivatives_at("weights", bench.bound.weights.parameters, dweights, f);
}

BOOST_AUTO_TEST_CASE(ways_of_writing) {
  Bench bench;
  bench.forward();
  const std::vector<double> y = bench.y.values;
  bench.backward();
  const std::vector<double> dx = bench.dx.values, dweights = bench.bound.dparameters();
  bench.backward(Net::Learn::add, Write::add);
  for (std::size_t i = 0; i < dx.size(); ++i) BOOST_TEST(std::abs(bench.dx.values[i] - 2 * dx[i]) < 1e-14);
  const std::vector<double> twice = bench.bound.dparameters();
  for (std::size_t i = 0; i < twice.size(); ++i) BOOST_TEST(std::abs(twice[i] - 2 * dweights[i]) < 1e-14);
  bench.backward(Net::Learn::no);
  BOOST_TEST(bench.bound.dparameters() == twice);
  bench.backward();
  BOOST_TEST(bench.dx.values == dx);
  BOOST_TEST(bench.bound.dparameters() == dweights);
  bench.forward(Write::add);
  for (std::size_t i = 0; i < y.size(); ++i) BOOST_TEST(std::abs(bench.y.values[i] - 2 * y[i]) < 1e-14);
}

BOOST_AUTO_TEST_CASE(weights_one_behind_the_other) {
  double parameters[10], dparameters[10], statistics[10];
  const Counts counts{.parameters = 3, .statistics = 2, .leaves = 1};
  const auto second = Weights<double>{parameters, dparameters, statistics}.after(counts);
  BOOST_TEST(second.parameters == parameters + 3);
  BOOST_TEST(second.dparameters == dparameters + 3);
  BOOST_TEST(second.statistics == statistics + 2);
  BOOST_TEST((Weights<double>{parameters, nullptr, statistics}.after(counts).dparameters == nullptr));
}

// Dropout draws by a layer's place among all of its network's: leaves that lie before change what is dropped.
BOOST_AUTO_TEST_CASE(place_among_other_networks) {
  using Drop = Network<Cpu, Sequential<Dropout<Ratio{1, 2}>>, Shape{64, 1, 1}, double>;
  const auto dropped = [](int leaves) {
    Bound<Drop> bound(1, Drop::counts, Sizes{1, 1});
    bound.pass.bind(bound.weights, leaves);
    std::vector<double> x(64, 1), y(64);
    const View<const double, Shape{64, 1, 1}> input{x.data(), 1};
    bound.pass.forward(bound.cpu, input, View<double, Shape{64, 1, 1}>{y.data(), 1},
                       Step{Mode::training, 1, 1}, bound.scratch);
    return y;
  };
  BOOST_TEST(dropped(0) == dropped(0));
  BOOST_TEST(dropped(0) != dropped(1));
}

BOOST_AUTO_TEST_SUITE_END()
