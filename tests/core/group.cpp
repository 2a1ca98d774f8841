#include "dim/core/group.hpp"

#include <boost/test/unit_test.hpp>
#include <dim/core/step.hpp>
#include <thread>

#include "member.hpp"

BOOST_AUTO_TEST_SUITE(group)

// What Group promises, for the one that the tests of layers use: all members get the sum, in the order of their
// ranks.
BOOST_AUTO_TEST_CASE(all_members_get_the_same_sum) {
  tests::Member::Meeting meeting(3);
  double numbers[3][2] = {{1e16, 1}, {1, 2}, {-1e16, 4}};
  const auto take_part = [&](int rank) {
    const tests::Member member(meeting, rank, 3);
    BOOST_REQUIRE(member.rank() == rank);
    BOOST_REQUIRE(member.size() == 3);
    member.all_sum(numbers[rank], 2);
  };
  std::thread first([&] { take_part(1); }), second([&] { take_part(2); });
  take_part(0);
  first.join(), second.join();
  const double sum = (1e16 + 1) - 1e16;
  for (const auto& of_member : numbers) {
    BOOST_TEST(of_member[0] == sum);
    BOOST_TEST(of_member[1] == 7);
  }
}

BOOST_AUTO_TEST_CASE(a_pass_belongs_to_none_unless_told) {
  BOOST_TEST(dim::Step{}.group == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
