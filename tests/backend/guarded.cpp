// Everything that trains does so with a backend whose memory it can't read: with the host's bits, and whatever does
// read it dies.
#include "guarded.hpp"

#include <boost/test/unit_test.hpp>
#include <dim/evaluate/classifier.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/train/checkpoint.hpp>

#include "../evaluate/sets.hpp"
#include "../io/temporary.hpp"
#include "../train/small.hpp"

BOOST_AUTO_TEST_SUITE(guarded)

using namespace tests;
using ::guarded::Guarded;

/// Everything that a trainer carries from one step to the next, fetched.
template <class B>
std::vector<float> fetched(const BasicTrainer<B, float>& trainer) {
  const Counts counts = trainer.counts();
  std::vector<float> all;
  const auto add = [&](const float* from, long count) {
    std::vector<float> numbers(static_cast<std::size_t>(count));
    download(trainer.backend(), from, numbers.data(), count);
    all.insert(all.end(), numbers.begin(), numbers.end());
  };
  add(trainer.weights().parameters, counts.parameters);
  add(trainer.weights().statistics, counts.statistics);
  add(trainer.moments(), counts.parameters * moments(trainer.options().optimizer));
  return all;
}

std::vector<double> numbers_of(const Losses& losses) {
  return {losses.local.loss,    losses.local.estimate,  losses.local.ceiling,
          losses.global.loss,   losses.global.estimate, losses.global.ceiling,
          losses.prior.encoder, losses.prior.adversary, losses.prior.penalty};
}

/// The state and the losses after three steps.
template <class Goal, class B>
std::pair<std::vector<float>, std::vector<double>> trained(const B& backend, const Goal& goal,
                                                           TrainerOptions options) {
  options.batch = 8;
  options.seed = 3;
  Trainer<SmallEncoder, Goal, B> trainer(backend, options, goal);
  const auto pixels = stripes(16);
  std::vector<double> costs;
  trainer.fit(images_of(pixels), {.epochs = 2}, [&](const Losses& losses, long step) {
    const std::vector<double> numbers = numbers_of(losses);
    costs.insert(costs.end(), numbers.begin(), numbers.end());
    return step < 3;
  });
  trainer.check_finite();
  return {fetched(trainer), costs};
}

template <class Goal>
void check_training(const char* what, const Goal& goal = {}, const TrainerOptions& options = {}) {
  BOOST_TEST_CONTEXT(what) {
    const auto expected = trained(Cpu{2}, goal, options);
    const auto found = trained(Guarded(2), goal, options);
    BOOST_TEST((found.first == expected.first));
    BOOST_TEST((found.second == expected.second));
    BOOST_TEST(std::any_of(expected.second.begin(), expected.second.end(), [](double x) { return x != 0; }));
  }
}

BOOST_AUTO_TEST_CASE(objectives_train_with_the_hosts_bits) {
  check_training<Objective<Local, JSD, NoPrior, Dot<8, HeadForm::direct>>>("local, direct");
  check_training<Objective<Global, NCE, Small<GaussianPrior>, Dot<8, HeadForm::gram>>>("global, Gram");
  check_training<Objective<LocalAndGlobal, DV, Small<UniformPrior>, Dot<8>>>(
      "both, automatic", {}, {.optimizer = Sgd{.rate = 0.01}});
  check_training<Objective<Local, KL, Small<UniformPrior>, Concat<8, FirstLayer::gathered>>>("gathered");
  check_training<Objective<LocalAndGlobal, SquaredHellinger, NoPrior, Concat<8>>>("shared");
  check_training<Objective<Local, ChiSquared, NoPrior, Dot<8>>>("chi squared");
}

BOOST_AUTO_TEST_CASE(weights_decay_and_gradients_are_shortened_with_the_hosts_bits) {
  check_training<Objective<Local, JSD, NoPrior, Dot<8, HeadForm::direct>>>("options", {},
                                                                           {.weight_decay = 1, .clip = 0.1});
}

BOOST_AUTO_TEST_CASE(an_objective_that_is_chosen_at_run_time_trains_with_the_hosts_bits) {
  Objective<Local, AnyEstimator, AnyPrior, AnyScorer> goal;
  goal.scorer.choice = ConcatScorer(8);
  goal.estimator.choice = ReverseKL{};
  goal.prior.choice = UniformPrior{};
  check_training("run time", goal);
}

/// A backend without the functions for scores that the contract calls optional.
class WithoutGram : public Guarded {
 public:
  using Guarded::Guarded;
};
bool gram_is_faster(const WithoutGram&, GramSizes) = delete;
template <class Function>
void run(const WithoutGram& backend, const Function& function) {
  run(backend.cpu(), [&](const Cpu&) { function(backend); });
}

BOOST_AUTO_TEST_CASE(a_backend_without_gram_kernels_scores_directly) {
  static_assert(ComparesHeadForms<Guarded> && !ComparesHeadForms<WithoutGram>);
  using Direct = Objective<Local, JSD, NoPrior, Dot<8, HeadForm::direct>>;
  const auto expected = trained(Cpu{1}, Direct{}, {});
  const auto by_gram = trained(WithoutGram(1), Objective<Local, JSD, NoPrior, Dot<8, HeadForm::gram>>{}, {});
  const auto chosen = trained(WithoutGram(1), Objective<Local, JSD, NoPrior, Dot<8>>{}, {});
  BOOST_TEST((by_gram == expected));
  BOOST_TEST((chosen == expected));
}

BOOST_AUTO_TEST_CASE(checkpoints_and_encoders_are_the_hosts_files) {
  const TemporaryDirectory directory;
  const auto pixels = stripes(16);
  const auto write = [&](const auto& backend, const std::string& name) {
    using B = std::remove_cvref_t<decltype(backend)>;
    Trainer<SmallEncoder, SmallGoal, B> trainer(backend, {.batch = 8});
    trainer.fit(images_of(pixels), {.epochs = 1});
    save(trainer, directory / (name + ".trainer"));
    Trainer<SmallEncoder, SmallGoal, B> other(backend, {.batch = 8});
    load(other, directory / (name + ".trainer"));
    other.fit(images_of(pixels), {.epochs = 1});
    save(other, directory / (name + ".later"));
    save(other.encoder().copy(), directory / (name + ".encoder"));
    const auto encoder = load_encoder<SmallEncoder, B>(directory / (name + ".encoder"), backend);
    save(encoder, directory / (name + ".again"));
    std::vector<float> all;
    for (const Representation feature : {Representation::conv, Representation::fc, Representation::y}) {
      const auto codes = encoder.encode(pixels, feature);
      all.insert(all.end(), codes.begin(), codes.end());
    }
    return all;
  };
  const std::vector<float> expected = write(Cpu{2}, "host"), found = write(Guarded(2), "guarded");
  BOOST_TEST((found == expected));
  for (const std::string name : {".trainer", ".later", ".encoder", ".again"})
    BOOST_TEST((contents(directory / ("guarded" + name)) == contents(directory / ("host" + name))));
  BOOST_TEST((contents(directory / "host.again") == contents(directory / "host.encoder")));
}

BOOST_AUTO_TEST_CASE(probes_and_fine_tuning_have_the_hosts_bits) {
  const auto train = clouds<float>(90, 6, 4, 1, 5), test = clouds<float>(50, 6, 4, 1, 6);
  const auto predicted = [&](const auto& backend) {
    MlpProbe<std::remove_cvref_t<decltype(backend)>> probe;
    probe.fit(backend, train.features(), 4, {.hidden = 10, .dropout = 0.2, .batch = 30, .epochs = 3});
    const std::remove_cvref_t<decltype(backend)> other(1);  // whose memory is not the network's
    const std::vector<int> found = probe.predict(backend, test.features());
    BOOST_TEST((probe.predict(other, test.features()) == found));
    return found;
  };
  BOOST_TEST((predicted(Guarded(2)) == predicted(Cpu{2})));

  const auto pixels = stripes(40);
  std::vector<int> labels;
  for (int i = 0; i < 40; ++i) labels.push_back(i % 3);
  std::vector<std::uint8_t> bytes;
  for (const float value : pixels) bytes.push_back(std::uint8_t(255 * value));
  const Images images =
      Images(std::move(bytes), 40, {2, 8, 8}, Strides::planes({2, 8, 8})).with_labels(labels, 3);
  for (const Representation feature : {Representation::conv, Representation::y})
    for (const bool beside : {false, true}) {
      const auto tuned = [&](const auto& backend) {
        using B = std::remove_cvref_t<decltype(backend)>;
        ClassifierOptions options{.batch = 10, .steps = 4, .layers = {{6}, true, 0.1}};
        options.feature = feature;
        std::unique_ptr<AnyObjective<B, float>> objective;
        if (beside)
          objective = std::make_unique<ObjectivePass<SmallGoal, B, float>>(encoder_shapes<SmallEncoder>());
        Classifier<B> classifier(backend, options, std::make_unique<EncoderPass<SmallEncoder, B, float>>(), 3,
                                 std::move(objective));
        std::vector<double> losses;
        classifier.fit(images, labelled_part(images, 0.5, 1),
                       [&](long, double loss) { losses.push_back(loss); });
        losses.push_back(classifier.accuracy(images));
        for (const float number : fetched(classifier.trainer())) losses.push_back(double(number));
        return losses;
      };
      BOOST_TEST((tuned(Guarded(2)) == tuned(Cpu{2})));
    }
}

/// How process.cpp ends when asked for a fault, and what it prints.
std::pair<int, std::string> ends(const std::string& fault) {
  const TemporaryDirectory directory;
  const std::string output = directory / "output";
  const int status = std::system(("'" DIM_PROCESS "' " + fault + " >'" + output + "' 2>&1").c_str());
  return {status, contents(output)};
}

BOOST_AUTO_TEST_CASE(what_reads_or_hands_over_the_wrong_memory_dies) {
  BOOST_TEST(ends("none").first == 0);
  BOOST_TEST(ends("reads").first != 0);
  BOOST_TEST(ends("writes").first != 0);
  const auto [status, text] = ends("hands-over");
  BOOST_TEST(status != 0);
  BOOST_TEST(text.find("guarded: copy lies outside of the backend's memory") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
