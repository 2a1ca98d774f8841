// The passes of the dot-product scorer, held to one description.
#pragma once
#include <dim/cpu/backend.hpp>
#include <dim/model/objective_pass.hpp>

#include "bound.hpp"

namespace tests::dot_product {

using namespace tests;

constexpr StepState state{.number = 2};
constexpr Step step{.mode = Mode::training, .seed = 3, .state = &state};

/// The pass of a form, for features of this shape and codes of so many values.
template <HeadForm Form, class T>
auto pass_of(int units, Shape feature, int codes) {
  const Shape code{codes, 1, 1};
  if constexpr (Form == HeadForm::direct)
    return DotPass<Cpu, T>(feature, code, units);
  else if constexpr (Form == HeadForm::gram)
    return GramDotPass<Cpu, T>(feature, code, units);
  else
    return AutomaticDotPass<Cpu, T>(feature, code, units);
}

/// Scores with fixed weights: gradients for features, codes and parameters. `PairSizes` as in training.
template <HeadForm Form, int Units, Shape Feature, int Codes>
void check_gradients_of(PairSizes sizes) {
  constexpr Shape code{Codes, 1, 1};
  const auto pass = pass_of<Form, double>(Units, Feature, Codes);
  Bound<std::remove_const_t<decltype(pass)>> bound(2, pass, pass.counts(), sizes);
  Numbers<Feature> features(sizes.images * sizes.locations, 1), dfeatures(sizes.images * sizes.locations, 2);
  Numbers<code> codes(sizes.images * sizes.globals, 3), dcodes(sizes.images * sizes.globals, 4);
  std::vector<double> weight;
  const auto f = [&] {
    const Scores<double> u =
        bound.pass.forward(bound.cpu, features.constant(), codes.constant(), step, bound.scratch);
    BOOST_REQUIRE((u.all_pairs && u.negatives == u.images - 1));
    if (weight.empty())
      for (long i = 0; i < u.size(); ++i) weight.push_back(uniform(1, 0, i));
    const double sum = dot(weight, {u.data, u.data + u.size()});
    std::copy(weight.begin(), weight.end(), u.data);
    return sum;
  };
  const auto backward = [&](Write write) {
    f();
    bound.pass.backward(bound.cpu, features.constant(), codes.constant(), dfeatures.view(), dcodes.view(),
                        write, step, bound.scratch);
  };
  const std::vector<double> before = dcodes.values;
  backward(Write::add);
  const std::vector<double> sum = dcodes.values;
  backward(Write::overwrite);
  for (std::size_t i = 0; i < sum.size(); ++i)
    BOOST_TEST(std::abs(sum[i] - before[i] - dcodes.values[i]) < 1e-13 * (1 + std::abs(sum[i])));
  const std::vector<double> dweights = bound.dparameters();
  check_derivatives_at("features", features.values.data(), dfeatures.values, f, 1e-5);
  check_derivatives_at("codes", codes.values.data(), dcodes.values, f, 1e-5);
  check_derivatives_at("weights", bound.weights.parameters, dweights, f, 1e-5);
}

template <HeadForm Form>
void check_all_gradients() {
  check_gradients_of<Form, 5, Shape{3, 1, 1}, 4>({.images = 3, .locations = 4, .globals = 1, .threads = 2});
  check_gradients_of<Form, 4, Shape{5, 1, 1}, 2>({.images = 4, .locations = 2, .globals = 3, .threads = 2});
  check_gradients_of<Form, 6, Shape{3, 2, 2}, 4>(
      {.images = 4, .locations = 1, .globals = 2, .threads = 2});  // a map
}

/// Arrays by name: the scores, the gradients of features, of codes and of each parameter.
struct Named {
  std::string name;
  std::vector<double> values;

  friend bool operator==(const Named&, const Named&) = default;  // NaN equals nothing
};

/// All results of a pass for features, codes and weights, which are the same in float and in double; `scale`
/// multiplies all weights.
template <HeadForm Form, class T, int Units, int Features, int Codes>
std::vector<Named> outcome(PairSizes sizes, double scale = 1, Precision products = Precision::f32) {
  constexpr Shape feature{Features, 1, 1}, code{Codes, 1, 1};
  const auto pass = pass_of<Form, T>(Units, feature, Codes);
  Bound<std::remove_const_t<decltype(pass)>, T> bound(sizes.threads, pass, pass.counts(), sizes);
  bound.cpu.arithmetic.products = products;
  for (long i = 0; i < pass.counts().parameters; ++i)
    bound.weights.parameters[i] = T(float(scale * uniform(11, 0, i) / 2));
  const int rows = sizes.images * sizes.locations, globals = sizes.images * sizes.globals;
  const auto numbers = [](long count, std::uint64_t stream) {
    std::vector<T> result;
    for (long i = 0; i < count; ++i) result.push_back(T(float(uniform(12, stream, i))));
    return result;
  };
  const auto x = numbers(rows * Features, 1), y = numbers(globals * Codes, 2);
  std::vector<T> dx(x.size(), T(NAN)), dy(y.size());
  const Batch<const T> features{x.data(), rows, feature}, codes{y.data(), globals, code};
  const Scores<T> u = bound.pass.forward(bound.cpu, features, codes, step, bound.scratch);
  std::vector<Named> result{{"scores", {u.data, u.data + u.size()}}};
  std::ranges::copy(numbers(u.size(), 3), u.data);
  bound.pass.backward(bound.cpu, features, codes, {dx.data(), rows, feature}, {dy.data(), globals, code},
                      Write::overwrite, step, bound.scratch);
  result.push_back({"features", {dx.begin(), dx.end()}});
  result.push_back({"codes", {dy.begin(), dy.end()}});
  for (const auto& entry : pass.entries().parameters) {
    const T* const begin = bound.weights.dparameters + entry.offset;
    result.push_back({entry.name, {begin, begin + entry.array.size()}});
  }
  return result;
}

/// |x - reference| / |reference|
inline double error(const Named& x, const Named& reference) {
  BOOST_TEST_REQUIRE(x.name == reference.name);
  double difference = 0, length = 0;
  for (std::size_t i = 0; i < reference.values.size(); ++i) {
    difference += std::pow(x.values.at(i) - reference.values[i], 2);
    length += std::pow(reference.values[i], 2);
  }
  return std::sqrt(difference / length);
}

}  // namespace tests::dot_product
