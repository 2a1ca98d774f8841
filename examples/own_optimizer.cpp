// An optimizer of your own: Lion (Chen et al. 2023, algorithm 2), which uses only signs and keeps one value for each
// parameter. All its steps have the same length, so its rate is a tenth of Adam's.
#include <cstdio>

#include "stripes.hpp"

namespace mine {

struct Lion {
  double rate = 1e-4, beta1 = 0.9, beta2 = 0.99;
  static constexpr int moments = 1;  // arrays kept beside the parameters
};

void check_optimizer(const Lion& lion) {
  if (!(lion.rate >= 0)) throw dim::Error("Lion can't make steps with a rate below 0; give at least 0");
}

/// Whatever depends on the step, counted from 1, is passed on through the state.
void prepare(const Lion& lion, long /*step*/, dim::StepState& state) {
  state.rate = lion.rate;
}

template <class T>
void update(const dim::Cpu& cpu, const Lion& lion, T* w, const T* dw, T* moments, long count,
            const dim::StepState* state) {
  const T beta1 = T(lion.beta1), beta2 = T(lion.beta2), rate = T(state->rate);
  dim::for_each_piece(cpu, count, 1L << 15, [=](long begin, long end) {
    for (long i = begin; i < end; ++i) {
      const T to = beta1 * moments[i] + (1 - beta1) * dw[i];
      w[i] -= to > 0 ? rate : to < 0 ? -rate : T(0);
      moments[i] = beta2 * moments[i] + (1 - beta2) * dw[i];
    }
  });
}

}  // namespace mine

using namespace dim;
using Goal = Objective<Local, JSD, UniformPrior, Dot<64>>;

int main() {
  const auto images = stripes(1024);
  Trainer<SmallEncoder, Goal, Cpu, float, mine::Lion> trainer{
      {.batch = 32, .optimizer = {.rate = 1e-3}, .weight_decay = 0.1}};
  double first = 0, last = 0;
  trainer.fit(images_of(images), {.epochs = 4, .schedule = CosineSchedule{.warm_up = 0.5}},
              [&](const Losses& losses, long step) { (step == 1 ? first : last) = losses.local.loss; });
  std::printf("loss %.3f -> %.3f\n", first, last);
  return last < first ? 0 : 1;
}
