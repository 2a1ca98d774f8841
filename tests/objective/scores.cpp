#include <boost/test/unit_test.hpp>
#include <dim/objective/scores.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(scores)

using namespace dim;

struct Order {
  std::vector<int> positives, negatives;
};
/// Where the scores of a row are stored.
Order order_of(const Scores<int>& u, long row) {
  Order order;
  u.row(row).for_each_positive([&](int& x) { order.positives.push_back(int(&x - u.data)); });
  u.row(row).for_each_negative([&](int& x) { order.negatives.push_back(int(&x - u.data)); });
  return order;
}

BOOST_AUTO_TEST_CASE(all_pairs) {
  std::vector<int> numbers(36);
  const Scores<int> u{numbers.data(), 3, 2, 2, 2, true};  // (3, 2, 3, 2)
  BOOST_TEST(u.rows() == 6);
  BOOST_TEST(u.row_size() == 6);
  BOOST_TEST(u.size() == 36);
  BOOST_TEST(u.positive_pairs() == 12);
  BOOST_TEST(u.negative_pairs() == 24);
  const Order first = order_of(u, 1), second = order_of(u, 2), third = order_of(u, 4);
  BOOST_TEST(first.positives == (std::vector{6, 7}));
  BOOST_TEST(first.negatives == (std::vector{8, 9, 10, 11}));
  BOOST_TEST(second.positives == (std::vector{14, 15}));
  BOOST_TEST(second.negatives == (std::vector{12, 13, 16, 17}));
  BOOST_TEST(third.positives == (std::vector{28, 29}));
  BOOST_TEST(third.negatives == (std::vector{24, 25, 26, 27}));
}

BOOST_AUTO_TEST_CASE(one_negative) {
  std::vector<int> numbers(36);
  const Scores<int> u{numbers.data(), 3, 2, 1, 3, false};  // (3, 2, 2, 3)
  BOOST_TEST(u.size() == 36);
  BOOST_TEST(u.positive_pairs() == 18);
  BOOST_TEST(u.negative_pairs() == 18);
  const Order last = order_of(u, 5);
  BOOST_TEST(last.positives == (std::vector{30, 31, 32}));
  BOOST_TEST(last.negatives == (std::vector{33, 34, 35}));
}

BOOST_AUTO_TEST_SUITE_END()
