#include <boost/test/unit_test.hpp>
#include <dim/model/encoder_session.hpp>
#include <dim/train/checkpoint.hpp>
#include <thread>

#include "../io/temporary.hpp"
#include "../train/allocations.hpp"
#include "../train/small.hpp"
#include "../xtensor_views.hpp"

BOOST_AUTO_TEST_SUITE(encoder_session)

using namespace tests;

constexpr std::size_t size = 2 * 8 * 8;  // values of an image

/// An encoder trained on a few images, and these as bytes and as floats, in both layouts.
struct Trained {
  SmallTrainer trainer{{.batch = 16, .optimizer = Adam{.rate = 1e-2}}};
  xt::xtensor<std::uint8_t, 4> images = xt::zeros<std::uint8_t>({20, 2, 8, 8});
  xt::xtensor<float, 4> numbers = xt::zeros<float>({20, 2, 8, 8});
  std::vector<std::uint8_t> interleaved = std::vector<std::uint8_t>(20 * size);

  Trained() {
    const auto from = stripes(20);
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::size_t n = i / size, c = i / 64 % 2, pixel = i % 64;
      images.data()[i] = std::uint8_t(from.data()[i] * 255);
      numbers.data()[i] = from.data()[i];
      interleaved[n * size + pixel * 2 + c] = images.data()[i];
    }
    trainer.fit(images_of(images), {.epochs = 3});
  }
  std::span<const std::uint8_t> bytes(std::size_t first, std::size_t count) const {
    return {images.data() + first * size, count * size};
  }
  std::span<const float> floats(std::size_t first, std::size_t count) const {
    return {numbers.data() + first * size, count * size};
  }
  /// The codes of all images, by a session, so many at a time.
  template <class ImagesAt>
  std::vector<float> codes(EncoderSession& session, std::size_t at_a_time, const ImagesAt& images_at) const {
    const std::size_t dimension = std::size_t(session.code().size());
    std::vector<float> all(20 * dimension, -1);
    for (std::size_t first = 0; first < 20; first += at_a_time) {
      const std::size_t count = std::min(at_a_time, 20 - first);
      BOOST_TEST(session.encode(images_at(first, count),
                                std::span(all).subspan(first * dimension, count * dimension)));
    }
    return all;
  }
};

std::vector<float> flat(const xt::xtensor<float, 2>& array) {
  return {array.begin(), array.end()};
}

BOOST_AUTO_TEST_CASE(codes_have_the_bits_of_encode) {
  const Trained trained;
  const auto encoder = trained.trainer.encoder();
  const auto bytes = [&](std::size_t first, std::size_t count) { return trained.bytes(first, count); };
  const auto floats = [&](std::size_t first, std::size_t count) { return trained.floats(first, count); };
  const auto interleaved = [&](std::size_t first, std::size_t count) {
    return std::span(trained.interleaved).subspan(first * size, count * size);
  };
  for (const Representation feature : {Representation::conv, Representation::fc, Representation::y}) {
    const auto of_bytes = flat(encoder.encode(trained.images, feature)),
               of_floats = flat(encoder.encode(trained.numbers, feature));
    for (const int threads : {1, 3})
      for (const int batch : {1, 7, 20}) {
        EncoderSession session(encoder, {.feature = feature, .batch = batch, .threads = threads});
        BOOST_TEST((session.image() == Shape{2, 8, 8}));
        BOOST_TEST((session.code() == encoder.shape(feature)));
        for (const int at_a_time : {1, batch}) {
          BOOST_TEST((trained.codes(session, std::size_t(at_a_time), bytes) == of_bytes));
          BOOST_TEST((trained.codes(session, std::size_t(at_a_time), floats) == of_floats));
        }
        EncoderSession pixels(encoder, {.feature = feature, .batch = batch, .layout = Layout::interleaved});
        BOOST_TEST((trained.codes(pixels, std::size_t(batch), interleaved) == of_bytes));
      }
  }
}

BOOST_AUTO_TEST_CASE(arithmetic_is_chosen) {
  const Trained trained;
  const Arithmetic brain{.products = Precision::bf16};
  EncoderSession session(trained.trainer.encoder(), {.batch = 20, .arithmetic = brain});
  std::vector<float> codes(20 * 5);
  BOOST_TEST(session.encode(trained.bytes(0, 20), codes));
  BOOST_TEST((codes == flat(trained.trainer.encoder().copy(Cpu(1, brain)).encode(trained.images))));
  BOOST_TEST((codes != flat(trained.trainer.encoder().encode(trained.images))));
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit) {
  const Trained trained;
  EncoderSession session(trained.trainer.encoder(), {.batch = 3});
  const std::vector<float> before(100, 7);
  const auto refused = [&](std::size_t pixels, std::size_t numbers) {
    std::vector<float> codes = before;
    BOOST_TEST(!session.encode(std::span(trained.images.data(), pixels), std::span(codes.data(), numbers)));
    BOOST_TEST(!session.encode(std::span<const float>(trained.numbers.data(), pixels),
                               std::span(codes.data(), numbers)));
    BOOST_TEST((codes == before));
  };
  refused(0, 0);
  refused(0, 5);
  refused(size, 0);
  refused(size, 4);
  refused(size, 6);
  refused(size, 10);
  refused(size - 1, 5);
  refused(size + 1, 5);
  refused(2 * size, 5);
  refused(4 * size, 20);
  std::vector<float> codes = before;
  BOOST_TEST(session.encode(trained.bytes(0, 3), std::span(codes.data(), 15)));
  BOOST_TEST(codes[15] == 7);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_no_pixels) {
  const Trained trained;
  EncoderSession session(trained.trainer.encoder());
  std::vector<float> image(trained.numbers.data(), trained.numbers.data() + size), codes(5, 7);
  for (const float wrong :
       {-0.01F, 1.01F, 255.F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    for (const std::size_t place : {std::size_t(0), size - 1}) {
      std::vector<float> changed = image;
      changed[place] = wrong;
      BOOST_TEST(!session.encode(std::span<const float>(changed), codes), wrong << " at " << place);
      BOOST_TEST((codes == std::vector<float>(5, 7)));
    }
  }
  image[0] = -5e-7F;  // from rounding
  image[1] = 1 + 5e-7F;
  BOOST_TEST(session.encode(std::span<const float>(image), codes));
}

BOOST_AUTO_TEST_CASE(what_can_t_be_made) {
  const Trained trained;
  const auto encoder = trained.trainer.encoder();
  const auto refusal = [&](const SessionOptions& options) {
    return error_of([&] { EncoderSession(encoder, options); });
  };
  BOOST_TEST(has(refusal({.batch = 0}), "a session for 0 images a call was asked for"));
  BOOST_TEST(has(refusal({.batch = 65537}), "a session for 65537 images"));
  BOOST_TEST(has(refusal({.batch = 1000, .most_bytes = 1 << 20}), "more than the 1 MiB that were allowed"));
  BOOST_TEST(has(refusal({.threads = 5000}), "5000 threads"));
  BOOST_TEST(
      has(refusal({.threads = -1}), "a session with -1 threads was asked for; give their number, or 0"));
  using NoFc = Encoder<Shape{2, 8, 8}, SmallMaps, Sequential<Conv<3, 3>>>;
  const auto without = untrained<Cpu, float>(Cpu{1}, std::make_unique<EncoderPass<NoFc, Cpu, float>>(), 1);
  BOOST_TEST(has(error_of([&] { EncoderSession(without, {.feature = Representation::fc}); }),
                 "no fc representation"));
}

BOOST_AUTO_TEST_CASE(it_keeps_its_weights) {
  Trained trained;
  EncoderSession session(trained.trainer.encoder());
  std::vector<float> before(5), after(5);
  BOOST_TEST(session.encode(trained.bytes(0, 1), before));
  trained.trainer.fit(images_of(trained.images), {.epochs = 1});
  BOOST_TEST(session.encode(trained.bytes(0, 1), after));
  BOOST_TEST((before == after));
}

BOOST_AUTO_TEST_CASE(from_a_file) {
  const Trained trained;
  const TemporaryDirectory directory;
  const std::string path = directory / "x.safetensors";
  save(trained.trainer.encoder(), path);
  for (EncoderSession session :
       {EncoderSession::open(path, {.batch = 20}), EncoderSession::open<SmallEncoder>(path, {.batch = 20})}) {
    std::vector<float> codes(20 * 5);
    BOOST_TEST(session.encode(trained.bytes(0, 20), codes));
    BOOST_TEST((codes == flat(trained.trainer.encoder().encode(trained.images))));
  }
  BOOST_TEST(has(error_of([&] { EncoderSession::open(directory / "y"); }), "cannot open"));
  save(trained.trainer, path);
  BOOST_TEST(
      error_of([&] { EncoderSession::open(path); }) ==
      path +
          " is the checkpoint of a trainer, not an encoder; open the encoder.safetensors beside it, or save "
          "the trainer's encoder() alone");
}

// A small file may describe an encoder that would take a lot of memory.
BOOST_AUTO_TEST_CASE(memory_is_not_taken_for_absurd_encoders) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.safetensors";
  const std::vector<float> weight(2 * 3);
  const std::vector<Tensor> tensors{make_tensor("maps.0.weight", weight.data(), {2, 3, 1, 1})};
  const std::string description =
      R"({"version":1,"pixels":[-1,1],"shapes":{"image":[3,8192,8192],"map":[2,8192,8192],"conv":[2,8192,8192],)"
      R"("code":[2,8192,8192]},"layers":[{"kind":"Conv","path":"maps.0.","from":0,"to":1,"filters":2,"height":1,)"
      R"("width":1,"stride":1,"padding":0,"bias":false},{"kind":"Tanh","path":"","from":1,"to":2}],)"
      R"("slots":{"map":1,"conv":1,"code":2}})";
  write_safetensors(path, tensors, {{description_name, description}});
  BOOST_TEST(has(error_of([&] { EncoderSession::open(path); }), "more than the 1024 MiB that were allowed"));
}

BOOST_AUTO_TEST_CASE(copies_work_side_by_side) {
  const Trained trained;
  for (const int threads : {1, 2}) {
    EncoderSession first(trained.trainer.encoder(), {.batch = 4, .threads = threads});
    EncoderSession second = first, third(trained.trainer.encoder(), {.feature = Representation::conv});
    third = first;
    BOOST_TEST(third.options().batch == 4);
    const auto expected = flat(trained.trainer.encoder().encode(trained.images));
    const auto bytes = [&](std::size_t n, std::size_t count) { return trained.bytes(n, count); };
    std::array<bool, 3> same{};
    const auto work = [&](EncoderSession& session, bool& ok) {
      ok = true;
      for (int repeat = 0; repeat < 50; ++repeat) ok = ok && trained.codes(session, 4, bytes) == expected;
    };
    std::thread one([&] { work(first, same[0]); }), two([&] { work(second, same[1]); });
    work(third, same[2]);
    one.join();
    two.join();
    for (const bool ok : same) BOOST_TEST(ok);
  }
}

#if !defined(DIM_OTHER_ALLOCATOR)
BOOST_AUTO_TEST_CASE(a_call_allocates_nothing) {
  const Trained trained;
  for (const int threads : {1, 3})
    for (const Representation feature : {Representation::conv, Representation::y}) {
      EncoderSession session(trained.trainer.encoder(), {.feature = feature, .batch = 4, .threads = threads});
      std::vector<float> codes(4 * std::size_t(session.code().size()));
      bool all = true;
      const long before = allocations;
      for (int i = 0; i < 20; ++i)
        all =
            session.encode(trained.bytes(0, 4), codes) && session.encode(trained.floats(4, 4), codes) && all;
      BOOST_TEST(allocations - before == 0);
      BOOST_TEST(all);
    }
}
// It allocates the array that it returns and a name or two, but no memory for a pass.
BOOST_AUTO_TEST_CASE(encode_of_one_image_keeps_its_memory) {
  const Trained trained;
  const auto encoder = trained.trainer.encoder();
  const xt::xtensor<std::uint8_t, 4> image = xt::view(trained.images, xt::range(0, 1));
  encoder.encode(image);
  const long before = allocations;
  encoder.encode(image);
  BOOST_TEST(allocations - before <= 2);
}
#else
BOOST_AUTO_TEST_CASE(a_call_allocates_nothing) {
  BOOST_TEST_MESSAGE("SKIPPED: allocations are counted with glibc and without sanitizers only");
}
#endif

BOOST_AUTO_TEST_SUITE_END()
