#include "probes.hpp"

#include <dim/cpu/backend.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/evaluate/svm_probe.hpp>

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
       mlp}};
  return all;
}

}  // namespace program
