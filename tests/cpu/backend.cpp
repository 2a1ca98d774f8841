// One header brings every kernel that training calls: this file includes no other.
#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/data/images.hpp>
#include <dim/train/trainer.hpp>

BOOST_AUTO_TEST_SUITE(backend)

using namespace dim;
using namespace dim::cpu;

struct Maps : Sequential<Conv<4, 4, 2, 1>, BatchNorm, ReLU> {};
struct Summary : Sequential<Linear<3>> {};
using Net = Encoder<Shape{1, 4, 4}, Maps, Summary>;
using Goal = Objective<LocalAndGlobal, JSD, UniformPrior, Dot<4>>;

BOOST_AUTO_TEST_CASE(trains_without_another_header_of_kernels) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 8 * 16; ++i) bytes.push_back(std::uint8_t(i * 37 % 251));
  const Images images(std::move(bytes), 8, {1, 4, 4}, Strides::planes({1, 4, 4}));
  Trainer<Net, Goal> trainer({.batch = 4, .threads = 2});
  double sum = 0;
  trainer.fit(images, {.epochs = 2}, [&](const Losses& losses, long) {
    sum += losses.local.loss + losses.global.loss + losses.prior.encoder + losses.prior.adversary;
    return true;
  });
  BOOST_TEST(trainer.steps() == 4);
  BOOST_TEST(std::isfinite(sum));
  BOOST_TEST(sum != 0);
}

BOOST_AUTO_TEST_SUITE_END()
