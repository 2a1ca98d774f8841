#include <boost/test/unit_test.hpp>
#include <dim/cpu/cross_entropy.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(cross_entropy)

BOOST_AUTO_TEST_CASE(value_and_gradient_against_differences) {
  const std::vector<double> z{0.5, -1.25, 2, 0}, bias{0.25, 0.5, -1, 3};
  const auto loss = [&](std::vector<double> at) {
    return dim::cpu::cross_entropy(at.data(), bias.data(), 4, 2);
  };
  std::vector<double> gradient = z;
  dim::cpu::cross_entropy(gradient.data(), bias.data(), 4, 2, 3.0);
  for (std::size_t c = 0; c < z.size(); ++c) {
    std::vector<double> up = z, down = z;
    up[c] += 1e-5, down[c] -= 1e-5;
    BOOST_TEST(gradient[c] == 3 * (loss(up) - loss(down)) / 2e-5, boost::test_tools::tolerance(1e-8));
  }
}

BOOST_AUTO_TEST_CASE(equal_scores_cost_the_logarithm_of_their_number) {
  std::vector<float> z(5, 7.5F);
  BOOST_TEST(dim::cpu::cross_entropy(z.data(), nullptr, 5, 1) == std::log(5.0),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(z[1] == -0.8F);
  BOOST_TEST(z[4] == 0.2F);
}

BOOST_AUTO_TEST_CASE(scores_of_any_size_stay_finite) {
  std::vector<float> z{1e30F, -1e30F, 0};
  BOOST_TEST(dim::cpu::cross_entropy(z.data(), nullptr, 3, 0) == 0);
  z = {1e30F, -1e30F, 0};
  BOOST_TEST(dim::cpu::cross_entropy(z.data(), nullptr, 3, 2) == double(1e30F));
  BOOST_TEST(z[2] == -1);
}

BOOST_AUTO_TEST_SUITE_END()
