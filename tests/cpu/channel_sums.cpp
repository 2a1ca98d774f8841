#include <boost/test/unit_test.hpp>
#include <dim/cpu/channel_sums.hpp>
#include <vector>

#include "../bench.hpp"

BOOST_AUTO_TEST_SUITE(channel_sums)

using namespace dim;
using namespace dim::cpu;

BOOST_AUTO_TEST_CASE(chunks_are_whole_images_of_64_pixels_or_more) {
  for (const auto& [images, area, count] :
       {std::array{10L, 100L, 10L}, {10L, 64L, 10L}, {10L, 16L, 3L}, {3L, 1L, 1L}}) {
    const Chunks chunks = Chunks::of(images, area);
    BOOST_TEST(chunks.count() == count);
    BOOST_TEST(chunks.begin(0) == 0);
    BOOST_TEST(chunks.end(count - 1) == images);
    for (long i = 1; i < count; ++i) BOOST_TEST(chunks.begin(i) == chunks.end(i - 1));
  }
}

// Integers, whose sums are exact: the sum over all pixels and of their squares, whatever the chunks and threads.
BOOST_AUTO_TEST_CASE(sums_over_all_pixels) {
  for (const auto& [images, height, width, channels] :
       {std::array{5L, 3L, 4L, 7L}, {70L, 1L, 1L, 300L}, {1L, 9L, 9L, 1L}})
    for (const int threads : {1, 3}) {
      tests::Array<float> scratch(images * 2 * channels);
      std::vector<float> sum(static_cast<std::size_t>(channels)), squares(sum);
      const auto value = [](long n, long y, long x, long c) {
        return float((n * 5 + y * 3 + x * 7 + c) % 11 - 5);
      };
      dim::cpu::channel_sums<2>(
          Cpu{threads}, images, height, width, channels, scratch.data(),
          [&, w = width, k = channels](long n, long y, float* const* partial) {
            for (long x = 0; x < w; ++x)
              for (long c = 0; c < k; ++c) {
                partial[0][c] += value(n, y, x, c);
                partial[1][c] += value(n, y, x, c) * value(n, y, x, c);
              }
          },
          [&](long c, const float* sums) {
            sum[std::size_t(c)] = sums[0], squares[std::size_t(c)] = sums[1];
          });
      BOOST_TEST(scratch.kept());
      for (long c = 0; c < channels; ++c) {
        float expected = 0, expected_squares = 0;
        for (long n = 0; n < images; ++n)
          for (long y = 0; y < height; ++y)
            for (long x = 0; x < width; ++x) {
              expected += value(n, y, x, c);
              expected_squares += value(n, y, x, c) * value(n, y, x, c);
            }
        BOOST_TEST(sum[std::size_t(c)] == expected);
        BOOST_TEST(squares[std::size_t(c)] == expected_squares);
      }
    }
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_bias) {
  std::vector<float> dy(2 * 3 * 2 * 2), db{10, 20}, scratch(4);
  for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = float(i);
  const Batch<const float> images{dy.data(), 2, {2, 3, 2}, 0};
  bias_gradient(Cpu{2}, images, db.data(), true, scratch.data());
  BOOST_TEST(db == (std::vector<float>{10 + 132, 20 + 144}));
  bias_gradient(Cpu{1}, images, db.data(), false, scratch.data());
  BOOST_TEST(db == (std::vector<float>{132, 144}));
  bias_gradient(Cpu{1}, Batch<const float>{nullptr, 0, {2, 3, 2}, 0}, db.data(), false, scratch.data());
  BOOST_TEST(db == (std::vector<float>{0, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
