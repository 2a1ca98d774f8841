// expect: images are arrays of bytes (std::uint8_t), or of floating-point numbers in [0, 1]
#include <dim/data/array_images.hpp>
#include <xtensor/xtensor.hpp>

#ifdef BAD
using Element = int;
#else
using Element = std::uint8_t;
#endif

auto images(const xt::xtensor<Element, 4>& array) {
  return dim::images_of(array);
}
