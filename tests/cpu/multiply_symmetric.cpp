#include "dim/cpu/multiply_symmetric.hpp"

#include <boost/test/unit_test.hpp>

#include "exact.hpp"

BOOST_AUTO_TEST_SUITE(multiply_symmetric)

using namespace dim;
using namespace dim::cpu;
using namespace tests::exact;

// On and above the diagonal the result of `multiply`, below it its mirror image, and nothing between the rows.
template <class T>
void check(MatrixView<T> a, MatrixView<T> b) {
  const long size = a.rows, step = size + 3;
  Scratch scratch(multiply_scratch<T>(), 1);
  const std::vector<T> before(std::size_t(size * step), T(7));
  std::vector<T> expected = before;
  dim::cpu::multiply(Cpu(1), a, b, scratch.data(), Store<T>{expected.data(), step});
  for (long i = 0; i < size; ++i)
    for (long j = 0; j < i; ++j) expected[std::size_t(i * step + j)] = expected[std::size_t(j * step + i)];
  for (const int threads : {1, 2, 5}) {
    Scratch own(multiply_scratch<T>(), threads);
    std::vector<T> c = before;
    dim::cpu::multiply_symmetric(Cpu{threads}, a, b, c.data(), step, own.data());
    BOOST_TEST(same_bits(c, expected), size << " rows, " << threads << " threads");
    BOOST_TEST(own.kept());
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(half_of_it_is_a_product_and_half_its_mirror, T, Scalars) {
  RandomNumbers random;
  for (const long size : {0L, 1L, 7L, 33L, symmetric_strip, symmetric_strip + 1, 2 * symmetric_strip + 45}) {
    const long depth = 19;
    const auto x = random.numbers<T>(size * depth, false), scales = random.numbers<T>(depth, false);
    std::vector<T> scaled = x;
    for (long k = 0; k < depth; ++k)
      for (long i = 0; i < size; ++i) scaled[std::size_t(k * size + i)] *= scales[std::size_t(k)];
    check(MatrixView<T>{x.data(), size, depth, depth},
          MatrixView<T>{x.data(), size, depth, depth}.transposed());
    check(MatrixView<T>{x.data(), depth, size, size}.transposed(),
          MatrixView<T>{scaled.data(), depth, size, size});
  }
}

BOOST_AUTO_TEST_SUITE_END()
