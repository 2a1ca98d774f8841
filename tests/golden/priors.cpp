#include <dim/cpu/backend.hpp>
#include <dim/model/prior_pass.hpp>

#include "vectors.hpp"

BOOST_AUTO_TEST_SUITE(priors)

namespace {

using namespace tests::golden;

constexpr Shape code{4, 1, 1};
constexpr int rows = 5;
const std::vector<std::string> names = {"w1", "b1", "w2", "b2"};

/// Given draws, and codes that the adversary sees unchanged.
template <Layer Activation>
struct GivenPrior : GaussianPrior {
  using Adversary = Sequential<Linear<7>, Activation, Linear<1>>;
  const float* draws = nullptr;

  float draw(const Random&, std::uint64_t index) const { return draws[index]; }
};

/// The adversary by itself and in the passes that training makes with it, all with the same weights.
template <Layer Activation, class T>
struct Bound {
  using Adversary = typename GivenPrior<Activation>::Adversary;

  Cpu cpu{2};
  Graph<Cpu, T> graph = graph_of<Adversary, code, Cpu, T>();
  Network<Cpu, T> judge{graph};
  GradientPenalty<Cpu, T> penalty{graph};
  PriorPass<GivenPrior<Activation>, Cpu, T> pass{code.channels};
  Weights<T> weights{};
  Batch<T> logit{}, dlogit{};
  std::byte* scratch = nullptr;

  void lay_out(Arena& arena) {
    weights.parameters = arena.take<T>(graph.counts().parameters);
    weights.dparameters = arena.take<T>(graph.counts().parameters);
    const Sizes sizes{rows, cpu.threads()};
    judge.lay_out(cpu, arena, sizes);
    penalty.lay_out(cpu, arena, sizes);
    pass.lay_out(cpu, arena, sizes);
    for (auto* logits : {&logit, &dlogit}) *logits = take_batch<T>(arena, rows, judge.output());
    scratch = arena.take_bytes(pass.scratch_bytes());
    judge.bind(weights);
    penalty.bind(weights);
    pass.bind(weights, 0);
  }
  /// The loss of classifying x as draws or as codes; writes dx and the weights' gradients.
  double blame(const std::vector<T>& x, bool as_draws, std::vector<T>& dx, Learn learn) {
    const Step step{.mode = Mode::training};
    const Batch<const T> from{x.data(), rows, code};
    judge.forward(cpu, from, logit, step, scratch);
    double loss = 0;
    logistic_loss(cpu, constant(logit), as_draws, nullptr, dlogit, &loss);
    judge.backward(cpu, from, logit, dlogit, {dx.data(), rows, code}, step, scratch, Write::overwrite, learn);
    return loss;
  }
};

enum class Loss { discriminator, encoder, penalty };

template <Layer Activation>
void check_loss(const Case& test, Loss loss) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    const std::vector<float> draws = test.read<float>("in.real", {rows, code.channels});
    const std::vector<T> real(draws.begin(), draws.end()),
        fake = test.read<T>("in.fake", {rows, code.channels});
    std::vector<T> dreal(real.size()), dfake(fake.size()), dcodes(fake.size());
    Bound<Activation, T> bound;
    const Memory<Cpu> memory = lay_out(bound.cpu, [&](Arena& arena) { bound.lay_out(arena); });
    const Entries entries = bound.pass.entries();
    read_parameters(test, entries, names, bound.weights.parameters);
    GivenPrior<Activation> prior;
    prior.draws = draws.data();
    const auto match = [&](double penalty) {
      const StepState state{.prior = 1, .penalty = penalty};
      PriorNumbers numbers{};
      bound.pass.match(bound.cpu, prior, {fake.data(), rows, code}, {dcodes.data(), rows, code}, penalty > 0,
                       {.mode = Mode::training, .state = &state}, &numbers, bound.scratch);
      return bound.pass.read(numbers, penalty > 0);
    };

    if (loss == Loss::discriminator) {
      test.check("out.y", T(bound.blame(real, true, dreal, Learn::overwrite) +
                            bound.blame(fake, false, dfake, Learn::add)));
      test.check("grad.real", dreal);
      test.check("grad.fake", dfake);
      check_parameters(test, "grad", entries, names, bound.weights.dparameters);
      test.check("out.y", T(match(0).adversary));
      check_parameters(test, "grad", entries, names, bound.weights.dparameters);
    } else if (loss == Loss::encoder) {
      test.check("out.y", T(bound.blame(fake, true, dfake, Learn::overwrite)));
      test.check("grad.fake", dfake);
      check_parameters(test, "grad", entries, names, bound.weights.dparameters);
      test.check("out.y", T(match(0).encoder));
      test.check("grad.fake", dcodes);
      test.leave_out("grad.real");  // zero: the encoder's loss does not depend on the draws
    } else {
      const double weight = 1;
      double sum = 0;
      for (const std::vector<T>* x : {&real, &fake}) {
        double squares = 0;
        bound.penalty.add(bound.cpu, Batch<const T>{x->data(), rows, code}, &weight, &squares, bound.scratch);
        sum += squares / (2 * rows);
      }
      test.check("out.y", T(sum));
      check_parameters(test, "grad", entries, names, bound.weights.dparameters);
      test.check("out.y", T(match(1).penalty));
    }
  });
}

template <Layer Activation>
Check check_prior(Loss loss) {
  return [=](const Case& test) { check_loss<Activation>(test, loss); };
}

const Claims claims("prior", {{"discriminator_loss_relu", check_prior<ReLU>(Loss::discriminator)},
                              {"encoder_loss_nonsaturating_relu", check_prior<ReLU>(Loss::encoder)},
                              {"gradient_penalty_relu", check_prior<ReLU>(Loss::penalty)},
                              {"discriminator_loss_tanh", check_prior<Tanh>(Loss::discriminator)},
                              {"encoder_loss_nonsaturating_tanh", check_prior<Tanh>(Loss::encoder)},
                              {"gradient_penalty_tanh", check_prior<Tanh>(Loss::penalty)}});

}  // namespace

BOOST_AUTO_TEST_CASE(as_in_the_reference) {
  run_group("prior");
}

BOOST_AUTO_TEST_SUITE_END()
