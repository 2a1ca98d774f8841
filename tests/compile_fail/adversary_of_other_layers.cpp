// expect: a prior's Adversary may hold Linear, ReLU, LeakyReLU, Tanh and Sigmoid layers
#include <dim/cpu/backend.hpp>
#include <dim/model/prior_pass.hpp>

using namespace dim;
#ifdef BAD
using Activation = LayerNorm;
#else
using Activation = Tanh;
#endif
struct OwnPrior : UniformPrior {
  using Adversary = Sequential<Linear<16>, Activation, Linear<1>>;
};

PriorPass<OwnPrior, Cpu, float> pass(8);
