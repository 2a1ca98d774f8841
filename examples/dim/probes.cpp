#include "probes.hpp"

#include <dim/cpu/backend.hpp>
#include <dim/evaluate/decoder.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/evaluate/svm_probe.hpp>
#include <dim/io/npy.hpp>

namespace program {
namespace {

std::vector<Measured> knn(const Task& task) {
  return {{"accuracy", dim::knn_accuracy(task.cpu, task.data.train_features(), task.data.test_features(),
                                         task.classes(), 20)}};
}

std::vector<Measured> linear(const Task& task) {
  dim::LinearProbe probe;
  probe.fit(task.cpu, task.data.train_features(), task.classes(), {.decay = 1e-3});
  return {{"accuracy", probe.accuracy(task.cpu, task.data.test_features())}};
}

std::vector<Measured> svm(const Task& task) {
  const dim::SvmAccuracy found =
      dim::svm_accuracy(task.cpu, task.data.train_features(), task.data.test_features(), task.classes(), {},
                        [&](int done, int of) { task.on_part(double(done) / of); });
  return {{"accuracy", found.mean}, {"deviation", found.deviation}, {"C", found.C}};
}

std::vector<Measured> mlp(const Task& task) {
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

std::vector<Measured> reconstruction(const Task& task) {
  const dim::DecoderOptions options = task.paper ? dim::DecoderOptions::paper() : dim::DecoderOptions();
  const dim::Reconstruction found =
      dim::reconstruct(task.cpu, task.data.train_features(), task.data.train_pictures.images,
                       task.data.test_features(), task.data.test_pictures.images, options,
                       [&](long epoch, double) { task.on_part(double(epoch) / double(options.epochs)); });
  if (!task.pictures_file.empty()) dim::write_npy(task.pictures_file, found.shown.data(), found.shape);
  return {{"ms_ssim", found.ms_ssim}, {"ssim", found.ssim}, {"squared_error", found.squared_error}};
}
bool has_reconstruction(const std::string& feature, dim::Shape pictures) {
  return feature == "y" && dim::has_decoder(pictures);
}

}  // namespace

const std::vector<Probe>& probes() {
  static const Protocol neighbours{"knn-20-cosine", 100, 0.1},
      regression{"logistic-regression-standardised-decay-1e-3", 20, 0.2},
      machines{"svm-hinge-one-vs-rest-standardised-mean-of-5-on-90-percent", 100, 1.4};
  static const std::vector<Probe> all{
      {"knn", "%", {"accuracy"}, neighbours, neighbours, knn},
      {"linear", "%", {"accuracy"}, regression, regression, linear},
      {"svm", "%", {"accuracy", "deviation", "C"}, machines, machines, svm},
      {"mlp",
       "%",
       {"accuracy", "final_accuracy"},
       {"mlp-200-dropout-0.1-standardised-20-epochs-mean-of-last-5", 300, 0.3},
       {"mlp-200-dropout-0.1-standardised-1000-epochs-mean-of-last-100", 15000, 15},
       mlp},
      {"reconstruction",
       "",
       {"ms_ssim", "ssim", "squared_error"},
       {"decoder-mse-3-epochs-ms-ssim-wang-2003-2-scales", 15000, 0},
       {"decoder-mse-1000-epochs-ms-ssim-wang-2003-2-scales", 5e6, 0},
       reconstruction,
       "y of pictures of 3x32x32 or 1x28x28 (channels x height x width)",
       has_reconstruction}};
  return all;
}

}  // namespace program
