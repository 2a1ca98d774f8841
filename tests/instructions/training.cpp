// Trains small networks, with as many threads as its argument says, and prints a line for each objective: its
// name, a checksum of weights, gradients, statistics and moments, and the losses of each step.
#include <cstdio>
#include <dim/io/checksum.hpp>

#include "../train/small.hpp"

namespace {

using namespace tests;

// Every layer of the library, with channels that fill no vector and no tile, and all forms of its kernels: products,
// convolutions with and without minimal filtering, and, for `wide`, scores in Gram form.
struct Maps : Sequential<MaxPool<2, 1>, Conv<67, 5, 2, 2>, BatchNorm, ReLU,
                         Sum<Identity, Sequential<Conv<67, 3, 1, 1>, Tanh>>, Conv<37, 3, 1, 1>, LayerNorm,
                         LeakyReLU, Dropout<Ratio{1, 8}>> {};
struct Summary : Sequential<Conv<64, 4, 2, 1>, BatchNorm, ReLU, Linear<70, Bias::none>, BatchNorm, ReLU,
                            Linear<19>, Sigmoid, Linear<5>> {};
using Net = Encoder<Shape{2, 8, 8}, Maps, Summary>;

std::uint64_t hash(const float* numbers, long count, std::uint64_t seed) {
  return checksum(std::as_bytes(std::span(numbers, std::size_t(count))), seed);
}

template <class Goal>
void train(const char* name, TrainerOptions options, const Goal& goal) {
  const auto images = stripes(5 * options.batch);
  Trainer<Net, Goal> trainer(options, goal);
  std::vector<double> losses;
  trainer.fit(images_of(images), {.epochs = 2}, [&](const Losses& now, long) {
    losses.insert(losses.end(), {now.local.loss, now.global.loss, now.prior.encoder, now.prior.adversary,
                                 now.prior.penalty});
    return true;
  });
  const Counts counts = trainer.counts();
  std::uint64_t seen = hash(trainer.weights().parameters, counts.parameters, 0);
  seen = hash(trainer.weights().dparameters, counts.parameters, seen);
  seen = hash(trainer.weights().statistics, counts.statistics, seen);
  seen = hash(trainer.moments(), counts.parameters * moments(options.optimizer), seen);
  std::printf("%s %016llx", name, static_cast<unsigned long long>(seen));
  for (const double loss : losses) std::printf(" %.9g", loss);
  std::printf("\n");
}

}  // namespace

int main(int count, char** arguments) {
  const int threads = count > 1 ? std::atoi(arguments[1]) : 1;
  const TrainerOptions options{.batch = 14, .threads = threads};
  Objective<LocalAndGlobal, AnyEstimator, Small<UniformPrior>, Dot<7>> dot;
  const auto train_with = [&](const char* name, auto estimator) {
    dot.estimator.choice = estimator;
    train(name, options, dot);
  };
  train_with("jsd", JSD{});
  train_with("nce", NCE{});
  train_with("dv", DV{});
  train_with("kl", KL{});
  train_with("rkl", ReverseKL{});
  train_with("h2", SquaredHellinger{});
  train_with("x2", ChiSquared{});
  train("concat", {.batch = 14, .threads = threads, .optimizer = Sgd{.rate = 1e-3}},
        Objective<LocalAndGlobal, JSD, Small<GaussianPrior>, Concat<24>>{});
  train("wide", {.batch = 70, .threads = threads}, Objective<Local, JSD, NoPrior, Dot<200>>{});
  dot.estimator.choice = JSD{};
  train("brain",
        {.batch = 14,
         .threads = threads,
         .arithmetic = {.products = Precision::bf16},
         .optimizer = Adam{.rate = 1e-5}},
        dot);
}
