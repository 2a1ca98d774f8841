// Training: one step, and many.
#pragma once
#include <limits>

#include "../core/arithmetic.hpp"
#include "../data/dataset.hpp"
#include "../data/sampler.hpp"
#include "check_finite.hpp"
#include "encoder_pass.hpp"
#include "frozen_encoder.hpp"
#include "objective_pass.hpp"
#include "optimizer.hpp"

namespace dim::inline DIM_ABI {

/// How to train.
struct TrainerOptions {
  int batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;  // 0: all that the process may use
  Arithmetic arithmetic{};
  AnyOptimizer optimizer = Adam{};
};

/// How long to train.
struct FitOptions {
  long epochs = 10;  // more than there were
};

/// Trains an encoder together with the networks of its objective: one array of parameters, one of gradients,
/// one optimizer pass. `Trainer` below, which knows both at compile time, is what one usually writes.
template <class B, class T>
class BasicTrainer {
 public:
  /// Plans all memory and takes it: a step allocates nothing. Throws Error for a batch of less than two
  /// images, which has no negatives, for an optimizer that can't make steps, and where memory isn't enough.
  BasicTrainer(const TrainerOptions& options, std::unique_ptr<AnyEncoder<B, T>> encoder,
               std::unique_ptr<AnyObjective<B, T>> objective)
      : options_(options),
        backend_(B::with_threads(options.threads, options.arithmetic)),
        encoder_(std::move(encoder)),
        objective_(std::move(objective)) {
    if (options.batch < 2)
      throw Error(
          "a batch of " + std::to_string(options.batch) +
          " has no negatives: every picture is scored against another one; take a batch of 2 or more");
    check_optimizer(options.optimizer);
    const EncoderShapes shapes = encoder_->shapes();
    const double pairs = 2.0 * options.batch * double(shapes.map.area()) * double(shapes.code.area());
    if (options.batch > (1 << 24) || pairs > (std::numeric_limits<int>::max)())
      throw Error("a batch of " + std::to_string(options.batch) +
                  " is too large for any memory: take a smaller one");
    memory_ = dim::lay_out(backend_, *this);
    encoder_->initialise(backend_, options.seed, weights_);
    objective_->initialise(backend_, options.seed, weights_.after(encoder_->counts()));
  }

  /// One step on images `indices` of `data`: forward, losses, backward, update. Throws Error, with nothing
  /// changed, unless they are as many as a batch has, all there, and of the encoder's shape.
  template <Dataset Data>
  Losses step(const Data& data, std::span<const long> indices) {
    const Step step{Mode::training, options_.seed, std::uint64_t(steps_)};
    encoder_->set_count(options_.batch);
    Losses losses;
    run(backend_, [&](const B& backend) {
      load(backend, data, indices);                // x             (N, Image)
      encoder_->forward(backend, step, scratch_);  // C(x), conv, y (N, Map) (N, Conv) (N, Code)
      losses = objective_->evaluate(backend, encoder_->taps(), encoder_->gradients(), step, scratch_);
      encoder_->backward(backend, objective_->uses(), step, scratch_);  // dy, dconv, dC(x) -> dweights
      ++steps_;
      update(backend, options_.optimizer, weights_.parameters, weights_.dparameters, moments_,
             counts().parameters, steps_);
    });
    return losses;
  }

  /// Trains for so many epochs more, going on where the trainer is: images are drawn without replacement, the last
  /// partial batch of an epoch is dropped. After each step it calls on_step(losses, step), which stops
  /// training by `false`. Throws Error for less than no epochs, at the first loss that is not finite, which on_step
  /// never sees, and as check_finite does, which it calls now and then and when it is through.
  template <Dataset Data, class OnStep>
  void fit(const Data& data, const FitOptions& fit, const OnStep& on_step) {
    train(data, fit.epochs, steps_, on_step);
  }
  template <Dataset Data>
  void fit(const Data& data, const FitOptions& options = {}) {
    fit(data, options, [](const Losses&, long) { return true; });
  }

  /// The same until the trainer has made so many epochs in all, those before it was saved and loaded included: what a
  /// run that was interrupted goes on with. It does nothing where they have been made.
  template <Dataset Data, class OnStep>
  void fit_to(const Data& data, long epochs, const OnStep& on_step) {
    train(data, epochs, 0, on_step);
  }
  template <Dataset Data>
  void fit_to(const Data& data, long epochs) {
    fit_to(data, epochs, [](const Losses&, long) { return true; });
  }

  /// Throws Error for the first parameter or statistic, by name, that is not finite, or of which the optimizer keeps
  /// something that is not: an infinite mean square of Adam's leaves a weight where it is, and all losses finite.
  void check_finite() const {
    std::vector<const T*> arrays;
    for (int k = 0; k < dim::moments(options_.optimizer); ++k)
      arrays.push_back(moments_ + k * counts().parameters);
    dim::check_finite<T>(entries(), weights_, arrays, steps_);
  }

  /// The encoder as it is now: it looks at the trainer's weights, and lives no longer than they do.
  FrozenEncoder<B, T> encoder() const { return {backend_, encoder_->fresh(), weights_}; }

  const TrainerOptions& options() const { return options_; }
  const B& backend() const { return backend_; }
  /// Number of steps made so far.
  long steps() const { return steps_; }
  void set_steps(long steps) { steps_ = steps; }
  /// What all networks own.
  Counts counts() const { return encoder_->counts() + objective_->counts(); }
  /// Bytes of memory that the trainer works in, all of it taken before the first step.
  long memory_bytes() const { return memory_.bytes(); }

  Weights<T> weights() const { return weights_; }
  T* moments() const { return moments_; }
  /// Names of everything learned or carried along, in the order in which it lies: encoder.*, objective.*
  Entries entries() const {
    Entries all;
    dim::append(all, encoder_->entries(), "encoder.");
    dim::append(all, objective_->entries(), "objective.");
    return all;
  }

  /// Called by the constructor, twice.
  void lay_out(Arena& arena) {
    const Sizes sizes{options_.batch, backend_.threads()};
    weights_.parameters = arena.take<T>(counts().parameters);
    weights_.dparameters = arena.take<T>(counts().parameters);
    weights_.statistics = arena.take<T>(counts().statistics);
    moments_ = arena.take<T>(counts().parameters * dim::moments(options_.optimizer));
    encoder_->lay_out(backend_, arena, sizes, true);
    objective_->lay_out(backend_, arena,
                        {sizes.samples, int(encoder_->shapes().map.area()),
                         int(encoder_->shapes().code.area()), sizes.threads});
    scratch_ = arena.take_bytes((std::max)(encoder_->scratch_bytes(), objective_->scratch_bytes(backend_)));
    encoder_->bind(weights_);
    objective_->bind(weights_.after(encoder_->counts()));
  }

 private:
  /// Trains until `epochs` epochs of steps have been made since step `begin`.
  template <Dataset Data, class OnStep>
  void train(const Data& data, long epochs, long begin, const OnStep& on_step) {
    if (epochs < 0)
      throw Error("training for " + std::to_string(epochs) + " epochs was asked for; give 0 or more");
    Sampler sampler(data.size(), options_.batch, options_.seed);
    const long each = sampler.batches_per_epoch();
    long end = 0;
    if (__builtin_mul_overflow(epochs, each, &end) || __builtin_add_overflow(end, begin, &end))
      end = (std::numeric_limits<long>::max)();
    while (steps_ < end) {
      const Losses losses = step(data, sampler.batch(steps_ / each, steps_ % each));
      check_losses(losses, steps_);
      if (steps_ % 1000 == 0) check_finite();  // seldom enough to cost nothing
      if (!on_step(losses, steps_)) break;
    }
    check_finite();
  }

  template <Dataset Data>
  void load(const B& backend, const Data& data, std::span<const long> indices) {
    require_shape(data.shape());
    if (std::ssize(indices) != options_.batch)
      throw Error("a step wants " + std::to_string(options_.batch) + " images, as its batch is, and got " +
                  std::to_string(indices.size()));
    for (const long i : indices)
      if (i < 0 || i >= data.size())
        throw Error("a step wants image " + std::to_string(i) + ", counted from 0, of data that have " +
                    std::to_string(data.size()) + ": give indices of images that are there");
    const Batch<T> images = encoder_->taps().image;
    for_each_piece(backend, options_.batch, 8, [&](long begin, long end) {
      for (long n = begin; n < end; ++n) data.copy(indices[std::size_t(n)], images, n);
    });
  }
  void require_shape(Shape shape) const {
    const Shape wanted = encoder_->shapes().image;
    if (shape == wanted) return;
    throw Error("this encoder takes pictures of " + to_string(wanted) +
                " (channels x height x width) and the data are " + to_string(shape) +
                ": choose the encoder that fits the data");
  }

  TrainerOptions options_;
  B backend_;
  std::unique_ptr<AnyEncoder<B, T>> encoder_;
  std::unique_ptr<AnyObjective<B, T>> objective_;
  Memory<B> memory_;
  Weights<T> weights_;
  T* moments_ = nullptr;
  std::byte* scratch_ = nullptr;
  long steps_ = 0;
};

/// Trains encoder `Net` for objective `Goal`.
template <class Net, class Goal, class B = Cpu, class T = float>
class Trainer : public BasicTrainer<B, T> {
  using Pass = ObjectivePass<Goal, B, T>;

 public:
  explicit Trainer(const TrainerOptions& options = {}, const Goal& goal = {})
      : Trainer(options, std::make_unique<Pass>(encoder_shapes<Net>(), goal)) {}

  /// The objective's policies, which may change from step to step.
  Goal& goal() { return pass_.goal(); }

 private:
  Trainer(const TrainerOptions& options, std::unique_ptr<Pass> pass, Pass* shared = nullptr)
      : BasicTrainer<B, T>(options, std::make_unique<EncoderPass<Net, B, T>>(),
                           (shared = pass.get(), std::move(pass))),
        pass_(*shared) {}

  Pass& pass_;
};

}  // namespace dim::inline DIM_ABI
