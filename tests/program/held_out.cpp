#include <boost/test/unit_test.hpp>
#include <set>

#include "../../examples/dim/run/data.hpp"

BOOST_AUTO_TEST_SUITE(held_out)

/// Images of one pixel, each with a different label.
dim::Images numbered(int count) {
  std::vector<int> labels;
  for (int i = 0; i < count; ++i) labels.push_back(i);
  return dim::Images(std::vector<std::uint8_t>(std::size_t(count)), count, {1, 1, 1},
                     dim::Strides::planes({1, 1, 1}))
      .with_labels(labels, count);
}

BOOST_AUTO_TEST_CASE(none_is_in_both_and_all_are_in_one) {
  const program::HeldOut parts = program::hold_out(numbered(100), 7);
  BOOST_TEST(parts.held_out.size() == 7);
  BOOST_TEST(parts.trained_on.size() == 93);
  std::set<int> seen;
  for (const dim::Images* part : {&parts.held_out, &parts.trained_on})
    for (const int label : part->labels()) BOOST_TEST(seen.insert(label).second);
  BOOST_TEST(*seen.rbegin() == 99);
  BOOST_TEST((program::hold_out(numbered(100), 7).held_out.labels() == parts.held_out.labels()));
}

BOOST_AUTO_TEST_CASE(a_tenth_at_most) {
  BOOST_TEST(program::hold_out(numbered(100), 5000).held_out.size() == 10);
  BOOST_TEST(program::hold_out(numbered(9), 5000).held_out.size() == 0);
  BOOST_TEST(program::hold_out(numbered(100), 0).trained_on.size() == 100);
}

BOOST_AUTO_TEST_SUITE_END()
