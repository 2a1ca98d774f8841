// An image for augmentations to change.
#pragma once
#include <boost/test/unit_test.hpp>
#include <dim/data/augmentation.hpp>
#include <vector>

#include "../io/temporary.hpp"

namespace tests {

/// Values (H, W, C), and views of them.
struct ImageValues {
  dim::Shape shape;
  std::vector<float> values;

  /// Value (y, x, c) of every pixel, by a function.
  template <class Value>
  static ImageValues of(dim::Shape shape, const Value& value) {
    ImageValues made{shape, {}};
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x)
        for (int c = 0; c < shape.channels; ++c) made.values.push_back(float(value(y, x, c)));
    return made;
  }
  float at(long y, long x, long c = 0) const {
    return values[std::size_t((y * shape.width + x) * shape.channels + c)];
  }
  /// The view that epoch `epoch` would see.
  template <dim::Augmentation A>
  ImageValues by(const A& augmentation, std::uint64_t epoch = 0) const {
    augmentation.check_options(shape);
    std::vector<float> image = values, spare(image.size(), 77);
    dim::Canvas canvas{{image.data(), 1, shape}, {spare.data(), 1, shape}};
    augmentation.apply(canvas, dim::Draw(1, epoch, 3, 0));
    return {shape, {canvas.image.data, canvas.image.data + image.size()}};
  }
};

/// A value without a pattern in [-1, 1], a multiple of 1/128.
inline double mixed(int y, int x, int c) {
  return double((37 * y * y + 91 * x + 53 * c * y + 11 * x * c) % 255 - 127) / 128;
}

/// The sentence with which an augmentation refuses its options for images of this shape.
template <class A>
std::string refusal(const A& augmentation, dim::Shape shape = {3, 8, 8}) {
  return error_of([&] { augmentation.check_options(shape); });
}

}  // namespace tests
