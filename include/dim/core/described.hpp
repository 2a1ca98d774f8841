// How files describe a layer.
#pragma once
#include "size.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How files describe a layer of the library: by its `kind` and its named numbers. numbers(spec, take) calls
/// take(name, number) for each of them, to read or write it. Each layer's header specialises this for the layer's
/// spec. A user's own layer has no specialisation, since whoever reads the file couldn't construct it.
template <class Spec>
struct Described;

namespace detail {
template <class Spec>
concept Describable = requires { Described<Spec>::kind; };
}  // namespace detail

/// The base of Described for a layer without numbers.
struct WithoutNumbers {
  template <class Spec, class Take>
  static void numbers(Spec&, const Take&) {}
};

/// Receives a layer's numbers, one after another.
class NumberTaker {
 public:
  virtual ~NumberTaker() = default;

  virtual void take(const char* name, bool value) = 0;
  virtual void take(const char* name, int value) = 0;
  virtual void take(const char* name, double value) = 0;
  virtual void take(const char* name, Size value) = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
