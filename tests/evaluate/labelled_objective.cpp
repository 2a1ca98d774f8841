#include "dim/evaluate/labelled_objective.hpp"

#include <boost/test/unit_test.hpp>

#include "../train/idle_objective.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(labelled_objective)

using namespace tests;
using namespace dim;

/// Five images' conv (3, 2, 2) within a border, and code (4, 1, 1), with their gradients.
struct Activations {
  std::vector<float> conv = std::vector<float>(5 * 4 * 4 * 3, 0.0F), dconv = conv, code = numbers(20, 2),
                     dcode = std::vector<float>(20, 9.0F);

  Activations() {
    const std::vector<float> inside = numbers(60, 1);
    std::size_t next = 0;
    each_inside([&](std::size_t i) { conv[i] = inside[next++]; });
    std::fill(dconv.begin(), dconv.end(), 9.0F);
  }
  template <class Do>
  void each_inside(const Do& act) const {
    for (std::size_t n = 0; n < 5; ++n)
      for (std::size_t y = 1; y <= 2; ++y)
        for (std::size_t x = 1; x <= 2; ++x)
          for (std::size_t c = 0; c < 3; ++c) act(((n * 4 + y) * 4 + x) * 3 + c);
  }
  Taps<float> taps() { return {{}, {}, {conv.data(), 5, {3, 2, 2}, 1}, {}, {code.data(), 5, {4, 1, 1}}}; }
  Taps<float> gradients() {
    return {{}, {}, {dconv.data(), 5, {3, 2, 2}, 1}, {}, {dcode.data(), 5, {4, 1, 1}}};
  }

  static std::vector<float> numbers(long count, std::uint64_t seed) {
    std::vector<float> result;
    for (long i = 0; i < count; ++i) result.push_back(float(Random{seed}.normal(std::uint64_t(i))));
    return result;
  }
};
constexpr EncoderShapes shapes{{1, 8, 8}, {2, 4, 4}, {3, 2, 2}, {}, {4, 1, 1}};

/// An objective without parameters, with memory of its own and labels for three of the five images.
struct Resting {
  LabelledObjective<> objective;
  Memory<Cpu> memory;

  explicit Resting(Representation feature, LabelledObjective<>::Beside beside = {})
      : objective(Cpu{2}, shapes, feature, {{6}, true, 0.25}, 3, 5, Adam{.rate = 0}, 1, std::move(beside)),
        memory(lay_out(Cpu{2}, [this](Arena& arena) {
          objective.lay_out(Cpu{2}, arena, {.images = 5, .locations = 16, .globals = 1, .threads = 2});
        })) {
    objective.set_labels({1, -1, 0, 2, -1});
  }
  /// The loss of the first step.
  Losses evaluate(const Taps<float>& taps, const Taps<float>& gradients) {
    StepState state;
    objective.prepare(1, state);
    std::vector<double> losses(std::size_t(objective.losses()));
    objective.evaluate(Cpu{2}, {&taps, 1}, {&gradients, 1}, Step{Mode::training, 1, &state}, losses.data(),
                       nullptr);
    return objective.read(losses.data());
  }
};

/// Another objective, which writes 1 to all gradients.
struct Ones final : tests::IdleObjective<float> {
  explicit Ones(Written uses) : used(uses) {}
  Counts counts() const override { return {7, 0, 0}; }
  Written written() const override { return used; }
  long scratch_bytes(const Cpu&) const override { return 64; }
  void evaluate(const Cpu&, std::span<const Taps<float>>, std::span<const Taps<float>> gradients, const Step&,
                double* losses, std::byte*) override {
    std::fill_n(gradients.front().code.data, 20, 1.0F);
    if (used.conv || used.map) std::fill_n(gradients.front().conv.data, 240, 1.0F);
    *losses = 3;
  }
  Written used;
};

BOOST_AUTO_TEST_CASE(gradients_agree_with_differences) {
  for (const Representation feature : {Representation::conv, Representation::y}) {
    Resting resting(feature);
    Activations a;
    resting.evaluate(a.taps(), a.gradients());
    std::vector<float>& x = feature == Representation::conv ? a.conv : a.code;
    const std::vector<float> dx = feature == Representation::conv ? a.dconv : a.dcode;
    double largest = 0;
    const auto check = [&](std::size_t i) {
      const float before = x[i], h = 1.0F / 256;
      Activations scrap;
      const auto loss_at = [&](float value) {
        x[i] = value;
        resting.evaluate(a.taps(), scrap.gradients());
        return resting.objective.loss();
      };
      const double difference = (loss_at(before + h) - loss_at(before - h)) / (2 * double(h));
      x[i] = before;
      largest = std::max(largest, std::abs(difference - double(dx[i])));
    };
    if (feature == Representation::conv)
      a.each_inside(check);
    else
      for (std::size_t i = 0; i < x.size(); ++i) check(i);
    BOOST_TEST(largest < 1e-3);
    BOOST_TEST(resting.objective.loss() > 0);
  }
}

BOOST_AUTO_TEST_CASE(what_labels_do_not_reach_is_zero_or_the_other_objectives) {
  const auto gradients = [](Resting resting) {
    Activations a;
    BOOST_TEST(resting.evaluate(a.taps(), a.gradients()).local.loss ==
               (resting.objective.counts().parameters > 0 ? 3.0 : 0.0));
    return a;
  };
  const Activations alone = gradients(Resting(Representation::conv)),
                    beside = gradients(Resting(Representation::conv,
                                               std::make_unique<Ones>(Written{.map = false, .conv = true}))),
                    local = gradients(Resting(Representation::conv,
                                              std::make_unique<Ones>(Written{.map = false, .conv = false})));
  BOOST_TEST((alone.dcode == std::vector<float>(20, 0.0F)));
  BOOST_TEST((beside.dcode == std::vector<float>(20, 1.0F)));
  BOOST_TEST((local.dconv == alone.dconv));
  alone.each_inside([&](std::size_t i) {
    if (i / 48 == 1 || i / 48 == 4) BOOST_TEST(alone.dconv[i] == 0.0F);  // images without a label
    BOOST_TEST(beside.dconv[i] == 1 + alone.dconv[i]);
  });
  // If the map is conv, the other objective's gradient to the map goes to conv.
  Resting of_map(Representation::conv, std::make_unique<Ones>(Written{.map = true, .conv = false}));
  Activations map;
  Taps<float> taps = map.taps(), to = map.gradients();
  taps.map = taps.conv;
  to.map = to.conv;
  of_map.evaluate(taps, to);
  BOOST_TEST((map.dconv == beside.dconv));
  BOOST_TEST(alone.dconv[0] == 9.0F);  // the border does not belong to it
  BOOST_TEST(Resting(Representation::conv).objective.written().conv);
  BOOST_TEST(!Resting(Representation::y).objective.written().conv);
  BOOST_TEST(Resting(Representation::y, std::make_unique<Ones>(Written{.map = true, .conv = false}))
                 .objective.written()
                 .map);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_said) {
  BOOST_CHECK_EXCEPTION(Resting{Representation::fc}, dim::Error, says({"conv or y"}));
  Resting resting(Representation::y);
  LabelledObjective<>& objective = resting.objective;
  objective.set_labels(std::vector<int>(5, -1));
  Activations a;
  BOOST_CHECK_EXCEPTION(resting.evaluate(a.taps(), a.gradients()), dim::Error,
                        says({"no image of a batch has a label"}));
  objective.set_labels({0, 1});
  BOOST_CHECK_EXCEPTION(resting.evaluate(a.taps(), a.gradients()), dim::Error,
                        says({"2 labels for a batch of 5"}));
  objective.set_labels(std::vector<int>(1000, 1));
  BOOST_CHECK_EXCEPTION(resting.evaluate(a.taps(), a.gradients()), dim::Error,
                        says({"1000 labels for a batch of 5"}));
  BOOST_CHECK_EXCEPTION(objective.set_labels({3}), dim::Error, says({"label 3 among 3 classes"}));
  std::vector<float> huge;  // of both signs
  for (int i = 0; i < 16 * 4; ++i) huge.push_back((i / 4 >> i % 4 & 1) == 0 ? 3e38F : -3e38F);
  BOOST_CHECK_EXCEPTION(Resting(Representation::y).objective.predict({huge.data(), 16, 4}), dim::Error,
                        says({"too far", "lower rate"}));
  const std::vector<float> numbers(10);
  BOOST_CHECK_EXCEPTION(objective.predict({numbers.data(), 2, 5}), dim::Error, says({"5", "4"}));
}

BOOST_AUTO_TEST_SUITE_END()
