// Signals along one dimension, (N, 1, L, C), of which an encoder of Conv1d learns without labels what kind they are.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <dim/data/images.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/layers/batch_norm.hpp>
#include <dim/layers/conv.hpp>
#include <dim/layers/leaky.hpp>
#include <dim/layers/linear.hpp>
#include <dim/train/compiled.hpp>
#include <dim/train/trainer.hpp>

BOOST_AUTO_TEST_SUITE(signals)

using namespace dim;

constexpr int length = 512, classes = 5;

/// `count` sines, each of a frequency within 22 % of its class's, of any phase, and with more noise than sine.
Images sines(long count, std::uint64_t seed) {
  const Random random{seed};
  std::uint64_t next = 0;
  const auto uniform = [&] { return double(random.uniform(next++)); };
  const auto normal = [&] {
    return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307 * uniform());
  };
  std::vector<std::uint8_t> bytes;
  std::vector<int> labels;
  for (long i = 0; i < count; ++i) {
    labels.push_back(int(i % classes));
    const double period = 16 / std::pow(1.6, i % classes),
                 step = 6.283185307 / period * (0.78 + 0.44 * uniform()), phase = 6.283185307 * uniform();
    for (int x = 0; x < length; ++x) {
      const double value = std::sin(phase + step * x) + 0.9 * normal();
      bytes.push_back(std::uint8_t(std::lround(std::clamp(127.5 + 30 * value, 0.0, 255.0))));
    }
  }
  const Shape shape{1, 1, length};
  return Images(std::move(bytes), count, shape, Strides::pixels(shape)).with_labels(labels, classes);
}

struct SignalMaps : Sequential<Conv1d<32, 16, 4, 6>, BatchNorm, ReLU, Conv1d<64, 8, 4, 2>, BatchNorm, ReLU> {
};
struct SignalSummary
    : Sequential<Conv1d<64, 8, 4, 2>, BatchNorm, ReLU, Linear<128, Bias::none>, BatchNorm, ReLU, Linear<16>> {
};
using SignalEncoder = Encoder<Shape{1, 1, length}, SignalMaps, SignalSummary>;
using SignalGoal = Objective<Local, NCE, NoPrior, Dot<64>>;

/// How often the nearest among the training rows are of the class of a test row.
double accuracy(const std::vector<float>& train, const Images& of_train, const std::vector<float>& test,
                const Images& of_test) {
  const Cpu cpu{1};
  const long size = std::ssize(train) / of_train.size();
  const std::vector<int> labels = of_train.labels(), expected = of_test.labels();
  KnnProbe<float> probe;
  probe.fit(cpu, Features<float>(train.data(), of_train.size(), size, labels.data()), classes, {.k = 20});
  return probe.accuracy(cpu, Features<float>(test.data(), of_test.size(), size, expected.data()));
}

BOOST_AUTO_TEST_CASE(codes_tell_frequencies_that_samples_hide) {
  const Images train = sines(400, 1), test = sines(400, 2);
  const auto samples = [](const Images& of) {
    std::vector<float> rows(std::size_t(of.size() * length));
    for (long i = 0; i < of.size(); ++i) of.copy(i, Batch<float>{rows.data(), of.size(), of.shape()}, i);
    return rows;
  };
  const double raw = accuracy(samples(train), train, samples(test), test);
  Trainer<SignalEncoder, SignalGoal> trainer{
      {.batch = 50, .seed = 1, .threads = 1, .optimizer = Adam{.rate = 3e-3}}};
  const auto codes = [&](const Images& of) {
    std::vector<float> rows(std::size_t(of.size() * 16));
    trainer.encoder().features(of, Representation::y, rows.data());
    return rows;
  };
  const double untrained = accuracy(codes(train), train, codes(test), test);
  trainer.fit(train, {.epochs = 40});
  const double learnt = accuracy(codes(train), train, codes(test), test);
  BOOST_TEST_MESSAGE("nearest neighbours: samples " << raw << ", untrained " << untrained << ", y "
                                                    << learnt);
  BOOST_TEST(raw < 0.7);
  BOOST_TEST(learnt > 0.95);
}

BOOST_AUTO_TEST_SUITE_END()
