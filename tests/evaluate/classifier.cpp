#include "dim/evaluate/classifier.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <dim/cpu/backend.hpp>
#include <dim/train/checkpoint.hpp>
#include <numeric>

#include "../io/temporary.hpp"
#include "../train/idle_objective.hpp"
#include "../train/small.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(classifier)

using namespace tests;

/// Images (2, 8, 8) whose class is the pitch of their stripes, with noise.
Images some_images(long count, std::uint64_t seed) {
  std::vector<std::uint8_t> bytes;
  std::vector<int> labels;
  const Random random{seed};
  std::uint64_t next = 0;
  for (long n = 0; n < count; ++n) {
    labels.push_back(int(n % 3));
    const double start = 6.28 * double(random.uniform(next++));
    for (int k = 0; k < 128; ++k)
      bytes.push_back(std::uint8_t(127 + 80 * std::sin(start + 0.7 * double(n % 3 + 1) * (k % 8)) +
                                   40 * double(random.uniform(next++))));
  }
  return Images(std::move(bytes), count, {2, 8, 8}, Strides::planes({2, 8, 8}))
      .with_labels(std::move(labels), 3);
}

std::unique_ptr<AnyEncoder<Cpu, float>> small_encoder() {
  return std::make_unique<EncoderPass<SmallEncoder, Cpu, float>>();
}
LabelledObjective<>::Beside small_goal() {
  return std::make_unique<ObjectivePass<SmallGoal, Cpu, float>>(encoder_shapes<SmallEncoder>());
}
ClassifierOptions options(int threads = 2) {
  return {.batch = 20, .steps = 150, .rate = 3e-3, .threads = threads, .layers = {{16}, true, 0.1}};
}

// Freeing anything twice would abort the program.
BOOST_AUTO_TEST_CASE(a_value_that_throws_among_the_options_does_no_harm) {
  const auto seed = []() -> std::uint64_t { throw Error("no seed"); };
  BOOST_TEST(error_of([&] { ClassifierOptions({.seed = seed()}); }) == "no seed");
}

BOOST_AUTO_TEST_CASE(learns_with_and_without_an_objective_beside) {
  const Images train = some_images(300, 1), test = some_images(150, 2);
  for (const Representation feature : {Representation::conv, Representation::y})
    for (const bool beside : {false, true}) {
      ClassifierOptions how = options();
      how.feature = feature;
      Classifier classifier(how, small_encoder(), 3, beside ? small_goal() : nullptr);
      double first = 0, last = 0;
      classifier.fit(train, labelled_part(train, beside ? 0.3 : 1, 1),
                     [&](long step, double loss) { (step <= 10 ? first : last) = loss; });
      BOOST_TEST(last < 0.5 * first);
      BOOST_TEST(classifier.accuracy(test) > 0.9);
    }
}

// If unlabelled images were given a class, the labelled ones, all of one class, could not be told from them.
BOOST_AUTO_TEST_CASE(images_without_a_label_have_no_class) {
  const Images train = some_images(300, 1);
  std::vector<long> labelled;
  for (long i = 1; i < 90; i += 3) labelled.push_back(i);
  Classifier classifier(options(), small_encoder(), 3, small_goal());
  double last = 0;
  classifier.fit(train, labelled, [&](long, double loss) { last = loss; });
  BOOST_TEST(last < 0.02);
}

/// The result of 15 steps on 10 labelled images and other unlabelled ones.
std::vector<float> state_after(const Images& images, LabelledObjective<>::Beside beside) {
  std::vector<long> labelled(10);
  std::iota(labelled.begin(), labelled.end(), 0L);
  ClassifierOptions how = options();
  how.steps = 15;
  Classifier classifier(how, small_encoder(), 3, std::move(beside));
  classifier.fit(images, labelled);
  return state_of(classifier.trainer());
}

// A batch has 20 images.
BOOST_AUTO_TEST_CASE(half_a_batch_has_no_labels_where_there_are_enough_of_these) {
  const Images with_ten = some_images(20, 1), with_nine = with_ten.part(0, 19), alone = with_ten.part(0, 10);
  const std::vector<float> expected = state_after(alone, small_goal());
  BOOST_TEST((state_after(with_nine, small_goal()) == expected));
  BOOST_TEST((state_after(with_ten, small_goal()) != expected));
  BOOST_TEST((state_after(with_ten, nullptr) == state_after(alone, nullptr)));
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Images train = some_images(100, 1);
  std::vector<float> expected;
  for (const int threads : {1, 2, 5}) {
    ClassifierOptions how = options(threads);
    how.steps = 15;
    Classifier classifier(how, small_encoder(), 3, small_goal());
    classifier.fit(train, labelled_part(train, 0.2, 1));
    const std::vector<float> state = state_of(classifier.trainer());
    if (expected.empty()) expected = state;
    BOOST_TEST((state == expected));
  }
}

BOOST_AUTO_TEST_CASE(goes_on_from_a_run_without_labels) {
  const TemporaryDirectory directory;
  const Images train = some_images(100, 1);
  SmallTrainer trainer({.batch = 10});
  trainer.fit(train, {.epochs = 1});
  save(trainer, directory / "run");
  Classifier classifier(options(), small_encoder(), 3, small_goal());
  load(classifier.trainer(), directory / "run");
  BOOST_TEST((state_of(classifier.trainer()) == state_of(trainer)));
  classifier.fit(train, labelled_part(train, 0.2, 1));
  BOOST_TEST((state_of(classifier.trainer()) != state_of(trainer)));
}

BOOST_AUTO_TEST_CASE(a_share_of_each_class) {
  const Images images = some_images(100, 1);
  const std::vector<long> some = labelled_part(images, 0.1, 1);
  BOOST_TEST(some.size() == 9U);  // of classes with 34, 33 and 33 images
  std::vector<int> members(3);
  for (const long i : some) ++members[std::size_t(images.label(i))];
  BOOST_TEST(members == std::vector<int>(3, 3), boost::test_tools::per_element());
  BOOST_TEST(labelled_part(images, 1e-9, 1).size() == 3U);
  BOOST_TEST(labelled_part(images, 1, 1).size() == 100U);
  BOOST_TEST((labelled_part(images, 0.1, 2) != some));
  for (const double part : {0.0, -1.0, 1.5, std::nan("")})
    BOOST_CHECK_EXCEPTION(labelled_part(images, part, 1), Error, says({"share"}));
  const Images nameless(std::vector<std::uint8_t>(128), 1, {2, 8, 8}, Strides::planes({2, 8, 8}));
  BOOST_CHECK_EXCEPTION(labelled_part(nameless, 1, 1), Error, says({"none of 1 images has a label"}));
}

BOOST_AUTO_TEST_CASE(as_many_of_each_class) {
  const Images images = some_images(100, 1);
  const std::vector<long> some = labelled_of_each_class(images, 7, 1),
                          fewer = labelled_of_each_class(images, 2, 1);
  std::vector<int> members(3);
  for (const long i : some) ++members[std::size_t(images.label(i))];
  BOOST_TEST(members == std::vector<int>(3, 7), boost::test_tools::per_element());
  BOOST_TEST(std::is_sorted(some.begin(), some.end()));
  BOOST_TEST(fewer.size() == 6U);
  BOOST_TEST(std::includes(some.begin(), some.end(), fewer.begin(), fewer.end()));
  BOOST_TEST((labelled_of_each_class(images, 7, 2) != some));
  BOOST_TEST(labelled_of_each_class(images, 33, 1).size() == 99U);
  BOOST_CHECK_EXCEPTION(labelled_of_each_class(images, 34, 1), Error,
                        says({"34 labels of each class", "class 1 has 33 images"}));
  BOOST_CHECK_EXCEPTION(labelled_of_each_class(images, 0, 1), Error, says({"give at least one"}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_learnt_is_said) {
  const Images train = some_images(100, 1);
  Classifier classifier(options(), small_encoder(), 3);
  BOOST_CHECK_EXCEPTION(classifier.fit(train, {1}), Error, says({"1 labelled images", "two images"}));
  BOOST_CHECK_EXCEPTION(classifier.fit(train, {1, 200}), Error, says({"200", "100"}));
  std::vector<int> labels = train.labels();
  labels[4] = -1;
  BOOST_CHECK_EXCEPTION(classifier.fit(train.with_labels(labels, 3), {1, 4}), Error,
                        says({"labelled image 4", "has no label"}));
  const Images nameless(std::vector<std::uint8_t>(1280), 10, {2, 8, 8}, Strides::planes({2, 8, 8}));
  BOOST_CHECK_EXCEPTION(classifier.accuracy(nameless), Error, says({"label -1"}));
  for (const double rate : {0.0, -1e-3, std::nan(""), std::numeric_limits<double>::infinity()}) {
    ClassifierOptions how = options();
    how.rate = rate;
    BOOST_CHECK_EXCEPTION(Classifier(how, small_encoder(), 3).fit(train, {1, 4}), Error, says({"rate"}));
  }
  ClassifierOptions steep = options();
  steep.rate = 1e30;
  BOOST_CHECK_EXCEPTION(Classifier(steep, small_encoder(), 3).fit(train, {1, 4}), Error,
                        says({"lower rate"}));
  steep.steps = 1;  // whose loss is finite
  steep.rate = 1e39;
  BOOST_CHECK_EXCEPTION(Classifier(steep, small_encoder(), 3).fit(train, {1, 4}), Error,
                        says({"encoder.", "after step 1"}));
  Classifier two_classes(options(), small_encoder(), 2);
  BOOST_CHECK_EXCEPTION(two_classes.fit(train, labelled_part(train, 1, 1)), Error,
                        says({"label 2 among 2 classes"}));
  BOOST_CHECK_EXCEPTION(two_classes.accuracy(train), Error, says({"label 2"}));
}

/// An objective that takes two views of each image and changes nothing.
class TwoViews final : public IdleObjective<float> {
 public:
  int views() const override { return 2; }
  void evaluate(const Cpu& cpu, std::span<const Taps<float>> taps, std::span<const Taps<float>> gradients,
                const Step&, double* losses, std::byte*) override {
    BOOST_TEST_REQUIRE(taps.size() == 2);
    *losses = double(taps.size());
    for (const Taps<float>& each : gradients) fill(cpu, each.code, 0.F);
  }
};

// It is shown both, and labels are learned from the first: nothing of the second reaches the encoder.
BOOST_AUTO_TEST_CASE(an_objective_beside_may_want_two_views) {
  const Images train = some_images(60, 1);
  std::vector<long> all(60);
  std::iota(all.begin(), all.end(), 0L);
  for (const Representation feature : {Representation::conv, Representation::y}) {
    const auto tuned = [&](std::unique_ptr<AnyObjective<Cpu, float>> beside) {
      ClassifierOptions how = options();
      how.feature = feature;
      how.steps = 3;
      Classifier classifier(how, small_encoder(), 3, std::move(beside));
      std::vector<double> losses;
      classifier.fit(train, all, [&](long, double loss) { losses.push_back(loss); });
      return std::pair(state_of(classifier.trainer()), losses);
    };
    const auto alone = tuned(nullptr), beside = tuned(std::make_unique<TwoViews>());
    BOOST_TEST((beside.first == alone.first));
    BOOST_TEST((beside.second == alone.second));
  }
}

BOOST_AUTO_TEST_SUITE_END()
