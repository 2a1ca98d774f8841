// Packed matrices, value by value.
#include "dim/cpu/pack.hpp"

#include <boost/test/unit_test.hpp>

#include "brain.hpp"
#include "exact.hpp"

BOOST_AUTO_TEST_SUITE(pack)

using namespace tests::exact;
using dim::MatrixView;
using dim::cpu::BfloatPair;

/// What the packed value of terms k and k + 1, or of term k alone, must be.
template <class P>
void check_number(P packed, const MatrixView<float>& m, long k, long j) {
  if constexpr (std::is_same_v<P, float>) {
    BOOST_TEST(packed == *m.at(k, j));
  } else {
    BOOST_TEST(first_of(packed) == brain(*m.at(2 * k, j)));
    BOOST_TEST(second_of(packed) == (2 * k + 1 < m.rows ? brain(*m.at(2 * k + 1, j)) : 0.0F));
  }
}

template <class P>
void check_panels(bool turned) {
  constexpr long width = 2 * dim::cpu::Vector<P>::lanes;
  RandomNumbers random;
  for (int round = 0; round < 100; ++round) {
    const long rows = random.between(1, 70), columns = random.between(1, 90), gap = random.between(0, 3);
    const long depth = dim::cover(rows, dim::cpu::packed_terms<P>), apart = depth * width + 5;
    const auto numbers =
        random.numbers<float>((turned ? columns : rows) * ((turned ? rows : columns) + gap), false);
    const MatrixView<float> m =
        turned ? MatrixView<float>{numbers.data(), columns, rows, rows + gap}.transposed()
               : MatrixView<float>{numbers.data(), rows, columns, columns + gap};
    std::vector<P> panels(std::size_t(dim::cover(columns, width) * apart), P(77));
    dim::cpu::pack<width>(m, panels.data(), apart);
    for (long j = 0; j < columns; ++j)
      for (long k = 0; k < depth; ++k)
        check_number(panels[std::size_t(j / width * apart + k * width + j % width)], m, k, j);
    for (std::size_t i = std::size_t(apart - 5); i < std::size_t(apart); ++i) BOOST_TEST(panels[i] == P(77));
  }
}
BOOST_AUTO_TEST_CASE(in_panels) {
  check_panels<float>(false);
  check_panels<float>(true);
}
BOOST_AUTO_TEST_CASE(in_panels_of_pairs) {
  check_panels<BfloatPair>(false);
  check_panels<BfloatPair>(true);
}

BOOST_AUTO_TEST_CASE(rows_of_pairs) {
  RandomNumbers random;
  for (long columns = 1; columns < 100; ++columns) {
    const auto numbers = random.numbers<float>(3 * columns, false);
    const MatrixView<float> m{numbers.data(), 3, columns, columns};
    const long apart = dim::cover(columns, 2);
    std::vector<BfloatPair> rows(std::size_t(3 * apart));
    dim::cpu::pack_rows(m, rows.data(), apart);
    for (long i = 0; i < 3; ++i)
      for (long k = 0; k < apart; ++k) check_number(rows[std::size_t(i * apart + k)], m.transposed(), k, i);
  }
}

BOOST_AUTO_TEST_SUITE_END()
