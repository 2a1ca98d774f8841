// Rectifiers.
#pragma once
#include "../core/decimal.hpp"
#include "../core/layer.hpp"
#include "../core/ratio.hpp"
#include "../core/sentences.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A Leaky as a value.
struct LeakySpec {
  double slope;

  static constexpr Reads reads = Reads::output;

  constexpr const char* misfit(Shape) const { return 0 <= slope && slope < 1 ? nullptr : DIM_LEAKY_SLOPE; }
  constexpr Rectifier rectifier() const { return {slope}; }
  constexpr Shape output(Shape in) const { return in; }
  std::string name() const { return slope == 0 ? "ReLU" : "Leaky<" + decimal(slope) + ">"; }
};

template <>
struct Described<LeakySpec> {
  static constexpr const char* kind = "Leaky";
  template <class Spec, class Take>
  static void numbers(Spec& spec, const Take& take) {
    take("slope", spec.slope);
  }
};

/// x where x > 0, else Slope x; its derivative at 0 is Slope.
template <Ratio Slope>
struct Leaky : SpecifiedLayer<Leaky<Slope>, LeakySpec> {
  static constexpr LeakySpec spec{Slope.value()};
  static_assert(0 <= spec.slope && spec.slope < 1, DIM_LEAKY_SLOPE);
};

using ReLU = Leaky<Ratio{0, 1}>;
/// The slope of DCGAN (Radford, Metz and Chintala 2016).
using LeakyReLU = Leaky<Ratio{1, 5}>;

}  // namespace DIM_ABI
}  // namespace dim
