// Products of matrices against naive loops that add in the documented order: every bit must agree.
#include "dim/cpu/multiply.hpp"

#include <boost/test/unit_test.hpp>

#include "product.hpp"

BOOST_AUTO_TEST_SUITE(multiply)

using dim::cpu::Place;
using dim::cpu::Vector;
using namespace tests::exact;

/// One product of random extents with A or its transpose, B or its transpose, and gaps between rows.
template <class T>
void check_product(RandomNumbers& random, bool integers, bool turn_a, bool turn_b, bool add, bool with_bias,
                   dim::Arithmetic arithmetic = {}) {
  const long M = random.between(1, random.between(0, 3) > 0 ? 60 : dim::cpu::few_rows),
             N = random.between(1, 80), K = random.between(0, 600);
  const long gap = random.between(0, 3), a_step = (turn_a ? M : K) + gap, b_step = (turn_b ? K : N) + gap;
  const auto a = random.numbers<T>((turn_a ? K : M) * a_step, integers);
  const auto b = random.numbers<T>((turn_b ? N : K) * b_step, integers);
  const auto bias = random.numbers<T>(N, integers);
  const auto A =
      turn_a ? MatrixView<T>{a.data(), K, M, a_step}.transposed() : MatrixView<T>{a.data(), M, K, a_step};
  const auto B =
      turn_b ? MatrixView<T>{b.data(), N, K, b_step}.transposed() : MatrixView<T>{b.data(), K, N, b_step};

  const long step = N + gap;  // the gaps between the rows of C must stay unchanged
  const auto c = random.numbers<T>(M * step, integers);
  auto expected = c;
  for (long i = 0; i < M; ++i) {
    for (long j = 0; j < N; ++j) {
      T& to = expected[std::size_t(i * step + j)];
      T sum;
      if constexpr (std::is_same_v<T, float>)
        sum = arithmetic.products == dim::Precision::bf16 ? naive_brain_product(A, B, i, j)
                                                          : naive_product(A, B, i, j);
      else
        sum = naive_product(A, B, i, j);
      if (with_bias) sum = sum + bias[std::size_t(j)];
      to = add ? to + sum : sum;
    }
  }
  check(
      A, B, c, expected,
      [&](T* result) {
        return Store<T>{result, step, add, with_bias ? bias.data() : nullptr};
      },
      arithmetic);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(products_equal_naive_loops, T, Scalars) {
  RandomNumbers random;
  for (int bits = 0, end = rounds(512); bits < end; ++bits)  // half of them integers, whose sums are exact
    check_product<T>(random, bits & 1, bits & 2, bits & 4, bits & 8, bits & 16);
}

BOOST_AUTO_TEST_CASE(products_of_brain_floats_equal_naive_loops) {
  RandomNumbers random;
  for (int bits = 0, end = rounds(512); bits < end; ++bits)
    check_product<float>(random, bits & 1, bits & 2, bits & 4, bits & 8, bits & 16,
                         {.products = dim::Precision::bf16});
  Scratch scratch(dim::cpu::multiply_scratch<double>(), 1);  // double stays double
  const double a = 1 + 0x1p-40;
  double c = 0;
  dim::cpu::multiply(Cpu{1, {.products = dim::Precision::bf16}}, MatrixView<double>{&a, 1, 1, 1},
                     MatrixView<double>{&a, 1, 1, 1}, scratch.data(), Store<double>{&c, 1});
  BOOST_TEST(c == a * a);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(many_blocks_equal_naive_loops, T, Scalars) {
  RandomNumbers random;
  const long M = dim::cpu::block_tiles * dim::cpu::tile_rows + 5,
             N = dim::cpu::block_panels * dim::cpu::tile_columns<T> + 3;
  for (const long K : {3, 257}) {
    const auto a = random.numbers<T>(M * K, false), b = random.numbers<T>(K * N, false);
    for (const bool turned : {false, true}) {
      const auto A =
          turned ? MatrixView<T>{a.data(), K, M, M}.transposed() : MatrixView<T>{a.data(), M, K, K};
      const MatrixView<T> B{b.data(), K, N, N};
      std::vector<T> expected;
      for (long i = 0; i < M; ++i)
        for (long j = 0; j < N; ++j) expected.push_back(naive_product(A, B, i, j));
      check(A, B, std::vector<T>(expected.size()), expected, [&](T* c) { return Store<T>{c, N}; });
    }
  }
}

// So deep that the columns of B fit into what blocks share only in several stripes.
BOOST_AUTO_TEST_CASE(panels_shared_in_stripes_equal_naive_loops) {
  RandomNumbers random;
  const long M = 3 * dim::cpu::block_tiles * dim::cpu::tile_rows, K = 5000,
             N = 10 * dim::cpu::tile_columns<float> + 3;
  // Only a few different rows, so that few sums are computed naively.
  const long different = 7;
  auto a = random.numbers<float>(M * K, false);
  for (long i = different * K; i < M * K; ++i) a[std::size_t(i)] = a[std::size_t(i - different * K)];
  const auto b = random.numbers<float>(K * N, false);
  const MatrixView<float> A{a.data(), M, K, K}, B{b.data(), K, N, N};
  for (const auto products : {dim::Precision::f32, dim::Precision::bf16}) {
    std::vector<float> expected;
    for (long i = 0; i < M; ++i)
      for (long j = 0; j < N; ++j)
        expected.push_back(i >= different                     ? expected[std::size_t((i - different) * N + j)]
                           : products == dim::Precision::bf16 ? naive_brain_product(A, B, i, j)
                                                              : naive_product(A, B, i, j));
    check(A, B, std::vector<float>(expected.size()), expected,
          [&](float* c) {
            return Store<float>{c, N};
          },
          {.products = products});
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_epilogue_sees_each_number_once, T, Scalars) {
  const long M = 37, N = 3 * dim::cpu::tile_columns<T> + 5;
  const std::vector<T> a(std::size_t(M), T(1)), b(std::size_t(N), T(1));
  for (const int threads : {1, 2, 5}) {
    Scratch scratch(dim::cpu::multiply_scratch<T>(), threads);
    std::vector<T> seen(std::size_t(M * N));
    dim::cpu::multiply(Cpu{threads}, MatrixView<T>{a.data(), M, 1, 1}, MatrixView<T>{b.data(), 1, N, N},
                       scratch.data(), [&](Place place, Vector<T> sum) {
                         T* const to = &seen[std::size_t(place.row * N + place.column)];
                         (Vector<T>::load(to, place.count) + sum).store(to, place.count);
                       });
    BOOST_TEST(same_bits(seen, std::vector<T>(std::size_t(M * N), T(1))));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(empty_sums_are_zero_and_empty_products_nothing, T, Scalars) {
  Scratch scratch(dim::cpu::multiply_scratch<T>(), 1);
  std::vector<T> c(6, T(7));
  const T* const none = nullptr;
  dim::cpu::multiply(Cpu(1), MatrixView<T>{none, 0, 4, 4}, MatrixView<T>{none, 4, 3, 3}, scratch.data(),
                     Store<T>{c.data(), 3});
  dim::cpu::multiply(Cpu(1), MatrixView<T>{none, 2, 4, 4}, MatrixView<T>{none, 4, 0, 0}, scratch.data(),
                     Store<T>{c.data(), 3});
  BOOST_TEST(same_bits(c, std::vector<T>(6, T(7))));
  dim::cpu::multiply(Cpu(1), MatrixView<T>{none, 2, 0, 0}, MatrixView<T>{none, 0, 3, 3}, scratch.data(),
                     Store<T>{c.data(), 3});
  BOOST_TEST(same_bits(c, std::vector<T>(6, T(0))));
}

BOOST_AUTO_TEST_SUITE_END()
