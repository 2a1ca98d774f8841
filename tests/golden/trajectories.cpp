#include <dim/cpu/backend.hpp>
#include <dim/train/trainer.hpp>

#include "vectors.hpp"

BOOST_AUTO_TEST_SUITE(trajectories)

namespace {

using namespace tests::golden;

constexpr long steps = 20, batch = 8;
constexpr double rate = 1e-3;

using Maps = Sequential<Conv<8, 4, 2, 1>, BatchNorm, ReLU, Conv<16, 4, 2, 1>, BatchNorm, ReLU>;
using Summary = Sequential<Linear<32, Bias::none>, BatchNorm, ReLU, Linear<16>>;
using Net = Encoder<Shape{3, 16, 16}, Maps, Summary>;

/// A prior with given draws and a small adversary.
template <Prior P>
struct Given : P {
  using Adversary = Sequential<Linear<20>, ReLU, Linear<1>>;
  const float* draws = nullptr;  // (steps, batch, codes)

  float draw(const Random& random, std::uint64_t index) const {
    return draws[random.step * std::uint64_t(batch * Net::code.size()) + index];
  }
};
template <class Goal>
inline constexpr bool has_prior = !std::is_same_v<typename Goal::prior_type, NoPrior>;

/// The images of a case, whose values are already in [-1, 1].
class GivenImages {
 public:
  explicit GivenImages(const Case& test)
      : batches_(test.shape("in.images").at(0)),
        values_(channels_last(test.read<float>("in.images", {batches_, batch, 3, 16, 16}), Net::image)) {}

  long batches() const { return batches_; }
  long size() const { return batches_ * batch; }
  Shape shape() const { return Net::image; }
  template <class T>
  void copy(long i, const Batch<T>& to, long n) const {
    const long line = to.width() * to.channels();
    for (long y = 0; y < to.height(); ++y)
      std::copy_n(values_.data() + (i * to.height() + y) * line, line, to.at(n, y, 0));
  }

 private:
  long batches_;
  std::vector<float> values_;
};
static_assert(Dataset<GivenImages>);

/// The names that the vectors use for the trainer's parameters and statistics, in its order.
struct Names {
  std::vector<std::string> parameters, statistics;

  explicit Names(const Case& test) {
    for (const std::string layer : {"c1", "c2", "f1"}) add(layer + ".", {"w", "bn.gamma", "bn.beta"});
    add("f2.", {"w", "b"});
    for (const std::string layer : {"c1", "c2", "f1"}) add_statistics(layer);
    for (const std::string head : {"loc", "glo", "map", "code"}) {
      if (!test.has("in." + head + ".a")) continue;
      add(head + ".", {"a", "bn.gamma", "bn.beta", "c", "cb", "s", "ln.gamma", "ln.beta"});
      add_statistics(head);
    }
    if (test.has("in.mlp.w1")) add("mlp.", {"w1", "b1", "w2", "b2", "w3", "b3"});
    if (test.has("in.d1.w")) add("d", {"1.w", "1.b", "2.w", "2.b"});
  }

 private:
  void add(const std::string& prefix, const std::vector<std::string>& names) {
    for (const std::string& name : names) parameters.push_back(prefix + name);
  }
  void add_statistics(const std::string& layer) {
    for (const char* name : {".bn.running_mean", ".bn.running_var"}) statistics.push_back(layer + name);
  }
};

/// The norm of the gradients of encoder and heads.
template <class T>
double gradient_norm(const Entries& entries, const Names& names, const T* gradients) {
  double squares = 0;
  for (std::size_t k = 0; k < names.parameters.size(); ++k) {
    if (names.parameters[k][0] == 'd') continue;
    const auto& [path, parameter, offset] = entries.parameters[k];
    for (long i = offset; i < offset + parameter.size(); ++i)
      squares += double(gradients[i]) * double(gradients[i]);
  }
  return std::sqrt(squares);
}

/// Makes the steps and compares; prepare(k) is called before step k.
template <class T>
void follow(const Case& test, BasicTrainer<Cpu, T>& trainer, const ObjectiveWeights& by,
            const std::function<void(long)>& prepare) {
  const GivenImages images(test);
  const Names names(test);
  const Weights<T> weights = trainer.weights();
  const Entries entries = trainer.entries();
  read_parameters(test, entries, names.parameters, weights.parameters);
  BOOST_TEST_REQUIRE(entries.statistics.size() == names.statistics.size());

  std::map<std::string, std::vector<T>> logs;
  for (long k = 0; k < steps; ++k) {
    prepare(k);
    std::vector<long> indices;
    for (long i = 0; i < batch; ++i) indices.push_back(k % images.batches() * batch + i);
    const Losses losses = trainer.step(images, indices);
    logs["loss"].push_back(T(by.beta * losses.local.loss + by.alpha * losses.global.loss));
    logs["loss_local"].push_back(T(losses.local.loss));
    logs["loss_global"].push_back(T(losses.global.loss));
    logs["discriminator_loss"].push_back(T(losses.prior.adversary + losses.prior.penalty));
    logs["gradient_penalty"].push_back(T(losses.prior.penalty));
    logs["grad_norm"].push_back(T(gradient_norm(entries, names, weights.dparameters)));
    if (k > 0) continue;
    check_parameters(test, "grad", entries, names.parameters, weights.dparameters);
    check_parameters(test, "step1", entries, names.parameters, weights.parameters, 2 * rate);
  }
  for (const auto& [name, values] : logs)
    if (test.has("out." + name)) test.check("out." + name, values);
  check_parameters(test, "final", entries, names.parameters, weights.parameters, 2 * rate);
  for (std::size_t k = 0; k < names.statistics.size(); ++k) {
    const auto& [path, statistic, offset] = entries.statistics[k];
    test.check("final." + names.statistics[k], numbers(weights.statistics + offset, statistic.size));
  }
}

template <class Goal>
void train(const Case& test, Goal goal) {
  std::vector<float> draws;
  std::vector<long> shifts(steps);
  if constexpr (has_prior<Goal>) {
    draws = test.read<float>("in.prior", {steps, batch, Net::code.size()});
    goal.prior.draws = draws.data();
  }
  if (test.has("in.shift")) shifts = test.read<long>("in.shift", {steps});
  in_both([&](auto zero) {
    const Adam adam{.rate = rate, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
    const TrainerOptions options{.batch = int(batch), .threads = 2, .optimizer = adam};
    Trainer<Net, Goal, Cpu, decltype(zero)> trainer(options, goal);
    follow(test, trainer, goal.weights, [&](long k) {
      if constexpr (requires { goal.scorer.shift; })
        trainer.goal().scorer.shift = int(shifts[std::size_t(k)]);
    });
  });
}

template <class E>
void train_local(const Case& test) {
  Objective<Local, AnyEstimator, NoPrior, Dot<24>> goal;
  goal.estimator.choice = E{};
  train(test, goal);
}
template <class T, class S>
void train_jsd(const Case& test) {
  train(test, Objective<T, JSD, NoPrior, S>{});
}
template <Prior P, int Penalty = 0>
void train_with_prior(const Case& test) {
  Objective<Local, JSD, Given<P>, Dot<24>> goal;
  goal.gradient_penalty = Penalty;
  train(test, goal);
}

const Claims claims("trajectory", {{"dim_local_jsd", train_local<JSD>},
                                   {"dim_local_nce", train_local<NCE>},
                                   {"dim_local_dv", train_local<DV>},
                                   {"dim_global_jsd", train_jsd<Global, Dot<24>>},
                                   {"dim_local_global_jsd", train_jsd<LocalAndGlobal, Dot<24>>},
                                   {"dim_local_concat_jsd", train_jsd<Local, Concat<20>>},
                                   {"dim_local_jsd_prior", train_with_prior<UniformPrior>},
                                   {"dim_local_jsd_prior_penalty", train_with_prior<UniformPrior, 1>},
                                   {"dim_local_jsd_gaussian", train_with_prior<GaussianPrior>}});

}  // namespace

BOOST_AUTO_TEST_CASE(as_in_the_reference) {
  run_group("trajectory");
}

BOOST_AUTO_TEST_SUITE_END()
