// What is trained and measured here, and how a case becomes a line.
#pragma once
#include <dim/cpu/backend.hpp>
#include <dim/data/images.hpp>
#include <dim/io/checksum.hpp>
#include <dim/train/trainer.hpp>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace bits {

using AnyEncoder = dim::AnyEncoder<dim::Cpu, float>;
using AnyObjective = dim::AnyObjective<dim::Cpu, float>;

/// The command line.
struct Asked {
  int threads = 1;
  std::string only;  ///< the beginning of the names that are run

  bool wants(const std::string& name) const { return name.starts_with(only); }
};

/// A checksum of the bytes of several values, one after the other.
class Checksum {
 public:
  template <class T>
  void add(const T* numbers, long count) {
    static_assert(std::is_arithmetic_v<T>);
    value_ = dim::checksum(std::as_bytes(std::span(numbers, std::size_t(count))), value_);
  }
  template <class T>
  void add(const std::vector<T>& numbers) {
    add(numbers.data(), std::ssize(numbers));
  }
  template <class T>
  void add(T number) {
    add(&number, 1);
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

/// Prints the line of a case immediately.
void print(const std::string& name, const Checksum& sum);

/// Values that look random and are the same everywhere: number `index` of a stream, in [0, 1).
double noise(std::uint64_t stream, std::uint64_t index);

/// `count` images of stripes with noise, with labels in [0, 4) for the direction and the width of the stripes.
dim::Images striped_images(long count, dim::Shape shape);

/// Trains for 20 steps and prints a line for all weights, statistics and moments, and for the losses of each step.
/// Throws dim::Error for a loss that is not finite, since the case would then say nothing about the steps after it.
template <class T>
void train(const std::string& name, const dim::TrainerOptions& options,
           std::unique_ptr<dim::AnyEncoder<dim::Cpu, T>> encoder,
           std::unique_ptr<dim::AnyObjective<dim::Cpu, T>> objective);

/// The options of a case.
inline dim::TrainerOptions options(const Asked& asked, int batch,
                                   dim::Precision precision = dim::Precision::f32) {
  return {.batch = batch, .threads = asked.threads, .arithmetic = {.products = precision}};
}

// One function for each encoder and for each scorer, each in its own source.
std::unique_ptr<AnyEncoder> make_basic32x32();
std::unique_ptr<AnyEncoder> make_basic28x28();
std::unique_ptr<AnyEncoder> make_basic64x64();
std::unique_ptr<AnyEncoder> make_dcgan32x32();

/// The parts of an objective apart from its scorer.
struct Goal {
  std::string task;  ///< local, global or both
  dim::AnyEstimator estimator{};
  dim::AnyPrior prior{};
};
std::unique_ptr<AnyObjective> make_dot_64(const Goal& goal, const dim::EncoderShapes& shapes);
std::unique_ptr<AnyObjective> make_dot_512(const Goal& goal, const dim::EncoderShapes& shapes);
std::unique_ptr<AnyObjective> make_concat(const Goal& goal, const dim::EncoderShapes& shapes);

/// A small encoder of images of 3 x 12 x 12 whose code has 5 values, and an objective for it.
std::unique_ptr<AnyEncoder> make_small();
std::unique_ptr<AnyObjective> make_small_objective();

// Each prints the lines of its part.
void run_paper(const Asked& asked);
void run_small(const Asked& asked);
void run_probes(const Asked& asked);

}  // namespace bits
