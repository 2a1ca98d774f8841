// A pass through the dot-product scorer whose feature head never forms its last layer's output.
#pragma once
#include "../objective/gram.hpp"
#include "dot_pass.hpp"

namespace dim::inline DIM_ABI {

/// Scores as DotPass does, with the same weights, by the Gram matrix of the features' last layer: see GramScores. The
/// codes' head has too few rows to gain by that.
///
/// W2, b2 and S of the features' head are one matrix where they lie: that asks of a backend to keep a Linear's weights
/// input by input.
template <int Units, Shape Feature, int Codes, class B, class T>
class GramDotPass {
  static constexpr Shape code{Codes, 1, 1}, unit{Units, 1, 1};
  using BeforeReLU = Network<B, Sequential<Linear<Units, Bias::none>, BatchNorm>, Feature, T>;
  using CodeHead = Network<B, Head<Units>, code, T>;
  static constexpr Counts feature_head = dim::counts<Head<Units>>(Feature);
  static_assert(feature_head.parameters == BeforeReLU::counts.parameters +
                                               (GramSizes{0, 0, Feature.size(), Units}.inputs() + 2) * Units);

 public:
  static constexpr Counts counts = feature_head + CodeHead::counts;

  static void list(const std::string& path, Entries& entries) {
    DotPass<Units, Feature, Codes, B, T>::list(path, entries);
  }
  void bind(Weights<T> weights, int leaves) {
    before_relu_.bind(weights, leaves);
    last_layer_ = weights.after(BeforeReLU::counts);
    code_head_.bind(weights.after(feature_head), leaves + feature_head.leaves);
  }
  void lay_out(Arena& arena, PairSizes sizes) {
    const int locations = sizes.images * sizes.locations, globals = sizes.images * sizes.globals;
    before_relu_.lay_out(arena, {locations, sizes.threads});
    code_head_.lay_out(arena, {globals, sizes.threads});
    gram_ = {GramSizes{locations, globals, Feature.size(), Units}};
    gram_.lay_out(arena);
    y_ = {arena.take<T>(locations * unit.size()), locations};
    g_ = {arena.take<T>(globals * unit.size()), globals};
    dg_ = {arena.take<T>(globals * unit.size()), globals};
    scores_ = {nullptr, sizes.images, sizes.globals, sizes.images - 1, sizes.locations, true};
    scores_.data = arena.take<T>(scores_.size());
  }
  long scratch_bytes(const B& backend) const {
    return (std::max)(
        {before_relu_.scratch_bytes(), code_head_.scratch_bytes(), gram_scratch(backend, gram_)});
  }

  /// Returns the scores, which the caller may overwrite by their gradient.
  Scores<T> forward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                    const ScorerPolicy&, Step step, std::byte* scratch) {
    before_relu_.forward(backend, features, y_, step, scratch);
    code_head_.forward(backend, codes, g_, step, scratch);
    gram_score(backend, gram_, constant(y_), features, constant(g_), last_layer_.parameters, scores_.data,
               scratch);
    return scores_;
  }

  /// From the scores' gradient du to dfeatures, which it overwrites, and dcodes, to which it adds if so told.
  void backward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                View<T, Feature> dfeatures, View<T, code> dcodes, Write write_codes, Step step,
                std::byte* scratch) {
    gram_score_backward(backend, gram_, constant(g_), last_layer_.parameters, scores_.data, y_, dfeatures,
                        dg_, last_layer_.dparameters, scratch);  // y -> dy
    before_relu_.backward(backend, features, constant(y_), constant(y_), dfeatures, step, scratch,
                          Write::add);
    code_head_.backward(backend, codes, constant(g_), constant(dg_), dcodes, step, scratch, write_codes);
  }

 private:
  BeforeReLU before_relu_;
  CodeHead code_head_;
  Weights<T> last_layer_;  // and LayerNorm, of the features' head
  GramScores<T> gram_;
  View<T, unit> y_, g_, dg_;
  Scores<T> scores_{};
};

}  // namespace dim::inline DIM_ABI
