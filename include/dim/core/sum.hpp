// A block and its shortcut.
#pragma once
#include "sentences.hpp"
#include "sequential.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A(x) + B(x): a block and its shortcut. The second branch adds to what the first has written; of a branch whose
/// backward pass reads its own output, a copy is kept.
template <Layer A, Layer B>
struct Sum {
  using Parts = Sum;
  static constexpr Reads reads = includes(A::reads | B::reads, Reads::input) ? Reads::input : Reads::nothing;

  static constexpr Shape output(Shape in) { return A::output(in) == B::output(in) ? A::output(in) : Shape{}; }
  static constexpr Counts counts(Shape in) { return dim::counts<A>(in) + dim::counts<B>(in); }

  template <Shape In>
  static consteval void require_fit() {
    static_assert(Link<0, A, In>::fits() && Link<1, B, In>::fits());
    constexpr bool fit = !A::output(In).valid() || !B::output(In).valid() || A::output(In) == B::output(In);
    static_assert(fit, DIM_SUM_SHAPES);
  }
  static void list(Shape in, const std::string& path, Entries& entries) {
    dim::list<A>(in, path + "0.", entries);
    dim::list<B>(in, path + "1.", entries);
  }
  static std::string name() { return "Sum<" + A::name() + ", " + B::name() + ">"; }
};

}  // namespace DIM_ABI
}  // namespace dim
