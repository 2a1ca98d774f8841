// A small encoder, an objective for it, and images to train it on.
#pragma once
#include <dim/train/compiled.hpp>
#include <dim/train/trainer.hpp>
#include <dim/xtensor/arrays.hpp>

namespace tests {

using namespace dim;

/// `count` images (N, 2, 8, 8) of stripes, horizontal or vertical, at a random place.
inline xt::xtensor<float, 4> stripes(long count, std::uint64_t seed = 1) {
  xt::xtensor<float, 4> images({std::size_t(count), 2, 8, 8});
  const Random random{seed};
  std::uint64_t next = 0;
  for (std::size_t n = 0; n < std::size_t(count); ++n) {
    const bool upright = random.uniform(next++) < 0.5F;
    const float start = 6.28F * random.uniform(next++), pitch = 0.5F + random.uniform(next++);
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t y = 0; y < 8; ++y)
        for (std::size_t x = 0; x < 8; ++x) {
          const float wave = std::sin(start + float(c) + pitch * float(upright ? x : y));
          images(n, c, y, x) = 0.5F + 0.35F * wave + 0.1F * random.uniform(next++);
        }
  }
  return images;
}

struct SmallMaps : Sequential<Conv<6, 4, 2, 1>, BatchNorm, ReLU, Dropout<Ratio{1, 8}>> {};  // (6, 4, 4)
struct SmallSummary : Sequential<Conv<8, 3, 2, 1>, BatchNorm, LeakyReLU,                    // (8, 2, 2)
                                 Linear<12, Bias::none>, BatchNorm, ReLU, Linear<5>> {};    // (12), (5)
using SmallEncoder = Encoder<Shape{2, 8, 8}, SmallMaps, SmallSummary>;

/// A prior of the library with a small adversary.
template <class P>
struct Small : P {
  using Adversary = Sequential<Linear<16>, ReLU, Linear<8>, ReLU, Linear<1>>;
};
using SmallGoal = Objective<LocalAndGlobal, JSD, Small<UniformPrior>, Dot<8>>;
using SmallTrainer = Trainer<SmallEncoder, SmallGoal>;

/// Everything that a trainer carries from one step to the next, bit for bit.
template <class T, class O>
std::vector<T> state_of(const BasicTrainer<Cpu, T, O>& trainer) {
  const Counts counts = trainer.counts();
  const Weights<T> weights = trainer.weights();
  std::vector<T> state(weights.parameters, weights.parameters + counts.parameters);
  state.insert(state.end(), weights.statistics, weights.statistics + counts.statistics);
  state.insert(state.end(), trainer.moments(),
               trainer.moments() + counts.parameters * moments(trainer.options().optimizer));
  state.push_back(T(trainer.steps()));
  return state;
}

}  // namespace tests
