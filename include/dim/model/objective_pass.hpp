// A pass through an objective: from map, conv and code to losses and their gradients.
#pragma once
#include <optional>

#include "../objective/objective.hpp"
#include "automatic_dot_pass.hpp"
#include "encoder_pass.hpp"
#include "prior_pass.hpp"
#include "split_concat_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The pass of a scorer for features and codes of these shapes.
template <class B, class T>
std::unique_ptr<ScorerPass<B, T>> make_scorer_pass(const DotScorer& scorer, Shape feature, Shape code) {
  if constexpr (ComparesHeadForms<B>) {
    if (scorer.form == HeadForm::gram)
      return std::make_unique<GramDotPass<B, T>>(feature, code, scorer.units);
    if (scorer.form == HeadForm::automatic)
      return std::make_unique<AutomaticDotPass<B, T>>(feature, code, scorer.units);
  }
  return std::make_unique<DotPass<B, T>>(feature, code, scorer.units);
}
template <class B, class T>
std::unique_ptr<ScorerPass<B, T>> make_scorer_pass(const ConcatScorer& scorer, Shape feature, Shape code) {
  if (scorer.first == FirstLayer::shared)
    return std::make_unique<SplitConcatPass<B, T>>(feature, code, scorer.hidden);
  return std::make_unique<ConcatPass<B, T>>(feature, code, scorer.hidden);
}

template <class B, class T>
std::unique_ptr<ScorerPass<B, T>> make_scorer_pass(const AnyScorer& scorer, Shape feature, Shape code) {
  return std::visit([&](const auto& choice) { return make_scorer_pass<B, T>(choice, feature, code); },
                    scorer.choice);
}

/// By how many images a scorer's negatives are shifted in this step: see Concat; Dot takes all pairs.
inline long shift_in(const DotScorer&, const Random&, long) {
  return 0;
}
inline long shift_in(const ConcatScorer& scorer, const Random& random, long images) {
  return scorer.shift_in(random, images);
}
inline long shift_in(const AnyScorer& scorer, const Random& random, long images) {
  return std::visit([&](const auto& choice) { return shift_in(choice, random, images); }, scorer.choice);
}

namespace detail {

/// One term of an objective: features (N P, Feature) scored against codes (N M, Codes).
template <class Goal, class B, class T>
class ScoredTerm {
 public:
  ScoredTerm(const Goal& goal, Shape feature, Shape code)
      : feature_(feature), scorer_(make_scorer_pass<B, T>(goal.scorer, feature, code)) {}

  Counts counts() const { return scorer_->counts(); }
  Entries entries() const { return scorer_->entries(); }
  void bind(Weights<T> weights, int leaves) { scorer_->bind(weights, leaves); }
  void lay_out(const B& backend, Arena& arena, PairSizes sizes) {
    const long rows = long(sizes.images) * sizes.locations;
    features_ = take_batch<T>(arena, rows, feature_);
    dfeatures_ = take_batch<T>(arena, rows, feature_);
    rows_ = arena.take<double>(estimate_scratch(backend, long(sizes.images) * sizes.globals));
    scorer_->lay_out(backend, arena, sizes);
  }
  long scratch_bytes(const B& backend) const { return scorer_->scratch_bytes(backend); }

  /// Scores the locations of `map` against `codes`; writes the loss, and weight times the gradients to dmap and
  /// dcodes.
  void evaluate(const B& backend, const Goal& goal, const double* weight, const Batch<const T>& map,
                const Batch<T>& dmap, Write write_map, const Batch<const T>& codes, const Batch<T>& dcodes,
                Write write_codes, const Step& step, double* loss, std::byte* scratch) {
    copy(backend, map, as_map(features_, map), Write::overwrite);  // (N P, F)
    u_ = scorer_->forward(backend, features_, codes, step, scratch);
    estimate(backend, goal.estimator, u_, weight, rows_, loss);  // u -> du
    scorer_->backward(backend, features_, codes, dfeatures_, dcodes, write_codes, step, scratch);
    copy(backend, constant(as_map(dfeatures_, map)), dmap, write_map);
  }
  /// The meaning of the loss that `evaluate` has written.
  Measured read(const Goal& goal, double loss) const {
    return {loss, goal.estimator.estimate(loss, u_), goal.estimator.ceiling(u_)};
  }

 private:
  /// Rows as the dense map whose locations they are; or, where each row is a whole map, as these maps.
  static Batch<T> as_map(const Batch<T>& rows, const Batch<const T>& map) {
    return {rows.data, map.count, map.shape};
  }

  Shape feature_;
  std::unique_ptr<ScorerPass<B, T>> scorer_;
  Batch<T> features_, dfeatures_;
  Scores<T> u_{};
  double* rows_ = nullptr;  // of the estimate
};

/// What stands for the adversary if there is no prior.
template <class B, class T>
struct NoPriorPass {
  explicit NoPriorPass(int) {}
  Counts counts() const { return {}; }
  Entries entries() const { return {}; }
  void bind(Weights<T>, int) {}
  void lay_out(const B&, Arena&, Sizes) {}
  long scratch_bytes() const { return 0; }
};

}  // namespace detail

/// A whole objective for an encoder of these shapes, of which it knows nothing else.
template <class Goal, class B, class T>
class ObjectivePass final : public AnyObjective<B, T> {
  using Task = typename Goal::task;
  using Prior = typename Goal::prior_type;
  using Term = detail::ScoredTerm<Goal, B, T>;
  static constexpr bool may_match = !std::is_same_v<Prior, NoPrior>;
  using PriorTerm = std::conditional_t<may_match, PriorPass<Prior, B, T>, detail::NoPriorPass<B, T>>;
  /// What `evaluate` leaves in the backend's memory.
  struct Numbers {
    double local, global;
    PriorNumbers prior;
  };

 public:
  /// Throws Error for weights that are not finite.
  explicit ObjectivePass(const EncoderShapes& shapes, const Goal& goal = {})
      : goal_(goal), code_{shapes.code.channels, 1, 1}, prior_(shapes.code.channels) {
    check_weights(goal.weights, goal.gradient_penalty);
    if (Task::uses_map) local_.emplace(goal, Shape{shapes.map.channels, 1, 1}, code_);
    if (Task::uses_conv) global_.emplace(goal, shapes.conv, code_);
  }

  Goal& goal() { return goal_; }

  Counts counts() const override { return scorer_counts() + (matches() ? prior_.counts() : Counts{}); }
  Written written() const override { return {.map = Task::uses_map, .conv = Task::uses_conv}; }
  Entries entries() const override {
    Entries entries;
    if (local_) append(entries, local_->entries(), "local.");
    if (global_) append(entries, global_->entries(), "global.");
    if (matches()) append(entries, prior_.entries(), "prior.");
    return entries;
  }
  /// Heads and adversary are initialised as in PyTorch, however the encoder is.
  void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const override {
    dim::initialise<TorchInitialisation>(backend, entries(), seed, 1, weights.parameters, weights.statistics);
  }
  void bind(Weights<T> weights) override {
    Counts before;
    for (std::optional<Term>* term : {&local_, &global_})
      if (*term) {
        (*term)->bind(weights.after(before), before.leaves);
        before = before + (*term)->counts();
      }
    prior_.bind(weights.after(before), before.leaves);
  }
  void lay_out(const B& backend, Arena& arena, ObjectiveSizes sizes) override {
    images_ = sizes.images;
    if (local_)
      local_->lay_out(backend, arena, PairSizes{sizes.images, sizes.locations, sizes.globals, sizes.threads});
    if (global_) global_->lay_out(backend, arena, PairSizes{sizes.images, 1, sizes.globals, sizes.threads});
    const int rows = sizes.images * sizes.globals;
    if (matches()) prior_.lay_out(backend, arena, Sizes{rows, sizes.threads});
    dcodes_ = take_batch<T>(arena, rows, code_);
  }
  long scratch_bytes(const B& backend) const override {
    long bytes = matches() ? prior_.scratch_bytes() : 0;
    for (const std::optional<Term>* term : {&local_, &global_})
      if (*term) bytes = (std::max)(bytes, (*term)->scratch_bytes(backend));
    return bytes;
  }

  /// Throws Error for weights of the goal that are not finite, and for a shift that leads to no other image.
  void prepare(std::uint64_t seed, StepState& state) override {
    check_weights(goal_.weights, goal_.gradient_penalty);  // which may have changed since the last step
    state.global = goal_.weights.alpha;
    state.local = goal_.weights.beta;
    state.prior = goal_.weights.gamma;
    state.penalty = goal_.gradient_penalty;
    state.shift = shift_in(goal_.scorer, Random{seed, Purpose::shift, state.number}, images_);
  }
  int losses() const override { return int(sizeof(Numbers) / sizeof(double)); }
  /// From the encoder's activations to the losses; writes the gradients of all that it uses, and of the code.
  void evaluate(const B& backend, std::span<const Taps<T>> views, std::span<const Taps<T>> of_views,
                const Step& step, double* losses, std::byte* scratch) override {
    const Taps<T>&taps = views.front(), &gradients = of_views.front();
    const Batch<const T> y{taps.code.data, dcodes_.count, code_};  // (N M, Codes)
    const Batch<T> dy = dcodes_;
    Numbers& numbers = *reinterpret_cast<Numbers*>(losses);
    if (local_)
      local_->evaluate(backend, goal_, &step.state->local, constant(taps.map), gradients.map,
                       Write::overwrite, y, dy, Write::overwrite, step, &numbers.local, scratch);
    if (global_) {
      const bool one_map = local_ && gradients.conv.data == gradients.map.data;
      global_->evaluate(backend, goal_, &step.state->global, constant(taps.conv), gradients.conv,
                        one_map ? Write::add : Write::overwrite, y, dy,
                        local_ ? Write::add : Write::overwrite, step, &numbers.global, scratch);
    }
    if constexpr (may_match)
      if (matches())
        prior_.match(backend, goal_.prior, y, dy, goal_.gradient_penalty > 0, step, &numbers.prior, scratch);
    const Batch<T>& codes = taps.code;  // its gradient may have a border
    copy(backend, Batch<const T>{dy.data, codes.count, codes.shape}, gradients.code, Write::overwrite);
  }
  Losses read(const double* losses) override {
    const Numbers& numbers = *reinterpret_cast<const Numbers*>(losses);
    Losses result;
    if (local_) result.local = local_->read(goal_, numbers.local);
    if (global_) result.global = global_->read(goal_, numbers.global);
    if constexpr (may_match)
      if (matches()) result.prior = prior_.read(numbers.prior, goal_.gradient_penalty > 0);
    return result;
  }

 private:
  bool matches() const { return may_match && goal_.prior.present(); }
  Counts scorer_counts() const {
    return (local_ ? local_->counts() : Counts{}) + (global_ ? global_->counts() : Counts{});
  }

  Goal goal_;
  Shape code_;
  std::optional<Term> local_, global_;
  PriorTerm prior_;
  Batch<T> dcodes_;
  long images_ = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
