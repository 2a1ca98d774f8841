// The faster of two equal passes through the dot-product scorer.
#pragma once
#include "gram_dot_pass.hpp"

namespace dim::inline DIM_ABI {

/// A backend that has the kernels of GramDotPass and can tell when they are faster.
template <class B>
concept ComparesHeadForms = requires(GramSizes sizes) { gram_is_faster(B{}, sizes); };

/// DotPass or GramDotPass, whichever the backend says is faster for the batch. Only that one takes memory.
template <int Units, Shape Feature, int Codes, class B, class T>
class FasterDotPass {
  using Direct = DotPass<Units, Feature, Codes, B, T>;
  using Gram = GramDotPass<Units, Feature, Codes, B, T>;
  static constexpr Shape code{Codes, 1, 1};

 public:
  static constexpr Counts counts = Direct::counts;

  static void list(const std::string& path, Entries& entries) { Direct::list(path, entries); }
  void bind(Weights<T> weights, int leaves) {
    direct_.bind(weights, leaves);
    gram_.bind(weights, leaves);
  }
  void lay_out(Arena& arena, PairSizes sizes) {
    const long rows = long(sizes.images) * sizes.locations, codes = long(sizes.images) * sizes.globals;
    by_gram_ = gram_is_faster(B{}, GramSizes{rows, codes, Feature.size(), Units});
    if (by_gram_)
      gram_.lay_out(arena, sizes);
    else
      direct_.lay_out(arena, sizes);
  }
  long scratch_bytes(const B& backend) const {
    return by_gram_ ? gram_.scratch_bytes(backend) : direct_.scratch_bytes(backend);
  }
  /// Is it the Gram form, for the batch that was laid out?
  bool by_gram() const { return by_gram_; }

  /// Returns the scores, which the caller may overwrite by their gradient.
  Scores<T> forward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                    const ScorerPolicy& policy, Step step, std::byte* scratch) {
    return by_gram_ ? gram_.forward(backend, features, codes, policy, step, scratch)
                    : direct_.forward(backend, features, codes, policy, step, scratch);
  }

  /// From the scores' gradient du to dfeatures, which it overwrites, and dcodes, to which it adds if so told.
  void backward(const B& backend, View<const T, Feature> features, View<const T, code> codes,
                View<T, Feature> dfeatures, View<T, code> dcodes, Write write_codes, Step step,
                std::byte* scratch) {
    if (by_gram_)
      gram_.backward(backend, features, codes, dfeatures, dcodes, write_codes, step, scratch);
    else
      direct_.backward(backend, features, codes, dfeatures, dcodes, write_codes, step, scratch);
  }

 private:
  bool by_gram_ = false;
  Direct direct_;
  Gram gram_;
};

}  // namespace dim::inline DIM_ABI
