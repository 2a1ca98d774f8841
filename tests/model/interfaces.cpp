#include <boost/test/unit_test.hpp>
#include <dim/model/interfaces.hpp>

#include "../train/small.hpp"

BOOST_AUTO_TEST_SUITE(interfaces)

using namespace tests;

// An encoder and an objective combined at run time train like those combined at compile time.
BOOST_AUTO_TEST_CASE(the_seam_changes_no_bit) {
  std::unique_ptr<AnyEncoder<Cpu, float>> encoder = std::make_unique<EncoderPass<SmallEncoder, Cpu, float>>();
  std::unique_ptr<AnyObjective<Cpu, float>> objective =
      std::make_unique<ObjectivePass<SmallGoal, Cpu, float>>(encoder_shapes<SmallEncoder>());
  const TrainerOptions options{.batch = 16, .seed = 3};
  BasicTrainer<Cpu, float> joined(Cpu{}, options, std::move(encoder), std::move(objective));
  SmallTrainer whole(options);
  const auto images = stripes(32);
  joined.fit(images_of(images), {.epochs = 2});
  whole.fit(images_of(images), {.epochs = 2});
  BOOST_TEST((state_of(joined) == state_of(whole)));
}

// An objective knows only the shapes of an encoder: one serves encoders with different layers.
BOOST_AUTO_TEST_CASE(an_objective_serves_many_encoders) {
  using OtherMaps = Sequential<Conv<6, 3, 2, 1, Bias::yes>, LeakyReLU>;
  using Other = Encoder<Shape{2, 8, 8}, OtherMaps, SmallSummary>;
  static_assert(Other::map == SmallEncoder::map && Other::conv == SmallEncoder::conv);
  BasicTrainer<Cpu, float> trainer(
      Cpu{}, {.batch = 16}, std::make_unique<EncoderPass<Other, Cpu, float>>(),
      std::make_unique<ObjectivePass<SmallGoal, Cpu, float>>(encoder_shapes<SmallEncoder>()));
  const auto images = stripes(16);
  trainer.fit(images_of(images), {.epochs = 1}, [](const Losses& losses, long) {
    BOOST_TEST(std::isfinite(losses.local.loss + losses.global.loss + losses.prior.encoder));
    return true;
  });
}

BOOST_AUTO_TEST_CASE(a_fresh_pass_is_bound_to_nothing_of_the_first) {
  const EncoderPass<SmallEncoder, Cpu, float> first;
  const auto fresh = first.fresh();
  BOOST_TEST(fresh->counts().parameters == first.counts().parameters);
  BOOST_TEST(fresh->entries().parameters.size() == first.entries().parameters.size());
  BOOST_TEST((fresh->taps().code.data == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
