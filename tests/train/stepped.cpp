#include <boost/test/unit_test.hpp>
#include <dim/train/stepped.hpp>

BOOST_AUTO_TEST_SUITE(stepped)

BOOST_AUTO_TEST_CASE(falls_to_a_tenth_from_each_milestone_on) {
  const std::vector<long> milestones{2, 5};
  BOOST_TEST(dim::stepped(1, milestones, 0) == 1);
  BOOST_TEST(dim::stepped(1, milestones, 1) == 1);
  BOOST_TEST(dim::stepped(1, milestones, 2) == 0.1);
  BOOST_TEST(dim::stepped(1, milestones, 4) == 0.1);
  BOOST_TEST(dim::stepped(1, milestones, 5) == 0.01);
  BOOST_TEST(dim::stepped(1, milestones, 1000) == 0.01);
  BOOST_TEST(dim::stepped(0.3, {}, 7) == 0.3);
}

BOOST_AUTO_TEST_SUITE_END()
