// Members that train one network together.
#pragma once
#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Machines, or parts of one, that run the same passes, each on an equal share of the batch. Code that needs more
/// than its own share asks the group; training without a group needs none.
class Group {
 public:
  virtual ~Group() = default;

  /// Which member this is, in [0, size()).
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Replaces each number, in the backend's memory, by its sum over the members, with the same bits for all of them.
  /// All members must call it, in the same order.
  virtual void all_sum(float* numbers, long count) const = 0;
  virtual void all_sum(double* numbers, long count) const = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
