// The faster of two equivalent passes through the dot-product scorer.
#pragma once
#include "gram_dot_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A backend that has the kernels of GramDotPass and can tell when they are faster.
template <class B>
concept ComparesHeadForms = requires(const B& backend, GramSizes sizes) { gram_is_faster(backend, sizes); };

/// DotPass or GramDotPass, whichever the backend says is faster for the batch. Only that one takes memory.
template <class B, class T>
class AutomaticDotPass final : public ScorerPass<B, T> {
 public:
  AutomaticDotPass(Shape feature, Shape code, int units)
      : feature_(feature), units_(units), direct_(feature, code, units), gram_(feature, code, units) {}

  Counts counts() const override { return direct_.counts(); }
  Entries entries() const override { return direct_.entries(); }
  void bind(Weights<T> weights, int leaves) override {
    direct_.bind(weights, leaves);
    gram_.bind(weights, leaves);
  }
  void lay_out(const B& backend, Arena& arena, PairSizes sizes) override {
    const long rows = long(sizes.images) * sizes.locations, codes = long(sizes.images) * sizes.globals;
    by_gram_ = gram_is_faster(backend, GramSizes{rows, codes, feature_.size(), units_});
    chosen().lay_out(backend, arena, sizes);
  }
  long scratch_bytes(const B& backend) const override {
    return by_gram_ ? gram_.scratch_bytes(backend) : direct_.scratch_bytes(backend);
  }
  /// Whether the batch that was laid out takes the Gram form.
  bool by_gram() const { return by_gram_; }

  Scores<T> forward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                    const Step& step, std::byte* scratch) override {
    return chosen().forward(backend, features, codes, step, scratch);
  }
  void backward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                const Batch<T>& dfeatures, const Batch<T>& dcodes, Write write_codes, const Step& step,
                std::byte* scratch) override {
    chosen().backward(backend, features, codes, dfeatures, dcodes, write_codes, step, scratch);
  }

 private:
  ScorerPass<B, T>& chosen() {
    if (by_gram_) return gram_;
    return direct_;
  }

  Shape feature_;
  int units_;
  bool by_gram_ = false;
  DotPass<B, T> direct_;
  GramDotPass<B, T> gram_;
};

}  // namespace DIM_ABI
}  // namespace dim
