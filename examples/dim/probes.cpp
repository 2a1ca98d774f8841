#include "probes.hpp"

#include <algorithm>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/decoder.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/evaluate/mutual_information.hpp>
#include <dim/evaluate/ndm.hpp>
#include <dim/evaluate/svm_probe.hpp>
#include <dim/io/npy.hpp>

#include "data.hpp"

namespace program {
namespace {

std::vector<Number> knn(const Task& task) {
  constexpr int k = 20;
  if (const long pictures = task.data.train_pictures.images.size(); pictures < k)
    throw dim::Error("the probe knn looks at the " + std::to_string(k) +
                     " nearest training pictures, and there are " + std::to_string(pictures) +
                     ": give more, or leave it out by --probes");
  return {{"accuracy", dim::knn_accuracy(task.cpu, task.data.train_features(), task.data.test_features(),
                                         task.classes(), k)}};
}

std::vector<Number> linear(const Task& task) {
  dim::LinearProbe probe;
  probe.fit(task.cpu, task.data.train_features(), task.classes(), {.decay = linear_decay});
  return {{"accuracy", probe.accuracy(task.cpu, task.data.test_features())}};
}

std::vector<Number> svm(const Task& task) {
  const dim::SvmAccuracy found =
      dim::svm_accuracy(task.cpu, task.data.train_features(), task.data.test_features(), task.classes(), {},
                        [&](int done, int of) { task.on_part(double(done) / of); });
  if (!found.converged) task.on_warning("some of the machines were still moving after their last pass");
  return {{"accuracy", found.mean}, {"deviation", found.deviation}, {"C", found.C}};
}

std::vector<Number> mlp(const Task& task) {
  dim::MlpProbeOptions options;
  if (task.paper) {
    options.rate = 1e-4;
    options.epochs = 1000;
    options.milestones = {50, 100};
    options.last = 100;
  }
  const dim::MlpAccuracy found =
      dim::mlp_accuracy(task.cpu, task.data.train_features(), task.data.test_features(), task.classes(),
                        options, [&](long epoch) { task.on_part(double(epoch) / double(options.epochs)); });
  return {{"accuracy", found.mean_of_last}, {"final_accuracy", found.final}};
}

std::vector<Number> reconstruction(const Task& task) {
  const dim::DecoderOptions options = task.paper ? dim::DecoderOptions::paper() : dim::DecoderOptions();
  const dim::Reconstruction found =
      dim::reconstruct(task.cpu, task.data.train_features(), task.data.train_pictures.images,
                       task.data.test_features(), task.data.test_pictures.images, options,
                       [&](long epoch, double) { task.on_part(double(epoch) / double(options.epochs)); });
  if (!task.pictures_file.empty()) dim::write_npy(task.pictures_file, found.shown.data(), found.shape);
  return {{"ms_ssim", found.ms_ssim}, {"ssim", found.ssim}, {"squared_error", found.squared_error}};
}
bool is_decoded(const std::string& feature, dim::Shape pictures) {
  return feature == "y" && dim::has_decoder(pictures);
}

bool is_code(const std::string& feature, dim::Shape) {
  return feature == "y";
}

/// An estimate as numbers; `trusted` is 1, or 0 where something speaks against the value.
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

std::vector<Number> mine(const Task& task) {
  dim::InformationOptions options{.estimator = dim::InformationEstimator::mine,
                                  .hidden = {128, 32},
                                  .batch = 64,
                                  .rate = 1e-3,
                                  .steps = 1000,
                                  .check_every = 100};
  if (task.paper) {
    options.hidden = {512, 128};
    options.batch = 128;
    options.steps = 20000;
  }
  const dim::Images& images = task.data.train_pictures.images;
  const std::vector<float> pixels = pixels_of(images);
  const dim::Features<float> x{pixels.data(), images.size(), images.shape().size()};
  return tell(
      task, "mutual_information",
      dim::estimate_mutual_information(task.cpu, x, task.data.train_features(), options, [&](long step) {
        task.on_part(double(step) / double(options.steps));
      }));
}

template <bool Sigmoid>
std::vector<Number> ndm(const Task& task) {
  dim::NdmOptions options = task.paper ? dim::NdmOptions::paper() : dim::NdmOptions{};
  options.sigmoid = Sigmoid;
  return tell(task, "total_correlation",
              dim::ndm(task.cpu, task.data.train_features(), task.data.test_features(), options,
                       [&](long epoch) { task.on_part(double(epoch) / double(options.epochs)); }));
}

}  // namespace

const std::vector<Probe>& probes() {
  static const Protocol neighbours{"knn-20-cosine", 20, 0.2},
      regression{"logistic-regression-standardised-decay-1e-3", 20, 0.15},
      machines{"svm-hinge-one-vs-rest-standardised-300-passes-trials-100-mean-of-5-on-90-percent", 20, 0.5};
  static const std::vector<Probe> all{
      {"knn", "%", {"accuracy"}, neighbours, neighbours, knn},
      {"linear", "%", {"accuracy"}, regression, regression, linear},
      {"svm", "%", {"accuracy", "deviation", "C"}, machines, machines, svm},
      {"mlp",
       "%",
       {"accuracy", "final_accuracy"},
       {"mlp-200-dropout-0.1-standardised-20-epochs-mean-of-last-5", 180, 0.5},
       {"mlp-200-dropout-0.1-standardised-1000-epochs-mean-of-last-100", 9000, 25},
       mlp},
      {"reconstruction",
       "",
       {"ms_ssim", "ssim", "squared_error"},
       {"decoder-mse-1-epoch-ms-ssim-wang-2003-2-scales", 6000, 0},
       {"decoder-mse-1000-epochs-ms-ssim-wang-2003-2-scales", 6e6, 0},
       reconstruction,
       "y of pictures of 3x32x32 or 1x28x28 (channels x height x width)",
       is_decoded},
      {"mine",
       "nats",
       names_of("mutual_information"),
       {"mine-pixels-perceptron-128-32-1000-steps", 300, 0},
       {"mine-pixels-perceptron-512-128-20000-steps", 64000, 0},
       mine,
       "y",
       is_code,
       "train"},
      {"ndm",
       "nats",
       names_of("total_correlation"),
       {"ndm-1000-200-15-epochs", 300, 5},
       {"ndm-1000-200-1000-epochs", 20000, 350},
       ndm<false>,
       "y",
       is_code},
      {"ndm-sigmoid",
       "nats",
       names_of("total_correlation"),
       {"ndm-sigmoid-1000-200-15-epochs", 300, 5},
       {"ndm-sigmoid-1000-200-1000-epochs", 20000, 350},
       ndm<true>,
       "y",
       is_code}};
  return all;
}

const Probe& probe_named(const std::string& name) {
  return *std::find_if(probes().begin(), probes().end(),
                       [&](const Probe& probe) { return probe.name == name; });
}

}  // namespace program
