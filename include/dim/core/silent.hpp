// Progress that nobody asked for.
#pragma once
#include "config.hpp"

namespace dim::inline DIM_ABI {

/// What long work calls to say how far it is, where it was given nothing else to call.
struct Silent {
  template <class... Values>
  void operator()(const Values&...) const {}
};

}  // namespace dim::inline DIM_ABI
