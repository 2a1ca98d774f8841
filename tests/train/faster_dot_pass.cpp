#include <boost/test/unit_test.hpp>

#include "dot.hpp"

BOOST_AUTO_TEST_SUITE(faster_dot_pass)

using namespace tests::dot_product;

template <HeadForm Form>
std::vector<Named> outcome_of(PairSizes sizes) {
  return outcome<Form, float, 1024, 12, 3>(sizes);
}

// A pass is laid out for its batch: with many rows it is the one, with few the other, to the last bit.
BOOST_AUTO_TEST_CASE(is_one_of_both) {
  using Pass = PassOf<HeadForm::automatic, 1024, Shape{12, 1, 1}, 3, float>;
  for (const int locations : {1, 512}) {
    const PairSizes sizes{.images = 4, .locations = locations, .globals = 1, .threads = 2};
    Bound<Pass, float> bound(2, Pass::counts, sizes);
    const bool by_gram = locations == 512;
    BOOST_TEST(bound.pass.by_gram() == by_gram);
    const auto expected = by_gram ? outcome_of<HeadForm::gram>(sizes) : outcome_of<HeadForm::direct>(sizes);
    BOOST_TEST((outcome_of<HeadForm::automatic>(sizes) == expected));
    BOOST_TEST((outcome_of<HeadForm::gram>(sizes) != outcome_of<HeadForm::direct>(sizes)));
  }
}

BOOST_AUTO_TEST_CASE(takes_the_memory_of_one) {
  const auto bytes = [](auto pass, int locations) {
    using Pass = decltype(pass);
    return Bound<Pass, float>(1, Pass::counts, PairSizes{.images = 4, .locations = locations, .globals = 1})
        .bytes();
  };
  constexpr Shape feature{12, 1, 1};
  const PassOf<HeadForm::automatic, 1024, feature, 3, float> automatic;
  BOOST_TEST(bytes(automatic, 1) == bytes(PassOf<HeadForm::direct, 1024, feature, 3, float>(), 1));
  BOOST_TEST(bytes(automatic, 512) == bytes(PassOf<HeadForm::gram, 1024, feature, 3, float>(), 512));
}

/// A backend without such kernels.
struct Other {};
BOOST_AUTO_TEST_CASE(a_backend_without_the_kernels_scores_directly) {
  static_assert(ComparesHeadForms<Cpu> && !ComparesHeadForms<Other>);
  static_assert(std::is_same_v<ScorerPassOf<Dot<4>, Shape{3, 1, 1}, 2, Other, float>::type,
                               DotPass<4, Shape{3, 1, 1}, 2, Other, float>>);
}

BOOST_AUTO_TEST_SUITE_END()
