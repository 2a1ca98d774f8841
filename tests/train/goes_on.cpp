#include <boost/test/unit_test.hpp>
#include <dim/core/no_progress.hpp>
#include <dim/train/goes_on.hpp>

BOOST_AUTO_TEST_SUITE(goes_on)

using namespace dim;

BOOST_AUTO_TEST_CASE(what_callbacks_say) {
  long seen = 0;
  const auto nothing = [&](const Losses& losses, long step) { seen += step + long(losses.local.loss); };
  const Losses losses{.local = {.loss = 3}, .global = {}, .prior = {}};
  BOOST_TEST(dim::goes_on(nothing, losses, 4));
  BOOST_TEST(seen == 7);
  const auto until_five = [](const Losses&, long step) { return step < 5; };
  BOOST_TEST(dim::goes_on(until_five, losses, 4));
  BOOST_TEST(!dim::goes_on(until_five, losses, 5));
  BOOST_TEST(dim::goes_on(NoProgress{}, losses, 5));
  BOOST_TEST(dim::goes_on([](auto&&, auto&&) {}, losses, 5));
  const bool kept = false;
  BOOST_TEST(!dim::goes_on([&](Losses, long) -> const bool& { return kept; }, losses, 5));
}

BOOST_AUTO_TEST_SUITE_END()
