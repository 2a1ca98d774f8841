// Both passes of the concatenating scorer, held to one description.
#pragma once
#include <dim/cpu/backend.hpp>
#include <dim/model/objective_pass.hpp>
#include <set>

#include "../io/temporary.hpp"
#include "bound.hpp"

namespace tests::concat {

using namespace tests;

template <int Hidden, Shape Feature, int Codes, FirstLayer First>
struct Bench {
  static constexpr Shape code{Codes, 1, 1};
  using Pass =
      std::conditional_t<First == FirstLayer::shared, SplitConcatPass<Cpu, double>, ConcatPass<Cpu, double>>;
  static Pass pass() { return Pass(Feature, code, Hidden); }

  PairSizes sizes;
  Bound<Pass> bound{sizes.threads, pass(), pass().counts(), sizes};
  Numbers<Feature> features{sizes.images * sizes.locations, 1}, dfeatures{sizes.images * sizes.locations, 2};
  Numbers<code> codes{sizes.images * sizes.globals, 3}, dcodes{sizes.images * sizes.globals, 4};

  StepState state{};
  Step step{.mode = Mode::training, .state = &state};

  /// Scores in step `number`; `step` is left at that step.
  Scores<double> forward(const Concat<Hidden, First>& policy, std::uint64_t seed, std::uint64_t number) {
    state.number = number;
    state.shift = shift_in(policy, Random{seed, Purpose::shift, number}, sizes.images);
    step.seed = seed;
    return bound.pass.forward(bound.cpu, features.constant(), codes.constant(), step, bound.scratch);
  }
};

/// Scores with fixed weights: gradients for features, codes and parameters.
template <FirstLayer First, int Hidden, Shape Feature, int Codes>
void check_gradients_of(PairSizes sizes, int shift) {
  Bench<Hidden, Feature, Codes, First> bench{sizes};
  Concat<Hidden, First> policy;
  policy.shift = shift;
  std::vector<double> weight;
  const auto f = [&] {
    const Scores<double> u = bench.forward(policy, 3, 2);
    BOOST_REQUIRE((!u.all_pairs && u.negatives == 1));
    if (weight.empty())
      for (long i = 0; i < u.size(); ++i) weight.push_back(uniform(1, 0, i));
    const double sum = dot(weight, {u.data, u.data + u.size()});
    std::copy(weight.begin(), weight.end(), u.data);
    return sum;
  };
  f();
  bench.bound.pass.backward(bench.bound.cpu, bench.features.constant(), bench.codes.constant(),
                            bench.dfeatures.view(), bench.dcodes.view(), Write::overwrite, bench.step,
                            bench.bound.scratch);
  const std::vector<double> dweights = bench.bound.dparameters();
  check_derivatives_at("features", bench.features.values.data(), bench.dfeatures.values, f, 1e-5);
  check_derivatives_at("codes", bench.codes.values.data(), bench.dcodes.values, f, 1e-5);
  check_derivatives_at("weights", bench.bound.weights.parameters, dweights, f, 1e-5);
}

template <FirstLayer First>
void check_all_gradients() {
  check_gradients_of<First, 6, Shape{3, 1, 1}, 4>({.images = 4, .locations = 3, .globals = 1, .threads = 2},
                                                  3);
  check_gradients_of<First, 5, Shape{2, 1, 1}, 3>({.images = 3, .locations = 2, .globals = 2, .threads = 2},
                                                  0);
  check_gradients_of<First, 5, Shape{2, 2, 3}, 3>({.images = 2, .locations = 1, .globals = 2, .threads = 2},
                                                  1);  // a map
}

/// All results of a pass for given features, codes and weights.
template <FirstLayer First>
std::vector<double> outcome() {
  Bench<19, Shape{3, 2, 2}, 7, First> bench{{.images = 5, .locations = 3, .globals = 2, .threads = 2}};
  const Scores<double> u = bench.forward(Concat<19, First>(), 3, 2);
  std::vector<double> all(u.data, u.data + u.size());
  for (long i = 0; i < u.size(); ++i) u.data[i] = uniform(1, 0, i);
  bench.bound.pass.backward(bench.bound.cpu, bench.features.constant(), bench.codes.constant(),
                            bench.dfeatures.view(), bench.dcodes.view(), Write::add, bench.step,
                            bench.bound.scratch);
  for (const auto& more : {bench.dfeatures.values, bench.dcodes.values, bench.bound.dparameters()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The shift that a pass has made: feature i has the value i, and so does its score, with weights of 1.
template <FirstLayer First>
int shift_of(int images, const Concat<2, First>& policy, std::uint64_t number) {
  Bench<2, Shape{1, 1, 1}, 1, First> bench{{.images = images, .locations = 1, .globals = 1}};
  std::fill_n(bench.bound.weights.parameters, bench.pass().counts().parameters, 0.);
  bench.bound.weights.parameters[0] =
      1;  // layer 0 is stored as (2 inputs, 2 outputs): feature to the first hidden unit
  const Entries entries = bench.pass().entries();
  for (const char* name : {"pair_network.2.weight", "pair_network.4.weight"})
    for (const auto& entry : entries.parameters)
      if (entry.name == name) bench.bound.weights.parameters[entry.offset] = 1;
  for (int n = 0; n < images; ++n) bench.features.values[std::size_t(n)] = n;
  const Scores<double> u = bench.forward(policy, 5, number);
  const int shift = int(u.data[1] - u.data[0]);
  for (int n = 0; n < images; ++n) {
    BOOST_TEST(u.data[2 * n] == n);
    BOOST_TEST(u.data[2 * n + 1] == (n + shift) % images);
  }
  return shift;
}
template <FirstLayer First>
void check_shifts() {
  std::set<int> drawn;
  for (std::uint64_t step = 0; step < 60; ++step) drawn.insert(shift_of<First>(5, Concat<2, First>(), step));
  BOOST_TEST(drawn == (std::set<int>{1, 2, 3, 4}));
  Concat<2, First> policy;
  policy.shift = 3;
  BOOST_TEST(shift_of<First>(5, policy, 0) == 3);
  for (const int shift : {-1, 4, 5}) {
    Bench<2, Shape{1, 1, 1}, 1, First> bench{{.images = 4, .locations = 1, .globals = 1}};
    policy.shift = shift;
    BOOST_TEST(
        error_of([&] { bench.forward(policy, 0, 0); }) ==
        "a shift of " + std::to_string(shift) +
            " finds no other image in a batch of 4; set Concat::shift to 1..3, or to 0 to have it drawn");
  }
}

}  // namespace tests::concat
