// What files say of a layer.
#pragma once
#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How files tell a layer of the library: its `kind`, and its numbers by their names, which numbers(spec, take) gives
/// to take(name, number), to be read or written. A layer's header has it for the layer's spec. A layer of one's own
/// has none, since who reads the file couldn't make it again.
template <class Spec>
struct Described;

template <class Spec>
concept Describable = requires { Described<Spec>::kind; };

/// The base of the Described of a layer without numbers.
struct WithoutNumbers {
  template <class Spec, class Take>
  static void numbers(Spec&, const Take&) {}
};

/// Who is told a layer's numbers, one after another.
class NumberTaker {
 public:
  virtual ~NumberTaker() = default;

  virtual void take(const char* name, bool value) = 0;
  virtual void take(const char* name, int value) = 0;
  virtual void take(const char* name, double value) = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
