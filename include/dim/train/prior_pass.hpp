// Matching the codes' distribution to a prior.
#pragma once
#include "../objective/prior.hpp"
#include "any.hpp"
#include "gradient_penalty.hpp"

namespace dim::inline DIM_ABI {

/// A min-max over codes (rows, Codes): the adversary D learns to tell draws v of the prior from squashed
/// codes z, the encoder to have them taken for draws (Hjelm et al. 2019, Eq. 7, non-saturating):
///
///   adversary: mean softplus(-D(v)) + mean softplus(D(z)) + penalty,   encoder: gamma mean softplus(-D(z)).
template <class P, int Codes, class B, class T>
class PriorPass {
  static constexpr Shape code{Codes, 1, 1};
  using Adversary = Network<B, typename P::Adversary, code, T>;
  using Logit = View<T, Adversary::output>;
  using Learn = typename Adversary::Learn;
  static_assert(Adversary::output == Shape{1, 1, 1}, "a prior's Adversary must end in one logit: Linear<1>");

 public:
  static constexpr Counts counts = Adversary::counts;

  static void list(const std::string& path, Entries& entries) {
    dim::list<typename P::Adversary>(code, path + "adversary.", entries);
  }
  void bind(Weights<T> weights, int leaves) {
    adversary_.bind(weights, leaves);
    penalty_.bind(weights);
  }
  void lay_out(Arena& arena, Sizes sizes) {
    adversary_.lay_out(arena, sizes);
    penalty_.lay_out(arena, sizes);
    for (View<T, code>* rows : {&drawn_, &squashed_, &dsquashed_})
      *rows = {arena.take<T>(sizes.samples * code.size()), sizes.samples};
    for (Logit* logits : {&logit_, &dlogit_}) *logits = {arena.take<T>(sizes.samples), sizes.samples};
  }
  long scratch_bytes() const { return (std::max)(adversary_.scratch_bytes(), penalty_.scratch_bytes()); }

  /// Writes the adversary's gradients, and adds gamma times the encoder's to dcodes.
  PriorLosses match(const B& backend, const P& prior, View<const T, code> codes, View<T, code> dcodes,
                    double gamma, double penalty_weight, Step step, std::byte* scratch) {
    PriorLosses losses;
    const Random random{step.seed, Purpose::prior, step.number};
    draw(backend, prior, random, drawn_.pictures());                 // v  (rows, Codes)
    squash(backend, prior, codes.pictures(), squashed_.pictures());  // z  (rows, Codes)

    judge(backend, drawn_, step, scratch);  // D(v)  (rows)
    losses.adversary += blame(backend, true, 1);
    learn(backend, drawn_, Learn::overwrite, step, scratch);
    if (penalty_weight > 0) losses.penalty += penalty_.add(backend, drawn_, T(penalty_weight), scratch);

    judge(backend, squashed_, step, scratch);  // D(z)  (rows)
    losses.adversary += blame(backend, false, 1);
    learn(backend, squashed_, Learn::add, step, scratch);
    losses.encoder = blame(backend, true, gamma);
    adversary_.backward(backend, constant(squashed_), constant(logit_), constant(dlogit_), dsquashed_, step,
                        scratch, Write::overwrite, Learn::no);
    if (penalty_weight > 0) losses.penalty += penalty_.add(backend, squashed_, T(penalty_weight), scratch);

    unsquash(backend, prior, constant(squashed_).pictures(), constant(dsquashed_).pictures(),
             dcodes.pictures());
    return losses;
  }

 private:
  void judge(const B& backend, View<T, code> rows, Step step, std::byte* scratch) {
    adversary_.forward(backend, constant(rows), logit_, step, scratch);
  }
  /// Returns the loss of taking all rows for draws, or for codes, and leaves weight times its gradient in
  /// dlogit_.
  double blame(const B& backend, bool as_draws, double weight) {
    return logistic_loss(backend, constant(logit_).pictures(), as_draws, T(weight), dlogit_.pictures());
  }
  void learn(const B& backend, View<T, code> rows, Learn how, Step step, std::byte* scratch) {
    adversary_.backward(backend, constant(rows), constant(logit_), constant(dlogit_),
                        View<T, code>{nullptr, rows.count}, step, scratch, Write::overwrite, how);
  }

  Adversary adversary_;
  GradientPenalty<B, typename P::Adversary::Parts, code, T> penalty_;
  View<T, code> drawn_, squashed_, dsquashed_;
  Logit logit_, dlogit_;
};

}  // namespace dim::inline DIM_ABI
