#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/train/dot_pass.hpp>

#include "bound.hpp"

BOOST_AUTO_TEST_SUITE(dot_pass)

using namespace tests;

constexpr Step step{.mode = Mode::training, .seed = 3, .number = 2};

/// Scores weighed by fixed numbers: gradients for features, codes and weights. `PairSizes` as in training.
template <int Units, Shape Feature, int Codes>
void check_gradients_of(PairSizes sizes) {
  constexpr Shape code{Codes, 1, 1};
  using Pass = DotPass<Units, Feature, Codes, Cpu, double>;
  Bound<Pass> bound(2, Pass::counts, sizes);
  Numbers<Feature> features(sizes.images * sizes.locations, 1), dfeatures(sizes.images * sizes.locations, 2);
  Numbers<code> codes(sizes.images * sizes.globals, 3), dcodes(sizes.images * sizes.globals, 4);
  std::vector<double> weight;
  const auto f = [&] {
    const Scores<double> u = bound.pass.forward(bound.cpu, features.constant(), codes.constant(),
                                                Dot<Units>(), step, bound.scratch);
    BOOST_REQUIRE((u.all_pairs && u.negatives == u.images - 1));
    if (weight.empty())
      for (long i = 0; i < u.size(); ++i) weight.push_back(uniform(1, 0, i));
    const double sum = dot(weight, {u.data, u.data + u.size()});
    std::copy(weight.begin(), weight.end(), u.data);
    return sum;
  };
  const auto backward = [&](Write write) {
    f();
    bound.pass.backward(bound.cpu, features.constant(), codes.constant(), dfeatures.view(), dcodes.view(),
                        write, step, bound.scratch);
  };
  const std::vector<double> before = dcodes.values;
  backward(Write::add);
  const std::vector<double> sum = dcodes.values;
  backward(Write::overwrite);
  for (std::size_t i = 0; i < sum.size(); ++i)
    BOOST_TEST(std::abs(sum[i] - before[i] - dcodes.values[i]) < 1e-13 * (1 + std::abs(sum[i])));
  const std::vector<double> dweights = bound.dparameters();
  check_derivatives_at("features", features.values.data(), dfeatures.values, f, 1e-5);
  check_derivatives_at("codes", codes.values.data(), dcodes.values, f, 1e-5);
  check_derivatives_at("weights", bound.weights.parameters, dweights, f, 1e-5);
}

BOOST_AUTO_TEST_CASE(gradients) {
  check_gradients_of<5, Shape{3, 1, 1}, 4>({.images = 3, .locations = 4, .globals = 1, .threads = 2});
  check_gradients_of<4, Shape{5, 1, 1}, 2>({.images = 4, .locations = 2, .globals = 3, .threads = 2});
  check_gradients_of<6, Shape{3, 2, 2}, 4>(
      {.images = 4, .locations = 1, .globals = 2, .threads = 2});  // a map
}

BOOST_AUTO_TEST_CASE(names_in_the_order_in_which_they_lie) {
  using Pass = DotPass<8, Shape{5, 1, 1}, 3, Cpu, float>;
  Entries entries;
  Pass::list("local.", entries);
  BOOST_TEST(entries.parameters.front().name == "local.feature_head.0.0.0.weight");
  BOOST_TEST(entries.parameters[8].name == "local.code_head.0.0.0.weight");
  BOOST_TEST(entries.parameters[8].offset == counts<Head<8>>({5, 1, 1}).parameters);
  const auto& last = entries.parameters.back();
  BOOST_TEST(last.offset + last.array.size() == Pass::counts.parameters);
}

BOOST_AUTO_TEST_SUITE_END()
