#include <boost/test/unit_test.hpp>
#include <dim/model/frozen_encoder.hpp>
#include <thread>

#include "../io/temporary.hpp"
#include "../train/small.hpp"
#include "../xtensor_views.hpp"

BOOST_AUTO_TEST_SUITE(frozen_encoder)

using namespace tests;

/// An encoder trained on a few images.
struct Trained {
  SmallTrainer trainer{{.batch = 16, .threads = 2, .optimizer = Adam{.rate = 1e-2}}};
  xt::xtensor<float, 4> images = stripes(300);

  Trained() { trainer.fit(images_of(images), {.epochs = 1}); }
};

BOOST_AUTO_TEST_CASE(a_code_does_not_depend_on_other_images) {
  const Trained trained;
  const auto encoder = trained.trainer.encoder();
  const xt::xtensor<float, 2> all = encoder.encode(trained.images);  // three chunks of at most 128
  BOOST_TEST((all.shape(0) == 300 && all.shape(1) == 5));
  for (const auto& [begin, end] : {std::pair{0, 1}, {7, 8}, {100, 230}, {299, 300}}) {
    const auto some = encoder.encode(xt::view(trained.images, xt::range(begin, end)));
    BOOST_TEST((some == xt::view(all, xt::range(begin, end))), "images " << begin << " to " << end);
  }
}

BOOST_AUTO_TEST_CASE(threads_share_one) {
  const Trained trained;
  const auto encoder = trained.trainer.encoder();
  const auto expected = encoder.encode(trained.images);
  std::array<bool, 8> same{};
  std::vector<std::thread> threads;
  for (bool& ok : same)
    threads.emplace_back([&] {
      ok = true;
      for (int repeat = 0; repeat < 5; ++repeat) ok = ok && encoder.encode(trained.images) == expected;
    });
  for (std::thread& thread : threads) thread.join();
  for (const bool ok : same) BOOST_TEST(ok);
}

BOOST_AUTO_TEST_CASE(a_copy_stays_as_it_is) {
  Trained trained;
  const auto copy = trained.trainer.encoder().copy();
  const auto before = copy.encode(trained.images);
  BOOST_TEST((before == trained.trainer.encoder().encode(trained.images)));
  const std::vector<long> some(16, 3);
  trained.trainer.step(images_of(trained.images), some);
  BOOST_TEST((before != trained.trainer.encoder().encode(trained.images)));
  BOOST_TEST((before == copy.encode(trained.images)));
  BOOST_TEST((before == copy.copy(Cpu{1}).encode(trained.images)));
}

BOOST_AUTO_TEST_CASE(encoding_changes_nothing) {
  const Trained trained;
  const auto before = state_of(trained.trainer);
  trained.trainer.encoder().encode(trained.images);
  BOOST_TEST((state_of(trained.trainer) == before));
}

// An encoder whose layers do nothing shows the layout: the image is its map.
BOOST_AUTO_TEST_CASE(representations_are_flattened_as_channels_height_width) {
  using Nothing =
      Encoder<Shape{2, 8, 8}, Sequential<Identity>, Sequential<Identity, Linear<3>, ReLU, Linear<4>>>;
  std::vector<float> parameters(std::size_t(dim::counts<Nothing::Summary>({2, 8, 8}).parameters), 0.01F);
  const FrozenEncoder<Cpu, float> encoder(Cpu{2}, std::make_unique<EncoderPass<Nothing, Cpu, float>>(),
                                          {.parameters = parameters.data()});
  const auto images = stripes(3);
  BOOST_TEST((encoder.shape(Representation::conv) == Shape{2, 8, 8}));
  BOOST_TEST((encoder.shape(Representation::fc) == Shape{3, 1, 1}));
  BOOST_TEST((encoder.shape(Representation::y) == Shape{4, 1, 1}));
  std::vector<float> conv(3 * 128), fc(3 * 3), y(3 * 4);
  using Target = FrozenEncoder<Cpu, float>::Target;
  const Target targets[] = {
      {Representation::conv, conv.data()}, {Representation::fc, fc.data()}, {Representation::y, y.data()}};
  encoder.features(images_of(images), targets);
  for (std::size_t i = 0; i < conv.size(); ++i)
    BOOST_TEST(std::abs(conv[i] - (2 * images.data()[i] - 1)) < 1e-6F);
  for (std::size_t n = 0; n < 3; ++n) {
    double sum = 0.01;
    for (std::size_t i = 0; i < 128; ++i) sum += 0.01 * double(conv[n * 128 + i]);
    BOOST_TEST(std::abs(fc[n * 3 + 1] - std::max(sum, 0.)) < 1e-5);
    BOOST_TEST(std::abs(y[n * 4 + 2] - 0.01 * (1 + 3 * std::max(sum, 0.))) < 1e-5);
  }
  BOOST_TEST((encoder.encode(images) == xt::adapt(y, {3, 4})));
  BOOST_TEST((encoder.encode(images, Representation::fc) == xt::adapt(fc, {3, 3})));
  BOOST_TEST((encoder.encode(images, Representation::conv) == xt::adapt(conv, {3, 128})));
}

BOOST_AUTO_TEST_CASE(several_codes_a_image) {
  using Several = Encoder<Shape{2, 8, 8}, Sequential<Identity>, Sequential<Identity, MaxPool<4>>>;
  const FrozenEncoder<Cpu, float> encoder(Cpu{}, std::make_unique<EncoderPass<Several, Cpu, float>>(), {});
  const auto images = stripes(2);
  const auto codes = encoder.encode(images);
  BOOST_TEST((codes.shape(1) == 8));
  float most = 0;
  for (std::size_t y = 4; y < 8; ++y)
    for (std::size_t x = 0; x < 4; ++x) most = std::max(most, images(1, 1, y, x));
  BOOST_TEST(std::abs(codes(1, 6) - (2 * most - 1)) < 1e-6F);
  std::vector<float> fc(2 * 128);
  BOOST_TEST(error_of([&] { encoder.features(images_of(images), Representation::fc, fc.data()); }) ==
             "this encoder has no fc representation, since it has no Linear layer; ask for conv or y");
}

BOOST_AUTO_TEST_CASE(other_images_are_refused) {
  const Trained trained;
  const xt::xtensor<float, 4> grey({3, 1, 8, 8}, 0.5F);
  BOOST_TEST(error_of([&] { trained.trainer.encoder().encode(grey); }) ==
             "this encoder takes images of 2x8x8 (channels x height x width), not of 1x8x8; give it data "
             "like those "
             "that it was trained on");
}

BOOST_AUTO_TEST_SUITE_END()
