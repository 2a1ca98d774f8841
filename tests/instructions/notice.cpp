#include <boost/test/unit_test.hpp>
#include <cstring>
#include <dim/cpu/simd.hpp>

#include "../../examples/dim/terminal/instructions.hpp"

BOOST_AUTO_TEST_SUITE(notice)

// The same line in all builds would be useless: the AVX2 build prints nothing, and the plain build says what to do.
BOOST_AUTO_TEST_CASE(only_a_slow_build_says_so) {
  const bool slow = dim::cpu::register_bytes == 16;
  BOOST_TEST((program::vector_instructions() == nullptr) == slow);
  BOOST_TEST((std::strstr(program::slow_build_notice(), "-march=x86-64-v3\n") != nullptr) == slow);
  BOOST_TEST((std::strlen(program::slow_build_notice()) == 0) == !slow);
}

BOOST_AUTO_TEST_SUITE_END()
