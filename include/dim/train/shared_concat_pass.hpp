// A pass through the concatenating scorer whose first layer is shared among pairs.
#pragma once
#include "concat_pass.hpp"

namespace dim::inline DIM_ABI {

/// Scores as ConcatPass does, with the first layer applied before features and codes are paired: with
/// a = W_f features (N P, H) and b = W_c codes + bias (N M, H), row (n, m, k, p) of the hidden layer is
/// ReLU(a(n + k shift, p) + b(n, m)), k = 0 for the positive pair and 1 for the negative one.
///
/// The layer's array, W_f, W_c and the bias one after the other, is split where it lies: that asks of a backend to
/// keep a Linear's weights input by input.
template <int Hidden, Shape Feature, int Codes, class B, class T>
class SharedConcatPass {
  static constexpr Shape code{Codes, 1, 1}, pair{int(Feature.size()) + Codes, 1, 1}, hidden{Hidden, 1, 1};
  using OfFeatures = Network<B, Linear<Hidden, Bias::none>, Feature, T>;
  using OfCodes = Network<B, Linear<Hidden>, code, T>;
  using Rest = Network<B, Sequential<Linear<Hidden>, ReLU, Linear<1>>, hidden, T>;

 public:
  static constexpr Counts counts = dim::counts<ConcatNetwork<Hidden>>(pair);
  static_assert(counts.parameters == (OfFeatures::counts + OfCodes::counts + Rest::counts).parameters);

  static void list(const std::string& path, Entries& entries) {
    dim::list<ConcatNetwork<Hidden>>(pair, path + "pair_network.", entries);
  }
  void bind(Weights<T> weights, int leaves) {
    of_features_.bind(weights, leaves);
    of_codes_.bind(weights.after(OfFeatures::counts), leaves);
    rest_.bind(weights.after(OfFeatures::counts + OfCodes::counts), leaves + 2);  // behind Linear and ReLU
  }
  void lay_out(Arena& arena, PairSizes sizes) {
    scores_ = {nullptr, sizes.images, sizes.globals, 1, sizes.locations, false};
    const int features = sizes.images * sizes.locations, codes = sizes.images * sizes.globals;
    const int pairs = int(scores_.size());
    of_features_.lay_out(arena, {features, sizes.threads});
    of_codes_.lay_out(arena, {codes, sizes.threads});
    rest_.lay_out(arena, {pairs, sizes.threads});
    a_ = {arena.take<T>(features * hidden.size()), features};
    b_ = {arena.take<T>(codes * hidden.size()), codes};
    h_ = {arena.take<T>(pairs * hidden.size()), pairs};
    dh_ = {arena.take<T>(pairs * hidden.size()), pairs};
    scores_.data = arena.take<T>(pairs);
  }
  long scratch_bytes(const B&) const {
    return (std::max)({of_features_.scratch_bytes(), of_codes_.scratch_bytes(), rest_.scratch_bytes()});
  }

  /// Returns the scores, which the caller may overwrite by their gradient. Throws Error for a shift that leads
  /// to no other picture.
  Scores<T> forward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                    const Concat<Hidden>& policy, Step step, std::byte* scratch) {
    shift_ = policy.shift_in(step, scores_.images);
    of_features_.forward(backend, features, a_, step, scratch);
    of_codes_.forward(backend, codes, b_, step, scratch);
    add_pairs(backend, constant(a_), constant(b_), scores_, shift_, h_);
    rest_.forward(backend, constant(h_), score_view(), step, scratch);
    return scores_;
  }

  /// From the scores' gradient du to dfeatures, which it overwrites, and dcodes, to which it adds if so told.
  void backward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                View<T, Feature> dfeatures, View<T, code> dcodes, Write write_codes, Step step,
                std::byte* scratch) {
    const View<const T, Rest::output> du = score_view();
    rest_.backward(backend, constant(h_), du, du, dh_, step, scratch);
    add_pairs_backward(backend, constant(h_), constant(dh_), scores_, shift_, a_, b_);  // a -> da, b -> db
    of_features_.backward(backend, features, constant(a_), constant(a_), dfeatures, step, scratch);
    of_codes_.backward(backend, codes, constant(b_), constant(b_), dcodes, step, scratch, write_codes);
  }

 private:
  View<T, Rest::output> score_view() const { return {scores_.data, int(scores_.size())}; }

  OfFeatures of_features_;
  OfCodes of_codes_;
  Rest rest_;
  View<T, hidden> a_, b_, h_, dh_;
  Scores<T> scores_{};
  long shift_ = 0;
};

}  // namespace dim::inline DIM_ABI
