#include <boost/test/unit_test.hpp>
#include <dim/model/frozen_encoder.hpp>

#include "../io/temporary.hpp"
#include "../train/small.hpp"

BOOST_AUTO_TEST_SUITE(inference_pass)

using namespace tests;

BOOST_AUTO_TEST_CASE(it_is_used_again) {
  const SmallTrainer trainer({.batch = 16});
  const auto encoder = trainer.encoder();
  const auto images = stripes(9);
  const auto data = images_of(images);
  const auto expected = encoder.encode(images);
  auto pass = encoder.pass(Cpu{1}, 4);
  BOOST_TEST(pass.images() == 4);
  BOOST_TEST(pass.backend().threads() == 1);
  const float* lies = nullptr;
  for (const int first : {0, 4, 5, 8}) {
    const int count = std::min(4, 9 - first);
    const Taps<float> taps =
        pass.forward(count, [&](const Batch<float>& to, long n) { data.copy(first + n, to, n); });
    BOOST_TEST(taps.code.count == count);
    BOOST_TEST((!lies || taps.code.data == lies));
    lies = taps.code.data;
    for (int n = 0; n < count; ++n)
      for (int i = 0; i < 5; ++i)
        BOOST_TEST(taps.code(n, 0, 0, i) == expected(std::size_t(first + n), std::size_t(i)));
  }
}

BOOST_AUTO_TEST_CASE(more_memory_than_allowed) {
  const SmallTrainer trainer({.batch = 16});
  const long bytes = trainer.encoder().pass(Cpu{1}, 4).bytes();
  BOOST_TEST(trainer.encoder().pass(Cpu{1}, 4, bytes).bytes() == bytes);
  BOOST_TEST(
      has(error_of([&] { trainer.encoder().pass(Cpu{1}, 4, bytes - 1); }), "a pass over 4 images takes"));
}

BOOST_AUTO_TEST_SUITE_END()
