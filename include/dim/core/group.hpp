// Those who train one network together.
#pragma once
#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Machines, or parts of one, that run the same passes on an equal part of the batch each. Who needs more than its own
/// part asks the group; nobody has to belong to one.
class Group {
 public:
  virtual ~Group() = default;

  /// Which member this is, in [0, size()).
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Each number, in the backend's memory, becomes its sum over the members, with the same bits for all of them. All of
  /// them call it, in the same order.
  virtual void all_sum(float* numbers, long count) const = 0;
  virtual void all_sum(double* numbers, long count) const = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
