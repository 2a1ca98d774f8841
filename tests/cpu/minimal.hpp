// Random convolutions that minimal filtering supports, and how close it must come to naive loops.
#pragma once
#include "geometry.hpp"

namespace tests::exact {

/// 2 x 2 or 3 x 3 cells.
inline Window minimal_window(RandomNumbers& random) {
  const long stride = random.between(1, 3), side = random.between(2, 3) * stride;
  return {side, side, int(stride), Size{int(random.between(0, 2)), int(random.between(0, 2))}};
}

/// Outputs of whole tiles.
template <class T>
Geometry<T> minimal_forward(RandomNumbers& random, bool integers) {
  const Window window = minimal_window(random);
  const long s = window.stride.height;
  const auto extent = [&](int padding) {  // of so many windows, and perhaps a remainder that none reaches
    const long outputs = 2 * random.between(1, 4), rest = random.between(0, s - 1);
    return std::max(1L, (outputs - 1) * s + window.height - 2 * padding + rest);
  };
  for (;;) {  // an image of one pixel may have room for another window
    const Geometry<T> geometry{.random = random,
                               .integers = integers,
                               .window = window,
                               .H = extent(window.padding.height),
                               .W = extent(window.padding.width)};
    if (geometry.P % 2 == 0 && geometry.Q % 2 == 0) return geometry;
  }
}

/// Images of whole tiles for each remainder by the stride.
template <class T>
Geometry<T> minimal_to_data(RandomNumbers& random, bool integers) {
  const Window window = minimal_window(random);
  const long s = window.stride.height;
  const auto extent = [&](int padding) {  // at least one window
    const long least = std::max(1L, window.height - 2 * padding);
    return (dim::cover(least, 2 * s) + random.between(0, 3)) * 2 * s;
  };
  return {.random = random,
          .integers = integers,
          .window = window,
          .H = extent(window.padding.height),
          .W = extent(window.padding.width)};
}

/// Integers must come out exactly, in bfloat16 too, since transforms of such small ones are exact in it; other values
/// as close as rounding allows, and with the same bits for any number of threads.
template <class T, class Pass>
void check_minimal(const Geometry<T>& geometry, Extent extent, const std::vector<T>& before,
                   const std::vector<T>& expected, Pass pass) {
  if (geometry.integers) {
    check(geometry, extent, before, expected, pass);
    return check(geometry, extent, before, expected, pass, {.products = dim::Precision::bf16});
  }
  Scratch scratch(extent, 1);
  std::vector<T> result = before;
  pass(Cpu{1}, result.data(), scratch.data());
  check(geometry, extent, before, result, pass);
  T worst = 0;
  for (std::size_t i = 0; i < result.size(); ++i)
    if (!(std::isnan(result[i]) && std::isnan(expected[i])))  // a border that must not be written
      worst = std::max(worst, std::isnan(result[i]) ? std::numeric_limits<T>::infinity()
                                                    : std::abs(result[i] - expected[i]));
  // Values up to 1: a plain chain of so many terms may also be off by this.
  const Window& window = geometry.window;
  const long terms = std::max(256L, window.height * window.width * std::max(geometry.C, geometry.O));
  BOOST_TEST(worst < T(terms) * std::numeric_limits<T>::epsilon(), geometry << ": off by " << worst);
}

}  // namespace tests::exact
