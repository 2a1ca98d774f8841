// Encoders that learn from labels: from scratch, or after training without labels.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/no_progress.hpp"
#include "../data/images.hpp"
#include "../train/trainer.hpp"
#include "labelled_objective.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {

/// The indices, rising, of count(class, its images) images of each class that has any, drawn at random. Throws Error for
/// images without labels.
template <class Count>
std::vector<long> drawn_of_each_class(const Images& images, std::uint64_t seed, const Count& count) {
  const std::vector<int> labels = images.labels();
  std::vector<std::vector<long>> members(std::size_t((std::max)(images.classes(), 0)));
  std::vector<long> order(labels.size()), chosen;
  std::iota(order.begin(), order.end(), 0L);
  shuffle(order, Random{seed, Purpose::labels});
  for (const long i : order)
    if (labels[std::size_t(i)] >= 0) members[std::size_t(labels[std::size_t(i)])].push_back(i);
  for (std::size_t k = 0; k < members.size(); ++k)
    if (!members[k].empty())
      chosen.insert(chosen.end(), members[k].begin(),
                    members[k].begin() + count(long(k), std::ssize(members[k])));
  if (chosen.empty()) throw Error("none of ", images.size(), " images has a label; give data with labels");
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace detail

/// The indices, rising, of the share `part`, in (0, 1], of each class's images, at least one of each class that has
/// any, drawn at random. Throws Error for a share out of range and for images without labels.
inline std::vector<long> labelled_part(const Images& images, double part, std::uint64_t seed) {
  if (!(part > 0 && part <= 1)) throw Error("a share of ", part, " of the labels; give one above 0, up to 1");
  return detail::drawn_of_each_class(
      images, seed, [&](long, long members) { return (std::max)(1L, std::lround(part * double(members))); });
}

/// The indices, rising, of `count` images of each class that has any, drawn at random; those of a smaller count are among
/// those of a larger one. Throws Error for a count below 1 or above the number of images of a class, and for images
/// without labels.
inline std::vector<long> labelled_of_each_class(const Images& images, long count, std::uint64_t seed) {
  if (count < 1) throw Error(count, " labels of each class; give at least one");
  return detail::drawn_of_each_class(images, seed, [&](long label, long members) {
    if (members < count)
      throw Error(count, " labels of each class were asked for, and class ", label, " has ", members,
                  " images; ask for at most that many");
    return count;
  });
}

/// The options of an encoder's training on labels.
struct ClassifierOptions {
  Representation feature = Representation::conv;  ///< from which the class is predicted: conv or y
  int batch = 64;                                 ///< images, with labels and without
  long steps = 2000;                              ///< batches
  double rate = 1e-4;                             ///< of Adam
  std::uint64_t seed = 1;   ///< of the perceptron's initial weights, the order and dropout
  int threads = 0;          ///< of the backend, unless one is given; 0: all
  Arithmetic arithmetic{};  ///< likewise
  // Last, since g++ 12 destroys what inner braces made twice if a later initialiser throws.
  PerceptronLayers layers{{200}, true, 0.1};  ///< of the perceptron on the representation
};

/// An encoder and a perceptron on one of its representations, trained together on labelled images. If an objective
/// without labels is trained beside them, it sees the whole batch, half of which are images without labels if there
/// are enough (Hjelm et al. 2019, semi-supervised learning). The same bits for any number of threads.
///
/// The encoder and the objective are passes of their types, Net and Goal:
///
///     Classifier<> classifier({.steps = 2000}, std::make_unique<EncoderPass<Net, Cpu, float>>(), 10,
///                             std::make_unique<ObjectivePass<Goal, Cpu, float>>(encoder_shapes<Net>()));
template <class B = Cpu>
class Classifier {
 public:
  using Trainer = BasicTrainer<B, float>;

  /// On a backend with the threads and arithmetic of the options. Throws Error like BasicTrainer and
  /// LabelledObjective.
  Classifier(const ClassifierOptions& options, std::unique_ptr<AnyEncoder<B, float>> encoder, int classes,
             std::unique_ptr<AnyObjective<B, float>> beside = {})
      : Classifier(B::with_threads(options.threads, options.arithmetic), options, std::move(encoder), classes,
                   std::move(beside)) {}
  /// The same on this backend.
  Classifier(const B& backend, const ClassifierOptions& options,
             std::unique_ptr<AnyEncoder<B, float>> encoder, int classes,
             std::unique_ptr<AnyObjective<B, float>> beside = {})
      : options_(options),
        trainer_(make_trainer(backend, options, std::move(encoder), classes, std::move(beside))) {}

  /// The trainer of the encoder and of the objective without labels, which may be loaded from a checkpoint before the
  /// fit.
  Trainer& trainer() { return trainer_; }

  /// Trains on the images whose indices are `labelled` and, if there is an objective without labels and the other
  /// images fill half a batch, on those without their labels. Calls on_step(s, loss) after step s, counted from 1,
  /// with the cross-entropy in nats. Throws Error for images that the encoder doesn't take, fewer than two labelled
  /// ones, one of these without a label, fewer steps than one, a rate that is not above 0, and training that
  /// diverges.
  template <class OnStep = NoProgress>
  void fit(const Images& images, const std::vector<long>& labelled, const OnStep& on_step = {}) {
    if (std::ssize(labelled) < 2 || options_.steps < 1)
      throw Error(labelled.size(), " labelled images and ", options_.steps,
                  " steps are too few to learn from; give two images and one step, or more");
    if (!(options_.rate > 0) || !std::isfinite(options_.rate))
      throw Error("an encoder can't learn from labels at rate ", options_.rate,
                  "; give a finite number above 0");
    const std::vector<long> others = others_of(images, labelled);
    const long half = options_.batch / 2;
    const bool mixed = objective().has_beside() && half >= 2 && std::ssize(others) >= half;
    Batches known(labelled, mixed ? options_.batch - half : options_.batch, options_.seed);
    std::optional<Batches> unknown;
    if (mixed) unknown.emplace(others, half, options_.seed + 1);
    for (long step = 0; step < options_.steps; ++step) {
      std::vector<long> batch = known.next();
      std::vector<int> labels;
      for (const long i : batch) labels.push_back(images.label(i));
      if (mixed) {
        const std::vector<long> more = unknown->next();
        batch.insert(batch.end(), more.begin(), more.end());
      }
      labels.resize(batch.size(), -1);
      objective().set_labels(std::move(labels));
      check_losses(trainer_.step(images, batch), step + 1);
      if (!std::isfinite(objective().loss()))
        throw Error("the cross-entropy at step ", step + 1, " is ", objective().loss(),
                    "; begin anew with a lower rate than ", options_.rate);
      on_step(step + 1, objective().loss());
    }
    trainer_.check_finite();
  }

  /// The part of the images whose class is predicted, in [0, 1]; the encoder is in inference mode. Throws Error for
  /// images without labels and for images that the encoder doesn't take.
  double accuracy(const Images& test) {
    const FrozenEncoder<B, float> encoder = trainer_.encoder();
    const long size = encoder.shape(options_.feature).size();
    std::vector<float> numbers(std::size_t(test.size() * size));
    encoder.features(test, options_.feature, numbers.data());
    const std::vector<int> labels = test.labels();
    const Features<float> features{numbers.data(), test.size(), size, labels.data()};
    check_labels(features, objective().classes(), "test");
    return dim::accuracy(objective().predict(features), features);
  }

 private:
  static Trainer make_trainer(const B& backend, const ClassifierOptions& options,
                              std::unique_ptr<AnyEncoder<B, float>> encoder, int classes,
                              std::unique_ptr<AnyObjective<B, float>> beside) {
    const Adam adam{.rate = options.rate};
    auto objective =
        std::make_unique<LabelledObjective<B>>(backend, encoder->shapes(), options.feature, options.layers,
                                               classes, options.batch, adam, options.seed, std::move(beside));
    return Trainer(backend, {.batch = options.batch, .seed = options.seed, .optimizer = adam},
                   std::move(encoder), std::move(objective));
  }
  LabelledObjective<B>& objective() { return static_cast<LabelledObjective<B>&>(trainer_.objective()); }

  /// Batches of `size` of some images, which are repeated forever, in a new order each time; if they are fewer than a
  /// batch, it has some of them more than once.
  class Batches {
   public:
    Batches(const std::vector<long>& images, long size, std::uint64_t seed)
        : images_(images), size_(std::size_t(size)), seed_(seed) {}

    std::vector<long> next() {
      std::vector<long> batch;
      for (; batch.size() < size_; ++at_) {
        if (at_ % images_.size() == 0) shuffle(images_, Random{seed_, Purpose::order, at_ / images_.size()});
        batch.push_back(images_[at_ % images_.size()]);
      }
      return batch;
    }

   private:
    std::vector<long> images_;
    std::size_t size_, at_ = 0;
    std::uint64_t seed_;
  };

  /// All images but the labelled ones, rising. Throws Error for a labelled one that is out of range or has no label.
  static std::vector<long> others_of(const Images& images, const std::vector<long>& labelled) {
    const long count = images.size();
    std::vector<bool> known(std::size_t(count), false);
    for (const long i : labelled) {
      if (i < 0 || i >= count)
        throw Error("labelled image ", i, ", counted from 0, of ", count,
                    "; give indices of images that are there");
      if (images.label(i) < 0)
        throw Error("labelled image ", i, ", counted from 0, has no label; leave it out");
      known[std::size_t(i)] = true;
    }
    std::vector<long> others;
    for (long i = 0; i < count; ++i)
      if (!known[std::size_t(i)]) others.push_back(i);
    return others;
  }

  ClassifierOptions options_;
  Trainer trainer_;
};

}  // namespace DIM_ABI
}  // namespace dim
