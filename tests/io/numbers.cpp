#include <boost/test/unit_test.hpp>
#include <dim/io/numbers.hpp>

#include "temporary.hpp"

BOOST_AUTO_TEST_SUITE(numbers)

using namespace dim;

BOOST_AUTO_TEST_CASE(halves) {
  BOOST_TEST(from_half(0x3C00) == 1);
  BOOST_TEST(from_half(0xC000) == -2);
  BOOST_TEST(from_half(0x3555) == 0.333251953125F);
  BOOST_TEST(from_half(0x7BFF) == 65504);
  BOOST_TEST(from_half(0x0400) == 0x1p-14F);
  BOOST_TEST(from_half(0x03FF) == 0x3FFp-24F);
  BOOST_TEST(from_half(0x0001) == 0x1p-24F);
  BOOST_TEST((from_half(0x8000) == 0 && std::signbit(from_half(0x8000))));
  BOOST_TEST(from_half(0xFC00) == -std::numeric_limits<float>::infinity());
  BOOST_TEST(std::isnan(from_half(0x7C01)));
}

BOOST_AUTO_TEST_CASE(brain_floats) {
  BOOST_TEST(from_brain(0x3F80) == 1);
  BOOST_TEST(from_brain(0xC049) == -3.140625F);
  BOOST_TEST(std::isnan(from_brain(0x7FC0)));
}

BOOST_AUTO_TEST_CASE(as_another_type) {
  const std::vector<double> doubles{0.1, -1e300};
  const std::vector<float> floats{0.1F, 3};
  const std::vector<std::uint16_t> shorts{0x3C00, 0xC000};
  BOOST_TEST((numbers_of<float>(make_tensor("x", doubles.data(), {2})) ==
              std::vector<float>{0.1F, -std::numeric_limits<float>::infinity()}));
  BOOST_TEST((numbers_of<double>(make_tensor("x", doubles.data(), {2, 1})) == doubles));
  BOOST_TEST((numbers_of<double>(make_tensor("x", floats.data(), {2})) == std::vector<double>{0.1F, 3}));
  BOOST_TEST(
      (numbers_of<float>(Tensor{"x", Dtype::F16, {1, 2}, shorts.data()}) == std::vector<float>{1, -2}));
  BOOST_TEST((numbers_of<float>(Tensor{"x", Dtype::BF16, {2}, shorts.data()}) ==
              std::vector<float>{0.0078125F, -2}));
  BOOST_TEST(numbers_of<float>(Tensor{"x", Dtype::F32, {0, 4}, nullptr}).empty());
  const std::vector<std::int64_t> whole{1};
  BOOST_TEST(error_of([&] { numbers_of<float>(make_tensor("x", whole.data(), {1})); }) ==
             "tensor 'x' holds I64, where numbers are F64, F32, F16 or BF16; convert it");
}

BOOST_AUTO_TEST_SUITE_END()
