// Trains every encoder of the library under every kind of objective, runs every probe, all on small data, and prints
// a line with a checksum for each. Two builds that print the same lines compute the same bits: see compare.sh.
//
//     bits [--threads N] [--only BEGINNING]
//
// One thread, and all lines, unless told otherwise.
#include "bits.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace bits {
namespace {

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}
std::uint64_t word(std::uint64_t stream, std::uint64_t index) {
  return mixed(mixed(stream) ^ index);
}

bool is_finite(const dim::Losses& losses) {
  const dim::Measured &local = losses.local, &global = losses.global;
  return std::isfinite(local.loss) && std::isfinite(local.estimate) && std::isfinite(global.loss) &&
         std::isfinite(global.estimate) && std::isfinite(losses.prior.encoder) &&
         std::isfinite(losses.prior.adversary) && std::isfinite(losses.prior.penalty);
}

}  // namespace

void print(const std::string& name, const Checksum& sum) {
  std::printf("%s %016llx\n", name.c_str(), static_cast<unsigned long long>(sum.value()));
  std::fflush(stdout);
}

double noise(std::uint64_t stream, std::uint64_t index) {
  return double(word(stream, index) >> 11) * 0x1p-53;
}

dim::Images striped_images(long count, dim::Shape shape) {
  std::vector<std::uint8_t> bytes;
  std::vector<int> labels;
  for (long n = 0; n < count; ++n) {
    const std::uint64_t draw = word(1, std::uint64_t(n));
    const bool upright = draw & 1, wide = draw & 2;
    const long period = wide ? 11 : 6, start = long(draw >> 8 & 15);
    labels.push_back(int(draw & 3));
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x) {
          const long at = ((upright ? x : y) + start + 2 * c) % period;
          const std::uint64_t grain = word(2, bytes.size()) & 63;
          bytes.push_back(std::uint8_t(20 + 170 * at / period + long(grain)));
        }
  }
  return dim::Images(std::move(bytes), count, shape, dim::Strides::planes(shape))
      .with_labels(std::move(labels), 4);
}

template <class T>
void train(const std::string& name, const dim::TrainerOptions& options,
           std::unique_ptr<dim::AnyEncoder<dim::Cpu, T>> encoder,
           std::unique_ptr<dim::AnyObjective<dim::Cpu, T>> objective) {
  const long batch = options.batch, count = 3 * batch + 1;
  const dim::Images images = striped_images(count, encoder->shapes().image);
  dim::BasicTrainer<dim::Cpu, T> trainer(dim::Cpu::with_threads(options.threads, options.arithmetic), options,
                                         std::move(encoder), std::move(objective));
  Checksum sum;
  for (long step = 0; step < 20; ++step) {
    std::vector<long> indices;
    for (long i = 0; i < batch; ++i) indices.push_back((step * batch + i) % count);
    const dim::Losses losses = trainer.step(images, indices);
    if (!is_finite(losses))
      throw dim::Error(name + ": the losses of step " + std::to_string(step + 1) +
                       " are not finite; give the case other numbers");
    for (const dim::Measured& term : {losses.local, losses.global}) {
      sum.add(term.loss);
      sum.add(term.estimate);
      sum.add(term.ceiling);
    }
    sum.add(losses.prior.encoder);
    sum.add(losses.prior.adversary);
    sum.add(losses.prior.penalty);
  }
  const dim::Counts counts = trainer.counts();
  sum.add(trainer.weights().parameters, counts.parameters);
  sum.add(trainer.weights().statistics, counts.statistics);
  sum.add(trainer.moments(), counts.parameters * dim::moments(options.optimizer));
  print(name, sum);
}
template void train(const std::string&, const dim::TrainerOptions&,
                    std::unique_ptr<dim::AnyEncoder<dim::Cpu, float>>,
                    std::unique_ptr<dim::AnyObjective<dim::Cpu, float>>);
template void train(const std::string&, const dim::TrainerOptions&,
                    std::unique_ptr<dim::AnyEncoder<dim::Cpu, double>>,
                    std::unique_ptr<dim::AnyObjective<dim::Cpu, double>>);

}  // namespace bits

int main(int count, char** arguments) try {
  bits::Asked asked;
  for (int i = 1; i < count; i += 2) {
    const std::string option = arguments[i], value = i + 1 < count ? arguments[i + 1] : "";
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), asked.threads);
    const bool is_number = error == std::errc() && end == value.data() + value.size() && asked.threads > 0;
    if (option == "--only") {
      asked.only = value;
    } else if (option != "--threads" || !is_number) {
      std::fprintf(stderr, "bits [--threads N] [--only BEGINNING]\n");
      return 2;
    }
  }
  bits::run_small(asked);
  bits::run_probes(asked);
  bits::run_paper(asked);
} catch (const std::exception& error) {
  std::fprintf(stderr, "bits: %s\n", error.what());
  return 1;
}
