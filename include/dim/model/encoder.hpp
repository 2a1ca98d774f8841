// What an encoder consists of.
#pragma once
#include "../core/sequential.hpp"
#include "../layers/linear.hpp"
#include "initialise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A Sequential, or a struct that inherits from one.
template <class L>
concept Chain = Layer<L> && requires { L::Parts::depth; };

namespace detail {
/// The indices of the first and the last Linear layer of a chain, or {-1, -1}.
template <Chain C>
constexpr std::array<int, 2> find_linear() {
  std::array<int, 2> found{-1, -1};
  for_each_index<C::depth>([&](auto i) {
    if (!is_linear<typename C::template layer<i>>) return;
    if (found[0] < 0) found[0] = i;
    found[1] = i;
  });
  return found;
}
}  // namespace detail

/// E = f o C of the paper: MapsT is C, from an image to a feature map, whose locations are the local features;
/// SummaryT is f, from that map to the code y, a vector (or, as a map, several). The three representations need no
/// markers: `conv` is the input of the first Linear of f, `fc` the input of the last one, `code` is y. Without a
/// Linear, conv is the map and there is no fc.
template <Shape ImageShape, Chain MapsT, Chain SummaryT, class InitialisationT = TorchInitialisation>
struct Encoder {
  using Maps = MapsT;
  using Summary = SummaryT;
  using Initialisation = InitialisationT;
  static_assert(Link<0, Maps, ImageShape>::fits() && Link<1, Summary, Maps::output(ImageShape)>::fits());

  static constexpr Shape image = ImageShape, map = Maps::output(image), code = Summary::output(map);

  static constexpr auto linears = detail::find_linear<typename Summary::Parts>();
  static constexpr bool has_fc = linears[0] >= 0;
  static constexpr int conv_at = has_fc ? linears[0] : 0, fc_at = has_fc ? linears[1] : 0;
  static constexpr Shape conv = Summary::shapes(map)[conv_at];
  static constexpr Shape fc = has_fc ? Summary::shapes(map)[fc_at] : Shape{};

  static_assert(!code.valid() || !has_fc || code.area() == 1,
                "Encoder: Summary must end in a vector, a Shape{n, 1, 1}: add a Linear");
  static_assert(detail::find_linear<typename Maps::Parts>()[0] < 0,
                "Encoder: Maps must end in a map: put the Linear layers into Summary");

  /// Its parameters and statistics, named maps.<layer>... and summary.<layer>...
  static Entries entries() {
    Entries entries;
    dim::list<Maps>(image, "maps.", entries);
    dim::list<Summary>(map, "summary.", entries);
    return entries;
  }
};

}  // namespace DIM_ABI
}  // namespace dim
