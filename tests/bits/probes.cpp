// The probes and measures of include/dim/evaluate.
#include <dim/evaluate/classifier.hpp>
#include <dim/evaluate/decoder.hpp>
#include <dim/evaluate/hypersphere.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/evaluate/mutual_information.hpp>
#include <dim/evaluate/ndm.hpp>
#include <dim/evaluate/rank_me.hpp>
#include <dim/evaluate/retrieval.hpp>
#include <dim/evaluate/svm_probe.hpp>

#include "bits.hpp"

namespace bits {
namespace {

using dim::Cpu, dim::Features;

/// Features of four overlapping classes, so that probes disagree, and codes that depend on each other.
template <class T>
struct Set {
  long count, size;
  std::vector<T> numbers;
  std::vector<int> labels;

  Set(std::uint64_t stream, long many, long each) : count(many), size(each) {
    for (long i = 0; i < count; ++i) {
      const double common = noise(stream, std::uint64_t(i));
      labels.push_back(int(4 * common));
      for (long j = 0; j < size; ++j) {
        const double own = noise(stream + 1, std::uint64_t(i * size + j));
        numbers.push_back(
            T(double(j % 3 + 1) * (own - 0.5) + 0.7 * double((labels.back() + j) % 4) + 0.2 * common));
      }
    }
  }
  Features<T> features() const { return {numbers.data(), count, size, labels.data()}; }
};

void add(Checksum& sum, const dim::InformationEstimate& found) {
  for (const double x : {found.value, found.spread, found.training, found.effective_samples, found.ceiling})
    sum.add(x);
  sum.add(found.steps);
  sum.add(found.warning.data(), std::ssize(found.warning));
}

/// Probes on features of type T.
template <class T>
void run_on(const Asked& asked, const std::string& type) {
  const Cpu cpu(asked.threads);
  // More rows than a block of any probe has, and sizes that do not fill a vector.
  const Set<T> train(10, 1203, 101), test(12, 517, 101);
  const auto run = [&](const std::string& name, const auto& measure) {
    if (!asked.wants(name + "/" + type)) return;
    Checksum sum;
    measure(sum);
    print(name + "/" + type, sum);
  };
  run("knn", [&](Checksum& sum) {
    for (const int k : {1, 20}) {
      dim::KnnProbe<T> probe;
      probe.fit(cpu, train.features(), 4, {.k = k});
      sum.add(probe.predict(cpu, test.features()));
    }
  });
  run("without-labels", [&](Checksum& sum) {
    sum.add(dim::singular_values(cpu, train.features()));
    sum.add(dim::singular_values(cpu, test.features().part(0, 61)));  // more columns than rows
    const Features<T> some = train.features().part(0, test.count);
    for (const double x :
         {dim::rank_me(cpu, train.features()), dim::uniformity(cpu, test.features()),
          dim::view_alignment(cpu, some, test.features()), dim::retrieval(cpu, some, test.features())})
      sum.add(x);
  });
  run("linear", [&](Checksum& sum) {
    dim::LinearProbe probe;
    probe.fit(cpu, train.features(), 4, {.iterations = 30});
    sum.add(probe.losses());
    sum.add(probe.parameters());
    sum.add(probe.predict(cpu, test.features()));
  });
  run("svm", [&](Checksum& sum) {
    dim::SvmProbe probe;
    probe.fit(cpu, train.features(), 4, {.C = 1e-2, .passes = 30});
    sum.add(probe.parameters());
    sum.add(probe.predict(cpu, test.features()));
    const dim::SvmAccuracy found = svm_accuracy(cpu, train.features(), test.features(), 4,
                                                {.trial_passes = 5, .runs = 3, .options = {.passes = 10}});
    sum.add(found.runs);
    for (const double x : {found.mean, found.deviation, found.C}) sum.add(x);
  });
  run("mlp", [&](Checksum& sum) {
    dim::MlpProbe probe;
    const dim::MlpProbeOptions options{.hidden = 50, .epochs = 3, .milestones = {2}, .last = 2};
    probe.fit(cpu, train.features(), 4, options);
    sum.add(probe.predict(cpu, test.features()));
    const dim::MlpAccuracy found = mlp_accuracy(cpu, train.features(), test.features(), 4, options);
    sum.add(found.final);
    sum.add(found.mean_of_last);
  });
  for (const bool sigmoid : {false, true})
    run(sigmoid ? "ndm-sigmoid" : "ndm", [&](Checksum& sum) {
      const dim::NdmOptions options{
          .sigmoid = sigmoid, .hidden = {70, 20}, .batch = 100, .epochs = 2, .milestones = {1}};
      add(sum, ndm(cpu, train.features(), test.features(), options));
    });
}

void run_information(const Asked& asked) {
  using Estimator = dim::InformationEstimator;
  const Cpu cpu(asked.threads);
  const Set<float> x(20, 403, 7), y(20, 403, 5);  // from the same stream: the same classes
  const std::pair<const char*, Estimator> information_estimators[] = {
      {"infonce", Estimator::infonce}, {"dv", Estimator::dv},   {"mine", Estimator::mine},
      {"nwj", Estimator::nwj},         {"jsd", Estimator::jsd}, {"smile", Estimator::smile}};
  for (const auto& [estimator_name, estimator] : information_estimators) {
    const std::string name = std::string("mutual-information/") + estimator_name;
    if (!asked.wants(name)) continue;
    const dim::InformationOptions options{
        .estimator = estimator, .batch = 40, .steps = 60, .check_every = 20};
    Checksum sum;
    add(sum, estimate_mutual_information(cpu, x.features(), y.features(), options));
    print(name, sum);
  }
}

/// The decoder, and the structural similarity of its reconstructions.
void run_reconstruction(const Asked& asked) {
  for (const dim::Shape shape : {dim::Shape{1, 28, 28}, dim::Shape{3, 32, 32}}) {
    const std::string name = "reconstruction/" + to_string(shape);
    if (!asked.wants(name)) continue;
    const dim::Images images = striped_images(40, shape);
    const Set<float> codes(30, 40, 64);
    const Features<float> all{codes.numbers.data(), codes.count, codes.size};
    Checksum sum;
    const dim::DecoderOptions options{.epochs = 2, .milestones = {1}, .batch = 7, .shown = 9};
    const dim::Reconstruction found =
        reconstruct(Cpu(asked.threads), all.part(0, 29), images.part(0, 29), all.part(29, 11),
                    images.part(29, 40), options, [&](long, double error) { sum.add(error); });
    for (const double x : {found.squared_error, found.ssim, found.ms_ssim}) sum.add(x);
    sum.add(found.shown);
    print(name, sum);
  }
}

void run_ssim(const Asked& asked) {
  if (!asked.wants("ssim")) return;
  constexpr long size = 50 * 47 * 2;
  const Set<float> set(40, 6, size);
  const float* const first = set.numbers.data();
  const dim::Batch<const float> a{first, 3, {2, 50, 47}, 0}, b{first + 3 * size, 3, {2, 50, 47}, 0};
  Checksum sum;
  const Cpu cpu(asked.threads);
  sum.add(ssim(cpu, a, b));
  sum.add(ssim(cpu, a, b, {.sigma = 11, .padding = 5}));
  for (const int scales : {2, 3}) sum.add(ms_ssim(cpu, a, b, scales));
  print("ssim", sum);
}

void run_classifier(const Asked& asked) {
  const dim::Images images = striped_images(90, {3, 12, 12});
  const auto run = [&](const std::string& name, dim::Representation feature, bool beside) {
    if (!asked.wants(name)) return;
    dim::ClassifierOptions options;  // set one by one, so that their order does not matter
    options.feature = feature;
    options.layers = {{25, 10}, true, 0.1};
    options.batch = 15;
    options.steps = 20;
    options.rate = 1e-3;
    options.threads = asked.threads;
    dim::Classifier classifier(options, make_small(), 4, beside ? make_small_objective() : nullptr);
    Checksum sum;
    classifier.fit(images.part(0, 70), dim::labelled_part(images.part(0, 70), 0.3, 1),
                   [&](long, double loss) { sum.add(loss); });
    const dim::Counts counts = classifier.trainer().counts();
    sum.add(classifier.trainer().weights().parameters, counts.parameters);
    sum.add(classifier.trainer().weights().statistics, counts.statistics);
    sum.add(classifier.trainer().moments(), 2 * counts.parameters);
    sum.add(classifier.accuracy(images.part(70, 90)));
    print(name, sum);
  };
  run("classifier/conv", dim::Representation::conv, false);
  run("classifier/y", dim::Representation::y, false);
  run("classifier/conv-beside", dim::Representation::conv, true);
}

/// The network that probes, critics and discriminators are made of: its training, to the last bit.
void run_perceptron(const Asked& asked) {
  const auto run = [&](const std::string& name, const dim::PerceptronLayers& layers) {
    if (!asked.wants(name)) return;
    const Set<float> set(50, 23, 37);
    const Cpu cpu(asked.threads);
    dim::Learner<float> network(cpu, dim::perceptron<float>(37, layers, 5), 23, 1);
    const dim::Adam adam{.rate = 1e-2};
    const dim::Step step{dim::Mode::training, 1};
    Checksum sum;
    for (std::uint64_t number = 0; number < 20; ++number) {
      network.begin_step(adam, number);
      std::copy(set.numbers.begin(), set.numbers.end(), network.input().data);
      network.forward(cpu, 23, step);
      sum.add(network.output().data, 23 * 5);
      std::copy_n(network.output().data, 23 * 5, network.doutput().data);  // as for a loss of squares
      network.backward(cpu, 23, step, true);
      network.update(cpu, adam);
      sum.add(network.dinput().data, 23 * 37);
    }
    sum.add(network.weights().parameters, network.counts().parameters);
    sum.add(network.weights().statistics, network.counts().statistics);
    print(name, sum);
  };
  run("perceptron/plain", {.hidden = {70, 30}});
  run("perceptron/dropout-batch-norm", {{50}, true, 0.2});
}

}  // namespace

void run_probes(const Asked& asked) {
  run_on<float>(asked, "f32");
  run_on<double>(asked, "f64");
  run_information(asked);
  run_reconstruction(asked);
  run_ssim(asked);
  run_classifier(asked);
  run_perceptron(asked);
}

}  // namespace bits
