#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(dropout)

using dim::Dropout, dim::Ratio, dim::Shape;
using Tenth = Dropout<Ratio{1, 10}>;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Dropout<Ratio{1, 2}>, Shape{3, 5, 4}>();
  tests::check_gradients<Dropout<Ratio{1, 2}>, Shape{1, 1, 1}>({.batch = 1});
  tests::check_gradients<Tenth, Shape{2, 3, 7}, 1>({.batch = 3});
  tests::check_gradients<Tenth, Shape{2, 3, 7}, 2>({.mode = dim::Mode::inference});
}

/// The values that ones become in step `number`.
std::vector<double> dropped(dim::Step step, std::uint64_t number, int leaf, int count = 20) {
  tests::Bench<Tenth, Shape{10, 10, 10}> layer(count);
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = layer.doutput[i] = 1;
  layer.state.number = number;
  layer.step = step;
  layer.step.state = &layer.state;
  layer.leaf = leaf;
  layer.forward();
  layer.backward();
  BOOST_TEST(layer.dinput.copy() == layer.output.copy());  // one mask for both
  return layer.output.copy();
}

BOOST_AUTO_TEST_CASE(drops_one_in_ten) {
  const std::vector<double> y = dropped({dim::Mode::training, 1}, 1, 0);
  long zeros = 0;
  for (double value : y) {
    BOOST_REQUIRE((value == 0 || value == 1 / 0.9));
    zeros += value == 0;
  }
  BOOST_TEST(std::abs(double(zeros) - 2000) < 4 * std::sqrt(20000 * 0.1 * 0.9));
}

BOOST_AUTO_TEST_CASE(a_mask_for_each_step_seed_and_leaf) {
  const std::vector<double> y = dropped({dim::Mode::training, 1}, 1, 0);
  BOOST_TEST((dropped({dim::Mode::training, 1}, 1, 0) == y));
  BOOST_TEST((dropped({dim::Mode::training, 2}, 1, 0) != y));
  BOOST_TEST((dropped({dim::Mode::training, 1}, 2, 0) != y));
  BOOST_TEST((dropped({dim::Mode::training, 1}, 1, 1) != y));
}

BOOST_AUTO_TEST_CASE(a_mask_for_each_pass) {
  const std::vector<double> y = dropped({.mode = dim::Mode::training, .seed = 1}, 1, 0);
  BOOST_TEST((dropped({.mode = dim::Mode::training, .seed = 1, .pass = 1}, 1, 0) != y));
}

// Given only the last of the samples, it drops what it would drop among all of them.
BOOST_AUTO_TEST_CASE(samples_are_numbered) {
  const std::vector<double> y = dropped({.mode = dim::Mode::training, .seed = 1}, 1, 0);
  const std::vector<double> last = dropped({.mode = dim::Mode::training, .seed = 1, .first = 7}, 1, 0, 13);
  BOOST_TEST((last == std::vector<double>(y.begin() + 7000, y.end())));
}

BOOST_AUTO_TEST_CASE(inference_drops_nothing) {
  BOOST_TEST((dropped({dim::Mode::inference, 1}, 1, 0) == std::vector<double>(20000, 1.0)));
}

BOOST_AUTO_TEST_SUITE_END()
