// How a feature and a code are compared.
#pragma once
#include <concepts>
#include <variant>

#include "../core/error.hpp"
#include "../core/graph.hpp"
#include "../core/random.hpp"
#include "../layers/batch_norm.hpp"
#include "../layers/layer_norm.hpp"
#include "../layers/leaky.hpp"
#include "../layers/linear.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The base of every scorer, which says how the score u of a feature and a code comes about. It holds sizes only; the
/// networks behind it (two heads for Dot, one network of pairs for Concat) belong to the objective. Scorers are the
/// library's own: Dot and Concat, or DotScorer and ConcatScorer where the sizes are chosen at run time. A type of a
/// user's own derived from this has no kernels, and an objective with it doesn't compile; write another objective
/// instead (AnyObjective).
struct ScorerPolicy {};
template <class S>
concept Scorer = std::derived_from<S, ScorerPolicy>;

/// The residual head of the dot-product scorer, on rows of features: LayerNorm(W2 ReLU(BatchNorm(W1 x)) + b2
/// + S x). Its shortcut S starts as a noisy copy of x when there are at least as many units as inputs.
template <int Units>
struct Head : Sequential<Sum<Sequential<Linear<Units, Bias::none>, BatchNorm, ReLU, Linear<Units>>,
                             Linear<Units, Bias::none, true>>,
                         LayerNorm> {};

namespace detail {
/// The same with a number of units that is known at run time.
template <class B, class T>
Graph<B, T> head_graph(Shape in, int units) {
  Graph<B, T> graph(in);
  graph.sum(
      [&] {
        graph.add(LinearSpec{.units = units, .bias = false}, "0.0.0.");
        graph.add(BatchNormSpec{}, "0.0.1.");
        graph.add(LeakySpec{0}, "0.0.2.");
        graph.add(LinearSpec{.units = units}, "0.0.3.");
      },
      [&] { graph.add(LinearSpec{.units = units, .bias = false, .near_identity = true}, "0.1."); });
  graph.add(LayerNormSpec{}, "1.");
  return graph;
}
}  // namespace detail

/// How the features' head of Dot is evaluated, with the same results up to rounding: layer by layer; by the Gram
/// matrix of its last layer, whose output is then never formed (see objective/gram.hpp); or by whichever of the two
/// is faster for the batch, if the backend has both.
enum class HeadForm { automatic, direct, gram };

/// u = <head(feature), head(code)>, for all pairs of a batch, N - 1 negatives for each positive.
struct DotScorer : ScorerPolicy {
  int units;
  HeadForm form;

  constexpr explicit DotScorer(int how_many, HeadForm how = HeadForm::automatic)
      : units(how_many), form(how) {}
};

/// The same with a number of units that is known at compile time.
template <int Units, HeadForm Form = HeadForm::automatic>
struct Dot : DotScorer {
  constexpr Dot() : DotScorer(Units, Form) {}
};

/// The network of the concatenating scorer, on rows of a feature and a code.
template <int Hidden>
struct ConcatNetwork : Sequential<Linear<Hidden>, ReLU, Linear<Hidden>, ReLU, Linear<1>> {};

namespace detail {
/// The same with a number of hidden units that is known at run time.
template <class B, class T>
Graph<B, T> concat_graph(Shape pair, int hidden) {
  Graph<B, T> graph(pair);
  graph.add(LinearSpec{.units = hidden}, "0.");
  graph.add(LeakySpec{0}, "1.");
  graph.add(LinearSpec{.units = hidden}, "2.");
  graph.add(LeakySpec{0}, "3.");
  graph.add(LinearSpec{.units = 1}, "4.");
  return graph;
}
}  // namespace detail

/// How the first layer of a ConcatNetwork is applied, with the same results up to rounding: to features and codes
/// separately, W [f; c] + b = W_f f + (W_c c + b), so that positive and negative pairs share the products; or to each
/// pair, gathered as a row.
enum class FirstLayer { shared, gathered };

/// u = network([feature; code]). All pairs would be too expensive: each positive has one negative, the code of image
/// i with the features of image (i + shift) mod N, the shift being drawn from 1..N-1 each step.
struct ConcatScorer : ScorerPolicy {
  int hidden;
  FirstLayer first;
  int shift = 0;  // 0: drawn each step

  constexpr explicit ConcatScorer(int units, FirstLayer how = FirstLayer::shared, int by = 0)
      : hidden(units), first(how), shift(by) {}

  /// The shift for a batch of `images` images, drawn by the first of the random numbers if it is not fixed. Throws
  /// Error for one that leads to no other image.
  long shift_in(const Random& random, long images) const {
    if (shift < 0 || shift >= images)
      throw Error("a shift of ", shift, " finds no other image in a batch of ", images,
                  "; set Concat::shift to 1..", images - 1, ", or to 0 to have it drawn");
    return shift > 0 ? shift : 1 + long(random.below(std::uint64_t(images - 1), 0));
  }
};

/// The same with a number of hidden units that is known at compile time.
template <int Hidden = 512, FirstLayer First = FirstLayer::shared>
struct Concat : ConcatScorer {
  constexpr explicit Concat(int by = 0) : ConcatScorer(Hidden, First, by) {}
};

/// One of the library's scorers, chosen at run time.
struct AnyScorer : ScorerPolicy {
  std::variant<DotScorer, ConcatScorer> choice = DotScorer(2048);
};

}  // namespace DIM_ABI
}  // namespace dim
