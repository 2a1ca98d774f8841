// Trains small networks, with as many threads as its argument says, and prints a line for each objective: its
// name, a checksum of weights, gradients, statistics and moments, and the losses of each step.
#include <cstdio>
#include <dim/io/checksum.hpp>

#include "../train/small.hpp"

namespace {

using namespace tests;

// Channels and codes that fill no vector and no tile, and every layer of the library.
struct Maps
    : Sequential<Conv<20, 4, 2, 1>, BatchNorm, ReLU, Sum<Identity, Sequential<Conv<20, 3, 1, 1>, Tanh>>,
                 Conv<37, 3, 1, 1>, LayerNorm, LeakyReLU, MaxPool<3, 1>, Dropout<Ratio{1, 8}>> {};
struct Summary : Sequential<Linear<70, Bias::none>, BatchNorm, ReLU, Linear<19>, Sigmoid, Linear<5>> {};
using Net = Encoder<Shape{2, 8, 8}, Maps, Summary>;

std::uint64_t hash(const float* numbers, long count, std::uint64_t seed) {
  return checksum(std::as_bytes(std::span(numbers, std::size_t(count))), seed);
}

template <class Goal>
void train(const char* name, int threads, const Goal& goal, AnyOptimizer optimizer) {
  const auto pictures = stripes(70);
  Trainer<Net, Goal> trainer({.batch = 14, .threads = threads, .optimizer = optimizer}, goal);
  std::vector<double> losses;
  trainer.fit(images_of(pictures), {.epochs = 2}, [&](const Losses& now, long) {
    losses.insert(losses.end(), {now.local.loss, now.global.loss, now.prior.encoder, now.prior.adversary,
                                 now.prior.penalty});
    return true;
  });
  const Counts counts = trainer.counts();
  std::uint64_t seen = hash(trainer.weights().parameters, counts.parameters, 0);
  seen = hash(trainer.weights().dparameters, counts.parameters, seen);
  seen = hash(trainer.weights().statistics, counts.statistics, seen);
  seen = hash(trainer.moments(), counts.parameters * moments(optimizer), seen);
  std::printf("%s %016llx", name, static_cast<unsigned long long>(seen));
  for (const double loss : losses) std::printf(" %.9g", loss);
  std::printf("\n");
}

}  // namespace

int main(int count, char** arguments) {
  const int threads = count > 1 ? std::atoi(arguments[1]) : 1;
  Objective<LocalAndGlobal, AnyEstimator, Small<UniformPrior>, Dot<7>> dot;
  const auto train_with = [&](const char* name, auto estimator) {
    dot.estimator.choice = estimator;
    train(name, threads, dot, Adam{});
  };
  train_with("jsd", JSD{});
  train_with("nce", NCE{});
  train_with("dv", DV{});
  train_with("kl", KL{});
  train_with("rkl", ReverseKL{});
  train_with("h2", SquaredHellinger{});
  train_with("x2", ChiSquared{});
  train("concat", threads, Objective<LocalAndGlobal, JSD, Small<GaussianPrior>, Concat<24>>{}, Sgd{});
}
