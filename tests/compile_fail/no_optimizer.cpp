// expect: this is no optimizer: it has a rate and a number of moments, and check_optimizer and prepare stand beside it
#include <dim/cpu/backend.hpp>
#include <dim/data/images.hpp>
#include <dim/model/basic.hpp>
#include <dim/train/trainer.hpp>

namespace elsewhere {
struct Descent {
#ifndef BAD
  double rate = 0.1;
#endif
  static constexpr int moments = 0;
};
void check_optimizer(const Descent&) {}
void prepare(const Descent&, long, dim::StepState&) {}
template <class T>
void update(const dim::Cpu&, const Descent&, T*, const T*, T*, long, const dim::StepState*) {}
}  // namespace elsewhere

using namespace dim;
using Goal = Objective<Local, JSD, NoPrior, Dot<8>>;

void train(const Images& images) {
  Trainer<encoders::Basic28x28, Goal, Cpu, float, elsewhere::Descent> trainer;
  trainer.fit(images);
}
