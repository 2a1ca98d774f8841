#include "dim/core/arithmetic.hpp"

#include <boost/test/unit_test.hpp>

#include "dim/cpu/cpu.hpp"

BOOST_AUTO_TEST_SUITE(arithmetic)

using namespace dim;

BOOST_AUTO_TEST_CASE(products_are_of_floats_unless_asked_for) {
  static_assert(Arithmetic().products == Precision::f32 && Arithmetic().winograd);
  const Cpu cpu(2, {.winograd = false, .products = Precision::bf16}), copy = cpu;
  BOOST_TEST((copy.arithmetic.products == Precision::bf16));
  BOOST_TEST(!copy.arithmetic.winograd);
  BOOST_TEST(Cpu::with_threads(1).arithmetic.winograd);
}

BOOST_AUTO_TEST_SUITE_END()
