#include <boost/test/unit_test.hpp>

#include "dot.hpp"

BOOST_AUTO_TEST_SUITE(automatic_dot_pass)

using namespace tests::dot_product;

template <HeadForm Form>
std::vector<Named> outcome_of(PairSizes sizes) {
  return outcome<Form, float, 1024, 12, 3>(sizes);
}

// A pass is laid out for its batch: with many rows it is one form, with few the other, to the last bit.
BOOST_AUTO_TEST_CASE(is_one_of_both) {
  const auto pass = pass_of<HeadForm::automatic, float>(1024, {12, 1, 1}, 3);
  for (const int locations : {1, 512}) {
    const PairSizes sizes{.images = 4, .locations = locations, .globals = 1, .threads = 2};
    const Bound<AutomaticDotPass<Cpu, float>, float> bound(2, pass, pass.counts(), sizes);
    const bool by_gram = locations == 512;
    BOOST_TEST(bound.pass.by_gram() == by_gram);
    const auto expected = by_gram ? outcome_of<HeadForm::gram>(sizes) : outcome_of<HeadForm::direct>(sizes);
    BOOST_TEST((outcome_of<HeadForm::automatic>(sizes) == expected));
    BOOST_TEST((outcome_of<HeadForm::gram>(sizes) != outcome_of<HeadForm::direct>(sizes)));
  }
}

BOOST_AUTO_TEST_CASE(takes_the_memory_of_one) {
  const auto bytes = [](auto pass, int locations) {
    const Counts counts = pass.counts();
    return Bound<decltype(pass), float>(1, std::move(pass), counts,
                                        PairSizes{.images = 4, .locations = locations, .globals = 1})
        .bytes();
  };
  const auto automatic = [] { return pass_of<HeadForm::automatic, float>(1024, {12, 1, 1}, 3); };
  BOOST_TEST(bytes(automatic(), 1) == bytes(pass_of<HeadForm::direct, float>(1024, {12, 1, 1}, 3), 1));
  BOOST_TEST(bytes(automatic(), 512) == bytes(pass_of<HeadForm::gram, float>(1024, {12, 1, 1}, 3), 512));
}

/// The form that a scorer asks for, and a backend without such kernels.
struct Other {};
BOOST_AUTO_TEST_CASE(the_pass_of_a_form) {
  static_assert(ComparesHeadForms<Cpu> && !ComparesHeadForms<Other>);
  const auto made = [](HeadForm form) {
    return make_scorer_pass<Cpu, float>(DotScorer(4, form), {3, 1, 1}, {2, 1, 1});
  };
  const auto direct = made(HeadForm::direct), gram = made(HeadForm::gram),
             automatic = made(HeadForm::automatic);
  BOOST_TEST((dynamic_cast<DotPass<Cpu, float>*>(direct.get()) != nullptr));
  BOOST_TEST((dynamic_cast<GramDotPass<Cpu, float>*>(gram.get()) != nullptr));
  BOOST_TEST((dynamic_cast<AutomaticDotPass<Cpu, float>*>(automatic.get()) != nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
