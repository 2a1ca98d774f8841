// A learning rate that falls in steps.
#pragma once
#include <vector>

#include "../core/config.hpp"

namespace dim::inline DIM_ABI {

/// The rate in `epoch`, counted from 0: a tenth of what it was from each of the milestones on.
inline double stepped(double rate, const std::vector<long>& milestones, long epoch) {
  for (const long milestone : milestones)
    if (epoch >= milestone) rate /= 10;
  return rate;
}

}  // namespace dim::inline DIM_ABI
