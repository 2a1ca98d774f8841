// A pass through the concatenating scorer, pair by pair.
#pragma once
#include "dot_pass.hpp"

namespace dim::inline DIM_ABI {

/// Scores features (N P, Feature) against codes (N M, Codes) through one network on rows [feature; code]: for
/// picture n, global m and location p the positive (n, p) with (n, m) and the negative ((n + shift) mod N, p)
/// with (n, m), in the order (N, M, 2, P). A feature that is a map enters the network as (H, W, C).
template <int Hidden, Shape Feature, int Codes, class B, class T>
class ConcatPass {
  static constexpr Shape code{Codes, 1, 1}, pair{int(Feature.size()) + Codes, 1, 1};
  using Net = Network<B, ConcatNetwork<Hidden>, pair, T>;

 public:
  static constexpr Counts counts = Net::counts;

  static void list(const std::string& path, Entries& entries) {
    dim::list<ConcatNetwork<Hidden>>(pair, path + "pair_network.", entries);
  }
  void bind(Weights<T> weights, int leaves) { network_.bind(weights, leaves); }
  void lay_out(Arena& arena, PairSizes sizes) {
    scores_ = {nullptr, sizes.images, sizes.globals, 1, sizes.locations, false};
    const int pairs = int(scores_.size());
    network_.lay_out(arena, {pairs, sizes.threads});
    pairs_ = {arena.take<T>(pairs * pair.size()), pairs};
    dpairs_ = {arena.take<T>(pairs * pair.size()), pairs};
    scores_.data = arena.take<T>(pairs);
  }
  long scratch_bytes(const B&) const { return network_.scratch_bytes(); }

  /// Returns the scores, which the caller may overwrite by their gradient. Throws Error for a shift that leads
  /// to no other picture.
  Scores<T> forward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                    const Concat<Hidden, FirstLayer::gathered>& policy, Step step, std::byte* scratch) {
    shift_ = policy.shift_in(step, scores_.images);
    gather_pairs(backend, features, codes, scores_, shift_, pairs_);
    network_.forward(backend, constant(pairs_), score_view(), step, scratch);
    return scores_;
  }

  /// From the scores' gradient du to dfeatures, which it overwrites, and dcodes, to which it adds if so told.
  void backward(const B& backend, View<const T, Feature>, View<const T, code>, View<T, Feature> dfeatures,
                View<T, code> dcodes, Write write_codes, Step step, std::byte* scratch) {
    const View<const T, Net::output> du = score_view();
    network_.backward(backend, constant(pairs_), du, du, dpairs_, step, scratch);
    scatter_pairs(backend, constant(dpairs_), scores_, shift_, dfeatures, dcodes, write_codes);
  }

 private:
  View<T, Net::output> score_view() const { return {scores_.data, int(scores_.size())}; }

  Net network_;
  View<T, pair> pairs_, dpairs_;
  Scores<T> scores_{};
  long shift_ = 0;
};

}  // namespace dim::inline DIM_ABI
