#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/model/prior_pass.hpp>

#include "bound.hpp"

BOOST_AUTO_TEST_SUITE(prior_pass)

using namespace tests;

constexpr int codes_each = 3, count = 6;
constexpr Shape code{codes_each, 1, 1};

/// A prior of the library with a small and smooth adversary.
template <class P>
struct Small : P {
  using Adversary = Sequential<Linear<6>, Tanh, Linear<5>, Tanh, Linear<1>>;
};

template <class P>
struct Bench {
  using Pass = PriorPass<P, Cpu, double>;

  P prior{};
  Bound<Pass> bound{2, Pass(codes_each), Pass(codes_each).counts(), Sizes{count, 2}};
  Numbers<code> codes{count, 1, 2}, dcodes{count, 2};

  PriorLosses match(double gamma, double penalty) {
    const StepState state{.number = 8, .prior = gamma, .penalty = penalty};
    const Step step{.mode = Mode::training, .seed = 6, .state = &state};
    PriorNumbers numbers{};
    bound.pass.match(bound.cpu, prior, codes.constant(), dcodes.view(), penalty > 0, step, &numbers,
                     bound.scratch);
    return bound.pass.read(numbers, penalty > 0);
  }
};

template <class P>
void check() {
  Bench<P> bench;
  const std::vector<double> before = bench.dcodes.values;
  const PriorLosses losses = bench.match(0.3, 0.6);
  std::vector<double> dcodes = bench.dcodes.values;
  for (std::size_t i = 0; i < dcodes.size(); ++i) dcodes[i] -= before[i];  // it adds
  const std::vector<double> dweights = bench.bound.dparameters();

  check_derivatives_at(
      "codes", bench.codes.values.data(), dcodes, [&] { return 0.3 * bench.match(0.3, 0.6).encoder; }, 1e-5);
  check_derivatives_at(
      "adversary", bench.bound.weights.parameters, dweights,
      [&] {
        const PriorLosses at = bench.match(0.3, 0.6);
        return at.adversary + 0.6 * at.penalty;
      },
      1e-5);

  const PriorLosses without = bench.match(0.3, 0);
  BOOST_TEST(without.penalty == 0);
  BOOST_TEST(losses.penalty > 0);
  BOOST_TEST(without.encoder == losses.encoder);
  BOOST_TEST(without.adversary == losses.adversary);
  const std::vector<double> unpenalised = bench.bound.dparameters();
  check_derivatives_at(
      "adversary without penalty", bench.bound.weights.parameters, unpenalised,
      [&] { return bench.match(0.3, 0).adversary; }, 1e-5);
}

BOOST_AUTO_TEST_CASE(gradients) {
  check<Small<UniformPrior>>();
  check<Small<GaussianPrior>>();
}

BOOST_AUTO_TEST_CASE(gradients_of_a_prior_chosen_at_run_time) {
  Bench<Small<AnyPrior>> any;
  any.prior.choice = GaussianPrior();
  Bench<Small<GaussianPrior>> held;
  const PriorLosses a = any.match(0.2, 1), b = held.match(0.2, 1);
  BOOST_TEST(a.encoder == b.encoder);
  BOOST_TEST(a.adversary == b.adversary);
  BOOST_TEST(a.penalty == b.penalty);
  BOOST_TEST(any.dcodes.values == held.dcodes.values);
  BOOST_TEST(any.bound.dparameters() == held.bound.dparameters());
}

// By hand: an adversary that returns 0 for everything.
BOOST_AUTO_TEST_CASE(an_adversary_that_cannot_tell) {
  Bench<Small<UniformPrior>> bench;
  std::fill_n(bench.bound.weights.parameters, bench.bound.pass.counts().parameters, 0.);
  const PriorLosses losses = bench.match(1, 1);
  BOOST_TEST(std::abs(losses.adversary - 2 * std::log(2)) < 1e-15);
  BOOST_TEST(std::abs(losses.encoder - std::log(2)) < 1e-15);
  BOOST_TEST(losses.penalty == 0);
}

// By hand: the slope of D(x) = <w, x> + b is w everywhere, for draws and codes alike.
BOOST_AUTO_TEST_CASE(the_penalty_is_for_draws_and_for_codes) {
  struct Plane : UniformPrior {
    using Adversary = Sequential<Linear<1>>;
  };
  Bench<Plane> bench;
  double squares = 0;
  for (int i = 0; i < codes_each; ++i) squares += std::pow(bench.bound.weights.parameters[i], 2);
  BOOST_TEST(std::abs(bench.match(1, 1).penalty - (squares / 2 + squares / 2)) < 1e-15);
}

BOOST_AUTO_TEST_SUITE_END()
