#include "models.hpp"

#include <dim/cpu/backend.hpp>
#include <dim/model/basic.hpp>
#include <dim/model/dcgan.hpp>
#include <dim/model/encoder_pass.hpp>
#include <dim/model/objective_pass.hpp>

#include "../terminal/text.hpp"
#include "net.hpp"

namespace program {
namespace {

using GraphPass = dim::GraphEncoderPass<dim::Cpu, float>;

template <class Net>
std::unique_ptr<AnyEncoder> encoder() {
  return std::make_unique<dim::EncoderPass<Net, dim::Cpu, float>>();
}
struct NamedEncoder {
  const char* name;
  std::unique_ptr<AnyEncoder> (*make)();
};
const NamedEncoder encoders[] = {{"basic32x32", encoder<dim::encoders::Basic32x32>},
                                 {"basic28x28", encoder<dim::encoders::Basic28x28>},
                                 {"basic64x64", encoder<dim::encoders::Basic64x64>},
                                 {"dcgan32x32", encoder<dim::encoders::Dcgan<>>}};

}  // namespace

std::unique_ptr<AnyEncoder> named_encoder(const std::string& name) {
  if (is_net_file(name)) return std::make_unique<GraphPass>(graph_of(read_net(name)));
  if (is_planned(name)) return std::make_unique<GraphPass>(graph_of(planned_net(name)));
  std::vector<std::string> names;
  for (const NamedEncoder& encoder : encoders) {
    if (name == encoder.name) return encoder.make();
    names.push_back(encoder.name);
  }
  names.push_back("a file that ends in .json");
  require_one_of("--encoder", name, names);
  return nullptr;
}

void choose_encoder(TrainSettings& settings, dim::Shape images) {
  if (is_net_file(settings.encoder) && settings.net.is_null()) settings.net = read_net(settings.encoder);
  if (!settings.encoder.empty()) return;
  for (const NamedEncoder& encoder : encoders)
    if (encoder.make()->shapes().image == images) {
      settings.encoder = encoder.name;
      return;
    }
  settings.encoder = planned_name(images);
}

std::unique_ptr<AnyEncoder> make_encoder(const TrainSettings& settings, dim::Shape images) {
  auto made = settings.net.is_null() ? named_encoder(settings.encoder)
                                     : std::make_unique<GraphPass>(graph_of(settings.net));
  if (const dim::Shape wanted = made->shapes().image; !(wanted == images))
    throw dim::Error(
        "encoder " + settings.encoder + " takes images of " + to_string(wanted) +
        " (channels x height x width) and the data are " + to_string(images) +
        ": give data of that shape, or train with another --encoder, which fits if it is left out");
  return made;
}

namespace {

dim::AnyEstimator estimator_of(const TrainSettings& settings) {
  const std::string& name = settings.estimator;
  dim::AnyEstimator estimator;
  if (name == "jsd") estimator.choice = dim::JSD{};
  if (name == "nce") estimator.choice = dim::NCE(settings.nce_temperature(), settings.score_clip);
  if (name == "dv") estimator.choice = dim::DV{};
  if (name == "kl") estimator.choice = dim::KL{};
  if (name == "rkl") estimator.choice = dim::ReverseKL{};
  if (name == "h2") estimator.choice = dim::SquaredHellinger{};
  if (name == "x2") estimator.choice = dim::ChiSquared{};
  require_one_of("--estimator", name, all_estimators);
  return estimator;
}

dim::AnyPrior prior_of(const std::string& name) {
  dim::AnyPrior prior;
  if (name == "uniform") prior.choice = dim::UniformPrior{};
  if (name == "gaussian") prior.choice = dim::GaussianPrior{};
  require_one_of("--prior", name, all_priors);
  return prior;
}

dim::AnyScorer scorer_of(const std::string& name, int units) {
  dim::AnyScorer scorer;
  if (name == "concat") scorer.choice = dim::ConcatScorer(512);
  require_one_of("--score", name, all_scores);
  if (name != "dot") return scorer;
  scorer.choice = dim::DotScorer(units);
  return scorer;
}

template <class Task>
std::unique_ptr<AnyObjective> objective(const TrainSettings& settings, const dim::EncoderShapes& shapes) {
  using Goal = dim::Objective<Task, dim::AnyEstimator, dim::AnyPrior, dim::AnyScorer>;
  Goal goal{.views = settings.views,
            .gradient_penalty = settings.penalty,
            .estimator = estimator_of(settings),
            .prior = prior_of(settings.prior),
            .scorer = scorer_of(settings.score, settings.units)};
  goal.weights.alpha = settings.alpha.value_or(goal.weights.alpha);
  goal.weights.beta = settings.beta.value_or(goal.weights.beta);
  goal.weights.gamma = settings.gamma.value_or(goal.weights.gamma);
  return std::make_unique<dim::ObjectivePass<Goal, dim::Cpu, float>>(shapes, goal);
}

}  // namespace

std::unique_ptr<AnyObjective> make_objective(const TrainSettings& settings,
                                             const dim::EncoderShapes& shapes) {
  require_one_of("--task", settings.task, all_tasks);
  if (settings.task == "local") return objective<dim::Local>(settings, shapes);
  if (settings.task == "global") return objective<dim::Global>(settings, shapes);
  return objective<dim::LocalAndGlobal>(settings, shapes);
}

}  // namespace program
