#include <boost/test/unit_test.hpp>
#include <thread>

#include "../core/member.hpp"
#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(batch_norm)

using dim::BatchNorm, dim::Mode, dim::Shape, tests::Member;

BOOST_AUTO_TEST_CASE(gradients) {
  for (const Mode mode : {Mode::training, Mode::inference}) {
    tests::check_gradients<BatchNorm, Shape{3, 5, 4}>({.mode = mode});
    tests::check_gradients<BatchNorm, Shape{1, 3, 3}>({.mode = mode});
    tests::check_gradients<BatchNorm, Shape{5, 1, 1}>({.batch = 7, .mode = mode});
    tests::check_gradients<BatchNorm, Shape{2, 3, 7}, 1>({.batch = 1, .mode = mode});
    tests::check_gradients<BatchNorm, Shape{17, 9, 8}, 2>({.batch = 3, .mode = mode});  // chunks of one image
    tests::check_gradients<BatchNorm, Shape{2, 2, 2}>({.batch = 37, .mode = mode});     // chunks of 16
  }
}

// Values 1, 2, 3, 6 of one channel: mean 3, variance 3.5, or 14 / 3 unbiased.
BOOST_AUTO_TEST_CASE(running_statistics, *boost::unit_test::tolerance(1e-14)) {
  tests::Bench<BatchNorm, Shape{1, 1, 2}> layer(2);
  layer.input.assign({1, 2, 3, 6});
  layer.parameters.assign({2, 0.5});
  layer.forward();
  BOOST_TEST(layer.statistics.values()[0] == 0.1 * 3);
  BOOST_TEST(layer.statistics.values()[1] == 0.9 * 1 + 0.1 * 14 / 3);
  BOOST_TEST(layer.output[3] == 2 * 3 / std::sqrt(3.5 + 1e-5) + 0.5);

  layer.step.mode = Mode::inference;
  layer.forward();
  BOOST_TEST(layer.statistics.values()[0] == 0.1 * 3);  // inference changes nothing
  BOOST_TEST(layer.output[3] == 2 * (6 - 0.3) / std::sqrt(0.9 + 1.4 / 3 + 1e-5) + 0.5);
}

// E[x^2] - m^2 would lose all digits here.
BOOST_AUTO_TEST_CASE(a_mean_far_from_zero) {
  tests::Bench<BatchNorm, Shape{3, 8, 8}, 0, float> layer(40);
  std::ranges::fill(layer.parameters.values(), 1.F);
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = 1000 + 0.01F * float(i % 2 ? 1 : -1);
  layer.forward();
  const double apart = double(layer.input[1]) - layer.input[0], variance = apart * apart / 4;
  for (int c = 0; c < 3; ++c) {
    const double running = layer.statistics.values()[std::size_t(3 + c)];
    BOOST_TEST(running == 0.9 + 0.1 * variance * 2560 / 2559, boost::test_tools::tolerance(1e-6));
  }
  const double z = apart / 2 / std::sqrt(variance + 1e-5);
  for (long i = 0; i < layer.output.size(); ++i)
    BOOST_REQUIRE_CLOSE(double(layer.output[i]), i % 2 ? 1 + z : 1 - z, 0.1);
}

BOOST_AUTO_TEST_CASE(equal_values_are_finite) {
  tests::Bench<BatchNorm, Shape{1, 2, 2}, 0, float> layer(2);
  layer.parameters.assign({1, 0.25F});
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = 0.1F, layer.doutput[i] = float(i);
  layer.forward();
  layer.backward();
  for (long i = 0; i < layer.output.size(); ++i) {
    BOOST_TEST(std::abs(layer.output[i] - 0.25F) < 1e-4F);
    BOOST_TEST(std::isfinite(layer.dinput[i]));
  }
}

BOOST_AUTO_TEST_CASE(one_value_per_channel) {
  tests::Bench<BatchNorm, Shape{4, 1, 1}> layer(1);
  layer.input.assign({1, 2, 3, 4});
  const auto says = [](const dim::Error& error) {
    return std::string(error.what()).starts_with("BatchNorm: a batch with one value per channel");
  };
  BOOST_CHECK_EXCEPTION(layer.forward(), dim::Error, says);
  BOOST_TEST(layer.statistics.values()[0] == 0);
  layer.step.mode = Mode::inference;
  BOOST_CHECK_NO_THROW(layer.forward());
}

using Part = tests::Bench<BatchNorm, Shape{3, 4, 2}>;

/// Samples [first, first + count) of six, and their gradients.
void fill_part(Part& part, int first, int count) {
  for (long i = 0; i < count * 24; ++i) {
    part.input[i] = tests::uniform(1, 0, first * 24 + i) + double(i % 3);
    part.doutput[i] = tests::uniform(1, 1, first * 24 + i);
  }
  for (std::size_t c = 0; c < 6; ++c) part.parameters.values()[c] = 1 + tests::uniform(1, 2, long(c));
}

// Two members with three samples each normalise by all six, and each has its own part of the gradients of gain and
// shift.
BOOST_AUTO_TEST_CASE(a_group_normalises_its_whole_batch, *boost::unit_test::tolerance(1e-12)) {
  Part whole(6), first(3), second(3);
  fill_part(whole, 0, 6), fill_part(first, 0, 3), fill_part(second, 3, 3);
  whole.forward(), whole.backward();
  Member::Meeting meeting(2);
  const auto take_part = [&](Part& part, int rank) {
    const Member member(meeting, rank, 2);
    part.step.group = &member;
    part.forward(), part.backward();
    part.step.group = nullptr;
  };
  std::thread other([&] { take_part(second, 1); });
  take_part(first, 0);
  other.join();
  for (long i = 0; i < 72; ++i) {
    BOOST_TEST(first.output[i] == whole.output[i]);
    BOOST_TEST(second.output[i] == whole.output[72 + i]);
    BOOST_TEST(first.dinput[i] == whole.dinput[i]);
    BOOST_TEST(second.dinput[i] == whole.dinput[72 + i]);
  }
  for (std::size_t c = 0; c < 6; ++c) {
    BOOST_TEST(first.statistics.values()[c] == whole.statistics.values()[c]);
    BOOST_TEST(second.statistics.values()[c] == whole.statistics.values()[c]);
    BOOST_TEST(first.dparameters.values()[c] + second.dparameters.values()[c] ==
               whole.dparameters.values()[c]);
  }
}

// A group of one changes no bit.
BOOST_AUTO_TEST_CASE(a_group_of_one_is_none) {
  Part alone(4), grouped(4);
  fill_part(alone, 0, 4), fill_part(grouped, 0, 4);
  Member::Meeting meeting(1);
  const Member member(meeting, 0, 1);
  grouped.step.group = &member;
  for (Part* const part : {&alone, &grouped}) part->forward(), part->backward();
  BOOST_TEST((grouped.output.copy() == alone.output.copy()));
  BOOST_TEST((grouped.dinput.copy() == alone.dinput.copy()));
}

BOOST_AUTO_TEST_SUITE_END()
