#include "views.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace program {

dim::Features<float> viewed(const dim::Features<float>& all) {
  const long step = viewed_step(all.count);
  return dim::Features<float>(dim::MatrixView<float>{all.data, viewed_count(all.count), all.size,
                                                     step * all.row_stride, all.column_stride});
}

dim::Images second_views(const dim::Images& all) {
  constexpr int most = 4;
  const dim::Shape shape = all.shape();
  const long step = viewed_step(all.size()), count = viewed_count(all.size());
  std::vector<std::uint8_t> bytes;
  bytes.reserve(std::size_t(count * shape.size()));
  for (long i = 0; i < count; ++i) {
    const dim::Draw draw(1, 0, i, 1);
    const int down = is_signal(shape) ? 0 : int(draw.below(2 * most + 1, 0)) - most,
              right = int(draw.below(2 * most + 1, 1)) - most;
    const bool mirrored = !is_signal(shape) && draw.below(2, 2) == 1;
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x) {
          const int from_y = y - down, from_x = (mirrored ? shape.width - 1 - x : x) - right;
          const bool inside = from_y >= 0 && from_y < shape.height && from_x >= 0 && from_x < shape.width;
          bytes.push_back(inside ? all.pixel(i * step, c, from_y, from_x) : std::uint8_t(0));
        }
  }
  return dim::Images(std::move(bytes), count, shape, dim::Strides::planes(shape));
}

}  // namespace program
