// expect: this backend has no kernel for this optimizer: include the backend's header, or overload `update`
#include <dim/cpu/backend.hpp>
#include <dim/train/trainer.hpp>

namespace elsewhere {
struct Descent {
  double rate = 0.1;
  static constexpr int moments = 0;
};
void check_optimizer(const Descent&) {}
void prepare(const Descent&, long, dim::StepState&) {}
#ifndef BAD
template <class T>
void update(const dim::Cpu&, const Descent&, T*, const T*, T*, long, const dim::StepState*) {}
#endif
}  // namespace elsewhere

using Trainer = dim::BasicTrainer<dim::Cpu, float, elsewhere::Descent>;
const long bytes = sizeof(Trainer);
