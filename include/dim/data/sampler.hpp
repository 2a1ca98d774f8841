// Which images make up which batch.
#pragma once
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/random.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Shuffles `order` (Fisher and Yates, 1938), as a function of the stream.
inline void shuffle(std::vector<long>& order, const Random& random) {
  for (std::size_t i = order.size(); i-- > 1;)
    std::swap(order[i], order[std::size_t(random.below(i + 1, i))]);
}

/// Batches drawn without replacement: each epoch goes through its own permutation of all images, and drops what is
/// left over at its end. A batch is a function of (size, batch, seed, epoch, number), so that a resumed run has the
/// same batches as an uninterrupted one.
class Sampler {
 public:
  /// For `size` images in batches of `batch`; allocates all it needs, 8 * size bytes. Throws Error for a
  /// batch below 2 or above `size`.
  Sampler(long size, long batch, std::uint64_t seed) : batch_{batch}, seed_{seed} {
    if (batch < 2) throw Error("a batch of ", batch, " is too small; take at least 2 images a batch");
    if (batch > size)
      throw Error("a batch of ", batch, " cannot be drawn from ", size,
                  " images; take a smaller batch or more images");
    order_.resize(std::size_t(size));
  }

  long size() const { return std::ssize(order_); }
  long batches_per_epoch() const { return size() / batch_; }

  /// The indices of the images in batch `number` of `epoch`, both counted from 0; valid until a batch of another
  /// epoch is asked for. Throws Error if there is no such batch.
  std::span<const long> batch(long epoch, long number) {
    if (epoch < 0 || number < 0 || number >= batches_per_epoch())
      throw Error("batch ", number, " of epoch ", epoch, ", both counted from 0, where an epoch has ",
                  batches_per_epoch());
    if (epoch != epoch_) shuffle(epoch);
    return std::span<const long>{order_}.subspan(std::size_t(number * batch_), std::size_t(batch_));
  }

 private:
  void shuffle(long epoch) {
    const Random random{seed_, Purpose::order, std::uint64_t(epoch)};
    std::iota(order_.begin(), order_.end(), 0L);
    dim::shuffle(order_, random);
    epoch_ = epoch;
  }

  long batch_;
  std::uint64_t seed_;
  std::vector<long> order_;
  long epoch_ = -1;  // that `order_` belongs to
};

}  // namespace DIM_ABI
}  // namespace dim
