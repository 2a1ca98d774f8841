// The encoders of include/dim/encoders and the program's objectives.
#include "bits.hpp"

namespace bits {
namespace {

struct NamedEncoder {
  const char* name;
  std::unique_ptr<AnyEncoder> (*make)();
  int batch;  // few, since a step passes over millions of parameters; sizes that do not fill a vector among them
};
const NamedEncoder encoders[] = {{"basic28x28", make_basic28x28, 9},
                                 {"basic32x32", make_basic32x32, 8},
                                 {"basic64x64", make_basic64x64, 3},
                                 {"dcgan32x32", make_dcgan32x32, 7}};

struct NamedScorer {
  const char* name;
  std::unique_ptr<AnyObjective> (*make)(const Goal&, const dim::EncoderShapes&);
};
const NamedScorer scorers[] = {{"dot-64", make_dot_64}, {"dot-512", make_dot_512}, {"concat", make_concat}};

struct NamedEstimator {
  const char* name;
  dim::AnyEstimator estimator;
};
const NamedEstimator estimators[] = {
    {"jsd", {{}, dim::JSD{}}}, {"nce", {{}, dim::NCE{}}}, {"dv", {{}, dim::DV{}}}};

struct NamedPrecision {
  const char* name;
  dim::Precision precision;
};
const NamedPrecision precisions[] = {{"f32", dim::Precision::f32}, {"bf16", dim::Precision::bf16}};

/// Representations of 1, 2 and 33 images by an untrained encoder: small numbers of images have kernels of their own.
void encode(const Asked& asked, const NamedEncoder& chosen) {
  const std::string name = std::string("encode/") + chosen.name;
  if (!asked.wants(name)) return;
  std::unique_ptr<AnyEncoder> encoder = chosen.make();
  const dim::EncoderShapes shapes = encoder->shapes();
  // A trainer gives it weights; no step is made, since that would change them.
  dim::BasicTrainer<dim::Cpu, float> trainer(dim::Cpu::with_threads(asked.threads), options(asked, 2),
                                             std::move(encoder), make_dot_64({.task = "local"}, shapes));
  Checksum sum;
  for (const long count : {1L, 2L, 33L})
    for (const dim::Representation feature :
         {dim::Representation::conv, dim::Representation::fc, dim::Representation::y}) {
      std::vector<float> numbers(std::size_t(count * trainer.encoder().shape(feature).size()));
      trainer.encoder().features(striped_images(count, shapes.image), feature, numbers.data());
      sum.add(numbers);
    }
  print(name, sum);
}

}  // namespace

void run_paper(const Asked& asked) {
  const auto run = [&](const std::string& name, const NamedEncoder& chosen, const NamedScorer& scorer,
                       const Goal& goal, dim::Precision precision) {
    if (!asked.wants(name)) return;
    std::unique_ptr<AnyEncoder> encoder = chosen.make();
    std::unique_ptr<AnyObjective> objective = scorer.make(goal, encoder->shapes());
    train(name, options(asked, chosen.batch, precision), std::move(encoder), std::move(objective));
  };
  for (const NamedEncoder& encoder : encoders) {
    encode(asked, encoder);
    for (const char* const task : {"local", "global", "both"})
      for (const NamedScorer& scorer : scorers)
        for (const auto& [estimator_name, estimator] : estimators)
          for (const auto& [precision_name, precision] : precisions)
            run(std::string(encoder.name) + "/" + task + "/" + scorer.name + "/" + estimator_name + "/" +
                    precision_name,
                encoder, scorer, {task, estimator, {{}, dim::UniformPrior{}}}, precision);
  }
  run("basic32x32/local/dot-64/jsd/f32/gaussian-prior", encoders[1], scorers[0],
      {"local", {}, {{}, dim::GaussianPrior{}}}, dim::Precision::f32);
  run("basic32x32/local/dot-64/jsd/f32/no-prior", encoders[1], scorers[0], {"local"}, dim::Precision::f32);
}

}  // namespace bits
