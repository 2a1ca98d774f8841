// Learns codes of images without labels, and encodes images with the trained encoder.
#include <cstdio>

#include "stripes.hpp"
using namespace dim;

using Maps = Sequential<Conv<16, 4, 2, 1>, BatchNorm, ReLU>;    // image (1, 16, 16) -> map (16, 8, 8)
using Summary = Sequential<Conv<32, 4, 2, 1>, BatchNorm, ReLU,  // -> (32, 4, 4)
                           Linear<64, Bias::none>, BatchNorm, ReLU, Linear<16>>;  // -> code (16)
using Net = Encoder<Shape{1, 16, 16}, Maps, Summary>;
using Goal = Objective<Local, JSD, UniformPrior, Dot<64>>;

int main() {
  const auto images = stripes(1024);  // (1024, 1, 16, 16)
  Trainer<Net, Goal> trainer{{.batch = 32, .seed = 1}};
  trainer.fit(images_of(images), {.epochs = 2}, [](const Losses& losses, long step) {
    if (step % 16 == 0) std::printf("step %3ld  local estimate %6.3f nats\n", step, losses.local.estimate);
    return true;
  });
  const auto codes = trainer.encoder().encode(images);  // xt::xtensor<float, 2>
  std::printf("%zu codes of %zu numbers\n", codes.shape(0), codes.shape(1));
}
