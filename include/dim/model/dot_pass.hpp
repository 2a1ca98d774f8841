// A pass through the dot-product scorer.
#pragma once
#include <algorithm>

#include "../objective/scorer.hpp"
#include "scorer_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
/// The parameters and statistics of Dot's two heads.
inline Entries dot_entries(const Entries& feature_head, const Entries& code_head) {
  Entries entries;
  append(entries, feature_head, "feature_head.");
  append(entries, code_head, "code_head.");
  return entries;
}
}  // namespace detail

/// Scores features (N P, F) against codes (N M, G) through one head each: with l = head(features) (N P, U) and
/// g = head(codes) (N M, U),
///
///   u(n, m, j, p) = Sum_k g(n m, k) l(j p, k)   (N, M, N, P).
template <class B, class T>
class DotPass final : public ScorerPass<B, T> {
 public:
  DotPass(Shape feature, Shape code, int units)
      : feature_head_(detail::head_graph<B, T>(feature, units)),
        code_head_(detail::head_graph<B, T>(code, units)) {}

  Counts counts() const override { return feature_head_.counts() + code_head_.counts(); }
  Entries entries() const override {
    return detail::dot_entries(feature_head_.entries(), code_head_.entries());
  }
  void bind(Weights<T> weights, int leaves) override {
    feature_head_.bind(weights, leaves);
    code_head_.bind(weights.after(feature_head_.counts()), leaves + feature_head_.counts().leaves);
  }
  void lay_out(const B& backend, Arena& arena, PairSizes sizes) override {
    const int locations = sizes.images * sizes.locations, globals = sizes.images * sizes.globals;
    const Shape unit = feature_head_.output();
    feature_head_.lay_out(backend, arena, {locations, sizes.threads});
    code_head_.lay_out(backend, arena, {globals, sizes.threads});
    l_ = take_batch<T>(arena, locations, unit);
    dl_ = take_batch<T>(arena, locations, unit);
    g_ = take_batch<T>(arena, globals, unit);
    dg_ = take_batch<T>(arena, globals, unit);
    scores_ = {nullptr, sizes.images, sizes.globals, sizes.images - 1, sizes.locations, true};
    scores_.data = arena.take<T>(scores_.size());
  }
  long scratch_bytes(const B& backend) const override {
    return (std::max)({feature_head_.scratch_bytes(), code_head_.scratch_bytes(), score_scratch<T>(backend)});
  }

  Scores<T> forward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                    const Step& step, std::byte* scratch) override {
    feature_head_.forward(backend, features, l_, step, scratch);
    code_head_.forward(backend, codes, g_, step, scratch);
    score(backend, constant(g_), constant(l_), scores_.data, scratch);
    return scores_;
  }
  void backward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                const Batch<T>& dfeatures, const Batch<T>& dcodes, Write write_codes, const Step& step,
                std::byte* scratch) override {
    score_backward(backend, constant(g_), constant(l_), scores_.data, dg_, dl_, scratch);
    feature_head_.backward(backend, features, l_, dl_, dfeatures, step, scratch);
    code_head_.backward(backend, codes, g_, dg_, dcodes, step, scratch, write_codes);
  }

 private:
  Network<B, T> feature_head_, code_head_;
  Batch<T> l_, dl_, g_, dg_;
  Scores<T> scores_{};
};

}  // namespace DIM_ABI
}  // namespace dim
