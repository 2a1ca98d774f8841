#include <boost/test/unit_test.hpp>
#include <dim/cpu/elementwise.hpp>
#include <vector>

#include "../bench.hpp"

BOOST_AUTO_TEST_SUITE(elementwise)

using namespace dim;
using namespace dim::cpu;

BOOST_AUTO_TEST_CASE(every_line_once) {
  for (const auto& [images, height, width] : {std::array{3, 4, 5}, {1, 1, 20000}, {300, 7, 2}, {0, 4, 4}}) {
    const Batch<float> batch{nullptr, images, {2, height, width}, 0};
    std::vector<int> seen(static_cast<std::size_t>(images * height));
    for_each_line(Cpu{3}, batch, [&, h = height](long n, long y) { ++seen[std::size_t(n * h + y)]; });
    BOOST_TEST(seen == std::vector<int>(seen.size(), 1));
  }
}

// From one border to another: only the images' own values are written.
BOOST_AUTO_TEST_CASE(between_views_of_different_borders) {
  constexpr Shape shape{3, 4, 5};
  for (const Write write : {Write::overwrite, Write::add}) {
    tests::Samples<float> x(3, shape, 2, 1);
    tests::Samples<float> z(3, shape, 0, 0);
    tests::Samples<float> y(3, shape, 1, 0);
    for (long i = 0; i < x.size(); ++i) x[i] = float(i), z[i] = float(2 * i), y[i] = 100;
    const float base = write == Write::add ? 100.F : 0.F;
    transform(Cpu{2}, constant(x.view()), y.view(), write, [](float v) { return v + 1; });
    for (long i = 0; i < y.size(); ++i) BOOST_TEST(y[i] == base + float(i) + 1);
    for (long i = 0; i < y.size(); ++i) y[i] = 100;
    transform(Cpu{2}, constant(x.view()), constant(z.view()), y.view(), write,
              [](float a, float b) { return b - a; });
    for (long i = 0; i < y.size(); ++i) BOOST_TEST(y[i] == base + float(i));
    for (long i = 0; i < y.size(); ++i) y[i] = 100;
    copy(Cpu{2}, constant(x.view()), y.view(), write);
    for (long i = 0; i < y.size(); ++i) BOOST_TEST(y[i] == base + float(i));
    fill(Cpu{2}, y.view(), 2.5F);
    for (long i = 0; i < y.size(); ++i) BOOST_TEST(y[i] == 2.5F);
    BOOST_TEST((x.kept() && y.kept() && z.kept()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
