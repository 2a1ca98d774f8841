// Products of few rows against naive loops: every bit must agree.
#include "dim/cpu/multiply_few.hpp"

#include <boost/test/unit_test.hpp>

#include "product.hpp"

BOOST_AUTO_TEST_SUITE(multiply_few)

using namespace tests::exact;

BOOST_AUTO_TEST_CASE_TEMPLATE(few_rows_and_many_columns, T, Scalars) {
  RandomNumbers random;
  const long N = dim::cpu::FewRowsScratch<T>::columns + 7, K = 300;
  for (long M = 1; M <= dim::cpu::few_rows; ++M) {
    const auto a = random.numbers<T>(M * K, false), b = random.numbers<T>(K * N, false);
    const MatrixView<T> A{a.data(), M, K, K}, B{b.data(), K, N, N};
    std::vector<T> expected;
    for (long i = 0; i < M; ++i)
      for (long j = 0; j < N; ++j) expected.push_back(naive_product(A, B, i, j));
    check(A, B, std::vector<T>(expected.size()), expected, [&](T* c) { return Store<T>{c, N}; });
  }
}

BOOST_AUTO_TEST_CASE(only_few_rows_of_what_lies_row_by_row) {
  const float* const none = nullptr;
  const MatrixView<float> row{none, 1, 9, 9}, few{none, dim::cpu::few_rows, 9, 9},
      many{none, dim::cpu::few_rows + 1, 9, 9};
  const MatrixView<float> b{none, 9, 5, 5}, turned = MatrixView<float>{none, 5, 9, 9}.transposed();
  BOOST_TEST(dim::cpu::has_few_rows(row, b));
  BOOST_TEST(dim::cpu::has_few_rows(few, b));
  BOOST_TEST(!dim::cpu::has_few_rows(many, b));
  BOOST_TEST(!dim::cpu::has_few_rows(row, turned));
}

BOOST_AUTO_TEST_SUITE_END()
