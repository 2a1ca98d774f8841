// A prior of your own: a triangle on [-1, 1]. `draw` makes value number i of a sample, `squash` gives what the
// adversary sees of a code, `dsquash` its slope in terms of the result.
#include <cstdio>

#include "stripes.hpp"

namespace mine {

struct TrianglePrior : dim::PriorPolicy {
  float draw(const dim::Random& random, std::uint64_t index) const {
    return random.uniform(2 * index) - random.uniform(2 * index + 1);
  }
  template <class T>
  T squash(T y) const {
    return std::tanh(y);
  }
  template <class T>
  T dsquash(T z) const {
    return 1 - z * z;
  }
};

}  // namespace mine

using namespace dim;

int main() {
  const auto images = stripes(1024);
  Trainer<SmallEncoder, Objective<Local, JSD, mine::TrianglePrior, Dot<64>>> trainer{{.batch = 32}};
  Losses last;
  trainer.fit(images_of(images), {.epochs = 2}, [&](const Losses& losses, long) {
    last = losses;
    return true;
  });
  std::printf("the encoder pays %.3f nats, the adversary %.3f\n", last.prior.encoder, last.prior.adversary);
  return std::isfinite(last.prior.encoder) && last.prior.adversary < 1.5 ? 0 : 1;
}
