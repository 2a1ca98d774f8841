// A progress callback that does nothing.
#pragma once
#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What long work calls to say how far it is, where it was given nothing else to call.
struct NoProgress {
  template <class... Values>
  void operator()(const Values&...) const {}
};

}  // namespace DIM_ABI
}  // namespace dim
