// A pass through the dot-product scorer whose feature head never forms its last layer's output.
#pragma once
#include "../objective/gram.hpp"
#include "dot_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Scores like DotPass, with the same weights, by the Gram matrix of the last layer of the features' head: see
/// GramScores. The codes' head has too few rows to gain by that.
///
/// W2, b2 and S of the features' head are one matrix in memory, which requires that a backend stores a Linear's
/// weights input by input.
template <class B, class T>
class GramDotPass final : public ScorerPass<B, T> {
 public:
  GramDotPass(Shape feature, Shape code, int units)
      : feature_head_(detail::head_graph<B, T>(feature, units)),
        before_relu_(before_relu(feature, units)),
        code_head_(detail::head_graph<B, T>(code, units)) {}

  Counts counts() const override { return feature_head_.counts() + code_head_.counts(); }
  Entries entries() const override {
    return detail::dot_entries(feature_head_.entries(), code_head_.entries());
  }
  void bind(Weights<T> weights, int leaves) override {
    before_relu_.bind(weights, leaves);
    last_layer_ = weights.after(before_relu_.counts());
    code_head_.bind(weights.after(feature_head_.counts()), leaves + feature_head_.counts().leaves);
  }
  void lay_out(const B& backend, Arena& arena, PairSizes sizes) override {
    const int locations = sizes.images * sizes.locations, globals = sizes.images * sizes.globals;
    const Shape unit = before_relu_.output();
    before_relu_.lay_out(backend, arena, {locations, sizes.threads});
    code_head_.lay_out(backend, arena, {globals, sizes.threads});
    gram_ = {GramSizes{locations, globals, before_relu_.input().size(), unit.size()}};
    gram_.lay_out(arena);
    y_ = take_batch<T>(arena, locations, unit);
    g_ = take_batch<T>(arena, globals, unit);
    dg_ = take_batch<T>(arena, globals, unit);
    scores_ = {nullptr, sizes.images, sizes.globals, sizes.images - 1, sizes.locations, true};
    scores_.data = arena.take<T>(scores_.size());
  }
  long scratch_bytes(const B& backend) const override {
    return (std::max)(
        {before_relu_.scratch_bytes(), code_head_.scratch_bytes(), gram_scratch(backend, gram_)});
  }

  Scores<T> forward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                    const Step& step, std::byte* scratch) override {
    before_relu_.forward(backend, features, y_, step, scratch);
    code_head_.forward(backend, codes, g_, step, scratch);
    gram_score(backend, gram_, constant(y_), features, constant(g_), last_layer_.parameters, scores_.data,
               scratch);
    return scores_;
  }
  void backward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                const Batch<T>& dfeatures, const Batch<T>& dcodes, Write write_codes, const Step& step,
                std::byte* scratch) override {
    gram_score_backward(backend, gram_, constant(g_), last_layer_.parameters, scores_.data, y_, dfeatures,
                        dg_, last_layer_.dparameters, scratch);  // y -> dy
    before_relu_.backward(backend, features, y_, y_, dfeatures, step, scratch, Write::add);
    code_head_.backward(backend, codes, g_, dg_, dcodes, step, scratch, write_codes);
  }

 private:
  static Graph<B, T> before_relu(Shape feature, int units) {
    Graph<B, T> graph(feature);
    graph.add(LinearSpec{.units = units, .bias = false}, "0.");
    graph.add(BatchNormSpec{}, "1.");
    return graph;
  }

  Graph<B, T> feature_head_;
  Network<B, T> before_relu_, code_head_;
  Weights<T> last_layer_;  // and LayerNorm, of the features' head
  GramScores<T> gram_;
  Batch<T> y_, g_, dg_;
  Scores<T> scores_{};
};

}  // namespace DIM_ABI
}  // namespace dim
