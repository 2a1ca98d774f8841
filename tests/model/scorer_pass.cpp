#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/model/objective_pass.hpp>

BOOST_AUTO_TEST_SUITE(scorer_pass)

using namespace dim;

BOOST_AUTO_TEST_CASE(memory_for_samples) {
  Arena measured;
  const Batch<float> none = take_batch<float>(measured, 3, {2, 4, 5});
  BOOST_TEST(measured.used() == aligned(3 * 40 * 4));
  BOOST_TEST(none.data == nullptr);
  BOOST_TEST(none.count == 3);
  BOOST_TEST((none.shape == Shape{2, 4, 5} && none.border == 0));
}

/// For each scorer the named arrays add up to its counts, one after the other.
BOOST_AUTO_TEST_CASE(names_and_counts) {
  const auto check = [](const AnyScorer& scorer) {
    const auto pass = make_scorer_pass<Cpu, float>(scorer, {5, 2, 1}, {3, 1, 1});
    long parameters = 0, statistics = 0;
    for (const auto& entry : pass->entries().parameters) {
      BOOST_TEST(entry.offset == parameters);
      parameters += entry.array.size();
    }
    for (const auto& entry : pass->entries().statistics) {
      BOOST_TEST(entry.offset == statistics);
      statistics += entry.array.size;
    }
    BOOST_TEST(parameters > 0);
    BOOST_TEST(pass->counts().parameters == parameters);
    BOOST_TEST(pass->counts().statistics == statistics);
    return pass->entries().parameters.front().name;
  };
  for (const HeadForm form : {HeadForm::automatic, HeadForm::direct, HeadForm::gram})
    BOOST_TEST(check({{}, DotScorer(7, form)}) == "feature_head.0.0.0.weight");
  for (const FirstLayer first : {FirstLayer::shared, FirstLayer::gathered})
    BOOST_TEST(check({{}, ConcatScorer(6, first)}) == "pair_network.0.weight");
}

/// A scorer chosen at run time is the one it holds, including its shift.
BOOST_AUTO_TEST_CASE(the_shift_of_a_scorer) {
  const Random random{1, Purpose::shift, 4};
  BOOST_TEST(shift_in(AnyScorer{{}, DotScorer(7)}, random, 5) == 0);
  BOOST_TEST(shift_in(AnyScorer{{}, ConcatScorer(7, FirstLayer::shared, 3)}, random, 5) == 3);
  const ConcatScorer drawn(7);
  BOOST_TEST(shift_in(AnyScorer{{}, drawn}, random, 5) == drawn.shift_in(random, 5));
}

BOOST_AUTO_TEST_SUITE_END()
