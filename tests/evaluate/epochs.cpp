#include "dim/evaluate/epochs.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(epochs)

struct Options {
  double rate = 1e-3;
  long epochs = 4;
  std::vector<long> milestones{1, 3};
  std::uint64_t seed = 5;
};

BOOST_AUTO_TEST_CASE(each_epoch_has_its_batches_and_its_rate) {
  dim::Sampler sampler(10, 3, 5);
  const double rates[] = {1e-3, 1e-4, 1e-4, 1e-5};
  long steps = 0, ended = 0;
  dim::for_each_batch(
      Options{}, 10, 3, dim::Adam{.rate = 7, .beta1 = 0.25},
      [&](std::span<const long> rows, const dim::Adam& adam, long step) {
        BOOST_TEST(step == steps);
        const auto expected = sampler.batch(step / 3, step % 3);
        BOOST_TEST(rows == expected, boost::test_tools::per_element());
        BOOST_TEST(adam.rate == rates[step / 3]);
        BOOST_TEST(adam.beta1 == 0.25);
        ++steps;
      },
      [&](long epoch) {
        BOOST_TEST(epoch == ++ended);
        BOOST_TEST(steps == 3 * epoch);
      });
  BOOST_TEST(ended == 4);
}

BOOST_AUTO_TEST_CASE(a_batch_that_cannot_be_drawn_is_refused) {
  const auto nothing = [](const auto&...) {};
  BOOST_TEST(has(error_of([&] { dim::for_each_batch(Options{}, 3, 4, dim::Adam{}, nothing, nothing); }),
                 "a batch of 4 cannot be drawn from 3"));
}

BOOST_AUTO_TEST_CASE(milestones_before_the_second_epoch_are_refused) {
  const auto nothing = [](const auto&...) {};
  Options options;
  options.milestones = {0};
  BOOST_TEST(has(error_of([&] { dim::for_each_batch(options, 4, 2, dim::Adam{}, nothing, nothing); }),
                 "give milestones of at least 1"));
}

BOOST_AUTO_TEST_SUITE_END()
