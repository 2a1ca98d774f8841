// expect: on_step is called as on_step(const dim::Losses&, long step), and is const
#include <dim/cpu/backend.hpp>
#include <dim/data/images.hpp>
#include <dim/model/basic.hpp>
#include <dim/train/trainer.hpp>

using namespace dim;
using Goal = Objective<Local, JSD, NoPrior, Dot<8>>;

void train(Trainer<encoders::Basic28x28, Goal>& trainer, const Images& images) {
#ifdef BAD
  trainer.fit(images, {}, [](long) {});
#else
  trainer.fit(images, {}, [](const Losses&, long) {});
#endif
}
