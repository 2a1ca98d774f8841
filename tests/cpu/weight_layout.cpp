#include "dim/cpu/weight_layout.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <dim/layers/conv.hpp>
#include <dim/layers/linear.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(weight_layout)

using dim::Kind, dim::Parameter;

/// Every place is used once.
void check_permutation(const Parameter& p) {
  std::vector<int> taken(std::size_t(p.size()));
  for (long i = 0; i < p.size(); ++i) ++taken.at(std::size_t(position(dim::Cpu{}, p, i)));
  BOOST_TEST(std::ranges::count(taken, 1) == p.size());
}

BOOST_AUTO_TEST_CASE(position_is_a_permutation) {
  for (const Parameter& p : dim::Conv<5, 3, 1, 1, dim::Bias::yes>::parameters({4, 7, 9}))
    check_permutation(p);
  for (const Parameter& p : dim::Linear<7>::parameters({2, 3, 5})) check_permutation(p);
}

// (O, I, H, W) becomes (H, W, I, O).
BOOST_AUTO_TEST_CASE(position_of_some) {
  const Parameter p{
      .name = "weight", .kind = Kind::weight, .outputs = 2, .inputs = 3, .height = 4, .width = 5, .rank = 4};
  const dim::Cpu cpu;
  BOOST_TEST(position(cpu, p, 0) == 0);
  BOOST_TEST(position(cpu, p, 1) == 3 * 2);      // next column
  BOOST_TEST(position(cpu, p, 5) == 5 * 3 * 2);  // next line
  BOOST_TEST(position(cpu, p, 4 * 5) == 2);      // next input
  BOOST_TEST(position(cpu, p, 3 * 4 * 5) == 1);  // next output
  BOOST_TEST(position(cpu, p, p.size() - 1) == p.size() - 1);
}

BOOST_AUTO_TEST_SUITE_END()
