#include <boost/test/unit_test.hpp>
#include <dim/model/gradient_penalty.hpp>

#include "bound.hpp"

BOOST_AUTO_TEST_SUITE(gradient_penalty)

using namespace tests;

constexpr Shape in{4, 1, 1};
constexpr int count = 5;

/// The penalty by its definition, with derivatives of D by central differences, at random x, and its gradient by
/// central differences of the penalty.
template <class Adversary>
void check(int threads = 2) {
  BOOST_TEST_CONTEXT(Adversary::name()) {
    using Penalty = GradientPenalty<Cpu, double>;
    using Judge = Network<Cpu, double>;
    static_assert(detail::is_twice_differentiable<Cpu, double, Adversary>());
    const auto graph = graph_of<Adversary, in, Cpu, double>();
    const Sizes sizes{count, threads};
    Bound<Penalty> bound(threads, Penalty(graph), graph.counts(), sizes);
    Bound<Judge> judge(threads, Judge(graph), graph.counts(), sizes);
    const long parameters = graph.counts().parameters;
    std::copy_n(bound.weights.parameters, parameters, judge.weights.parameters);
    Numbers<in> x(count, 1);
    const double weight = 0.7;
    const auto penalty = [&] {
      double squares = 0;
      bound.pass.add(bound.cpu, x.constant(), &weight, &squares, bound.scratch);
      return squares / (2 * count);
    };

    std::vector<double> logits(count);
    const auto d = [&](long n) {
      judge.pass.forward(judge.cpu, x.constant(), {logits.data(), count, {1, 1, 1}}, Step{}, judge.scratch);
      return logits[std::size_t(n)];
    };
    double squares = 0;
    for (long i = 0; i < count * in.size(); ++i) {
      double& value = x.values[std::size_t(i)];
      const double at = value, h = 1e-6;
      value = at + h;
      const double above = d(i / in.size());
      value = at - h;
      const double slope = (above - d(i / in.size())) / (2 * h);
      value = at;
      squares += slope * slope;
    }
    BOOST_TEST(std::abs(penalty() - squares / (2 * count)) < 1e-8);

    std::fill_n(bound.weights.dparameters, parameters, 0.25);
    penalty();
    std::vector<double> gradient = bound.dparameters();
    for (double& g : gradient) g = (g - 0.25) / weight;  // the gradient is added to what was there
    check_derivatives_at("weights", bound.weights.parameters, gradient, penalty, 1e-5);
    BOOST_TEST(std::ranges::any_of(gradient, [](double g) { return std::abs(g) > 1e-3; }));
  }
}

BOOST_AUTO_TEST_CASE(two_layers) {
  check<Sequential<Linear<7>, ReLU, Linear<1>>>();
  check<Sequential<Linear<7>, LeakyReLU, Linear<1>>>();
  check<Sequential<Linear<7>, Tanh, Linear<1>>>();
  check<Sequential<Linear<7>, Sigmoid, Linear<1>>>();
}
BOOST_AUTO_TEST_CASE(three_layers) {
  check<Sequential<Linear<7>, ReLU, Linear<6>, ReLU, Linear<1>>>();
  check<Sequential<Linear<7>, LeakyReLU, Linear<6, Bias::none>, LeakyReLU, Linear<1>>>();
  check<Sequential<Linear<7>, Tanh, Linear<6>, Tanh, Linear<1>>>();
  check<Sequential<Linear<7>, Tanh, Linear<6>, LeakyReLU, Linear<1>, Tanh>>();
}
BOOST_AUTO_TEST_CASE(layers_that_it_can_differentiate) {
  const auto is_known = []<Layer L>(L) { return detail::is_twice_differentiable<Cpu, double, L>(); };
  BOOST_TEST((is_known(ReLU{}) && is_known(Tanh{}) && is_known(Linear<3>{})));
  BOOST_TEST(is_known(Sequential<Linear<3>, Sigmoid>{}));
  BOOST_TEST(!is_known(Sequential<Linear<3>, LayerNorm>{}));
  BOOST_TEST(!is_known(Sequential<Linear<3>, BatchNorm, Linear<1>>{}));
}
BOOST_AUTO_TEST_CASE(a_named_adversary) {
  struct Named : Sequential<Linear<3>, Tanh, Linear<1>> {};
  check<Named>(1);
}

BOOST_AUTO_TEST_SUITE_END()
