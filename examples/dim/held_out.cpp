#include "held_out.hpp"

#include <algorithm>
#include <dim/data/sampler.hpp>
#include <numeric>

namespace program {

HeldOut hold_out(const dim::Images& images, long count) {
  count = std::min(count, images.size() / 10);
  std::vector<long> order(std::size_t(images.size()));
  std::iota(order.begin(), order.end(), 0L);
  dim::shuffle(order, dim::Random{0, dim::Purpose::probe});
  std::vector<long> held_out(order.end() - count, order.end()),
      trained_on(order.begin(), order.end() - count);
  return {images.part(std::move(trained_on)), images.part(std::move(held_out))};
}

}  // namespace program
