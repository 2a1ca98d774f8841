#include "probes.hpp"

#include <algorithm>
#include <dim/core/decimal.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/decoder.hpp>
#include <dim/evaluate/gaussian_total_correlation.hpp>
#include <dim/evaluate/hypersphere.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/evaluate/mutual_information.hpp>
#include <dim/evaluate/ndm.hpp>
#include <dim/evaluate/rank_me.hpp>
#include <dim/evaluate/retrieval.hpp>
#include <dim/evaluate/svm_probe.hpp>
#include <type_traits>

#include "../data/data.hpp"
#include "views.hpp"

namespace program {
namespace {

/// The name of a protocol: the words joined by hyphens.
template <class... Words>
std::string name_of(const Words&... words) {
  std::string name;
  const auto add = [&](const auto& word) {
    if (!name.empty()) name += '-';
    if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(word)>>)
      name += std::to_string(word);
    else if constexpr (std::is_floating_point_v<std::remove_cvref_t<decltype(word)>>)
      name += dim::decimal(word);
    else
      name += word;
  };
  (add(words), ...);
  return name;
}
std::string joined(const std::vector<long>& units) {
  std::string text;
  for (const long each : units) text += (text.empty() ? "" : "-") + std::to_string(each);
  return text;
}

constexpr int k = 20;

std::vector<Number> knn(const Task& task) {
  if (const long images = task.data.train_split.images.size(); images < k)
    throw dim::Error("the probe knn needs at least ", k, " training images, and there are ", images,
                     ": give more, or leave it out by --probes");
  dim::KnnProbe probe;
  probe.fit(task.cpu, task.data.train_features(), task.classes(), {.k = k});
  return {{"accuracy", probe.accuracy(task.cpu, task.data.test_features())}};
}

std::string linear_name() {
  return name_of("logistic-regression-standardised-decay", linear_decay, dim::LinearProbeOptions().iterations,
                 "iterations");
}
std::vector<Number> linear(const Task& task) {
  dim::LinearProbe probe;
  probe.fit(task.cpu, task.data.train_features(), task.classes(), {.decay = linear_decay});
  return {{"accuracy", probe.accuracy(task.cpu, task.data.test_features())}};
}

std::string svm_name() {
  const dim::SvmProtocol protocol;
  return name_of("svm-hinge-one-vs-rest-standardised", protocol.options.passes, "passes-trials",
                 protocol.trial_passes, "mean-of", protocol.runs, "on", 100 * protocol.part, "percent");
}
std::vector<Number> svm(const Task& task) {
  const dim::SvmAccuracy found =
      dim::svm_accuracy(task.cpu, task.data.train_features(), task.data.test_features(), task.classes(), {},
                        [&](int done, int of) { task.on_part(double(done) / of); });
  if (!found.converged)
    task.on_warning("some of the support vector machines had not converged after their last pass");
  return {{"accuracy", found.mean}, {"deviation", found.deviation}, {"C", found.C}};
}

dim::MlpProbeOptions mlp_options(bool paper) {
  return paper ? dim::MlpProbeOptions::paper() : dim::MlpProbeOptions();
}
std::string mlp_name(bool paper) {
  const dim::MlpProbeOptions options = mlp_options(paper);
  return name_of("mlp", options.hidden, "dropout", options.dropout, "standardised", options.epochs,
                 "epochs-mean-of-last", options.last);
}
std::vector<Number> mlp(const Task& task) {
  const dim::MlpProbeOptions options = mlp_options(task.paper);
  const dim::MlpAccuracy found =
      dim::mlp_accuracy(task.cpu, task.data.train_features(), task.data.test_features(), task.classes(),
                        options, [&](long epoch) { task.on_part(double(epoch) / double(options.epochs)); });
  return {{"accuracy", found.mean_of_last}, {"final_accuracy", found.final}};
}

/// The names of protocols that take some of the test images, and of those that compare them with second views.
std::string viewed_name(const char* what) {
  return name_of(what, "at-most", most_viewed, "images");
}
std::string views_name(const char* what) {
  return viewed_name((std::string(what) + "-of-views-shifted-by-4-and-images-mirrored").c_str());
}
std::vector<Number> rank_me(const Task& task) {
  return {{"rank_me", dim::rank_me(task.cpu, viewed(task.data.test_features()))}};
}
std::vector<Number> uniformity(const Task& task) {
  if (task.data.test_split.images.size() < 2)
    throw dim::Error(
        "the probe uniformity needs at least 2 test images, and there is one: give more, or leave it out by "
        "--probes");
  return {{"uniformity", dim::uniformity(task.cpu, viewed(task.data.test_features()))}};
}
std::vector<Number> alignment(const Task& task) {
  return {{"alignment",
           dim::view_alignment(task.cpu, viewed(task.data.test_features()), task.data.view_features())}};
}
std::vector<Number> retrieval(const Task& task) {
  return {
      {"retrieval", dim::retrieval(task.cpu, task.data.view_features(), viewed(task.data.test_features()))}};
}

dim::DecoderOptions decoder_options(bool paper) {
  return paper ? dim::DecoderOptions::paper() : dim::DecoderOptions();
}
std::string reconstruction_name(bool paper) {
  const long epochs = decoder_options(paper).epochs;
  return name_of("decoder-mse", epochs, epochs == 1 ? "epoch" : "epochs", "ms-ssim-wang-2003",
                 dim::ms_ssim_scales(32, 32), "scales-from-0-to-1");
}
std::vector<Number> reconstruction(const Task& task) {
  const dim::DecoderOptions options = decoder_options(task.paper);
  dim::Reconstruction found =
      dim::reconstruct(task.cpu, task.data.train_features(), task.data.train_split.images,
                       task.data.test_features(), task.data.test_split.images, options,
                       [&](long epoch, double) { task.on_part(double(epoch) / double(options.epochs)); });
  task.on_images(std::move(found.shown), std::move(found.shape));
  return {{"ms_ssim", found.ms_ssim}, {"ssim", found.ssim}, {"squared_error", found.squared_error}};
}
bool is_decoded(const std::string& feature, long size, dim::Shape image) {
  return feature == "y" && dim::has_decoder(size, image);
}

bool is_code(const std::string& feature, long, dim::Shape) {
  return feature == "y";
}

/// An estimate as results; `trusted` is 1, or 0 if something speaks against the value.
std::vector<Number> numbers_of(const std::string& name, const dim::InformationEstimate& found) {
  return {{name, found.value},           {"spread", found.spread},
          {on_training, found.training}, {"effective_samples", found.effective_samples},
          {"ceiling", found.ceiling},    {trusted, found.trusted() ? 1.0 : 0.0}};
}
std::vector<Number> tell(const Task& task, const std::string& name, const dim::InformationEstimate& found) {
  if (!found.trusted()) task.on_warning(found.warning);
  return numbers_of(name, found);
}
std::vector<std::string> names_of(const std::string& name) {
  std::vector<std::string> names;
  for (const Number& number : numbers_of(name, {})) names.push_back(number.name);
  return names;
}

dim::InformationOptions mine_options(bool paper) {
  dim::InformationOptions options{.estimator = dim::InformationEstimator::mine,
                                  .hidden = {128, 32},
                                  .batch = 64,
                                  .rate = 1e-3,
                                  .steps = 1000,
                                  .check_every = 100};
  if (paper) {
    options.hidden = {512, 128};
    options.batch = 128;
    options.steps = 20000;
  }
  return options;
}
std::string mine_name(bool paper) {
  const dim::InformationOptions options = mine_options(paper);
  return name_of("mine-pixels-perceptron", joined(options.hidden), options.steps, "steps");
}
std::vector<Number> mine(const Task& task) {
  const dim::InformationOptions options = mine_options(task.paper);
  const dim::Images& images = task.data.train_split.images;
  const std::vector<float> pixels = pixels_of(images);
  const dim::Features<float> x{pixels.data(), images.size(), images.shape().size()};
  return tell(
      task, "mutual_information",
      dim::estimate_mutual_information(task.cpu, x, task.data.train_features(), options, [&](long step) {
        task.on_part(double(step) / double(options.steps));
      }));
}

dim::NdmOptions ndm_options(bool paper, bool sigmoid) {
  dim::NdmOptions options = paper ? dim::NdmOptions::paper() : dim::NdmOptions{};
  options.sigmoid = sigmoid;
  return options;
}
std::string ndm_name(bool paper, bool sigmoid) {
  const dim::NdmOptions options = ndm_options(paper, sigmoid);
  return name_of(sigmoid ? "ndm-sigmoid" : "ndm", joined(options.hidden), options.epochs, "epochs");
}
template <bool Sigmoid>
std::vector<Number> ndm(const Task& task) {
  const dim::NdmOptions options = ndm_options(task.paper, Sigmoid);
  std::vector<Number> numbers =
      tell(task, "total_correlation",
           dim::ndm(task.cpu, task.data.train_features(), task.data.test_features(), options,
                    [&](long epoch) { task.on_part(double(epoch) / double(options.epochs)); }));
  if constexpr (Sigmoid) return numbers;
  try {
    numbers.push_back({gaussian, dim::gaussian_total_correlation(task.cpu, task.data.test_features())});
  } catch (const dim::Error& error) {  // NDM is reported without it
    task.on_warning(std::string("no ") + gaussian + ": " + error.what());
  }
  return numbers;
}
template <bool Sigmoid>
Probe ndm_probe(const char* name) {
  return {.name = name,
          .unit = "nats",
          .numbers = names_of("total_correlation"),
          .quick = {ndm_name(false, Sigmoid), 300, 5},
          .paper = {ndm_name(true, Sigmoid), 20000, 350},
          .measure = ndm<Sigmoid>,
          .measured = "y",
          .measures = is_code};
}

}  // namespace

const std::vector<Probe>& probes() {
  static const Protocol neighbours{name_of("knn", k, "cosine"), 20, 0.2}, regression{linear_name(), 20, 0.15},
      machines{svm_name(), 20, 0.5}, ranks{viewed_name("rankme"), 1, 0.05},
      spreads{viewed_name("uniformity-t-2"), 1, 0.003}, alike{views_name("alignment-alpha-2"), 1, 0.001},
      found{views_name("retrieval-cosine"), 1, 0.003};
  static const std::vector<Probe> all{
      {.name = "knn",
       .unit = "%",
       .numbers = {"accuracy"},
       .quick = neighbours,
       .paper = neighbours,
       .measure = knn,
       .needs_labels = true},
      {.name = "linear",
       .unit = "%",
       .numbers = {"accuracy"},
       .quick = regression,
       .paper = regression,
       .measure = linear,
       .needs_labels = true},
      {.name = "svm",
       .unit = "%",
       .numbers = {"accuracy", "deviation", "C"},
       .quick = machines,
       .paper = machines,
       .measure = svm,
       .needs_labels = true},
      {.name = "mlp",
       .unit = "%",
       .numbers = {"accuracy", "final_accuracy"},
       .quick = {mlp_name(false), 180, 0.5},
       .paper = {mlp_name(true), 9000, 25},
       .measure = mlp,
       .needs_labels = true},
      {.name = "rankme",
       .unit = "",
       .numbers = {"rank_me"},
       .quick = ranks,
       .paper = ranks,
       .measure = rank_me},
      {.name = "uniformity",
       .unit = "",
       .numbers = {"uniformity"},
       .quick = spreads,
       .paper = spreads,
       .measure = uniformity},
      {.name = "alignment",
       .unit = "",
       .numbers = {"alignment"},
       .quick = alike,
       .paper = alike,
       .measure = alignment,
       .needs_views = true},
      {.name = "retrieval",
       .unit = "%",
       .numbers = {"retrieval"},
       .quick = found,
       .paper = found,
       .measure = retrieval,
       .needs_views = true},
      {.name = "reconstruction",
       .unit = "",
       .numbers = {"ms_ssim", "ssim", "squared_error"},
       .quick = {reconstruction_name(false), 6000, 0},
       .paper = {reconstruction_name(true), 6e6, 0},
       .measure = reconstruction,
       .measured = "y of 64 numbers an image of 3x32x32 or 1x28x28 (channels x height x width)",
       .measures = is_decoded,
       .makes_images = true},
      {.name = "mine",
       .unit = "nats",
       .numbers = names_of("mutual_information"),
       .quick = {mine_name(false), 300, 0},
       .paper = {mine_name(true), 64000, 0},
       .measure = mine,
       .measured = "y",
       .measures = is_code,
       .split = "train"},
      ndm_probe<false>("ndm"),
      ndm_probe<true>("ndm-sigmoid"),
  };
  return all;
}

const Probe& probe_named(const std::string& name) {
  return *std::find_if(probes().begin(), probes().end(),
                       [&](const Probe& probe) { return probe.name == name; });
}

}  // namespace program
