// expect: on_step is called as on_step(const dim::Losses&, long step), and is const
#include <dim/dim.hpp>

using namespace dim;
using Goal = Objective<Local, JSD, NoPrior, Dot<8>>;

void train(Trainer<encoders::Basic28x28, Goal>& trainer, const Images& images) {
#ifdef BAD
  trainer.fit(images, {}, [](long) {});
#else
  trainer.fit(images, {}, [](const Losses&, long) {});
#endif
}
