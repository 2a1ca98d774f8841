#include "dim/evaluate/decoder.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "dim/data/images.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(decoder)

using namespace dim;

constexpr Shape code{6, 1, 1}, image{2, 12, 12};
struct Small : Sequential<Linear<72, Bias::none>, BatchNorm, ReLU, Unflatten<Shape{8, 3, 3}>,
                          ConvTranspose<8, 4, 2, 1>, BatchNorm, ReLU,  // (8,  6,  6)
                          ConvTranspose<6, 4, 2, 1>, BatchNorm, ReLU, Conv<2, 3, 1, 1>, Tanh> {
};  // (2, 12, 12)
Decoder small_decoder() {
  return Decoder(graph_of<Small, code, Cpu, float>());
}

/// Codes and the images that they determine: value k of a code is the amplitude of wave k.
struct Waves {
  std::vector<float> codes;
  std::vector<std::uint8_t> bytes;
  Shape shape;
  long size;

  Waves(long count, long numbers, Shape of, std::uint64_t seed) : shape(of), size(numbers) {
    for (long i = 0; i < count * numbers; ++i)
      codes.push_back(2 * Random{seed}.uniform(std::uint64_t(i)) - 1);
    for (long i = 0; i < count; ++i)
      for (long k = 0; k < shape.size(); ++k) {
        double sum = 0;
        for (long j = 0; j < 6; ++j)
          sum += codes[std::size_t(i * numbers + j)] * std::cos(double((j + 1) * k) * 0.11);
        bytes.push_back(std::uint8_t(std::lround(127.5 + 120 * std::tanh(sum))));
      }
  }
  Features<float> features() const { return {codes.data(), long(codes.size()) / size, size}; }
  Images images() const { return {bytes, features().count, shape, Strides::planes(shape)}; }
};

/// Mean squared error of predicting the mean of the training images, whatever the code.
double error_of_the_mean(const Waves& train, const Waves& test) {
  const long size = train.shape.size(), count = train.features().count, tests = test.features().count;
  double sum = 0;
  for (long k = 0; k < size; ++k) {
    double mean = 0;
    for (long i = 0; i < count; ++i)
      mean += scaled<double>(train.bytes[std::size_t(i * size + k)]) / double(count);
    for (long i = 0; i < tests; ++i)
      sum += std::pow(scaled<double>(test.bytes[std::size_t(i * size + k)]) - mean, 2);
  }
  return sum / double(tests * size);
}

const DecoderOptions quick{.epochs = 4, .rate = 1e-2, .milestones = {3}, .batch = 16};

BOOST_AUTO_TEST_CASE(what_codes_tell_is_read_from_them) {
  const Waves train(600, 6, image, 1), test(100, 6, image, 2);
  Decoder decoder = small_decoder();
  std::vector<double> errors;
  decoder.fit(Cpu{2}, train.features(), train.images(), quick, [&](long epoch, double error) {
    errors.push_back(error);
    BOOST_TEST(epoch == long(errors.size()));
  });
  BOOST_TEST(errors.size() == 4U);
  const Reconstruction found = decoder.reconstruct(Cpu{2}, test.features(), test.images());
  BOOST_TEST(errors.back() < errors.front());
  BOOST_TEST(found.squared_error < 0.25 * error_of_the_mean(train, test));
  BOOST_TEST(found.scales == 1);
  BOOST_TEST(found.ssim > 0.5);
  BOOST_TEST(found.ms_ssim == found.ssim);
}

BOOST_AUTO_TEST_CASE(codes_of_other_images_tell_nothing) {
  const Waves train(300, 6, image, 1), other(300, 6, image, 3), test(100, 6, image, 2);
  Decoder decoder = small_decoder();
  decoder.fit(Cpu{2}, other.features(), train.images(), quick);
  BOOST_TEST(decoder.reconstruct(Cpu{2}, test.features(), test.images()).squared_error >
             0.9 * error_of_the_mean(train, test));
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Waves train(50, 6, image, 1), test(20, 6, image, 2);
  std::vector<Reconstruction> found;
  for (const int threads : {1, 2, 5}) {
    const Cpu cpu{threads};
    const DecoderOptions options{.epochs = 2, .batch = 16};
    Decoder decoder = small_decoder();
    decoder.fit(cpu, train.features(), train.images(), options);
    if (threads == 2) decoder.fit(cpu, train.features(), train.images(), options);  // from the start again
    found.push_back(decoder.reconstruct(cpu, test.features(), test.images()));
    BOOST_TEST((found.back().shown == found.front().shown));
    BOOST_TEST(found.back().squared_error == found.front().squared_error);
    BOOST_TEST(found.back().ms_ssim == found.front().ms_ssim);
  }
}

// In inference mode, so that nothing depends on the rest of the batch.
BOOST_AUTO_TEST_CASE(each_image_is_decoded_for_itself) {
  const Waves train(50, 6, image, 1), test(20, 6, image, 2), three(3, 6, image, 2);
  Decoder decoder = small_decoder();
  decoder.fit(Cpu{1}, train.features(), train.images(), {.epochs = 1, .batch = 8});
  const Reconstruction all = decoder.reconstruct(Cpu{1}, test.features(), test.images()),
                       few = decoder.reconstruct(Cpu{3}, three.features(), three.images());
  BOOST_TEST((all.shape == std::vector<long>{2, 16, 2, 12, 12}));
  BOOST_TEST((few.shape == std::vector<long>{2, 3, 2, 12, 12}));
  const auto equal = [&](long from_all, long from_few) {
    return std::equal(few.shown.begin() + from_few * image.size(),
                      few.shown.begin() + (from_few + 3) * image.size(),
                      all.shown.begin() + from_all * image.size());
  };
  BOOST_TEST(equal(0, 0));   // originals
  BOOST_TEST(equal(16, 3));  // decoded

  double sum = 0;
  for (long k = 0; k < 3 * image.size(); ++k) {
    BOOST_TEST_REQUIRE(few.shown[std::size_t(k)] == scaled<float>(three.bytes[std::size_t(k)]));
    sum += std::pow(double(few.shown[std::size_t(k)]) - few.shown[std::size_t(3 * image.size() + k)], 2);
  }
  BOOST_TEST(few.squared_error == sum / double(3 * image.size()), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(decoders_of_the_paper) {
  BOOST_TEST(counts<Decoder32x32>(Shape{64, 1, 1}).parameters == 3'296'256 - 256 - 128 - 64);  // its biases
  BOOST_TEST(counts<Decoder28x28>(Shape{64, 1, 1}).parameters == 1'484'224);
  for (const Shape shape : {Shape{3, 32, 32}, Shape{1, 28, 28}}) {
    const Waves train(4, 64, shape, 1), test(3, 64, shape, 2);
    const Reconstruction found =
        reconstruct(Cpu{2}, train.features(), train.images(), test.features(), test.images(), {.epochs = 1});
    BOOST_TEST(found.scales == 2);
    BOOST_TEST((found.shape == std::vector<long>{2, 3, shape.channels, shape.height, shape.width}));
    BOOST_TEST(std::isfinite(found.squared_error));
    BOOST_TEST(found.ms_ssim < 1);
  }
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Waves good(20, 6, image, 1);
  const auto fit = [](const Features<float>& codes, const Images& images, DecoderOptions options = {}) {
    small_decoder().fit(Cpu{1}, codes, images, options);
  };
  using tests::says;
  Waves bad = good;
  bad.codes[8] = std::numeric_limits<float>::quiet_NaN();
  BOOST_CHECK_EXCEPTION(fit(bad.features(), bad.images()), Error, says({"row 1", "column 2", "training"}));
  bad.codes[8] = 1e30F;
  BOOST_CHECK_EXCEPTION(fit(bad.features(), bad.images()), Error,
                        says({"weights at step 1", "not finite", "rate"}));
  DecoderOptions steep{.epochs = 1, .rate = 1e39, .batch = 20};  // one step, whose error is finite
  BOOST_CHECK_EXCEPTION(fit(good.features(), good.images(), steep), Error,
                        says({"weights at step 1", "lower the rate"}));
  steep.batch = 4;
  BOOST_CHECK_EXCEPTION(fit(good.features(), good.images(), steep), Error, says({"squared error at step 2"}));
  BOOST_CHECK_EXCEPTION(fit(good.features(), good.images().part(0, 19)), Error,
                        says({"20 training codes", "19 images"}));
  BOOST_CHECK_EXCEPTION(fit(good.features().part(0, 1), good.images().part(0, 1)), Error, says({"one code"}));
  BOOST_CHECK_EXCEPTION(fit(Features<float>{}, Images()), Error, says({"no training features"}));
  const Waves longer(20, 7, image, 1), larger(20, 6, Shape{2, 14, 12}, 1);
  BOOST_CHECK_EXCEPTION(fit(longer.features(), longer.images()), Error,
                        says({"6 numbers", "training codes have 7"}));
  BOOST_CHECK_EXCEPTION(fit(larger.features(), larger.images()), Error, says({"2x12x12", "2x14x12"}));
  BOOST_CHECK_EXCEPTION(fit(good.features(), good.images(), {.epochs = 0}), Error, says({"0 epochs"}));
  BOOST_CHECK_EXCEPTION(fit(good.features(), good.images(), {.batch = 1}), Error, says({"batches of 1"}));
  BOOST_CHECK_EXCEPTION(fit(good.features(), good.images(), {.rate = 0}), Error, says({"rate 0"}));
  Decoder decoder = small_decoder();
  BOOST_CHECK_EXCEPTION(decoder.reconstruct(Cpu{1}, bad.features(), bad.images().part(0, 3)), Error,
                        says({"20 test codes"}));
  BOOST_CHECK_EXCEPTION(decoder.reconstruct(Cpu{1}, good.features(), good.images()), Error,
                        says({"call fit first"}));
  decoder.fit(Cpu{1}, good.features(), good.images());
  std::fill_n(bad.codes.begin() + 6, 6, 3e38F);
  BOOST_CHECK_EXCEPTION(decoder.reconstruct(Cpu{1}, bad.features(), bad.images()), Error,
                        says({"not finite"}));
  // A fit that is refused leaves the previous one unchanged, and one that diverges leaves none.
  BOOST_CHECK_THROW(decoder.fit(Cpu{1}, good.features(), good.images(), {.epochs = 0}), Error);
  BOOST_CHECK_NO_THROW(decoder.reconstruct(Cpu{1}, good.features(), good.images()));
  BOOST_CHECK_THROW(decoder.fit(Cpu{1}, good.features(), good.images(), steep), Error);
  BOOST_CHECK_EXCEPTION(decoder.reconstruct(Cpu{1}, good.features(), good.images()), Error,
                        says({"call fit first"}));
  BOOST_CHECK_EXCEPTION(reconstruct(Cpu{1}, good.features(), good.images(), good.features(), good.images()),
                        Error, says({"no decoder", "2x12x12", "3x32x32 and 1x28x28"}));
  // Errors in the test split are reported before anything is trained.
  const Waves grey(4, 64, Shape{1, 28, 28}, 1);
  const auto epoch = [](long, double) { BOOST_ERROR("it was trained"); };
  BOOST_CHECK_EXCEPTION(reconstruct(Cpu{1}, grey.features(), grey.images(), grey.features().part(0, 2),
                                    grey.images(), {}, epoch),
                        Error, says({"2 test codes"}));
}

BOOST_AUTO_TEST_SUITE_END()
