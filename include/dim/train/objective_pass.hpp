// A pass through an objective: from map, conv and code to losses and their gradients.
#pragma once
#include "../objective/objective.hpp"
#include "encoder_pass.hpp"
#include "faster_dot_pass.hpp"
#include "prior_pass.hpp"
#include "shared_concat_pass.hpp"

namespace dim::inline DIM_ABI {

/// The pass of a scorer that compares features of this shape with codes of so many numbers.
template <class ScorerT, Shape Feature, int Codes, class B, class T>
struct ScorerPassOf;
template <int Units, Shape Feature, int Codes, class B, class T>
struct ScorerPassOf<Dot<Units, HeadForm::direct>, Feature, Codes, B, T> {
  using type = DotPass<Units, Feature, Codes, B, T>;
};
template <int Units, Shape Feature, int Codes, class B, class T>
struct ScorerPassOf<Dot<Units, HeadForm::gram>, Feature, Codes, B, T> {
  using type = GramDotPass<Units, Feature, Codes, B, T>;
};
template <int Units, Shape Feature, int Codes, class B, class T>
struct ScorerPassOf<Dot<Units, HeadForm::automatic>, Feature, Codes, B, T> {
  using type = std::conditional_t<ComparesHeadForms<B>, FasterDotPass<Units, Feature, Codes, B, T>,
                                  DotPass<Units, Feature, Codes, B, T>>;
};
template <int Hidden, FirstLayer First, Shape Feature, int Codes, class B, class T>
struct ScorerPassOf<Concat<Hidden, First>, Feature, Codes, B, T> {
  using type = std::conditional_t<First == FirstLayer::shared, SharedConcatPass<Hidden, Feature, Codes, B, T>,
                                  ConcatPass<Hidden, Feature, Codes, B, T>>;
};

/// One term of an objective: features (N P, Feature) that are scored against codes (N M, Codes).
template <class Goal, Shape Feature, int Codes, class B, class T>
class ScoredTerm {
  static constexpr Shape code{Codes, 1, 1};
  using ScorerPass = typename ScorerPassOf<typename Goal::scorer_type, Feature, Codes, B, T>::type;

 public:
  static constexpr Counts counts = ScorerPass::counts;
  static void list(const std::string& path, Entries& entries) { ScorerPass::list(path, entries); }
  void bind(Weights<T> weights, int leaves) { scorer_.bind(weights, leaves); }
  void lay_out(Arena& arena, PairSizes sizes) {
    sizes_ = sizes;
    const int rows = sizes.images * sizes.locations;
    features_ = {arena.take<T>(rows * Feature.size()), rows};
    dfeatures_ = {arena.take<T>(rows * Feature.size()), rows};
    losses_ = arena.take<double>(estimate_scratch(B{}, long(sizes.images) * sizes.globals));
    scorer_.lay_out(arena, sizes);
  }
  long scratch_bytes(const B& backend) const { return scorer_.scratch_bytes(backend); }

  /// Scores the locations of `map` against `codes`; writes weight times the gradients to dmap and dcodes.
  Measured evaluate(const B& backend, const Goal& goal, double weight, Pictures<const T> map,
                    Pictures<T> dmap, Write write_map, View<const T, code> codes, View<T, code> dcodes,
                    Write write_codes, Step step, std::byte* scratch) {
    copy(backend, map, as_map(features_, map), Write::overwrite);  // (N P, F)
    const Scores<T> u = scorer_.forward(backend, constant(features_), codes, goal.scorer, step, scratch);
    Measured measured{.ceiling = goal.estimator.ceiling(u)};
    measured.loss = estimate(backend, goal.estimator, u, T(weight), losses_);  // u -> du
    measured.estimate = goal.estimator.estimate(measured.loss, u);
    scorer_.backward(backend, constant(features_), codes, dfeatures_, dcodes, write_codes, step, scratch);
    copy(backend, constant(as_map(dfeatures_, map)), dmap, write_map);
    return measured;
  }

 private:
  /// Rows as the dense map whose locations they are, or the rows of a whole map as that map.
  Pictures<T> as_map(View<T, Feature> rows, const Pictures<const T>& map) const {
    return {rows.data, map.images, map.height, map.width, map.channels, 0};
  }

  ScorerPass scorer_;
  PairSizes sizes_;
  View<T, Feature> features_, dfeatures_;
  double* losses_ = nullptr;
};

/// A term that the task doesn't use, a prior that there isn't.
template <class T>
struct NoTerm {
  static constexpr Counts counts{};
  static void list(const std::string&, Entries&) {}
  void bind(Weights<T>, int) {}
  void lay_out(Arena&, const auto&) {}
  long scratch_bytes(const auto&...) const { return 0; }
};

/// All of an objective for maps of `Map` channels, conv representations of shape `Conv` and codes of `Codes`
/// channels. It knows nothing else of the encoder, so that one serves many.
template <class Goal, int Map, Shape Conv, int Codes, class B, class T>
class ObjectivePass final : public AnyObjective<B, T> {
  using Task = typename Goal::task;
  using Prior = typename Goal::prior_type;
  static constexpr Shape code{Codes, 1, 1};
  using LocalTerm =
      std::conditional_t<Task::uses_map, ScoredTerm<Goal, Shape{Map, 1, 1}, Codes, B, T>, NoTerm<T>>;
  using GlobalTerm = std::conditional_t<Task::uses_conv, ScoredTerm<Goal, Conv, Codes, B, T>, NoTerm<T>>;
  using PriorTerm =
      std::conditional_t<std::is_same_v<Prior, NoPrior>, NoTerm<T>, PriorPass<Prior, Codes, B, T>>;

 public:
  /// Throws Error for weights that are not finite.
  explicit ObjectivePass(const Goal& goal = {}) : goal_(goal) {
    check_weights(goal.weights, goal.gradient_penalty);
  }

  Goal& goal() { return goal_; }

  Counts counts() const override {
    const Counts scorers = LocalTerm::counts + GlobalTerm::counts;
    return goal_.prior.present() ? scorers + PriorTerm::counts : scorers;
  }
  Uses uses() const override { return {.map = Task::uses_map, .conv = Task::uses_conv}; }
  Entries entries() const override {
    Entries entries;
    LocalTerm::list("local.", entries);
    GlobalTerm::list("global.", entries);
    if (goal_.prior.present()) PriorTerm::list("prior.", entries);
    return entries;
  }
  /// Heads and adversary start as PyTorch's do, whatever the encoder does.
  void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const override {
    dim::initialise<TorchInitialisation>(backend, entries(), seed, 1, weights.parameters, weights.statistics);
  }
  void bind(Weights<T> weights) override {
    local_.bind(weights, 0);
    global_.bind(weights.after(LocalTerm::counts), LocalTerm::counts.leaves);
    const Counts scorers = LocalTerm::counts + GlobalTerm::counts;
    prior_.bind(weights.after(scorers), scorers.leaves);
  }
  void lay_out(Arena& arena, ObjectiveSizes sizes) override {
    local_.lay_out(arena, PairSizes{sizes.images, sizes.locations, sizes.globals, sizes.threads});
    global_.lay_out(arena, PairSizes{sizes.images, 1, sizes.globals, sizes.threads});
    const int rows = sizes.images * sizes.globals;
    if (goal_.prior.present()) prior_.lay_out(arena, Sizes{rows, sizes.threads});
    dcodes_ = {arena.take<T>(rows * code.size()), rows};
  }
  long scratch_bytes(const B& backend) const override {
    return (std::max)(
        {local_.scratch_bytes(backend), global_.scratch_bytes(backend), prior_.scratch_bytes()});
  }

  /// From the encoder's activations to the losses; writes the gradients of all that it uses, and of the code.
  Losses evaluate(const B& backend, const Taps<T>& taps, const Taps<T>& gradients, Step step,
                  std::byte* scratch) override {
    const View<const T, code> y{taps.code.data, dcodes_.count};  // (N M, Codes)
    const View<T, code> dy = dcodes_;
    const ObjectiveWeights& weights = goal_.weights;
    check_weights(weights, goal_.gradient_penalty);  // which may have changed since the last step
    Losses losses;
    if constexpr (Task::uses_map)
      losses.local = local_.evaluate(backend, goal_, weights.beta, constant(taps.map), gradients.map,
                                     Write::overwrite, y, dy, Write::overwrite, step, scratch);
    if constexpr (Task::uses_conv) {
      const bool one_map = Task::uses_map && gradients.conv.data == gradients.map.data;
      losses.global = global_.evaluate(backend, goal_, weights.alpha, constant(taps.conv), gradients.conv,
                                       one_map ? Write::add : Write::overwrite, y, dy,
                                       Task::uses_map ? Write::add : Write::overwrite, step, scratch);
    }
    if constexpr (!std::is_same_v<Prior, NoPrior>)
      if (goal_.prior.present())
        losses.prior =
            prior_.match(backend, goal_.prior, y, dy, weights.gamma, goal_.gradient_penalty, step, scratch);
    const Pictures<T>& codes = taps.code;  // whose gradient may lie within a border
    copy(backend, Pictures<const T>{dy.data, codes.images, codes.height, codes.width, codes.channels, 0},
         gradients.code, Write::overwrite);
    return losses;
  }

 private:
  Goal goal_;
  LocalTerm local_;
  GlobalTerm global_;
  PriorTerm prior_;
  View<T, code> dcodes_;
};

}  // namespace dim::inline DIM_ABI
