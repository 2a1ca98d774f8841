// A pass through an objective: from map, conv and code to losses and their gradients.
#pragma once
#include <limits>
#include <vector>

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

 public:
  /// Throws Error for weights that are not finite, for a number of views that isn't 1 to 64, and for scorers of 2^31
  /// parameters or more.
  explicit ObjectivePass(const EncoderShapes& shapes, const Goal& goal = {})
      : goal_(goal), code_{shapes.code.channels, 1, 1}, prior_(shapes.code.channels) {
    check_weights(goal.weights, goal.gradient_penalty);
    if (goal.views < 1 || goal.views > 64)
      throw Error("an objective can't compare ", goal.views, " views of an image; give 1 to 64");
    for (int v = 0; v < goal.views; ++v) {
      if (Task::uses_map) local_.emplace_back(goal, Shape{shapes.map.channels, 1, 1}, code_);
      if (Task::uses_conv) global_.emplace_back(goal, shapes.conv, code_);
    }
    if (const long parameters = scorer_counts().parameters; parameters > (std::numeric_limits<int>::max)())
      throw Error("the objective's scorers have ", parameters,
                  " parameters, which is 2^31 or more; give them fewer units");
  }

  Goal& goal() { return goal_; }

  int views() const override { return views_; }
  Counts counts() const override { return scorer_counts() + (matches() ? prior_.counts() : Counts{}); }
  Written written() const override { return {.map = Task::uses_map, .conv = Task::uses_conv}; }
  Entries entries() const override {
    Entries entries;
    if (Task::uses_map) append(entries, local_.front().entries(), "local.");
    if (Task::uses_conv) append(entries, global_.front().entries(), "global.");
    if (matches()) append(entries, prior_.entries(), "prior.");
    return entries;
  }
  /// Heads and adversary are initialised as in PyTorch, however the encoder is.
  void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const override {
    dim::initialise<TorchInitialisation>(backend, entries(), seed, 1, weights.parameters, weights.statistics);
  }
  void bind(Weights<T> weights) override {
    dscorers_ = {weights.dparameters, 1, {int(scorer_counts().parameters), 1, 1}};
    for (int v = 0; v < views_; ++v) {
      if (v > 0) weights.dparameters = dscorers_of_others_.data;
      Counts before;
      for (std::vector<Term>* terms : {&local_, &global_})
        if (!terms->empty()) {
          (*terms)[std::size_t(v)].bind(weights.after(before), before.leaves);
          before = before + terms->front().counts();
        }
      if (v == 0) prior_.bind(weights.after(before), before.leaves);
    }
  }
  void lay_out(const B& backend, Arena& arena, ObjectiveSizes sizes) override {
    images_ = sizes.images;
    for (Term& term : local_)
      term.lay_out(backend, arena, PairSizes{sizes.images, sizes.locations, sizes.globals, sizes.threads});
    for (Term& term : global_)
      term.lay_out(backend, arena, PairSizes{sizes.images, 1, sizes.globals, sizes.threads});
    const int rows = sizes.images * sizes.globals;
    if (matches()) prior_.lay_out(backend, arena, Sizes{rows, sizes.threads});
    dcodes_.clear();
    for (int v = 0; v < views_; ++v) dcodes_.push_back(take_batch<T>(arena, rows, code_));
    if (views_ > 1) dscorers_of_others_ = take_batch<T>(arena, 1, {int(scorer_counts().parameters), 1, 1});
  }
  long scratch_bytes(const B& backend) const override {
    long bytes = matches() ? prior_.scratch_bytes() : 0;
    for (const std::vector<Term>* terms : {&local_, &global_})
      if (!terms->empty()) bytes = (std::max)(bytes, terms->front().scratch_bytes(backend));
    return bytes;
  }

  /// Throws Error for weights of the goal that are not finite, for another number of views than it was made for, and
  /// for a shift that leads to no other image.
  void prepare(std::uint64_t seed, StepState& state) override {
    check_weights(goal_.weights, goal_.gradient_penalty);  // which may have changed since the last step
    if (goal_.views != views_)
      throw Error("an objective had ", views_, " for its number of views when it was made, and has ",
                  goal_.views, " now; set it before a trainer is made");
    state.global = goal_.weights.alpha / views_;
    state.local = goal_.weights.beta / views_;
    state.prior = goal_.weights.gamma;
    state.penalty = goal_.gradient_penalty;
    state.shift = shift_in(goal_.scorer, Random{seed, Purpose::shift, state.number}, images_);
  }
  /// Those of each view's local and global term, and the prior's.
  int losses() const override { return 2 * views_ + int(sizeof(PriorNumbers) / sizeof(double)); }
  /// From the encoder's activations to the losses; writes the gradients of all that it uses, and of the code.
  void evaluate(const B& backend, std::span<const Taps<T>> views, std::span<const Taps<T>> of_views,
                const Step& step, double* losses, std::byte* scratch) override {
    const bool one_map = Task::uses_map && of_views[0].conv.data == of_views[0].map.data;
    for (int v = 0; v < views_; ++v) {
      const std::size_t of_features = std::size_t(v), of_code = std::size_t((v + 1) % views_);
      const Taps<T>&taps = views[of_features], &gradients = of_views[of_features];
      const Batch<const T> y = codes(views[of_code]);  // (N M, Codes)
      const Batch<T> dy = dcodes_[of_code];
      Step pass = step;
      pass.pass += v;
      pass.updates_statistics = step.updates_statistics && v == 0;
      if (Task::uses_map)
        local_[of_features].evaluate(backend, goal_, &step.state->local, constant(taps.map), gradients.map,
                                     Write::overwrite, y, dy, Write::overwrite, pass, losses + v, scratch);
      if (Task::uses_conv)
        global_[of_features].evaluate(backend, goal_, &step.state->global, constant(taps.conv),
                                      gradients.conv, one_map ? Write::add : Write::overwrite, y, dy,
                                      Task::uses_map ? Write::add : Write::overwrite, pass,
                                      losses + views_ + v, scratch);
      if (v > 0) copy(backend, constant(dscorers_of_others_), dscorers_, Write::add);
    }
    if constexpr (may_match)
      if (matches())
        prior_.match(backend, goal_.prior, codes(views[0]), dcodes_[0], goal_.gradient_penalty > 0, step,
                     reinterpret_cast<PriorNumbers*>(losses + 2 * views_), scratch);
    for (std::size_t v = 0; v < dcodes_.size(); ++v) {
      const Batch<T>& code = views[v].code;  // its gradient may have a border
      copy(backend, Batch<const T>{dcodes_[v].data, code.count, code.shape}, of_views[v].code,
           Write::overwrite);
    }
  }
  Losses read(const double* losses) override {
    const auto mean = [&](const double* of_views) {
      double sum = 0;
      for (int v = 0; v < views_; ++v) sum += of_views[v];
      return sum / views_;
    };
    Losses result;
    if (Task::uses_map) result.local = local_.front().read(goal_, mean(losses));
    if (Task::uses_conv) result.global = global_.front().read(goal_, mean(losses + views_));
    if constexpr (may_match)
      if (matches())
        result.prior = prior_.read(*reinterpret_cast<const PriorNumbers*>(losses + 2 * views_),
                                   goal_.gradient_penalty > 0);
    return result;
  }

 private:
  bool matches() const { return may_match && goal_.prior.present(); }
  Counts scorer_counts() const {
    return (Task::uses_map ? local_.front().counts() : Counts{}) +
           (Task::uses_conv ? global_.front().counts() : Counts{});
  }
  /// A view's codes as rows, (N M, Codes).
  Batch<const T> codes(const Taps<T>& taps) const { return {taps.code.data, dcodes_.front().count, code_}; }

  Goal goal_;
  Shape code_;
  int views_ = goal_.views;
  std::vector<Term> local_, global_;  // one for each view; all share the first one's weights
  PriorTerm prior_;
  std::vector<Batch<T>> dcodes_;  // of each view
  Batch<T> dscorers_,
      dscorers_of_others_;  // gradients of the scorers' weights: all, and those of a later view
  long images_ = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
