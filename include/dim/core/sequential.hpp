// Layers one after another.
#pragma once
#include "index.hpp"
#include "layer.hpp"

namespace dim {
inline namespace DIM_ABI {

/// One link of a chain, named so that a compiler's error reads `Link<4, Conv<...>, Shape{...}>`: the position, the
/// layer, and the shape that reaches it. Behind a broken link nothing more is reported.
template <int Index, class L, Shape In>
struct Link {
  static consteval bool fits() {
    if constexpr (In.valid()) L::template require_fit<In>();
    return true;
  }
};

/// Layers applied one after another: a flat list, itself a layer, so that chains nest. A network may be named by
/// inheriting, `struct Maps : Sequential<...> {};`, which shortens error messages.
template <Layer... Layers>
struct Sequential {
  using Parts = Sequential;
  static constexpr int depth = sizeof...(Layers);
  template <int I>
  using layer = nth<I, Layers...>;

  static constexpr Reads reads = [] {
    constexpr std::array<Reads, sizeof...(Layers) + 1> of{Layers::reads...};
    const bool input = depth > 0 && includes(of[0], Reads::input);
    const bool output = depth > 0 && includes(of[depth > 0 ? depth - 1 : 0], Reads::output);
    return (input ? Reads::input : Reads::nothing) | (output ? Reads::output : Reads::nothing);
  }();

  /// The shape that enters each layer, and the last one's output; {0, 0, 0} from the first misfit on.
  static constexpr std::array<Shape, sizeof...(Layers) + 1> shapes(Shape in) {
    std::array<Shape, sizeof...(Layers) + 1> result{in};
    std::size_t i = 0;
    ((result[i + 1] = result[i].valid() ? Layers::output(result[i]) : Shape{}, ++i), ...);
    return result;
  }
  static constexpr Shape output(Shape in) { return depth > 0 ? shapes(in)[depth] : Shape{}; }

  static constexpr Counts counts(Shape in) {
    const auto shape = shapes(in);
    Counts sum;
    std::size_t i = 0;
    ((sum = sum + dim::counts<Layers>(shape[i++])), ...);
    return sum;
  }

  template <Shape In>
  static consteval void require_fit() {
    static_assert(depth > 0, "Sequential: name at least one layer");
    []<int... I>(std::integer_sequence<int, I...>) {
      static_assert((Link<I, Layers, shapes(In)[I]>::fits() && ...));
    }(std::make_integer_sequence<int, depth>{});
  }

  static void list(Shape in, const std::string& path, Entries& entries, int first = 0) {
    const auto shape = shapes(in);
    std::size_t i = 0;
    ((dim::list<Layers>(shape[i++], path + std::to_string(first++) + ".", entries)), ...);
  }

  static std::string name() {
    std::string names;
    ((names += (names.empty() ? "" : ", ") + Layers::name()), ...);
    return "Sequential<" + names + ">";
  }
};

}  // namespace DIM_ABI
}  // namespace dim
