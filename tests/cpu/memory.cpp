#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <dim/cpu/memory.hpp>
#include <limits>
#include <set>
#include <vector>

#include "../bench.hpp"

BOOST_AUTO_TEST_SUITE(memory)

using namespace dim;
using namespace dim::cpu;

BOOST_AUTO_TEST_CASE(memory_is_aligned_and_zero) {
  std::byte* const data = allocate(Cpu{}, 1000);
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(data) % dim::alignment == 0);
  BOOST_TEST(std::set<std::byte>(data, data + 1000).size() == 1);
  BOOST_TEST(std::to_integer<int>(data[0]) == 0);
  release(Cpu{}, data);
}

BOOST_AUTO_TEST_CASE(arrays_go_there_and_come_back) {
  const std::vector<float> numbers{3, -1, 0.5F, 7};
  std::vector<float> there(5, 9), back(5, 8);
  upload(Cpu{}, numbers.data(), there.data(), 4);
  BOOST_TEST(there == (std::vector<float>{3, -1, 0.5F, 7, 9}));
  download(Cpu{}, there.data(), back.data(), 3);
  BOOST_TEST(back == (std::vector<float>{3, -1, 0.5F, 8, 8}));
}

// Channels last and within a border here, channels first and dense there.
BOOST_AUTO_TEST_CASE(a_batch_comes_back_channel_by_channel) {
  constexpr Shape shape{3, 2, 4};
  tests::Samples<double> samples(2, shape, 2, 1);
  const Batch<double> batch = samples.view();
  std::vector<double> expected;
  for (long n = 0; n < 2; ++n)
    for (long c = 0; c < 3; ++c)
      for (long y = 0; y < 2; ++y)
        for (long x = 0; x < 4; ++x)
          expected.push_back(batch(n, y, x, c) = double(1000 * n + 100 * c + 10 * y + x));
  std::vector<double> got(expected.size());
  download(Cpu{}, constant(batch), got.data());
  BOOST_TEST(got == expected);
  BOOST_TEST(samples.kept());
}

BOOST_AUTO_TEST_CASE(every_sample_is_written_once) {
  for (const int threads : {1, 2, 5})
    for (const int count : {0, 1, 8, 9, 50}) {
      tests::Samples<float> samples(count, {2, 3, 1}, 1, 0);
      std::vector<std::atomic<int>> written(static_cast<std::size_t>(count));
      load_batch(Cpu{threads}, samples.view(), [&](const Batch<float>& to, long n) {
        ++written[std::size_t(n)];
        for_each_number(to, n, [&](float& number) { number = float(n); });
      });
      for (const std::atomic<int>& times : written) BOOST_TEST(times == 1);
      for (long i = 0; i < samples.size(); ++i) BOOST_TEST(samples[i] == float(i / 6));
      BOOST_TEST(samples.kept());
    }
}

BOOST_AUTO_TEST_CASE(one_number_is_enough) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> numbers{1, std::numeric_limits<double>::max(), number};
    BOOST_TEST(!all_finite(Cpu{}, numbers.data(), 3));
    BOOST_TEST(all_finite(Cpu{}, numbers.data(), 2));
    BOOST_TEST(all_finite(Cpu{}, numbers.data(), 0));
  }
}

BOOST_AUTO_TEST_SUITE_END()
