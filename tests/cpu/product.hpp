// Products of matrices by naive loops, in the documented order.
#pragma once
#include <boost/test/unit_test.hpp>
#include <dim/cpu/multiply.hpp>
#include <map>

#include "brain.hpp"
#include "exact.hpp"

namespace tests::exact {

using dim::Cpu;
using dim::MatrixView;
using dim::cpu::Store;

/// Row i of A times column j of B: chains of 256 terms, added in order.
template <class T>
T naive_product(MatrixView<T> a, MatrixView<T> b, long i, long j) {
  T total = 0;
  for (long first = 0; first < a.columns; first += 256) {
    T sum = 0;
    for (long k = first; k < std::min(first + 256, a.columns); ++k)
      sum = multiply_add(*a.at(i, k), *b.at(k, j), sum);
    total = first == 0 ? sum : total + sum;
  }
  return total;
}

/// The same in bfloat16: chains of 256 pairs, the second product of each pair first.
inline float naive_brain_product(MatrixView<float> a, MatrixView<float> b, long i, long j) {
  const auto product = [&](long k, float sum) {
    return k < a.columns ? multiply_add(brain(*a.at(i, k)), brain(*b.at(k, j)), sum) : sum;
  };
  float total = 0;
  for (long first = 0; first < a.columns; first += 512) {
    float sum = 0;
    for (long k = first; k < std::min(first + 512, a.columns); k += 2) sum = product(k, product(k + 1, sum));
    total = first == 0 ? sum : total + sum;
  }
  return total;
}

/// C = A B, or `epilogue` of it, into a copy of `c` by 1, 2 and 5 threads: all must equal `expected`.
template <class T, class Epilogue>
void check(MatrixView<T> a, MatrixView<T> b, const std::vector<T>& c, const std::vector<T>& expected,
           Epilogue epilogue, dim::Arithmetic arithmetic = {}) {
  for (const int threads : {1, 2, 5}) {
    // Made once: new pages for every product would take most of the time.
    static std::map<int, Scratch> made;
    Scratch& scratch = made.try_emplace(threads, dim::cpu::multiply_scratch<T>(), threads).first->second;
    scratch.fill();
    std::vector<T> result = c;
    dim::cpu::multiply(Cpu{threads, arithmetic}, a, b, scratch.data(), epilogue(result.data()));
    BOOST_TEST(same_bits(result, expected),
               "A is " << a.rows << " x " << a.columns << ", steps " << a.row_stride << " and "
                       << a.column_stride << ", B has " << b.columns << " columns, steps " << b.row_stride
                       << " and " << b.column_stride << ", " << threads << " threads");
    BOOST_TEST(scratch.kept());
  }
}

}  // namespace tests::exact
