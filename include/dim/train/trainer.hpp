// Training: one step, and many.
#pragma once
#include <concepts>
#include <limits>

#include "../core/arithmetic.hpp"
#include "../core/backend.hpp"
#include "../core/no_progress.hpp"
#include "../core/optimizer.hpp"
#include "../data/dataset.hpp"
#include "../data/sampler.hpp"
#include "../model/encoder_pass.hpp"
#include "../model/frozen_encoder.hpp"
#include "../model/objective_pass.hpp"
#include "check_finite.hpp"
#include "goes_on.hpp"
#include "schedule.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The options of training with an optimizer of type O.
template <class O>
struct BasicTrainerOptions {
  int batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;          ///< of the backend, unless one is given; 0: all that the process may use
  Arithmetic arithmetic{};  ///< likewise
  O optimizer = O();        ///< by default Adam, if it is one of the library's
  /// The part of itself, times the rate, by which each weight shrinks before the optimizer's step; gains, shifts and
  /// biases don't. With Adam this is AdamW (Loshchilov and Hutter 2019, decoupled weight decay, as in PyTorch). 0:
  /// none
  double weight_decay = 0;
  /// Clipping: the largest norm of the gradient of all parameters, including the objective's; a longer gradient is
  /// scaled down to it (Pascanu, Mikolov and Bengio 2013). 0: no clipping
  double clip = 0;
};
using TrainerOptions = BasicTrainerOptions<AnyOptimizer>;

/// How long to train, and at which rates.
struct FitOptions {
  long epochs = 10;
  AnySchedule schedule{};  ///< ConstantSchedule, unless another is given
};

/// Trains an encoder together with the networks of its objective: one array of parameters, one of gradients, one
/// optimizer pass. `Trainer` below, which knows both at compile time, is the usual choice. The optimizer is one of
/// the library's, or of type O.
template <class B, class T, class O = AnyOptimizer>
class BasicTrainer {
  static_assert(Backend<B, T>,
                "this backend lacks functions that training calls: core/backend.hpp lists them");
  // Asked here, since g++ 12 crashes on the question within a class that has a trainer{{.batch = 16}}.
  static_assert(noexcept(BasicTrainerOptions<O>{}) || true);
  static_assert(
      Optimizer<O> || std::is_same_v<O, AnyOptimizer>,
      "this is no optimizer: it has a rate and a number of moments, and check_optimizer and prepare "
      "stand beside it, as core/optimizer.hpp says");
  static_assert(
      Updates<B, T, O>,
      "this backend has no kernel for this optimizer: include the backend's header, or overload `update`");

 public:
  using Options = BasicTrainerOptions<O>;

  /// Plans and takes all memory: a step allocates nothing. Throws Error for a batch of fewer than two images, which
  /// has no negatives, for invalid settings of optimizer, weight decay or clipping, and if there is too little
  /// memory.
  BasicTrainer(const B& backend, const Options& options, std::unique_ptr<AnyEncoder<B, T>> encoder,
               std::unique_ptr<AnyObjective<B, T>> objective)
      : options_(options),
        backend_(backend),
        objective_(std::move(objective)),
        rate_(rate_of(options.optimizer)) {
    if (objective_->views() < 1 || objective_->views() > 64)
      throw Error("an objective wants ", objective_->views(),
                  " views of each image; a trainer can show it 1 to 64");
    views_.push_back(std::move(encoder));
    while (std::ssize(views_) < objective_->views()) views_.push_back(views_.front()->fresh());
    if (options.batch < 2)
      throw Error("a batch of ", options.batch,
                  " has no negatives: every image is scored against another one; take a batch of 2 or more");
    if (!(options.clip >= 0) || !std::isfinite(options.clip))
      throw Error("gradients can't be shortened to ", options.clip,
                  "; give a finite length above 0, or 0 for any length");
    set_rate(rate_);
    const EncoderShapes shapes = trained().shapes();
    const double pairs = 2.0 * options.batch * double(shapes.map.area()) * double(shapes.code.area());
    if (options.batch > (1 << 24) || pairs > (std::numeric_limits<int>::max)())
      throw Error("a batch of ", options.batch, " is too large for any memory; take a smaller one");
    memory_ = dim::lay_out(backend_, [this](Arena& arena) { lay_out(arena); });
    if (options.weight_decay > 0) decaying_ = weights_of(entries());
    trained().initialise(backend_, options.seed, weights_);
    objective_->initialise(backend_, options.seed, weights_.after(trained().counts()));
  }

  /// One step on images `indices` of `data`: forward, losses, backward, update. Throws Error, with nothing changed,
  /// unless there are options().batch indices, all in range, and the images are of the encoder's shape.
  template <Dataset Data>
  Losses step(const Data& data, std::span<const long> indices) {
    return step(data, indices, rate_);
  }

  /// Trains for options.epochs more epochs, from wherever the trainer is, even within an epoch: images are drawn
  /// without replacement, and the last, partial batch of an epoch is dropped. After each step it calls
  /// on_step(losses, step), which may stop training by returning `false`, and may set the rate. Throws Error for a
  /// negative number of epochs, for an invalid schedule, at the first loss that is not finite, which on_step never
  /// sees, and as check_finite does, which it calls now and then and at the end.
  template <Dataset Data, class OnStep = NoProgress>
  void fit(const Data& data, const FitOptions& options = {}, const OnStep& on_step = {}) {
    train(data, options, steps_, on_step);
  }

  template <Dataset Data, std::integral Epochs, class OnStep = NoProgress>
  void fit(const Data& data, Epochs epochs, const OnStep& on_step = {}) {
    fit(data, FitOptions{.epochs = long(epochs)}, on_step);
  }

  /// The same until the trainer has made options.epochs epochs in total, including those before it was saved and
  /// loaded: for going on with an interrupted run. It does nothing if they have been made.
  template <Dataset Data, class OnStep = NoProgress>
  void fit_to(const Data& data, const FitOptions& options, const OnStep& on_step = {}) {
    train(data, options, 0, on_step);
  }
  template <Dataset Data, class OnStep = NoProgress>
  void fit_to(const Data& data, long epochs, const OnStep& on_step = {}) {
    train(data, {.epochs = epochs}, 0, on_step);
  }

  /// The learning rate, from which a schedule makes its rates: the optimizer's, unless it was set. It may be set
  /// between any two steps; checkpoints keep it. Throws Error, with the rate as it was, for an invalid one.
  double rate() const { return rate_; }
  void set_rate(double rate) {
    check_optimizer(with_rate(options_.optimizer, rate));
    if (!(rate >= 0) || !std::isfinite(rate))  // of an optimizer of a user's own too
      throw Error("a learning rate of ", rate, " can't train; give a finite number of at least 0");
    const double decay = rate * options_.weight_decay;
    if (!(options_.weight_decay >= 0) || !(decay < 1))
      throw Error("weights can't shrink by ", options_.weight_decay, " times the rate ", rate,
                  " in a step; give a decay of at least 0, and a product below 1");
    rate_ = rate;
  }
  /// The rate of the last step, as the schedule made it; 0 before the first.
  double last_rate() const { return last_rate_; }
  /// The norm of the last step's gradient before clipping, if options().clip is above 0; else 0.
  double gradient_norm() const { return fetched_.back(); }

  /// Throws Error, by name, for the first parameter or statistic that is not finite, or for which the optimizer keeps
  /// a number that is not: an infinite mean square of Adam's leaves a weight where it is, and all losses finite.
  void check_finite() const {
    std::vector<const T*> arrays;
    for (int k = 0; k < dim::moments(options_.optimizer); ++k)
      arrays.push_back(moments_ + k * counts().parameters);
    dim::check_finite<B, T>(backend_, entries(), weights_, arrays, steps_);
  }

  /// The encoder as it is now. It refers to the trainer's weights and must not outlive them.
  FrozenEncoder<B, T> encoder() const { return {backend_, trained().fresh(), weights_}; }

  const Options& options() const { return options_; }
  const B& backend() const { return backend_; }
  /// Number of steps made so far.
  long steps() const { return steps_; }
  void set_steps(long steps) { steps_ = steps; }
  /// The state of the schedule of `fit`.
  const ScheduleState& schedule_state() const { return schedule_state_; }
  void set_schedule_state(const ScheduleState& state) { schedule_state_ = state; }
  /// How much all networks own.
  Counts counts() const { return trained().counts() + objective_->counts(); }
  /// Bytes of memory that the trainer uses, all of it taken before the first step.
  long memory_bytes() const { return memory_.bytes(); }

  /// The objective that it was made with.
  AnyObjective<B, T>& objective() { return *objective_; }
  Weights<T> weights() const { return weights_; }
  T* moments() const { return moments_; }
  /// All parameters and statistics, in memory order, named encoder.* and objective.*
  Entries entries() const {
    Entries all;
    dim::append(all, trained().entries(), "encoder.");
    dim::append(all, objective_->entries(), "objective.");
    return all;
  }

 private:
  void lay_out(Arena& arena) {
    const Sizes sizes{options_.batch, backend_.threads()};
    weights_.parameters = arena.take<T>(counts().parameters);
    weights_.dparameters = arena.take<T>(counts().parameters);
    weights_.statistics = arena.take<T>(counts().statistics);
    moments_ = arena.take<T>(counts().parameters * dim::moments(options_.optimizer));
    for (const auto& each : views_) each->lay_out(backend_, arena, sizes, true);
    objective_->lay_out(backend_, arena,
                        {sizes.samples, int(trained().shapes().map.area()),
                         int(trained().shapes().code.area()), sizes.threads});
    scratch_ = arena.take_bytes((std::max)(trained().scratch_bytes(), objective_->scratch_bytes(backend_)));
    state_ = arena.take<StepState>(1);
    losses_ = arena.take<double>(objective_->losses() + 1);
    fetched_.resize(std::size_t(objective_->losses() + 1));
    if (options_.clip > 0) clip_scratch_ = arena.take<double>(clip_scratch(backend_, counts().parameters));
    taps_.clear();
    gradients_.clear();
    for (const auto& each : views_) {
      each->bind(weights_);
      taps_.push_back(each->taps());
      gradients_.push_back(each->gradients());
    }
    objective_->bind(weights_.after(trained().counts()));
  }

  /// All parameters that are weights, each as one sample.
  std::vector<Batch<T>> weights_of(const Entries& entries) const {
    std::vector<Batch<T>> weights;
    for (const auto& [name, parameter, offset] : entries.parameters)
      if (parameter.kind == Kind::weight)
        weights.push_back({weights_.parameters + offset,
                           1,
                           {parameter.outputs, parameter.inputs, parameter.height * parameter.width}});
    return weights;
  }

  template <Dataset Data>
  Losses step(const Data& data, std::span<const long> indices, double rate) {
    require_images(data.shape(), data.size(), indices);
    begin_step(rate);
    load(data, indices);  // x  (N, Image) of each view
    run(backend_, [&](const B& backend) {
      for (int v = 0; v < views(); ++v)  // C(x), conv, y  (N, Map) (N, Conv) (N, Code)
        view(v).forward(backend, pass_of(v), scratch_);
      objective_->evaluate(backend, taps_, gradients_, pass_of(0), losses_, scratch_);
      for (int v = 0; v < views(); ++v)  // dy, dconv, dC(x) -> dweights
        view(v).backward(backend, objective_->written(), pass_of(v), scratch_,
                         v == 0 ? Learn::overwrite : Learn::add);
      if (options_.clip > 0)
        clip_norm(backend, weights_.dparameters, counts().parameters, options_.clip, clip_scratch_,
                  losses_ + objective_->losses());
      for (const Batch<T>& weight : decaying_) scale(backend, constant(weight), &state_->decay, weight);
      update(backend, options_.optimizer, weights_.parameters, weights_.dparameters, moments_,
             counts().parameters, state_);
    });
    ++steps_;
    last_rate_ = rate;
    return end_step();
  }

  /// Trains until options.epochs epochs have been made since step `begin`.
  template <Dataset Data, class OnStep>
  void train(const Data& data, const FitOptions& options, long begin, const OnStep& on_step) {
    const long epochs = options.epochs;
    if (epochs < 0) throw Error("training for ", epochs, " epochs was asked for; give 0 or more");
    Sampler sampler(data.size(), options_.batch, options_.seed);
    const long each = sampler.batches_per_epoch();
    long end = 0;
    if (__builtin_mul_overflow(epochs, each, &end) || __builtin_add_overflow(end, begin, &end))
      end = (std::numeric_limits<long>::max)();
    Scheduled schedule(options.schedule, schedule_state_, each, steps_, end);
    while (steps_ < end) {
      const Losses losses =
          step(data, sampler.batch(steps_ / each, steps_ % each), schedule.rate(rate_, steps_));
      check_losses(losses, steps_);
      schedule.add(losses.local.loss + losses.global.loss, steps_);
      if (steps_ % 1000 == 0) check_finite();  // seldom enough to cost nothing
      if (!goes_on(on_step, losses, steps_)) break;
    }
    check_finite();
  }

  int views() const { return int(views_.size()); }
  AnyEncoder<B, T>& view(int v) { return *views_[std::size_t(v)]; }
  const AnyEncoder<B, T>& trained() const { return *views_.front(); }

  Step pass_of(int view) const { return {Mode::training, options_.seed, state_, view, 0, view == 0}; }
  /// Uploads what differs in the next step.
  void begin_step(double rate) {
    StepState state{.number = std::uint64_t(steps_), .decay = 1 - rate * options_.weight_decay};
    objective_->prepare(options_.seed, state);
    prepare(with_rate(options_.optimizer, rate), steps_ + 1, state);
    upload(backend_, &state, state_, 1);
  }
  /// Downloads the losses of the step.
  Losses end_step() {
    download(backend_, losses_, fetched_.data(), std::ssize(fetched_));
    return objective_->read(fetched_.data());
  }

  template <Dataset Data>
  void load(const Data& data, std::span<const long> indices) const {
    const std::uint64_t epoch = std::uint64_t(steps_ / (std::max)(1L, data.size() / options_.batch));
    for (int v = 0; v < views(); ++v)
      load_batch(backend_, taps_[std::size_t(v)].image, [&](const Batch<T>& to, long n) {
        const long i = indices[std::size_t(n)];
        copy_view(data, i, to, n, Draw(options_.seed, epoch, i, v));
      });
  }
  void require_images(Shape shape, long size, std::span<const long> indices) const {
    const Shape wanted = trained().shapes().image;
    if (!(shape == wanted))
      throw Error("this encoder takes images of ", to_string(wanted),
                  " (channels x height x width) and the data are ", to_string(shape),
                  "; choose the encoder that fits the data");
    if (std::ssize(indices) != options_.batch)
      throw Error("a step takes a batch of ", options_.batch, " images, and got ", indices.size());
    for (const long i : indices)
      if (i < 0 || i >= size)
        throw Error("a step wants image ", i, ", counted from 0, of a data set of ", size,
                    "; give indices of images that are there");
  }

  Options options_;
  B backend_;
  std::vector<std::unique_ptr<AnyEncoder<B, T>>> views_;  // passes of one encoder
  std::unique_ptr<AnyObjective<B, T>> objective_;
  Memory<B> memory_;
  std::vector<Taps<T>> taps_, gradients_;  // of each view
  Weights<T> weights_;
  T* moments_ = nullptr;
  std::byte* scratch_ = nullptr;
  StepState* state_ = nullptr;
  double* losses_ = nullptr;        // the objective's, then the gradient's norm
  double* clip_scratch_ = nullptr;  // if gradients are clipped
  std::vector<Batch<T>> decaying_;  // the weights, if they decay
  std::vector<double> fetched_;     // losses_
  long steps_ = 0;
  double rate_, last_rate_ = 0;
  ScheduleState schedule_state_;
};

/// Trains encoder `Net` for objective `Goal`, by one of the library's optimizers or by one of type O.
template <class Net, class Goal, class B = Cpu, class T = float, class O = AnyOptimizer>
class Trainer : public BasicTrainer<B, T, O> {
 public:
  using Options = BasicTrainerOptions<O>;

  /// On a backend with the threads and arithmetic of the options.
  explicit Trainer(const Options& options = {}, const Goal& goal = {})
      : Trainer(B::with_threads(options.threads, options.arithmetic), options, goal) {}
  /// On this backend.
  explicit Trainer(const B& backend, const Options& options = {}, const Goal& goal = {})
      : BasicTrainer<B, T, O>(backend, options, std::make_unique<EncoderPass<Net, B, T>>(),
                              std::make_unique<ObjectivePass<Goal, B, T>>(encoder_shapes<Net>(), goal)) {}

  /// The objective's policies, which may be changed between steps.
  Goal& goal() { return static_cast<ObjectivePass<Goal, B, T>&>(this->objective()).goal(); }
};

}  // namespace DIM_ABI
}  // namespace dim
