#include <boost/test/unit_test.hpp>
#include <dim/cpu/memory.hpp>
#include <dim/objective/gram.hpp>

BOOST_AUTO_TEST_SUITE(gram)

using namespace dim;

// A row of the last layer's input is the hidden layer, a one, the features; rows begin at cache lines.
BOOST_AUTO_TEST_CASE(sizes_and_steps) {
  constexpr GramSizes sizes{.rows = 4096, .codes = 64, .features = 128, .units = 2048};
  static_assert(sizes.inputs() == 2177);
  static_assert(GramScores<float>{sizes}.step() == 2192 && GramScores<double>{sizes}.step() == 2184);
  static_assert(GramScores<float>{sizes}.table_step() == 2256);
}

BOOST_AUTO_TEST_CASE(arrays_follow_one_another) {
  GramScores<double> gram{{.rows = 3, .codes = 2, .features = 4, .units = 5}};
  const Memory<Cpu> memory = lay_out(Cpu{}, [&](Arena& arena) { gram.lay_out(arena); });
  BOOST_TEST(gram.e() - gram.centred == 10 * 5);
  BOOST_TEST(gram.v() - gram.table == 10);
  BOOST_TEST(gram.product - gram.a == 3 * 16);
  BOOST_TEST(reinterpret_cast<std::byte*>(gram.offset + 2) - memory.data() <= memory.bytes());
}

BOOST_AUTO_TEST_SUITE_END()
