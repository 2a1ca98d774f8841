// How the host orders parameters in memory.
#pragma once
#include "../core/parameter.hpp"
#include "cpu.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Where element `logical` of a parameter (O, I, H, W) lies: the host keeps weights as (H, W, I, O), so that a window
/// of a channels-last image matches the rows of a matrix.
inline long position(const Cpu&, const Parameter& parameter, long logical) {
  return position_by_inputs(parameter, logical);
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
