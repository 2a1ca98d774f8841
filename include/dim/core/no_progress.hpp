// A progress callback that does nothing.
#pragma once
#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What long computations report their progress to by default.
struct NoProgress {
  template <class... Values>
  void operator()(const Values&...) const {}
};

}  // namespace DIM_ABI
}  // namespace dim
