// A layer of a user's own.
#pragma once
#include <dim/core/layer.hpp>
#include <string>

namespace tests {

/// y = x, under a name that the library does not know.
struct OwnLayer : dim::ElementwiseLayer {
  template <class T>
  static T value(T x) {
    return x;
  }
  template <class T>
  static T slope(T) {
    return 1;
  }
  static std::string name() { return "Mine"; }
};

}  // namespace tests
