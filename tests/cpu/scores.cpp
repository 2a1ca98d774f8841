#include <boost/test/unit_test.hpp>
#include <dim/cpu/scores.hpp>

#include "../objective/tables.hpp"

BOOST_AUTO_TEST_SUITE(scores)

using namespace tests;

std::vector<double> random_numbers(long count, std::uint64_t stream) {
  std::vector<double> numbers;
  for (long i = 0; i < count; ++i) numbers.push_back(uniform(3, stream, i));
  return numbers;
}
double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

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
    const View<const double, unit> g_rows{g.data(), rows}, l_rows{l.data(), columns};
    score(cpu, g_rows, l_rows, u.data(), scratch.data());
    score_backward(cpu, g_rows, l_rows, du.data(), View<double, unit>{dg.data(), rows},
                   View<double, unit>{dl.data(), columns}, scratch.data());
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

constexpr Shape feature{3, 1, 1}, code{2, 1, 1}, pair{5, 1, 1};
struct PairsCase {
  long images, globals, locations, shift;
  Scores<double> scores() const { return {nullptr, images, globals, 1, locations, false}; }
  int features() const { return int(images * locations); }
  int codes() const { return int(images * globals); }
  int pairs() const { return int(scores().size()); }
};
constexpr PairsCase pairs_cases[] = {{4, 1, 3, 1}, {5, 2, 3, 3}, {2, 3, 1, 1}, {6, 1, 2, 5}};

// For picture n its own features and those of picture (n + shift) mod N, each with every code of n.
BOOST_AUTO_TEST_CASE(pairs_as_they_are_described) {
  for (const PairsCase& test : pairs_cases) {
    const auto features = random_numbers(test.features() * 3, 0), codes = random_numbers(test.codes() * 2, 1);
    std::vector<double> expected;
    for (long n = 0; n < test.images; ++n)
      for (long m = 0; m < test.globals; ++m)
        for (const long picture : {n, (n + test.shift) % test.images})
          for (long p = 0; p < test.locations; ++p) {
            for (long c = 0; c < 3; ++c)
              expected.push_back(features[std::size_t((picture * test.locations + p) * 3 + c)]);
            for (long c = 0; c < 2; ++c)
              expected.push_back(codes[std::size_t((n * test.globals + m) * 2 + c)]);
          }
    std::vector<double> pairs(expected.size());
    gather_pairs(Cpu{2}, View<const double, feature>{features.data(), test.features()},
                 View<const double, code>{codes.data(), test.codes()}, test.scores(), test.shift,
                 View<double, pair>{pairs.data(), test.pairs()});
    BOOST_TEST(pairs == expected);
  }
}

// Gathering is linear, and scattering its transpose: <gather(f, c), d> = <f, df> + <c, dc>.
BOOST_AUTO_TEST_CASE(scattering_is_the_transpose_of_gathering) {
  for (const PairsCase& test : pairs_cases) {
    const auto features = random_numbers(test.features() * 3, 0), codes = random_numbers(test.codes() * 2, 1),
               dpairs = random_numbers(test.pairs() * 5, 2);
    std::vector<double> pairs(dpairs.size()), dfeatures(features.size(), 9), dcodes(codes.size(), 9);
    gather_pairs(Cpu{1}, View<const double, feature>{features.data(), test.features()},
                 View<const double, code>{codes.data(), test.codes()}, test.scores(), test.shift,
                 View<double, pair>{pairs.data(), test.pairs()});
    const auto scatter = [&](int threads, Write write) {
      scatter_pairs(Cpu{threads}, View<const double, pair>{dpairs.data(), test.pairs()}, test.scores(),
                    test.shift, View<double, feature>{dfeatures.data(), test.features()},
                    View<double, code>{dcodes.data(), test.codes()}, write);
    };
    scatter(1, Write::overwrite);
    BOOST_TEST(std::abs(dot(pairs, dpairs) - dot(features, dfeatures) - dot(codes, dcodes)) < 1e-12);
    const auto once = dcodes, once_features = dfeatures;
    scatter(3, Write::add);
    BOOST_TEST(dfeatures == once_features);
    for (std::size_t i = 0; i < once.size(); ++i) BOOST_TEST(std::abs(dcodes[i] - 2 * once[i]) < 1e-13);
  }
}

BOOST_AUTO_TEST_SUITE_END()
