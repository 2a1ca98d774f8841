// Matching the codes' distribution to a prior.
#pragma once
#include "../objective/prior.hpp"
#include "gradient_penalty.hpp"
#include "interfaces.hpp"
#include "scorer_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What matching a prior leaves in the backend's memory: mean losses, and sums of squares over all rows.
struct PriorNumbers {
  double encoder, drawn, squashed, penalty_of_drawn, penalty_of_squashed;
};

/// A minimax game over codes (rows, Codes): the adversary D learns to tell draws v of the prior from squashed codes
/// z, the encoder to have these taken for draws (Hjelm et al. 2019, Eq. 7, non-saturating):
///
///   adversary: mean softplus(-D(v)) + mean softplus(D(z)) + penalty,   encoder: gamma mean softplus(-D(z)).
template <class P, class B, class T>
class PriorPass {
  using AdversaryLayers = typename P::Adversary;
  static_assert(AdversaryLayers::output({1, 1, 1}) == Shape{1, 1, 1},
                "a prior's Adversary must end in one logit: Linear<1>");
  static_assert(
      detail::is_twice_differentiable<B, T, AdversaryLayers>(),
      "a prior's Adversary may hold Linear, ReLU, LeakyReLU, Tanh and Sigmoid layers, and elementwise "
      "ones with a curvature, only: the gradient penalty can differentiate no others twice");

 public:
  explicit PriorPass(int codes) : PriorPass(adversary_graph(codes)) {}

  Counts counts() const { return adversary_.counts(); }
  Entries entries() const {
    Entries entries;
    append(entries, adversary_.entries(), "adversary.");
    return entries;
  }
  void bind(Weights<T> weights, int leaves) {
    adversary_.bind(weights, leaves);
    penalty_.bind(weights);
  }
  void lay_out(const B& backend, Arena& arena, Sizes sizes) {
    adversary_.lay_out(backend, arena, sizes);
    penalty_.lay_out(backend, arena, sizes);
    for (Batch<T>* rows : {&drawn_, &squashed_, &dsquashed_})
      *rows = take_batch<T>(arena, sizes.samples, adversary_.input());
    for (Batch<T>* logits : {&logit_, &dlogit_})
      *logits = take_batch<T>(arena, sizes.samples, adversary_.output());
  }
  long scratch_bytes() const { return (std::max)(adversary_.scratch_bytes(), penalty_.scratch_bytes()); }

  /// Writes the adversary's gradients, and adds the encoder's to dcodes, weighted as the step's state says.
  void match(const B& backend, const P& prior, const Batch<const T>& codes, const Batch<T>& dcodes,
             bool penalize, const Step& step, PriorNumbers* losses, std::byte* scratch) {
    draw(backend, prior, step, drawn_);        // v  (rows, Codes)
    squash(backend, prior, codes, squashed_);  // z  (rows, Codes)

    score(backend, drawn_, step, scratch);  // D(v)  (rows)
    write_loss(backend, true, nullptr, &losses->drawn);
    backward(backend, drawn_, Batch<T>{}, Learn::overwrite, step, scratch);
    if (penalize) penalty_.add(backend, drawn_, &step.state->penalty, &losses->penalty_of_drawn, scratch);

    score(backend, squashed_, step, scratch);  // D(z)  (rows)
    write_loss(backend, false, nullptr, &losses->squashed);
    backward(backend, squashed_, Batch<T>{}, Learn::add, step, scratch);
    write_loss(backend, true, &step.state->prior, &losses->encoder);
    backward(backend, squashed_, dsquashed_, Learn::no, step, scratch);
    if (penalize)
      penalty_.add(backend, squashed_, &step.state->penalty, &losses->penalty_of_squashed, scratch);

    unsquash(backend, prior, constant(squashed_), constant(dsquashed_), dcodes);
  }
  /// The meaning of the numbers that `match` has written.
  PriorLosses read(const PriorNumbers& losses, bool penalize) const {
    const double rows = double(drawn_.count);
    return {.encoder = losses.encoder,
            .adversary = losses.drawn + losses.squashed,
            .penalty = penalize
                           ? losses.penalty_of_drawn / (2 * rows) + losses.penalty_of_squashed / (2 * rows)
                           : 0};
  }

 private:
  static Graph<B, T> adversary_graph(int codes) {
    Graph<B, T> graph({codes, 1, 1});
    graph.template append<AdversaryLayers>("");
    return graph;
  }
  explicit PriorPass(const Graph<B, T>& adversary) : adversary_(adversary), penalty_(adversary) {}

  void score(const B& backend, const Batch<T>& rows, const Step& step, std::byte* scratch) {
    adversary_.forward(backend, rows, logit_, step, scratch);
  }
  /// Writes the loss of taking all rows for draws, or for codes, and leaves weight times its gradient in dlogit_.
  void write_loss(const B& backend, bool as_draws, const double* weight, double* loss) {
    logistic_loss(backend, constant(logit_), as_draws, weight, dlogit_, loss);
  }
  /// Writes drows, where it has data, and the gradients of the adversary's weights, as `how` says.
  void backward(const B& backend, const Batch<T>& rows, const Batch<T>& drows, Learn how, const Step& step,
                std::byte* scratch) {
    adversary_.backward(backend, rows, logit_, dlogit_, drows, step, scratch, Write::overwrite, how);
  }

  Network<B, T> adversary_;
  GradientPenalty<B, T> penalty_;
  Batch<T> drawn_, squashed_, dsquashed_, logit_, dlogit_;
};

}  // namespace DIM_ABI
}  // namespace dim
