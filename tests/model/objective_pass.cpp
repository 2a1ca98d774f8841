#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/train/trainer.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(objective_pass)

using namespace tests;

// Tanh has no kinks, so central differences can be trusted.
using Maps = Sequential<Conv<3, 3, 1, 1>, BatchNorm, Tanh>;  // (3, 4, 3)
using Whole =
    Encoder<Shape{2, 4, 3}, Maps, Sequential<Conv<4, 2>, Tanh, Linear<5>, Tanh, Linear<3>>>;  // (4, 3, 2)
using ConvIsMap = Encoder<Shape{2, 4, 3}, Maps, Sequential<Linear<5>, Tanh, Linear<3>>>;
using SeveralCodes = Encoder<Shape{2, 4, 3}, Maps, Sequential<Conv<4, 2>, Tanh, Conv<3, 2>>>;  // (3, 2, 1)

template <class P>
struct Small : P {
  using Adversary = Sequential<Linear<4>, Tanh, Linear<1>>;
};
using Uniform = Small<UniformPrior>;

/// Random images.
struct Noise {
  long size() const { return 8; }
  Shape shape() const { return Whole::image; }
  template <class T>
  void copy(long i, const Batch<T>& to, long n) const {
    for (long k = 0; k < shape().size(); ++k)
      to.at(n, k / 6, k / 2 % 3)[k % 2] = T(uniform(31, std::uint64_t(i), k));
  }
};

/// A training step with a rate of 0 leaves all gradients and changes no weight: the gradients are compared with
/// central differences of each player's loss.
template <class Net, class Goal>
void check(const Goal& goal = {}, std::uint64_t seed = 1) {
  Trainer<Net, Goal, Cpu, double> trainer(
      {.batch = 4, .seed = seed, .threads = 2, .optimizer = Sgd{.rate = 0, .momentum = 0}}, goal);
  const Entries entries = trainer.entries();
  double* const parameters = trainer.weights().parameters;
  for (long i = 0; i < trainer.counts().parameters; ++i) parameters[i] += 0.2 * uniform(32, seed, i);
  const long indices[] = {6, 0, 3, 5};
  const auto step = [&] {
    trainer.set_steps(9);
    return trainer.step(Noise(), indices);
  };
  const auto encoder_pays = [&] {
    const Losses losses = step();
    return goal.weights.beta * losses.local.loss + goal.weights.alpha * losses.global.loss +
           goal.weights.gamma * losses.prior.encoder;
  };
  const auto adversary_pays = [&] {
    const Losses losses = step();
    return losses.prior.adversary + goal.gradient_penalty * losses.prior.penalty;
  };
  step();
  const std::vector<double> gradient(trainer.weights().dparameters,
                                     trainer.weights().dparameters + trainer.counts().parameters);
  for (const auto& entry : entries.parameters) {  // clang 16 cannot capture structured bindings here
    const long begin = entry.offset, size = entry.array.size();
    const std::vector<double> derivative(gradient.begin() + begin, gradient.begin() + begin + size);
    const auto x = [&](long i) -> double& { return parameters[begin + i]; };
    if (entry.name.starts_with("objective.prior."))
      check_derivatives(entry.name.c_str(), x, size, derivative, adversary_pays, 1e-5);
    else
      check_derivatives(entry.name.c_str(), x, size, derivative, encoder_pays, 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(local_by_dot_products) {
  check<Whole, Objective<Local, JSD, Uniform, Dot<5>>>();
}
BOOST_AUTO_TEST_CASE(local_by_concatenation) {
  check<Whole, Objective<Local, NCE, Uniform, Concat<5>>>();
}
BOOST_AUTO_TEST_CASE(global_by_dot_products) {
  check<Whole, Objective<Global, NCE, Uniform, Dot<5>>>();
}
BOOST_AUTO_TEST_CASE(global_by_concatenation) {
  check<Whole, Objective<Global, DV, NoPrior, Concat<5>>>();
}
BOOST_AUTO_TEST_CASE(both_by_dot_products) {
  check<Whole, Objective<LocalAndGlobal, DV, Small<GaussianPrior>, Dot<5>>>({}, 2);
}
BOOST_AUTO_TEST_CASE(both_by_concatenation) {
  check<Whole, Objective<LocalAndGlobal, JSD, Uniform, Concat<5>>>();
}
BOOST_AUTO_TEST_CASE(both_where_conv_is_the_map) {
  check<ConvIsMap, Objective<LocalAndGlobal, JSD, NoPrior, Dot<5>>>();
}
BOOST_AUTO_TEST_CASE(several_codes) {
  check<SeveralCodes, Objective<LocalAndGlobal, NCE, Uniform, Dot<5>>>();
}

using NoneChosen = Objective<Local, AnyEstimator, AnyPrior, Dot<4>>;
template <class Goal>
ObjectivePass<Goal, Cpu, float> pass_of(const Goal& goal = {}) {
  return ObjectivePass<Goal, Cpu, float>({{}, {3, 4, 3}, {4, 3, 2}, {}, {3, 1, 1}}, goal);
}

BOOST_AUTO_TEST_CASE(no_prior_owns_nothing) {
  const auto none = pass_of<NoneChosen>();
  const auto without = pass_of<Objective<Local, JSD, NoPrior, Dot<4>>>();
  BOOST_TEST(none.counts().parameters == without.counts().parameters);
  BOOST_TEST(none.counts().parameters == (DotPass<Cpu, float>({3, 1, 1}, {3, 1, 1}, 4).counts().parameters));
  for (const auto& entry : none.entries().parameters) BOOST_TEST(entry.name.starts_with("local."));
  NoneChosen goal;
  goal.prior.choice = UniformPrior();
  const auto uniform = pass_of(goal);
  BOOST_TEST(uniform.counts().parameters - none.counts().parameters ==
             counts<PriorPolicy::Adversary>({3, 1, 1}).parameters);
  BOOST_TEST(uniform.entries().parameters.back().name == "prior.adversary.4.bias");
}

BOOST_AUTO_TEST_CASE(what_it_uses) {
  const auto global = pass_of<Objective<Global, JSD, NoPrior, Concat<4>>>();
  BOOST_TEST((!global.written().map && global.written().conv));
  BOOST_TEST(global.entries().parameters.front().name == "global.pair_network.0.weight");
  const auto both = pass_of<Objective<LocalAndGlobal, JSD, NoPrior, Concat<4>>>();
  BOOST_TEST((both.written().map && both.written().conv));
}

BOOST_AUTO_TEST_SUITE_END()
