// Weight decay, gradient clipping, and optimizers of a user's own.
#include <boost/test/unit_test.hpp>
#include <dim/train/checkpoint.hpp>

#include "../io/temporary.hpp"
#include "small.hpp"

namespace mine {

/// w = w - rate sign(m), m = keep m + (1 - keep) dw
struct SignDescent {
  double rate = 1e-3, keep = 0.9;
  static constexpr int moments = 1;
};
void check_optimizer(const SignDescent& descent) {
  if (!(descent.rate >= 0)) throw dim::Error("no rate");
}
void prepare(const SignDescent& descent, long, dim::StepState& state) {
  state.rate = descent.rate;
}
template <class T>
void update(const dim::Cpu& cpu, const SignDescent& descent, T* w, const T* dw, T* moments, long count,
            const dim::StepState* state) {
  const T keep = T(descent.keep), rate = T(state->rate);
  dim::for_each_piece(cpu, count, 1L << 15, [=](long begin, long end) {
    for (long i = begin; i < end; ++i) {
      moments[i] = keep * moments[i] + (1 - keep) * dw[i];
      w[i] -= moments[i] > 0 ? rate : moments[i] < 0 ? -rate : T(0);
    }
  });
}

/// An optimizer without state.
struct Plain {
  double rate = 0.1;
  static constexpr int moments = 0;
};
void check_optimizer(const Plain&) {}
void prepare(const Plain& plain, long, dim::StepState& state) {
  state.rate = plain.rate;
}
template <class T>
void update(const dim::Cpu&, const Plain&, T* w, const T* dw, T*, long count, const dim::StepState* state) {
  for (long i = 0; i < count; ++i) w[i] -= T(state->rate) * dw[i];
}

}  // namespace mine

BOOST_AUTO_TEST_SUITE(trainer_options)

using namespace tests;

static_assert(Optimizer<Adam> && Optimizer<Sgd> && Optimizer<mine::SignDescent> && Optimizer<mine::Plain>);
static_assert(!Optimizer<Losses> && !Optimizer<int>);

template <class T>
using Numbers = std::vector<T>;

template <class T, class O>
Numbers<T> parameters_of(const BasicTrainer<Cpu, T, O>& trainer) {
  const T* const from = trainer.weights().parameters;
  return {from, from + trainer.counts().parameters};
}
template <class T, class O>
Numbers<T> gradients_of(const BasicTrainer<Cpu, T, O>& trainer) {
  const T* const from = trainer.weights().dparameters;
  return {from, from + trainer.counts().parameters};
}

const auto images = stripes(64);
const std::vector<long> batch{0, 9, 2, 3, 14, 5, 60, 7};

// torch.optim.AdamW: w = w (1 - rate decay), then a step of Adam; gains, shifts and biases do not decay.
BOOST_AUTO_TEST_CASE(adam_with_decay_as_it_is_written) {
  const double decay = 0.3, b1 = 0.8, b2 = 0.95, epsilon = 1e-3;
  Trainer<SmallEncoder, SmallGoal, Cpu, double> trainer(
      {.batch = 8,
       .optimizer = Adam{.rate = 0.1, .beta1 = b1, .beta2 = b2, .epsilon = epsilon},
       .weight_decay = decay});
  const std::size_t count = std::size_t(trainer.counts().parameters);
  std::vector<bool> decays(count, false);
  for (const auto& [name, parameter, offset] : trainer.entries().parameters)
    if (name.ends_with(".weight") && parameter.rank > 1)
      std::fill_n(decays.begin() + offset, parameter.size(), true);
  BOOST_TEST(std::count(decays.begin(), decays.end(), true) > 0);
  BOOST_TEST(std::count(decays.begin(), decays.end(), false) > 0);
  Numbers<double> w = parameters_of(trainer), m(count), v(count);
  for (int t = 1; t <= 4; ++t) {
    const double rate = t < 3 ? 0.1 : 0.02;  // the decay scales with the rate
    trainer.set_rate(rate);
    trainer.step(images_of(images), batch);
    const Numbers<double> g = gradients_of(trainer), got = parameters_of(trainer);
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (decays[i]) w[i] *= 1 - rate * decay;
      m[i] = b1 * m[i] + (1 - b1) * g[i];
      v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
      w[i] -= rate * (m[i] / (1 - std::pow(b1, t))) / (std::sqrt(v[i] / (1 - std::pow(b2, t))) + epsilon);
      largest = std::max(largest, std::abs(w[i] - got[i]));
    }
    BOOST_TEST(largest < 1e-12, "step " << t << ": " << largest);
  }
}

// torch.nn.utils.clip_grad_norm_ before a step of SGD with momentum.
BOOST_AUTO_TEST_CASE(short_gradients_as_they_are_written) {
  Trainer<SmallEncoder, SmallGoal, Cpu, double> free({.batch = 8, .optimizer = Sgd{.rate = 0}});
  free.step(images_of(images), batch);
  const Numbers<double> g = gradients_of(free);
  double sum = 0;
  for (const double x : g) sum += x * x;
  const double norm = std::sqrt(sum);
  BOOST_TEST(free.gradient_norm() == 0);
  for (const double most : {norm / 7, norm * 2}) {
    Trainer<SmallEncoder, SmallGoal, Cpu, double> trainer(
        {.batch = 8, .optimizer = Sgd{.rate = 0.1, .momentum = 0.5}, .clip = most});
    const Numbers<double> w = parameters_of(trainer);
    trainer.step(images_of(images), batch);
    BOOST_TEST(std::abs(trainer.gradient_norm() - norm) < 1e-12 * norm);
    const Numbers<double> got = parameters_of(trainer);
    const double factor = std::min(1.0, most / (norm + 1e-6));
    double largest = 0;
    for (std::size_t i = 0; i < w.size(); ++i)
      largest = std::max(largest, std::abs(got[i] - (w[i] - 0.1 * factor * g[i])));
    BOOST_TEST(largest < 1e-13);
  }
}

std::vector<float> state_after(TrainerOptions options, int threads) {
  options.batch = 16;
  options.threads = threads;
  SmallTrainer trainer(options);
  trainer.fit(images_of(images), {.epochs = 3});
  return state_of(trainer);
}
BOOST_AUTO_TEST_CASE(what_changes_nothing_changes_no_bit) {
  const auto plain = state_after({}, 2);
  BOOST_TEST((state_after({.weight_decay = 0, .clip = 1e6}, 2) == plain));
  BOOST_TEST((state_after({.weight_decay = 0.1}, 2) != plain));
  BOOST_TEST((state_after({.clip = 0.1}, 2) != plain));
}
BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const TrainerOptions options{.weight_decay = 0.5, .clip = 0.1};
  const auto expected = state_after(options, 1);
  for (const int threads : {2, 5}) BOOST_TEST((state_after(options, threads) == expected));
}

BOOST_AUTO_TEST_CASE(settings_that_are_refused) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const auto said = [](const TrainerOptions& options) {
    return error_of([&] { SmallTrainer trainer(options); });
  };
  for (const double bad : {nan, infinity, -1.0}) {
    BOOST_TEST(said({.clip = bad}) == "gradients can't be shortened to " + decimal(bad) +
                                          "; give a finite length above 0, or 0 for any length");
    BOOST_TEST(has(said({.weight_decay = bad}), "weights can't shrink by " + decimal(bad)));
  }
  BOOST_TEST(
      said({.optimizer = Sgd{.rate = 0.5}, .weight_decay = 2}) ==
      "weights can't shrink by 2 times the rate 0.5 in a step; give a decay of at least 0, and a product "
      "below 1");
  SmallTrainer trainer({.weight_decay = 2});
  trainer.set_rate(0.25);
  for (const double bad : {0.5, nan, -1.0}) BOOST_CHECK_THROW(trainer.set_rate(bad), Error);
  BOOST_TEST(trainer.rate() == 0.25);
}

template <class O>
using Own = Trainer<SmallEncoder, SmallGoal, Cpu, float, O>;

// Whatever its own check lets pass.
BOOST_AUTO_TEST_CASE(a_rate_that_is_no_rate_is_refused) {
  for (const double bad : {std::nan(""), -0.1, std::numeric_limits<double>::infinity()})
    BOOST_TEST(error_of([&] { Own<mine::Plain> trainer({.optimizer = {.rate = bad}}); }) ==
               "a learning rate of " + decimal(bad) + " can't train; give a finite number of at least 0");
}

template <class O>
void check_own(int moments) {
  const TemporaryDirectory directory;
  BasicTrainerOptions<O> options{.batch = 16, .optimizer = {}};
  Own<O> whole(options), first(options), second(options);
  const auto begin = parameters_of(whole);
  whole.fit(images_of(images), {.epochs = 4, .schedule = CosineSchedule{}});
  BOOST_TEST((parameters_of(whole) != begin));
  first.fit(images_of(images), {.epochs = 4, .schedule = CosineSchedule{}},
            [](const Losses&, long step) { return step < 6; });
  save(first, directory / "x.dim");
  load(second, directory / "x.dim");
  second.fit_to(images_of(images), {.epochs = 4, .schedule = CosineSchedule{}});
  BOOST_TEST((state_of(second) == state_of(whole)));
  BOOST_TEST(read_safetensors(directory / "x.dim").tensors().size() ==
             std::size_t(1 + moments) * whole.entries().parameters.size() +
                 whole.entries().statistics.size());
  SmallTrainer other({.batch = 16});
  BOOST_TEST(has(error_of([&] { load(other, directory / "x.dim"); }), " arrays where this network has "));
}
BOOST_AUTO_TEST_CASE(an_optimizer_of_ones_own_trains_and_goes_on) {
  check_own<mine::SignDescent>(1);
  check_own<mine::Plain>(0);
  BOOST_TEST(error_of([] { Own<mine::SignDescent> trainer({.optimizer = {.rate = -1}}); }) == "no rate");
  // The library's optimizers have the same bits as types and as values.
  Own<Sgd> by_type({.batch = 16, .optimizer = {.rate = 0.01}});
  SmallTrainer by_value({.batch = 16, .optimizer = Sgd{.rate = 0.01}});
  by_type.fit(images_of(images), {.epochs = 2});
  by_value.fit(images_of(images), {.epochs = 2});
  BOOST_TEST((state_of(by_type) == state_of(by_value)));
}
// One step, by hand.
BOOST_AUTO_TEST_CASE(an_optimizer_of_ones_own_gets_what_it_is_promised) {
  Own<mine::SignDescent> trainer({.batch = 8, .optimizer = {.rate = 0.5}});
  trainer.set_rate(0.25);
  const auto w = parameters_of(trainer);
  trainer.step(images_of(images), batch);
  const auto g = gradients_of(trainer), got = parameters_of(trainer);
  long wrong = 0;
  for (std::size_t i = 0; i < w.size(); ++i)
    wrong += got[i] != w[i] - (g[i] > 0 ? 0.25F : g[i] < 0 ? -0.25F : 0.0F);
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
