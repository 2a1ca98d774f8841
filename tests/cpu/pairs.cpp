#include <boost/test/unit_test.hpp>
#include <dim/cpu/pairs.hpp>
#include <numeric>

#include "../objective/tables.hpp"

BOOST_AUTO_TEST_SUITE(pairs)

using namespace tests;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

constexpr Shape feature{3, 1, 1}, code{2, 1, 1}, pair{5, 1, 1};
struct PairsCase {
  long images, globals, locations;
  std::int64_t shift;
  bool all_pairs() const { return shift == 0; }
  const std::int64_t* by() const { return all_pairs() ? nullptr : &shift; }
  Scores<double> scores() const {
    return {nullptr, images, globals, all_pairs() ? images - 1 : 1, locations, all_pairs()};
  }
  /// The image whose features image n's codes are paired with.
  std::vector<long> paired_images(long n) const {
    std::vector<long> all{n, (n + shift) % images};
    if (!all_pairs()) return all;
    all.resize(std::size_t(images));
    std::iota(all.begin(), all.end(), 0L);
    return all;
  }
  int features() const { return int(images * locations); }
  int codes() const { return int(images * globals); }
  int pairs() const { return int(scores().size()); }
};
constexpr PairsCase pairs_cases[] = {{4, 1, 3, 1}, {5, 2, 3, 3}, {2, 3, 1, 1}, {6, 1, 2, 5}};

// For image n its own features and those of image (n + shift) mod N, each with every code of n.
BOOST_AUTO_TEST_CASE(pairs_as_they_are_described) {
  for (const PairsCase& test : pairs_cases) {
    const auto features = random_numbers(test.features() * 3, 0), codes = random_numbers(test.codes() * 2, 1);
    std::vector<double> expected;
    for (long n = 0; n < test.images; ++n)
      for (long m = 0; m < test.globals; ++m)
        for (const long image : test.paired_images(n))
          for (long p = 0; p < test.locations; ++p) {
            for (long c = 0; c < 3; ++c)
              expected.push_back(features[std::size_t((image * test.locations + p) * 3 + c)]);
            for (long c = 0; c < 2; ++c)
              expected.push_back(codes[std::size_t((n * test.globals + m) * 2 + c)]);
          }
    std::vector<double> pairs(expected.size());
    gather_pairs(Cpu{2}, Batch<const double>{features.data(), test.features(), feature},
                 Batch<const double>{codes.data(), test.codes(), code}, test.scores(), &test.shift,
                 Batch<double>{pairs.data(), test.pairs(), pair});
    BOOST_TEST(pairs == expected);
  }
}

// Gathering is linear, and scattering its transpose: <gather(f, c), d> = <f, df> + <c, dc>.
BOOST_AUTO_TEST_CASE(scattering_is_the_transpose_of_gathering) {
  for (const PairsCase& test : pairs_cases) {
    const auto features = random_numbers(test.features() * 3, 0), codes = random_numbers(test.codes() * 2, 1),
               dpairs = random_numbers(test.pairs() * 5, 2);
    std::vector<double> pairs(dpairs.size()), dfeatures(features.size(), 9), dcodes(codes.size(), 9);
    gather_pairs(Cpu{1}, Batch<const double>{features.data(), test.features(), feature},
                 Batch<const double>{codes.data(), test.codes(), code}, test.scores(), &test.shift,
                 Batch<double>{pairs.data(), test.pairs(), pair});
    const auto scatter = [&](int threads, Write write) {
      scatter_pairs(Cpu{threads}, Batch<const double>{dpairs.data(), test.pairs(), pair}, test.scores(),
                    &test.shift, Batch<double>{dfeatures.data(), test.features(), feature},
                    Batch<double>{dcodes.data(), test.codes(), code}, write);
    };
    scatter(1, Write::overwrite);
    BOOST_TEST(std::abs(dot(pairs, dpairs) - dot(features, dfeatures) - dot(codes, dcodes)) < 1e-12);
    const auto once = dcodes, once_features = dfeatures;
    scatter(3, Write::add);
    BOOST_TEST(dfeatures == once_features);
    for (std::size_t i = 0; i < once.size(); ++i) BOOST_TEST(std::abs(dcodes[i] - 2 * once[i]) < 1e-13);
  }
}

constexpr Shape hidden{5, 1, 1};
/// The same, and tables of all pairs, which have no shift.
std::vector<PairsCase> cases_of_sums() {
  std::vector<PairsCase> cases(std::begin(pairs_cases), std::end(pairs_cases));
  for (PairsCase test : pairs_cases) {
    test.shift = 0;
    cases.push_back(test);
  }
  return cases;
}
BOOST_AUTO_TEST_CASE(sums_of_pairs_as_they_are_described) {
  for (const PairsCase& test : cases_of_sums()) {
    const auto a = random_numbers(test.features() * 5, 0), b = random_numbers(test.codes() * 5, 1);
    std::vector<double> expected;
    for (long n = 0; n < test.images; ++n)
      for (long m = 0; m < test.globals; ++m)
        for (const long image : test.paired_images(n))
          for (long p = 0; p < test.locations; ++p)
            for (long c = 0; c < 5; ++c)
              expected.push_back(std::max(0., a[std::size_t((image * test.locations + p) * 5 + c)] +
                                                  b[std::size_t((n * test.globals + m) * 5 + c)]));
    std::vector<double> h(expected.size());
    add_pairs(Cpu{2}, Batch<const double>{a.data(), test.features(), hidden},
              Batch<const double>{b.data(), test.codes(), hidden}, test.scores(), test.by(),
              Batch<double>{h.data(), test.pairs(), hidden});
    BOOST_TEST(h == expected);
  }
}

// Where no sum is negative, adding is linear: <h(a, b), d> = <a, da> + <b, db>; where none is positive, nothing goes
// back.
BOOST_AUTO_TEST_CASE(sums_go_back_where_they_are_positive) {
  for (const PairsCase& test : cases_of_sums()) {
    auto a = random_numbers(test.features() * 5, 0), b = random_numbers(test.codes() * 5, 1);
    for (double& x : a) x += 2;
    const auto dh = random_numbers(test.pairs() * 5, 2);
    std::vector<double> h(dh.size()), da(a.size(), 9), db(b.size(), 9);
    const Batch<double> of_pairs{h.data(), test.pairs(), hidden};
    add_pairs(Cpu{1}, Batch<const double>{a.data(), test.features(), hidden},
              Batch<const double>{b.data(), test.codes(), hidden}, test.scores(), test.by(), of_pairs);
    const auto back = [&](int threads) {
      add_pairs_backward(Cpu{threads}, constant(of_pairs),
                         Batch<const double>{dh.data(), test.pairs(), hidden}, test.scores(), test.by(),
                         Batch<double>{da.data(), test.features(), hidden},
                         Batch<double>{db.data(), test.codes(), hidden});
    };
    back(1);
    BOOST_TEST(std::abs(dot(h, dh) - dot(a, da) - dot(b, db)) < 1e-12);
    const auto once_a = da, once_b = db;
    back(3);
    BOOST_TEST((da == once_a && db == once_b));
    std::fill(h.begin(), h.end(), 0.);
    back(2);
    BOOST_TEST((da == std::vector<double>(da.size()) && db == std::vector<double>(db.size())));
  }
}

BOOST_AUTO_TEST_SUITE_END()
