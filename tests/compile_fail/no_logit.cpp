// expect: a prior's Adversary must end in one logit: Linear<1>
#include <dim/cpu/backend.hpp>
#include <dim/model/prior_pass.hpp>

using namespace dim;
struct OwnPrior : UniformPrior {
#ifdef BAD
  using Adversary = Sequential<Linear<16>, ReLU>;
#else
  using Adversary = Sequential<Linear<16>, ReLU, Linear<1>>;
#endif
};

PriorPass<OwnPrior, Cpu, float> pass(8);
