#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <dim/objective/prior.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(prior)

using namespace dim;

/// The largest distance between a sample's distribution function and `cdf`, times the root of its size: above
/// 1.95 once in a thousand samples (Kolmogorov).
template <class P, class Cdf>
double kolmogorov(const P& prior, const Cdf& cdf) {
  const long count = 20000;
  const Random random{7, Purpose::prior, 3};
  std::vector<double> sample;
  for (long i = 0; i < count; ++i) sample.push_back(double(prior.draw(random, std::uint64_t(i))));
  std::ranges::sort(sample);
  double most = 0;
  for (long i = 0; i < count; ++i) {
    const double at = cdf(sample[std::size_t(i)]);
    most = std::max({most, at - double(i) / double(count), double(i + 1) / double(count) - at});
  }
  return most * std::sqrt(double(count));
}
BOOST_AUTO_TEST_CASE(draws) {
  BOOST_TEST(kolmogorov(UniformPrior(), [](double x) { return std::clamp(x, 0., 1.); }) < 1.95);
  BOOST_TEST(kolmogorov(GaussianPrior(), [](double x) { return std::erfc(-x / std::sqrt(2.)) / 2; }) < 1.95);
}

template <class P>
void check_slope(const P& prior) {
  for (const double y : {-9.0, -1.0, 0.0, 0.3, 5.0}) {
    const double h = 1e-5, numeric = (prior.squash(y + h) - prior.squash(y - h)) / (2 * h);
    BOOST_TEST(std::abs(prior.dsquash(prior.squash(y)) - numeric) < 1e-9);
  }
}
BOOST_AUTO_TEST_CASE(what_the_adversary_sees) {
  check_slope(UniformPrior());
  check_slope(GaussianPrior());
  BOOST_TEST(UniformPrior().squash(0.) == 0.5);
  BOOST_TEST(UniformPrior().squash(1e4F) == 1);
  BOOST_TEST(UniformPrior().squash(-1e4F) == 0);
  BOOST_TEST(GaussianPrior().squash(-3.5) == -3.5);
}

template <class P>
void check_held(const P& held) {
  const AnyPrior any{{}, held};
  const Random random{2};
  BOOST_TEST(any.present());
  for (std::uint64_t i = 0; i < 50; ++i) {
    BOOST_TEST(any.draw(random, i) == double(held.draw(random, i)));
    const float y = float(i) / 5 - 5;
    BOOST_TEST(any.squash(y) == held.squash(y));
    BOOST_TEST(any.dsquash(any.squash(y)) == held.dsquash(held.squash(y)));
  }
}
BOOST_AUTO_TEST_CASE(a_choice_is_the_prior_that_it_holds) {
  check_held(UniformPrior());
  check_held(GaussianPrior());
  BOOST_TEST(!AnyPrior().present());
  BOOST_TEST(!NoPrior().present());
  BOOST_TEST(UniformPrior().present());
}

BOOST_AUTO_TEST_CASE(the_paper_s_adversary) {
  BOOST_TEST(counts<PriorPolicy::Adversary>({64, 1, 1}).parameters == 265401);
  BOOST_TEST((PriorPolicy::Adversary::output({64, 1, 1}) == Shape{1, 1, 1}));
}

BOOST_AUTO_TEST_SUITE_END()
