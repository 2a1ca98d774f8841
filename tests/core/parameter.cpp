#include <boost/test/unit_test.hpp>
#include <dim/core/parameter.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(parameter)

using dim::Kind, dim::Parameter;

BOOST_AUTO_TEST_CASE(shapes) {
  const Parameter p{
      .name = "weight", .kind = Kind::weight, .outputs = 8, .inputs = 3, .height = 4, .width = 5, .rank = 4};
  BOOST_TEST(p.size() == 480);
  BOOST_TEST((p.shape() == std::vector<long>{8, 3, 4, 5}));
  BOOST_TEST((Parameter{.name = "bias", .kind = Kind::bias, .outputs = 8}.shape() == std::vector<long>{8}));
  Parameter flat = p;
  flat.rank = 2;
  BOOST_TEST((flat.shape() == std::vector<long>{8, 60}));
}

BOOST_AUTO_TEST_CASE(size_of_a_large_one) {
  const Parameter p{.name = "weight", .kind = Kind::weight, .outputs = 1 << 16, .inputs = 1 << 16};
  BOOST_TEST(p.size() == 1L << 32);
}

// (O, I, H, W) = (2, 3, 1, 2) as (H, W, I, O): element (o, i, 0, w) is number (w 3 + i) 2 + o.
BOOST_AUTO_TEST_CASE(weights_lie_input_by_input) {
  const dim::Parameter parameter{
      .name = "w", .kind = dim::Kind::weight, .outputs = 2, .inputs = 3, .height = 1, .width = 2, .rank = 4};
  long logical = 0;
  for (long o = 0; o < 2; ++o)
    for (long i = 0; i < 3; ++i)
      for (long w = 0; w < 2; ++w)
        BOOST_TEST(dim::position_by_inputs(parameter, logical++) == (w * 3 + i) * 2 + o);
}

BOOST_AUTO_TEST_SUITE_END()
