// Networks as users write them, with every layer and with numbers of channels that fill no vector and no tile; and
// the choices that the program does not offer.
#include "bits.hpp"

namespace bits {
namespace {

using namespace dim;

struct Maps : Sequential<Conv<21, 5, 2, 2>, BatchNorm, ReLU,                             // (21,  6,  6)
                         Sum<Identity, Sequential<Conv<21, 3, 1, 1>, Tanh>>,             // (21,  6,  6)
                         MaxPool<2, 1>, ConvTranspose<18, 4, 2, 1>,                      // (18, 10, 10)
                         LayerNorm, LeakyReLU, Conv<37, 3, 1, 1>, Dropout<Ratio{1, 8}>>  // (37, 10, 10)
{};
struct Summary : Sequential<Conv<24, 4, 2, 1>, BatchNorm, LeakyReLU,                   // (24, 5, 5)
                            Linear<70, Bias::none>, BatchNorm, ReLU,                   // (70)
                            Linear<36>, Sigmoid, Unflatten<Shape{4, 3, 3}>,            // ( 4, 3, 3)
                            ConvTranspose<3, 3, 2, 1, 1, Bias::yes>, Tanh, Linear<5>>  // ( 5)
{};
using Net = Encoder<Shape{3, 12, 12}, Maps, Summary>;

// Its code is a map: several global vectors per image.
struct MapSummary : Sequential<Conv<16, 3, 1, 1>, BatchNorm, ReLU, Conv<6, 4, 2, 1>> {};  // (6, 3, 3)
using MapNet = Encoder<Shape{3, 12, 12}, Sequential<Conv<13, 4, 2, 1>, BatchNorm, ReLU>, MapSummary>;

template <class P>
struct Small : P {
  using Adversary = Sequential<Linear<31>, ReLU, Linear<10>, ReLU, Linear<1>>;
};
using AnySmallPrior = Small<AnyPrior>;

const AnySmallPrior uniform{{{}, UniformPrior{}}}, gaussian{{{}, GaussianPrior{}}}, none{};

template <class N, class T = float, class G>
void run(const Asked& asked, const std::string& name, const TrainerOptions& how, const G& goal) {
  if (!asked.wants(name)) return;
  train<T>(name, how, std::make_unique<EncoderPass<N, Cpu, T>>(),
           std::make_unique<ObjectivePass<G, Cpu, T>>(encoder_shapes<N>(), goal));
}

struct SmallEstimator {
  const char* name;
  AnyEstimator estimator;
};
const SmallEstimator small_estimators[] = {{"jsd", {{}, JSD{}}},       {"nce", {{}, NCE{}}},
                                           {"dv", {{}, DV{}}},         {"kl", {{}, KL{}}},
                                           {"rkl", {{}, ReverseKL{}}}, {"h2", {{}, SquaredHellinger{}}},
                                           {"x2", {{}, ChiSquared{}}}};

template <class TaskT, class ScorerT>
using Chosen = Objective<TaskT, AnyEstimator, AnySmallPrior, ScorerT>;

}  // namespace

std::unique_ptr<AnyEncoder> make_small() {
  return std::make_unique<EncoderPass<Net, Cpu, float>>();
}
std::unique_ptr<AnyObjective> make_small_objective() {
  using Both = Chosen<LocalAndGlobal, Dot<7>>;
  return std::make_unique<ObjectivePass<Both, Cpu, float>>(encoder_shapes<Net>(), Both{.prior = uniform});
}

void run_small(const Asked& asked) {
  const TrainerOptions f32 = options(asked, 14), bf16 = options(asked, 14, Precision::bf16);
  const Chosen<LocalAndGlobal, Dot<7>> dot{.prior = uniform};
  for (const auto& [name, estimator] : small_estimators) {
    const std::string end = std::string("/") + name + "/f32";
    run<Net>(asked, "small/both/dot-7" + end, f32,
             Chosen<LocalAndGlobal, Dot<7>>{.estimator = estimator, .prior = uniform});
    run<Net>(asked, "small/both/concat-24" + end, f32,
             Chosen<LocalAndGlobal, Concat<24>>{.estimator = estimator, .prior = uniform});
    run<MapNet>(asked, "small-map/both/dot-7" + end, f32,
                Chosen<LocalAndGlobal, Dot<7>>{.estimator = estimator, .prior = uniform});
  }
  run<Net>(asked, "small/both/dot-7/jsd/bf16", bf16, dot);
  run<Net, double>(asked, "small/both/dot-7/jsd/f64", f32, dot);

  const auto vary = [&](const std::string& how, const auto& change) {
    TrainerOptions options = f32;
    Chosen<LocalAndGlobal, Dot<7>> goal = dot;
    change(options, goal);
    run<Net>(asked, "small/both/dot-7/jsd/f32/" + how, options, goal);
  };
  vary("gaussian-prior", [](auto&, auto& goal) { goal.prior = gaussian; });
  vary("no-prior", [](auto&, auto& goal) { goal.prior = none; });
  vary("no-penalty", [](auto&, auto& goal) { goal.gradient_penalty = 0; });
  vary("sgd", [](auto& options, auto&) { options.optimizer = Sgd{.rate = 1e-3}; });
  vary("no-winograd", [](auto& options, auto&) { options.arithmetic.winograd = false; });
  vary("seed-2", [](auto& options, auto&) { options.seed = 2; });

  // The forms of scorers among which the library chooses.
  for (const TrainerOptions& how : {f32, bf16}) {
    const std::string end = how.arithmetic.products == Precision::bf16 ? "/jsd/bf16" : "/jsd/f32";
    run<Net>(asked, "small/local/dot-200-gram" + end, how,
             Chosen<Local, Dot<200, HeadForm::gram>>{.prior = uniform});
    run<Net>(asked, "small/local/dot-200-direct" + end, how,
             Chosen<Local, Dot<200, HeadForm::direct>>{.prior = uniform});
    run<Net>(asked, "small/both/concat-24-gathered" + end, how,
             Chosen<LocalAndGlobal, Concat<24, FirstLayer::gathered>>{.prior = uniform});
  }
}

}  // namespace bits
