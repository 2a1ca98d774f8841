#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <set>

#include "../../examples/dim/commands/monitor.hpp"
#include "../../examples/dim/data/data.hpp"

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
  const program::HeldOut parts = program::hold_out(numbered(200), 7);
  BOOST_TEST(parts.held_out.size() == 7);
  BOOST_TEST(parts.trained_on.size() == 193);
  std::set<int> seen;
  for (const dim::Images* part : {&parts.held_out, &parts.trained_on})
    for (const int label : part->labels()) BOOST_TEST(seen.insert(label).second);
  BOOST_TEST(*seen.rbegin() == 199);
  BOOST_TEST((program::hold_out(numbered(200), 7).held_out.labels() == parts.held_out.labels()));
}

BOOST_AUTO_TEST_CASE(a_tenth_at_most) {
  BOOST_TEST(program::hold_out(numbered(200), 5000).held_out.size() == 20);
  BOOST_TEST(program::hold_out(numbered(9), 5000).held_out.size() == 0);
  const program::HeldOut all = program::hold_out(numbered(200), 0);
  BOOST_TEST(all.trained_on.size() == 200);
  BOOST_TEST(all.why_none == "");
}

// Where 20 of fewer than 100 neighbours vote, their votes are much the same for every image.
BOOST_AUTO_TEST_CASE(none_where_they_cannot_be_judged) {
  BOOST_TEST(program::hold_out(numbered(112), 5000).held_out.size() == 11);
  const program::HeldOut few = program::hold_out(numbered(110), 5000);
  BOOST_TEST(few.trained_on.size() == 110);
  BOOST_TEST(few.why_none == "they are too few to judge by their nearest neighbours");
  const dim::Images unlabelled(std::vector<std::uint8_t>(200), 200, {1, 1, 1},
                               dim::Strides::planes({1, 1, 1}));
  BOOST_TEST(program::hold_out(unlabelled, 20).trained_on.size() == 200);
  BOOST_TEST(program::hold_out(unlabelled, 20).why_none == "they have no labels to judge by");
}

/// `count` images of 2 classes, of which the first has `first` images.
dim::Images of_two_classes(int count, int first) {
  std::vector<int> labels;
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < count; ++i) {
    labels.push_back(i < first ? 0 : 1);
    bytes.push_back(std::uint8_t(labels.back() == 0 ? 10 + i % 9 : 200 + i % 9));
    bytes.push_back(std::uint8_t(labels.back() == 0 ? 200 : 10));
  }
  return dim::Images(std::move(bytes), count, {2, 1, 1}, dim::Strides::planes({2, 1, 1}))
      .with_labels(labels, 2);
}

BOOST_AUTO_TEST_CASE(neighbours_tell_the_classes_of_few_images) {
  const program::HeldOutNeighbours few(program::hold_out(of_two_classes(400, 100), 5000));
  BOOST_TEST(few.protocol() == "knn-20-cosine-held-out-among-100");
  BOOST_TEST(few.accuracy(dim::Cpu{1}, program::pixels_of) == 1);
  BOOST_TEST(few.chance() == 0.75);
  const program::HeldOutNeighbours many(program::hold_out(of_two_classes(2000, 1000), 5000));
  BOOST_TEST(many.protocol() == "knn-20-cosine-held-out-among-half");
  BOOST_TEST(many.chance() == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
