// An objective that takes two views of each image: two passes over one set of weights.
#include <boost/test/unit_test.hpp>
#include <dim/data/augmentations/any.hpp>
#include <dim/data/augmented.hpp>
#include <dim/data/images.hpp>
#include <set>
#include <tuple>

#include "../io/temporary.hpp"
#include "idle_objective.hpp"
#include "small.hpp"

BOOST_AUTO_TEST_SUITE(several_views)

using namespace tests;

/// The loss Sum over views v of weight(v) / 2 |y_v|^2, which records its inputs.
class ShortCodes final : public IdleObjective<double> {
 public:
  explicit ShortCodes(std::vector<double> weights) : weights_(std::move(weights)) {}

  int views() const override { return int(weights_.size()); }
  void evaluate(const Cpu&, std::span<const Taps<double>> taps, std::span<const Taps<double>> gradients,
                const Step&, double* losses, std::byte*) override {
    images.clear();
    codes.clear();
    *losses = 0;
    for (std::size_t v = 0; v < taps.size(); ++v) {
      const Batch<double>&image = taps[v].image, &y = taps[v].code, &dy = gradients[v].code;
      for (long n = 0; n < image.count; ++n)
        for_each_number(image, n, [&](double number) { images.push_back(number); });
      for (long i = 0; i < y.count * y.sample(); ++i) {
        codes.push_back(y.data[i]);
        *losses += weights_[v] / 2 * y.data[i] * y.data[i];
        dy.data[i] = weights_[v] * y.data[i];
      }
    }
  }

  std::vector<double> images, codes;  // of the last step, view after view

 private:
  std::vector<double> weights_;
};

template <class Net>
struct Trained {
  ShortCodes* objective;
  BasicTrainer<Cpu, double> trainer;

  explicit Trained(std::vector<double> weights) : Trained(std::make_unique<ShortCodes>(std::move(weights))) {}
  explicit Trained(std::unique_ptr<ShortCodes> made)
      : objective(made.get()),
        trainer(Cpu{2}, {.batch = 8, .seed = 3, .optimizer = Sgd{.rate = 0.01}},
                std::make_unique<EncoderPass<Net, Cpu, double>>(), std::move(made)) {}
};

using PlainMaps = Sequential<Conv<6, 4, 2, 1>, BatchNorm, ReLU>;
using PlainEncoder = Encoder<Shape{2, 8, 8}, PlainMaps, SmallSummary>;
const std::vector<long> batch{0, 1, 2, 3, 4, 5, 6, 7};

bool are_close(const std::vector<double>& a, const std::vector<double>& b) {
  bool close = a.size() == b.size();
  for (std::size_t i = 0; close && i < a.size(); ++i) close = std::abs(a[i] - b[i]) < 1e-12;
  return close;
}

// Two views that are the same image share the gradient of one, and BatchNorm's statistics are updated once.
BOOST_AUTO_TEST_CASE(gradients_of_views_add_up) {
  const auto pixels = stripes(8);
  Trained<PlainEncoder> one({1}), two({0.25, 0.75}), first({1, 0}), three({0.5, 0.5, 1});
  std::vector<double> losses;
  for (int step = 0; step < 3; ++step)
    for (auto* const each : {&one, &two, &first})
      losses.push_back(each->trainer.step(images_of(pixels), batch).local.loss);
  BOOST_TEST(std::abs(losses[1] - losses[0]) < 1e-12);
  BOOST_TEST(std::abs(losses[8] - losses[6]) < 1e-12);
  BOOST_TEST(losses[6] != losses[0]);
  BOOST_TEST(are_close(state_of(two.trainer), state_of(one.trainer)));
  BOOST_TEST(are_close(state_of(first.trainer), state_of(one.trainer)));
  three.trainer.step(images_of(pixels), batch);
  BOOST_TEST(!are_close(state_of(three.trainer), state_of(one.trainer)));
}

// Each pass draws its own masks.
BOOST_AUTO_TEST_CASE(passes_drop_other_numbers) {
  const auto pixels = stripes(8);
  Trained<SmallEncoder> trained({1, 1});
  trained.trainer.step(images_of(pixels), batch);
  const std::vector<double>&images = trained.objective->images, &codes = trained.objective->codes;
  const auto half = [](const std::vector<double>& all, bool second) {
    const auto middle = all.begin() + std::ssize(all) / 2;
    return second ? std::vector<double>(middle, all.end()) : std::vector<double>(all.begin(), middle);
  };
  BOOST_TEST((half(images, true) == half(images, false)));
  BOOST_TEST((half(codes, true) != half(codes, false)));
}

/// Images to which each view adds a random constant.
class Shifted {
 public:
  explicit Shifted(Images images) : images_(std::move(images)) {}

  long size() const { return images_.size(); }
  Shape shape() const { return images_.shape(); }
  template <class T>
  void copy(long i, const Batch<T>& to, long n) const {
    images_.copy(i, to, n);
  }
  template <class T>
  void copy(long i, const Batch<T>& to, long n, const Draw& draw) const {
    images_.copy(i, to, n);
    for_each_number(to, n, [&](T& number) { number += T(draw.uniform(0)); });
  }

 private:
  Images images_;
};
static_assert(AugmentedDataset<Shifted> && !AugmentedDataset<Images>);

// Views are drawn: different ones in each pass and epoch, the same for any number of threads and after an
// interruption.
BOOST_AUTO_TEST_CASE(views_are_drawn_by_image_epoch_and_pass) {
  const Shifted data(
      Images(std::vector<std::uint8_t>(16 * 128, 100), 16, {2, 8, 8}, Strides::planes({2, 8, 8})));
  Trained<PlainEncoder> trained({1, 1});
  std::set<double> seen;
  std::vector<std::vector<double>> of_steps;
  trained.trainer.fit(data, {.epochs = 2}, [&](const Losses&, long) {
    const std::vector<double>& images = trained.objective->images;
    for (std::size_t i = 0; i < images.size(); i += 128) {
      BOOST_TEST(images[i] == images[i + 127]);
      seen.insert(images[i]);
    }
    of_steps.push_back(images);
    return true;
  });
  BOOST_TEST(seen.size() == 64);  // 16 images, 2 epochs, 2 views

  Trained<PlainEncoder> resumed({1, 1});
  resumed.trainer.set_steps(3);
  resumed.trainer.fit_to(data, 2);
  BOOST_TEST((resumed.objective->images == of_steps.back()));

  std::vector<double> codes(16 * 5);
  trained.trainer.encoder().features(data, Representation::y,
                                     codes.data());  // which shows the images unchanged
  for (std::size_t i = 5; i < codes.size(); ++i) BOOST_TEST(codes[i] == codes[i % 5]);
}

BOOST_AUTO_TEST_CASE(invalid_numbers_of_views_are_refused) {
  BOOST_CHECK_THROW(Trained<PlainEncoder>(std::vector<double>{}), Error);
  BOOST_CHECK_THROW(Trained<PlainEncoder>(std::vector<double>(65, 1.0)), Error);
  const auto pixels = stripes(8);
  Trained<PlainEncoder> most(std::vector<double>(64, 1.0));
  most.trainer.step(images_of(pixels), batch);
}

/// A trainer for an objective of so many views, in doubles.
template <class Goal>
auto trainer_of(int views, Goal goal = {}) {
  goal.views = views;
  return Trainer<PlainEncoder, Goal, Cpu, double>(
      Cpu{2}, {.batch = 8, .seed = 3, .optimizer = Sgd{.rate = 0.01}}, goal);
}
using LocalDot = Objective<Local, NCE, Small<UniformPrior>, Dot<8>>;
using GlobalGram = Objective<Global, JSD, NoPrior, Dot<8, HeadForm::gram>>;
using BothConcat = Objective<LocalAndGlobal, JSD, NoPrior, Concat<6>>;
using DotGramConcat = std::tuple<LocalDot, GlobalGram, BothConcat>;
using WithoutPrior = std::tuple<Objective<Local, NCE, NoPrior, Dot<8>>, GlobalGram, BothConcat>;

// Views that are the same image are one: each direction gives the same loss and the same gradient.
BOOST_AUTO_TEST_CASE_TEMPLATE(the_same_view_twice_is_one_view, Goal, DotGramConcat) {
  const auto pixels = stripes(8);
  auto one = trainer_of<Goal>(1), two = trainer_of<Goal>(2), three = trainer_of<Goal>(3);
  for (int step = 0; step < 3; ++step) {
    const Losses expected = one.step(images_of(pixels), batch);
    for (auto* const several : {&two, &three}) {
      const Losses found = several->step(images_of(pixels), batch);
      BOOST_TEST(std::abs(found.local.loss - expected.local.loss) < 1e-9);
      BOOST_TEST(std::abs(found.global.estimate - expected.global.estimate) < 1e-9);
      BOOST_TEST(std::abs(found.prior.adversary - expected.prior.adversary) < 1e-9);
    }
  }
  if (std::is_same_v<Goal, LocalDot>) return;  // the prior is matched by the first view's codes alone
  const auto close = [](const std::vector<double>& a, const std::vector<double>& b) {
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
  };
  BOOST_TEST(close(state_of(two), state_of(one)) < 1e-9);
  BOOST_TEST(close(state_of(three), state_of(one)) < 1e-9);
}

// Central differences, through both passes of the encoder and both directions of the scorer.
BOOST_AUTO_TEST_CASE_TEMPLATE(gradients_of_two_views_are_those_of_the_loss, Goal, WithoutPrior) {
  const auto pixels = stripes(8);
  const Augmented data(images_of(pixels), HorizontalFlip{}, RandomCrop{.padding = 2});
  auto trainer = trainer_of<Goal>(2);
  const Counts counts = trainer.counts();
  const Weights<double> weights = trainer.weights();
  const std::vector<double> first(weights.parameters, weights.parameters + counts.parameters);
  const auto loss = [&] {
    trainer.set_steps(0);  // the same views
    const Losses losses = trainer.step(data, batch);
    return Goal::task::weights.alpha * losses.global.loss + Goal::task::weights.beta * losses.local.loss;
  };
  loss();
  const std::vector<double> gradient(weights.dparameters, weights.dparameters + counts.parameters);
  const Random random{7};
  double largest = 0;
  for (std::uint64_t k = 0; k < 150; ++k) {
    const std::size_t i = random.below(first.size(), k);
    double difference = 0;
    for (const double sign : {1., -1.}) {
      std::copy(first.begin(), first.end(), weights.parameters);
      weights.parameters[i] += sign * 1e-5;
      difference += sign * loss() / 2e-5;
    }
    largest = std::max(largest, std::abs(difference));
    BOOST_TEST(std::abs(difference - gradient[i]) < 1e-6 + 1e-3 * std::abs(difference), "parameter " << i);
  }
  BOOST_TEST(largest > 1e-3);
}

BOOST_AUTO_TEST_CASE(an_objectives_number_of_views_is_fixed) {
  BOOST_TEST(error_of([] { trainer_of<LocalDot>(65); }) ==
             "an objective can't compare 65 views of an image; give 1 to 64");
  auto trainer = trainer_of<LocalDot>(1);
  trainer.goal().views = 2;
  const auto pixels = stripes(8);
  BOOST_TEST(error_of([&] { trainer.step(images_of(pixels), batch); }) ==
             "an objective had 1 for its number of views when it was made, and has 2 now; set it before a "
             "trainer is made");
}

BOOST_AUTO_TEST_SUITE_END()
