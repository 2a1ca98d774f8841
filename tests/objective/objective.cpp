#include <boost/test/unit_test.hpp>
#include <dim/objective/objective.hpp>

BOOST_AUTO_TEST_SUITE(objective)

using namespace dim;

BOOST_AUTO_TEST_CASE(what_one_is_unless_told_otherwise) {
  using Plain = Objective<Local, NCE>;
  static_assert(std::is_same_v<Plain::prior_type, NoPrior> && std::is_same_v<Plain::scorer_type, Dot<2048>>);
  BOOST_TEST((Plain().weights == Local::weights));
  BOOST_TEST((Objective<Global, JSD>().weights == Global::weights));
  BOOST_TEST(Plain().gradient_penalty == 1);
}
BOOST_AUTO_TEST_CASE(holds_its_policies) {
  using Chosen = Objective<LocalAndGlobal, AnyEstimator, AnyPrior, Concat<64>>;
  static_assert(std::is_same_v<Chosen::task, LocalAndGlobal>);
  const Chosen chosen{.weights = {.alpha = 2, .beta = 3, .gamma = 4},
                      .gradient_penalty = 0,
                      .estimator = {{}, DV()},
                      .prior = {{}, GaussianPrior()}};
  BOOST_TEST(chosen.weights.gamma == 4);
  BOOST_TEST(std::holds_alternative<DV>(chosen.estimator.choice));
  BOOST_TEST((chosen.prior.present() && !chosen.prior.uniform()));
  BOOST_TEST(chosen.scorer.shift == 0);
}

BOOST_AUTO_TEST_SUITE_END()
