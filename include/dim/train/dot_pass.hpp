// A pass through the dot-product scorer.
#pragma once
#include "../core/network.hpp"
#include "../objective/scorer.hpp"
#include "../objective/scores.hpp"

namespace dim::inline DIM_ABI {

/// A batch as a scorer sees it: N pictures, each with P locations and M global vectors.
struct PairSizes {
  int images = 0, locations = 0, globals = 0, threads = 1;
};

/// Scores features (N P, Feature) against codes (N M, Codes), both row by row, through a head each: with
/// l = head(features) (N P, U) and g = head(codes) (N M, U),
///
///   u(n, m, j, p) = Sum_k g(n m, k) l(j p, k)   (N, M, N, P).
template <int Units, Shape Feature, int Codes, class B, class T>
class DotPass {
  static constexpr Shape code{Codes, 1, 1}, unit{Units, 1, 1};
  using FeatureHead = Network<B, Head<Units>, Feature, T>;
  using CodeHead = Network<B, Head<Units>, code, T>;

 public:
  static constexpr Counts counts = FeatureHead::counts + CodeHead::counts;

  static void list(const std::string& path, Entries& entries) {
    dim::list<Head<Units>>(Feature, path + "feature_head.", entries);
    dim::list<Head<Units>>(code, path + "code_head.", entries);
  }
  void bind(Weights<T> weights, int leaves) {
    feature_head_.bind(weights, leaves);
    code_head_.bind(weights.after(FeatureHead::counts), leaves + FeatureHead::counts.leaves);
  }
  void lay_out(Arena& arena, PairSizes sizes) {
    const int locations = sizes.images * sizes.locations, globals = sizes.images * sizes.globals;
    feature_head_.lay_out(arena, {locations, sizes.threads});
    code_head_.lay_out(arena, {globals, sizes.threads});
    l_ = {arena.take<T>(locations * unit.size()), locations};
    dl_ = {arena.take<T>(locations * unit.size()), locations};
    g_ = {arena.take<T>(globals * unit.size()), globals};
    dg_ = {arena.take<T>(globals * unit.size()), globals};
    scores_ = {nullptr, sizes.images, sizes.globals, sizes.images - 1, sizes.locations, true};
    scores_.data = arena.take<T>(scores_.size());
  }
  long scratch_bytes(const B& backend) const {
    return (std::max)({feature_head_.scratch_bytes(), code_head_.scratch_bytes(), score_scratch<T>(backend)});
  }

  /// Returns the scores, which the caller may overwrite by their gradient.
  Scores<T> forward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                    const ScorerPolicy&, Step step, std::byte* scratch) {
    feature_head_.forward(backend, features, l_, step, scratch);
    code_head_.forward(backend, codes, g_, step, scratch);
    score(backend, constant(g_), constant(l_), scores_.data, scratch);
    return scores_;
  }

  /// From the scores' gradient du to dfeatures, which it overwrites, and dcodes, to which it adds if so told.
  void backward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                View<T, Feature> dfeatures, View<T, code> dcodes, Write write_codes, Step step,
                std::byte* scratch) {
    score_backward(backend, constant(g_), constant(l_), scores_.data, dg_, dl_, scratch);
    feature_head_.backward(backend, features, constant(l_), constant(dl_), dfeatures, step, scratch);
    code_head_.backward(backend, codes, constant(g_), constant(dg_), dcodes, step, scratch, write_codes);
  }

 private:
  FeatureHead feature_head_;
  CodeHead code_head_;
  View<T, unit> l_, dl_, g_, dg_;
  Scores<T> scores_{};
};

}  // namespace dim::inline DIM_ABI
