// An estimator of your own: the total variation distance, p(u) = tanh(u) / 2 and n(u) = tanh(u) / 2
// (Nowozin, Cseke and Tomioka 2016). A pairwise estimator is two functions with their slopes.
#include <cstdio>

#include "stripes.hpp"

namespace mine {

struct TotalVariation : dim::PairwiseEstimator {
  template <class T>
  dim::Term<T> positive(T u) const {
    const T t = std::tanh(u);
    return {t / 2, (1 - t * t) / 2};
  }
  template <class T>
  dim::Term<T> negative(T u) const {
    return positive(u);
  }
};

}  // namespace mine

using namespace dim;

int main() {
  const auto images = stripes(1024);
  Trainer<SmallEncoder, Objective<Local, mine::TotalVariation, UniformPrior, Dot<64>>> trainer{{.batch = 32}};
  double first = 0, last = 0;
  trainer.fit(images_of(images), {.epochs = 4}, [&](const Losses& losses, long step) {
    (step == 1 ? first : last) = losses.local.loss;
    return true;
  });
  std::printf("loss %.3f -> %.3f\n", first, last);
  return last < first ? 0 : 1;
}
