#include "dim/cpu/gram.hpp"

#include <boost/test/unit_test.hpp>

#include "exact.hpp"

BOOST_AUTO_TEST_SUITE(gram)

using namespace dim;
using namespace dim::cpu;
using namespace tests::exact;

// As measured: build/release/benchmarks/step --benchmark_filter=local_dot. Computing G does not pay for few rows, nor
// for few units with many features.
BOOST_AUTO_TEST_CASE(when_it_is_faster) {
  const auto faster = [](long rows, long codes, long features, long units) {
    return gram_is_faster(Cpu{}, {rows, codes, features, units});
  };
  for (const long images : {64, 128, 256}) {
    BOOST_TEST(faster(64 * images, images, 128, 2048));
    BOOST_TEST(faster(64 * images, images, 128, 1024));
    BOOST_TEST(!faster(64 * images, images, 128, 512));
    BOOST_TEST(!faster(64 * images, images, 128, 64));
    BOOST_TEST(!faster(images, images, 4096, 2048));  // Global
  }
  BOOST_TEST(!faster(1024, 16, 128, 2048));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(centred_rows, T, Scalars) {
  const std::vector<T> x{1, 2, 6, 0, 0, 3}, expected{-2, -1, 3, -1, -1, 2};
  for (const int threads : {1, 3}) {
    std::vector<T> to(6);
    centre_rows(Cpu{threads}, 2, 3, to.data(), [&](long i, long k) { return x[std::size_t(i * 3 + k)]; });
    BOOST_TEST(same_bits(to, expected));
  }
}

/// Both kernels in scratch of the size that they ask for, full of NaN.
template <class T, int Units, int Features>
void check_scratch(long rows, long codes, int threads) {
  RandomNumbers random;
  const Cpu cpu{threads};
  GramScores<T> scores{{rows, codes, Features, Units}};
  const Memory<Cpu> memory = lay_out(cpu, [&](Arena& arena) { scores.lay_out(arena); });
  Scratch scratch({.fixed = gram_scratch(cpu, scores)}, threads);
  constexpr Shape unit{Units, 1, 1}, feature{Features, 1, 1};
  auto y = random.numbers<T>(rows * Units, false), x = random.numbers<T>(rows * Features, false);
  auto g = random.numbers<T>(codes * Units, false), u = random.numbers<T>(codes * rows, false);
  const auto parameters = random.numbers<T>((Units + 1 + Features + 2) * Units, false);
  auto dparameters = parameters, dg = g;
  const Batch<const T> codes_head{g.data(), int(codes), unit};
  gram_score(cpu, scores, Batch<const T>{y.data(), int(rows), unit},
             Batch<const T>{x.data(), int(rows), feature}, codes_head, parameters.data(), u.data(),
             scratch.data());
  gram_score_backward(cpu, scores, codes_head, parameters.data(), u.data(),
                      Batch<T>{y.data(), int(rows), unit}, Batch<T>{x.data(), int(rows), feature},
                      Batch<T>{dg.data(), int(codes), unit}, dparameters.data(), scratch.data());
  BOOST_TEST(scratch.kept());
  for (const auto* const array : {&y, &x, &dg, &dparameters})
    for (const T value : *array) BOOST_REQUIRE(std::isfinite(value));
}
BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_to_its_scratch, T, Scalars) {
  check_scratch<T, 5, 3>(7, 2, 1);
  check_scratch<T, 16, 15>(9, 3, 2);
  check_scratch<T, 33, 1>(70, 5, 3);
}

BOOST_AUTO_TEST_SUITE_END()
