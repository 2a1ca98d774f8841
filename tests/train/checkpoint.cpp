#include <boost/test/unit_test.hpp>
#include <dim/train/checkpoint.hpp>

#include "../io/temporary.hpp"
#include "small.hpp"

BOOST_AUTO_TEST_SUITE(checkpoint)

using namespace tests;

/// Trains until a total of so many steps.
template <class T>
void train(BasicTrainer<Cpu, T>& trainer, long steps) {
  const auto images = stripes(100);
  trainer.fit(images_of(images), {.epochs = 1000}, [&](const Losses&, long step) { return step < steps; });
}

template <class Goal>
void check_resumed(const TrainerOptions& options) {
  const TemporaryDirectory directory;
  Trainer<SmallEncoder, Goal> whole(options);
  train(whole, 20);
  for (const long middle : {1L, 9L, 13L}) {  // an epoch has 6 steps
    Trainer<SmallEncoder, Goal> first(options), second(options);
    train(first, middle);
    save(first, directory / "x.dim");
    load(second, directory / "x.dim");
    BOOST_TEST((state_of(second) == state_of(first)));
    train(second, 20);
    BOOST_TEST((state_of(second) == state_of(whole)), "resumed after step " << middle);
  }
}
BOOST_AUTO_TEST_CASE(a_resumed_run_ends_as_an_uninterrupted_one) {
  check_resumed<SmallGoal>({.batch = 16, .optimizer = Adam{.rate = 1e-2}});
  check_resumed<Objective<Local, NCE, Small<GaussianPrior>, Concat<8>>>(
      {.batch = 16,
       .seed = std::numeric_limits<std::uint64_t>::max(),
       .threads = 1,
       .optimizer = Sgd{.rate = 1e-3}});
}

/// Images computed without the C library, chequered and noisy.
xt::xtensor<float, 4> chequered(long count) {
  xt::xtensor<float, 4> images({std::size_t(count), 2, 8, 8});
  const Random random{3};
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::size_t n = i / 128, c = i / 64 % 2, y = i / 8 % 8, x = i % 8, size = n % 3 + 1;
    const bool dark = (y / size + (x + c) / size) % 2 == 0;
    images.data()[i] = (dark ? 0.25F : 0.625F) + 0.25F * random.uniform(i);
  }
  return images;
}

/// A checksum of a trainer's state, and of the losses that led there.
std::uint64_t checksum_of(const SmallTrainer& trainer, const std::vector<double>& losses = {}) {
  const std::vector<float> state = state_of(trainer);
  return checksum(std::as_bytes(std::span(losses)), checksum(std::as_bytes(std::span(state))));
}

/// Resumes from checkpoint.safetensors and trains to step 20.
std::uint64_t gone_on(int threads, Precision precision) {
  SmallTrainer trainer({.batch = 16,
                        .threads = threads,
                        .arithmetic = {.products = precision},
                        .optimizer = Adam{.rate = 1e-3}});
  load(trainer, DIM_TESTS "/train/checkpoint.safetensors");
  BOOST_TEST(trainer.steps() == 7);
  BOOST_TEST(checksum_of(trainer) == 0x039a00cd2183147e);
  const auto images = chequered(50);
  std::vector<double> losses;
  trainer.fit(images_of(images), {.epochs = 1000}, [&](const Losses& now, long step) {
    losses.insert(losses.end(), {now.local.loss, now.global.loss, now.prior.encoder, now.prior.adversary,
                                 now.prior.penalty});
    return step < 20;
  });
  return checksum_of(trainer, losses);
}

// Commit c07c0b8 wrote the file after 7 steps on these images, and reached these checksums after 20: the first where
// its kernels fuse multiply-adds (and the compiler none, -ffp-contract=off), the second where they don't. Runs begun
// with it must resume to the bit, and no change of the library may alter that.
BOOST_AUTO_TEST_CASE(a_checkpoint_of_an_earlier_commit_resumes_bit_for_bit) {
  const bool fused = cpu::register_bytes > 16;
  for (const int threads : {1, 3}) {
    BOOST_TEST(gone_on(threads, Precision::f32) == (fused ? 0xfef70f22aa75fe4d : 0x021edd5954b4cd93));
    BOOST_TEST(gone_on(threads, Precision::bf16) == (fused ? 0x1636db8bd543e94b : 0xba9ab1f4427da8e8));
  }
}

const std::string advice = "; use the encoder, the objective and the optimizer that it was made with";

/// The file of a trained trainer, and the error on loading it elsewhere or with another state.
struct Saved {
  TemporaryDirectory directory;
  std::string path = directory / "x.dim";

  Saved() {
    SmallTrainer trainer({.batch = 16});
    train(trainer, 2);
    save(trainer, path, {{"note", "mine"}});
  }
  template <class Encoder = SmallEncoder, class Goal = SmallGoal, class T = float>
  std::string refusal(const TrainerOptions& options = {.batch = 16}) const {
    Trainer<Encoder, Goal, Cpu, T> trainer(options);
    return error_of([&] { load(trainer, path); });
  }
};

BOOST_AUTO_TEST_CASE(another_seed_is_refused) {
  const Saved saved;
  BOOST_TEST(saved.refusal({.batch = 16, .seed = 1}) == "");
  BOOST_TEST(saved.refusal({.batch = 16, .seed = 7}) ==
             saved.path + ": made with seed 1, not 7; go on with the seed that it was begun with");
}
BOOST_AUTO_TEST_CASE(another_network_is_refused) {
  using Wider = Encoder<
      Shape{2, 8, 8}, SmallMaps,
      Sequential<Conv<8, 3, 2, 1>, BatchNorm, LeakyReLU, Linear<13, Bias::none>, BatchNorm, ReLU, Linear<5>>>;
  using Shorter =
      Encoder<Shape{2, 8, 8}, SmallMaps, Sequential<Conv<8, 3, 2, 1>, BatchNorm, LeakyReLU, Linear<5>>>;
  using Renamed = Encoder<Shape{2, 8, 8}, SmallMaps,
                          Sequential<Conv<8, 3, 2, 1>, BatchNorm, LeakyReLU, Dropout<Ratio{1, 2}>,
                                     Linear<12, Bias::none>, BatchNorm, ReLU, Linear<5>>>;
  const Saved saved;
  BOOST_TEST(saved.refusal<Wider>() ==
             saved.path + ": encoder.summary.3.weight has another shape or type than this network's" +
                 advice);
  BOOST_TEST(has(saved.refusal<Shorter>(), saved.path + " holds "));
  BOOST_TEST(has(saved.refusal<Shorter>(), " arrays where this network has "));
  BOOST_TEST(saved.refusal<Renamed>() ==
             saved.path + ": encoder.summary.4.weight has another shape or type than this network's" +
                 advice);
  BOOST_TEST((saved.refusal<SmallEncoder, SmallGoal, double>()) ==
             saved.path + ": encoder.maps.0.weight has another shape or type than this network's" + advice);
}
BOOST_AUTO_TEST_CASE(another_objective_is_refused) {
  const Saved saved;
  using WithoutPrior = Objective<LocalAndGlobal, JSD, NoPrior, Dot<8>>;
  using FewerUnits = Objective<LocalAndGlobal, JSD, Small<UniformPrior>, Dot<7>>;
  BOOST_TEST(has((saved.refusal<SmallEncoder, WithoutPrior>()), " arrays where this network has "));
  BOOST_TEST(has((saved.refusal<SmallEncoder, FewerUnits>()),
                 "objective.local.feature_head.0.0.0.weight has another"));
}
BOOST_AUTO_TEST_CASE(another_optimizer_is_refused) {
  const Saved saved;
  BOOST_TEST(has(saved.refusal({.batch = 16, .optimizer = Sgd{}}), " arrays where this network has "));
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_refused) {
  const Saved saved;
  const std::string whole = contents(saved.path);
  for (const std::size_t size :
       {std::size_t(0), std::size_t(7), std::size_t(100), whole.size() / 2, whole.size() - 1}) {
    put(saved.path, whole.substr(0, size));
    BOOST_TEST(has(saved.refusal(), saved.path + ": "), "cut off after " << size);
  }
  for (std::size_t i = 0; i < 40; ++i) {
    std::string flipped = whole;
    const std::size_t byte = i * 7919 * whole.size() / 40 % whole.size();
    flipped[byte] = char(flipped[byte] ^ 1 << i % 8);
    put(saved.path, flipped);
    BOOST_TEST(has(saved.refusal(), saved.path + ": "), "bit " << i % 8 << " of byte " << byte);
  }
  put(saved.path, whole);
  BOOST_TEST(saved.refusal() == "");
}
// Damage may also hit the names that ask for a checksum. An encoder may come from elsewhere.
BOOST_AUTO_TEST_CASE(only_encoders_may_lack_a_checksum) {
  const Saved saved;
  const auto rename = [](std::string text) {
    for (const std::string name : {"dim.checksum", "dim.format"}) text[text.find(name)] = 'x';
    return text;
  };
  put(saved.path, rename(contents(saved.path)));
  BOOST_TEST(has(saved.refusal(), saved.path + ": it has no checksum"));

  const SmallTrainer trainer({.batch = 16});
  save(trainer.encoder(), saved.path);
  put(saved.path, rename(contents(saved.path)));
  BOOST_TEST(
      (load_encoder<SmallEncoder>(saved.path).encode(stripes(3)) == trainer.encoder().encode(stripes(3))));
}

BOOST_AUTO_TEST_CASE(files_of_another_kind_are_refused) {
  Saved saved;
  SmallTrainer trainer({.batch = 16});
  save(trainer.encoder(), saved.path);
  BOOST_TEST(saved.refusal() ==
             saved.path + ": its metadata have no seed: this is not a checkpoint of a trainer");
  std::filesystem::remove(saved.path);
  BOOST_TEST(has(saved.refusal(), saved.path));
}

BOOST_AUTO_TEST_CASE(settings_are_kept_beside_it) {
  const Saved saved;
  const Safetensors file = read_safetensors(saved.path);
  BOOST_TEST(file.metadata().at("note") == "mine");
  BOOST_TEST(file.metadata().at("steps") == "2");
}

BOOST_AUTO_TEST_CASE(a_broken_trainer_replaces_no_checkpoint) {
  const Saved saved;
  const std::string before = contents(saved.path);
  SmallTrainer trainer({.batch = 16});
  for (const float broken :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    trainer.weights().parameters[trainer.counts().parameters - 1] = broken;
    BOOST_TEST(error_of([&] { save(trainer, saved.path); }) ==
               "training has broken: objective.prior.adversary.4.bias holds a number that is not finite, and "
               "nothing was saved; go on from the last checkpoint with a lower learning rate");
  }
  trainer.weights().parameters[trainer.counts().parameters - 1] = 0;
  trainer.weights().statistics[0] = std::numeric_limits<float>::infinity();
  for (const auto& path : {saved.path, saved.directory / "encoder.dim"})
    BOOST_TEST(has(error_of([&] { save(trainer.encoder(), path); }), "maps.1.running_mean holds a number"));
  BOOST_TEST(has(error_of([&] { save(trainer, saved.path); }), "encoder.maps.1.running_mean holds a number"));
  BOOST_TEST((contents(saved.path) == before));
  BOOST_TEST(saved.directory.files() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
