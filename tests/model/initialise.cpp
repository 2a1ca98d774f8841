#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <dim/cpu/memory.hpp>
#include <dim/cpu/weight_layout.hpp>
#include <dim/layers/batch_norm.hpp>
#include <dim/layers/conv.hpp>
#include <dim/model/initialise.hpp>
#include <dim/objective/scorer.hpp>
#include <numeric>

BOOST_AUTO_TEST_SUITE(initialise)

using namespace dim;

/// Initial values of a layer for samples of shape `in`.
template <class Initialisation, class L>
struct Started {
  Entries entries;
  std::vector<float> parameters, statistics;

  explicit Started(Shape in, std::uint64_t seed = 1, std::uint64_t salt = 0)
      : parameters(std::size_t(counts<L>(in).parameters)),
        statistics(std::size_t(counts<L>(in).statistics), 9) {
    list<L>(in, "", entries);
    dim::initialise<Initialisation>(Cpu{}, entries, seed, salt, parameters.data(), statistics.data());
  }
  /// Those of parameter `name` in its logical order.
  std::vector<double> operator[](const std::string& name) const {
    std::vector<double> values;
    for (const auto& entry : entries.parameters)
      if (entry.name == name)
        for (long i = 0; i < entry.array.size(); ++i)
          values.push_back(parameters[std::size_t(entry.offset + position(Cpu{}, entry.array, i))]);
    BOOST_TEST_REQUIRE(!values.empty());
    return values;
  }
};

/// The largest distance between a sample's distribution function and `cdf`, times the root of its size: above
/// 1.95 once in a thousand samples (Kolmogorov).
template <class Cdf>
double kolmogorov(std::vector<double> sample, const Cdf& cdf) {
  std::ranges::sort(sample);
  const double count = double(sample.size());
  double most = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double at = cdf(sample[i]);
    most = std::max({most, at - double(i) / count, double(i + 1) / count - at});
  }
  return most * std::sqrt(count);
}
auto uniform_within(double bound) {
  return [bound](double x) { return std::clamp((x / bound + 1) / 2, 0., 1.); };
}
auto normal_of(double mean, double deviation) {
  return [=](double x) { return std::erfc((mean - x) / deviation / std::sqrt(2.)) / 2; };
}

BOOST_AUTO_TEST_CASE(weights_and_biases_as_in_pytorch) {
  const Started<TorchInitialisation, Linear<400, Bias::yes>> linear({250, 1, 1});
  const auto weights = linear["weight"];
  const double bound = 1 / std::sqrt(250.);
  BOOST_TEST(weights.size() == 100'000);
  BOOST_TEST(kolmogorov(weights, uniform_within(bound)) < 1.95);
  BOOST_TEST(kolmogorov(linear["bias"], uniform_within(bound)) < 1.95);
  for (const double w : weights) BOOST_REQUIRE(std::abs(w) <= bound);
  const Started<TorchInitialisation, Conv<200, 5>> conv({20, 9, 9});
  BOOST_TEST(conv["weight"].size() == 100'000);
  BOOST_TEST(kolmogorov(conv["weight"], uniform_within(1 / std::sqrt(500.))) < 1.95);
}

BOOST_AUTO_TEST_CASE(gains_shifts_and_statistics) {
  const Started<TorchInitialisation, BatchNorm> norm({7, 2, 2});
  BOOST_TEST(norm["weight"] == std::vector<double>(7, 1));
  BOOST_TEST(norm["bias"] == std::vector<double>(7, 0));
  BOOST_TEST(norm.statistics == (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1}));
}

BOOST_AUTO_TEST_CASE(a_shortcut_starts_as_a_noisy_copy) {
  const Started<TorchInitialisation, Linear<300, Bias::none, true>> shortcut({2, 10, 10});
  std::vector<double> noise;
  const auto weights = shortcut["weight"];  // (300, 200)
  for (std::size_t o = 0; o < 300; ++o)
    for (std::size_t i = 0; i < 200; ++i) {
      const double w = weights[o * 200 + i];
      if (o == i)
        BOOST_TEST(w == 1);
      else
        noise.push_back(w);
    }
  BOOST_TEST(kolmogorov(noise, uniform_within(0.01)) < 1.95);
  const Started<TorchInitialisation, Linear<100, Bias::none, true>> narrow({2, 10, 10});
  BOOST_TEST(kolmogorov(narrow["weight"], uniform_within(1 / std::sqrt(200.))) < 1.95);
}

BOOST_AUTO_TEST_CASE(moments_of_dcgan) {
  const Started<DcganInitialisation, Linear<400, Bias::yes>> linear({250, 1, 1});
  BOOST_TEST(kolmogorov(linear["weight"], normal_of(0, 0.02)) < 1.95);
  BOOST_TEST(linear["bias"] == std::vector<double>(400, 0));
  const Started<DcganInitialisation, BatchNorm> norm({2000, 1, 1});
  BOOST_TEST(kolmogorov(norm["weight"], normal_of(1, 0.02)) < 1.95);
  BOOST_TEST(norm["bias"] == std::vector<double>(2000, 0));
  BOOST_TEST(norm.statistics[0] == 0);
  BOOST_TEST(norm.statistics[2000] == 1);
}

/// A backend that keeps parameters in their logical order.
struct Plain {};
long position(const Plain&, const Parameter&, long logical) {
  return logical;
}
void upload(const Plain&, const float* from, float* to, long count) {
  std::copy_n(from, count, to);
}
BOOST_AUTO_TEST_CASE(order_in_memory_changes_no_number) {
  using L = Sequential<Conv<5, 3>, BatchNorm, Linear<6>>;
  constexpr Shape in{2, 4, 5};
  const Started<TorchInitialisation, L> host(in, 4, 2);
  std::vector<float> plain(host.parameters.size()), statistics(host.statistics.size());
  dim::initialise<TorchInitialisation>(Plain{}, host.entries, 4, 2, plain.data(), statistics.data());
  BOOST_TEST(plain != host.parameters);
  for (const auto& [name, parameter, offset] : host.entries.parameters)
    for (long i = 0; i < parameter.size(); ++i)
      BOOST_TEST(host[name][std::size_t(i)] == double(plain[std::size_t(offset + i)]));
}

BOOST_AUTO_TEST_CASE(seed_and_network_tell_numbers_apart) {
  using Start = Started<TorchInitialisation, Linear<20>>;
  constexpr Shape in{30, 1, 1};
  BOOST_TEST(Start(in, 1, 0).parameters == Start(in, 1, 0).parameters);
  BOOST_TEST(Start(in, 1, 0).parameters != Start(in, 2, 0).parameters);
  BOOST_TEST(Start(in, 1, 0).parameters != Start(in, 1, 1).parameters);
}

BOOST_AUTO_TEST_SUITE_END()
