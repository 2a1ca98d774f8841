#include <dim/cpu/optimizer.hpp>

#include "vectors.hpp"

BOOST_AUTO_TEST_SUITE(optimisers)

namespace {

using namespace tests::golden;

/// Thirty steps with given gradients.
Check check_steps(const AnyOptimizer& optimizer) {
  return [=](const Case& test) {
    in_both([&](auto zero) {
      using T = decltype(zero);
      constexpr long count = 9, steps = 30;
      std::vector<T> w = test.read<T>("in.p0", {count}), trajectory;
      const std::vector<T> gradients = test.read<T>("in.grads", {steps, count});
      std::vector<T> kept(std::size_t(moments(optimizer) * count));
      for (long step = 1; step <= steps; ++step) {
        StepState state;
        prepare(optimizer, step, state);
        update(Cpu{2}, optimizer, w.data(), gradients.data() + (step - 1) * count, kept.data(), count,
               &state);
        trajectory.insert(trajectory.end(), w.begin(), w.end());
      }
      test.check("out.trajectory", trajectory);
    });
  };
}

const Claims claims("optimiser", {{"sgd", check_steps(Sgd{.rate = 0.1, .momentum = 0})},
                                  {"sgd_momentum", check_steps(Sgd{.rate = 0.1, .momentum = 0.9})},
                                  {"adam", check_steps(Adam{.rate = 1e-2, .beta1 = 0.9})},
                                  {"adam_dim", check_steps(Adam{.rate = 1e-4, .beta1 = 0.5})}});

}  // namespace

BOOST_AUTO_TEST_CASE(as_in_the_reference) {
  run_group("optimiser");
}

BOOST_AUTO_TEST_SUITE_END()
