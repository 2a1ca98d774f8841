// A pass through the concatenating scorer, pair by pair.
#pragma once
#include "../objective/scorer.hpp"
#include "scorer_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
/// The shape of a feature and a code as one vector.
constexpr Shape pair_shape(Shape feature, Shape code) {
  return {int(feature.size() + code.size()), 1, 1};
}

/// The parameters of Concat's network.
inline Entries concat_entries(const Entries& network) {
  Entries entries;
  append(entries, network, "pair_network.");
  return entries;
}
}  // namespace detail

/// Scores features (N P, F) against codes (N M, G) through one network on rows [feature; code]: for image n, global m
/// and location p the positive (n, p) with (n, m) and the negative ((n + shift) mod N, p) with (n, m), in the order
/// (N, M, 2, P). A feature that is a map enters the network as (H, W, C).
template <class B, class T>
class ConcatPass final : public ScorerPass<B, T> {
 public:
  ConcatPass(Shape feature, Shape code, int hidden)
      : network_(detail::concat_graph<B, T>(detail::pair_shape(feature, code), hidden)) {}

  Counts counts() const override { return network_.counts(); }
  Entries entries() const override { return detail::concat_entries(network_.entries()); }
  void bind(Weights<T> weights, int leaves) override { network_.bind(weights, leaves); }
  void lay_out(const B& backend, Arena& arena, PairSizes sizes) override {
    scores_ = {nullptr, sizes.images, sizes.globals, 1, sizes.locations, false};
    network_.lay_out(backend, arena, {int(scores_.size()), sizes.threads});
    pairs_ = take_batch<T>(arena, scores_.size(), network_.input());
    dpairs_ = take_batch<T>(arena, scores_.size(), network_.input());
    scores_.data = arena.take<T>(scores_.size());
  }
  long scratch_bytes(const B&) const override { return network_.scratch_bytes(); }

  Scores<T> forward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                    const Step& step, std::byte* scratch) override {
    gather_pairs(backend, features, codes, scores_, &step.state->shift, pairs_);
    network_.forward(backend, pairs_, rows(), step, scratch);
    return scores_;
  }
  void backward(const B& backend, const Batch<const T>&, const Batch<const T>&, const Batch<T>& dfeatures,
                const Batch<T>& dcodes, Write write_codes, const Step& step, std::byte* scratch) override {
    network_.backward(backend, pairs_, rows(), rows(), dpairs_, step, scratch);
    scatter_pairs(backend, constant(dpairs_), scores_, &step.state->shift, dfeatures, dcodes, write_codes);
  }

 private:
  Batch<T> rows() const { return {scores_.data, scores_.size(), {1, 1, 1}}; }

  Network<B, T> network_;
  Batch<T> pairs_, dpairs_;
  Scores<T> scores_{};
};

}  // namespace DIM_ABI
}  // namespace dim
