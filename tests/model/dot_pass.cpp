#include <boost/test/unit_test.hpp>

#include "dot.hpp"

BOOST_AUTO_TEST_SUITE(dot_pass)

using namespace tests::dot_product;

BOOST_AUTO_TEST_CASE(gradients) {
  check_all_gradients<HeadForm::direct>();
}

BOOST_AUTO_TEST_CASE(names_in_the_order_in_which_they_lie) {
  const DotPass<Cpu, float> pass({5, 1, 1}, {3, 1, 1}, 8);
  const Entries entries = pass.entries();
  BOOST_TEST(entries.parameters.front().name == "feature_head.0.0.0.weight");
  BOOST_TEST(entries.parameters[8].name == "code_head.0.0.0.weight");
  BOOST_TEST(entries.parameters[8].offset == counts<Head<8>>({5, 1, 1}).parameters);
  const auto& last = entries.parameters.back();
  BOOST_TEST(last.offset + last.array.size() == pass.counts().parameters);
}

BOOST_AUTO_TEST_SUITE_END()
