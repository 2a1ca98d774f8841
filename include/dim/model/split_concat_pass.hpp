// A pass through the concatenating scorer whose first layer is shared among pairs.
#pragma once
#include <algorithm>

#include "concat_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Scores like ConcatPass, with the first layer applied before features and codes are paired: with a = W_f features
/// (N P, H) and b = W_c codes + bias (N M, H), row (n, m, k, p) of the hidden layer is
/// ReLU(a(n + k shift, p) + b(n, m)), k = 0 for the positive pair and 1 for the negative one.
///
/// The layer's array, W_f, W_c and the bias one after the other, is split in place, which requires that a backend
/// stores a Linear's weights input by input.
template <class B, class T>
class SplitConcatPass final : public ScorerPass<B, T> {
 public:
  SplitConcatPass(Shape feature, Shape code, int hidden)
      : whole_(detail::concat_graph<B, T>(detail::pair_shape(feature, code), hidden)),
        of_features_(first_layer(feature, hidden, false)),
        of_codes_(first_layer(code, hidden, true)),
        rest_(rest(hidden)) {}

  Counts counts() const override { return whole_.counts(); }
  Entries entries() const override { return detail::concat_entries(whole_.entries()); }
  void bind(Weights<T> weights, int leaves) override {
    const Counts of_features = of_features_.counts();
    of_features_.bind(weights, leaves);
    of_codes_.bind(weights.after(of_features), leaves);
    rest_.bind(weights.after(of_features + of_codes_.counts()), leaves + 2);  // behind Linear and ReLU
  }
  void lay_out(const B& backend, Arena& arena, PairSizes sizes) override {
    scores_ = {nullptr, sizes.images, sizes.globals, 1, sizes.locations, false};
    const int features = sizes.images * sizes.locations, codes = sizes.images * sizes.globals;
    const Shape hidden = rest_.input();
    of_features_.lay_out(backend, arena, {features, sizes.threads});
    of_codes_.lay_out(backend, arena, {codes, sizes.threads});
    rest_.lay_out(backend, arena, {int(scores_.size()), sizes.threads});
    a_ = take_batch<T>(arena, features, hidden);
    b_ = take_batch<T>(arena, codes, hidden);
    h_ = take_batch<T>(arena, scores_.size(), hidden);
    dh_ = take_batch<T>(arena, scores_.size(), hidden);
    scores_.data = arena.take<T>(scores_.size());
  }
  long scratch_bytes(const B&) const override {
    return (std::max)({of_features_.scratch_bytes(), of_codes_.scratch_bytes(), rest_.scratch_bytes()});
  }

  Scores<T> forward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                    const Step& step, std::byte* scratch) override {
    of_features_.forward(backend, features, a_, step, scratch);
    of_codes_.forward(backend, codes, b_, step, scratch);
    add_pairs(backend, constant(a_), constant(b_), scores_, &step.state->shift, h_);
    rest_.forward(backend, h_, rows(), step, scratch);
    return scores_;
  }
  void backward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                const Batch<T>& dfeatures, const Batch<T>& dcodes, Write write_codes, const Step& step,
                std::byte* scratch) override {
    rest_.backward(backend, h_, rows(), rows(), dh_, step, scratch);
    add_pairs_backward(backend, constant(h_), constant(dh_), scores_, &step.state->shift, a_,
                       b_);  // a -> da, b -> db
    of_features_.backward(backend, features, a_, a_, dfeatures, step, scratch);
    of_codes_.backward(backend, codes, b_, b_, dcodes, step, scratch, write_codes);
  }

 private:
  static Graph<B, T> first_layer(Shape in, int hidden, bool bias) {
    Graph<B, T> graph(in);
    graph.add(LinearSpec{.units = hidden, .bias = bias}, "0.");
    return graph;
  }
  static Graph<B, T> rest(int hidden) {
    Graph<B, T> graph({hidden, 1, 1});
    graph.add(LinearSpec{.units = hidden}, "0.");
    graph.add(LeakySpec{0}, "1.");
    graph.add(LinearSpec{.units = 1}, "2.");
    return graph;
  }
  Batch<T> rows() const { return {scores_.data, scores_.size(), {1, 1, 1}}; }

  Graph<B, T> whole_;
  Network<B, T> of_features_, of_codes_, rest_;
  Batch<T> a_, b_, h_, dh_;
  Scores<T> scores_{};
};

}  // namespace DIM_ABI
}  // namespace dim
