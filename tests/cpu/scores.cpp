#include <boost/test/unit_test.hpp>
#include <dim/cpu/scores.hpp>

#include "../objective/tables.hpp"

BOOST_AUTO_TEST_SUITE(scores)

using namespace tests;

// u(i, j) = Sum_k g(i, k) l(j, k), and its gradients.
BOOST_AUTO_TEST_CASE(dot_products_as_they_are_written) {
  constexpr long rows = 6, columns = 35;
  constexpr Shape unit{7, 1, 1};
  const auto g = random_numbers(rows * 7, 0), l = random_numbers(columns * 7, 1),
             du = random_numbers(rows * columns, 2);
  for (const int threads : {1, 3}) {
    const Cpu cpu{threads};
    Array<std::byte> scratch(score_scratch<double>(cpu));
    Array<double> u(rows * columns), dg(rows * 7), dl(columns * 7);
    const Batch<const double> g_rows{g.data(), rows, unit}, l_rows{l.data(), columns, unit};
    score(cpu, g_rows, l_rows, u.data(), scratch.data());
    score_backward(cpu, g_rows, l_rows, du.data(), Batch<double>{dg.data(), rows, unit},
                   Batch<double>{dl.data(), columns, unit}, scratch.data());
    std::vector<double> expected(rows * columns), expected_dg(rows * 7), expected_dl(columns * 7);
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t k = 0; k < 7; ++k) {
          expected[i * columns + j] += g[i * 7 + k] * l[j * 7 + k];
          expected_dg[i * 7 + k] += du[i * columns + j] * l[j * 7 + k];
          expected_dl[j * 7 + k] += du[i * columns + j] * g[i * 7 + k];
        }
    const auto close = [](const Array<double>& got, const std::vector<double>& wanted) {
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if (!(std::abs(got.data()[i] - wanted[i]) < 1e-13)) return false;
      return got.kept();
    };
    BOOST_TEST((close(u, expected) && close(dg, expected_dg) && close(dl, expected_dl) && scratch.kept()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
