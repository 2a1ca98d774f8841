// A pass through any scorer.
#pragma once
#include <memory>

#include "../core/network.hpp"
#include "../objective/scores.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A batch as a scorer sees it: N images, each with P locations and M global vectors, and the threads that share them.
struct PairSizes {
  int images = 0, locations = 0, globals = 0, threads = 1;
};

/// Scores features (N P, F) against codes (N M, G), both row by row.
template <class B, class T>
class ScorerPass {
 public:
  virtual ~ScorerPass() = default;

  /// Of its parameters and statistics.
  virtual Counts counts() const = 0;
  virtual Entries entries() const = 0;
  /// Says where its weights and their gradients lie, and how many layers come before its own, which keeps their random
  /// numbers apart.
  virtual void bind(Weights<T> weights, int leaves) = 0;
  /// Takes its memory from the arena; called twice, the first time by an arena that only counts.
  virtual void lay_out(const B& backend, Arena& arena, PairSizes sizes) = 0;
  virtual long scratch_bytes(const B& backend) const = 0;

  /// Returns the scores (N, M, K + 1, P), of a positive and K negatives, which the caller may overwrite with their
  /// gradient. For a scorer that doesn't take all pairs, the step's state holds the shift of its negatives.
  virtual Scores<T> forward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                            const Step& step, std::byte* scratch) = 0;
  /// From the scores' gradient du to dfeatures, which it overwrites, and dcodes, as `write_codes` says.
  virtual void backward(const B& backend, const Batch<const T>& features, const Batch<const T>& codes,
                        const Batch<T>& dfeatures, const Batch<T>& dcodes, Write write_codes,
                        const Step& step, std::byte* scratch) = 0;
};

/// Memory for `count` samples of a shape.
template <class T>
Batch<T> take_batch(Arena& arena, long count, Shape shape) {
  return {arena.take<T>(count * shape.size()), count, shape};
}

}  // namespace DIM_ABI
}  // namespace dim
