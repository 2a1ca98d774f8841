// An objective without parameters and inputs, from which tests derive their own.
#pragma once
#include <dim/model/interfaces.hpp>

namespace tests {

using namespace dim;

template <class T>
class IdleObjective : public AnyObjective<Cpu, T> {
 public:
  Counts counts() const override { return {}; }
  Written written() const override { return {}; }
  Entries entries() const override { return {}; }
  void initialise(const Cpu&, std::uint64_t, Weights<T>) const override {}
  void bind(Weights<T>) override {}
  void lay_out(const Cpu&, Arena&, ObjectiveSizes) override {}
  long scratch_bytes(const Cpu&) const override { return 0; }
  void prepare(std::uint64_t, StepState&) override {}
  int losses() const override { return 1; }
  /// One loss, as the local one.
  Losses read(const double* losses) override {
    return {.local = {.loss = *losses}, .global = {}, .prior = {}};
  }
};

}  // namespace tests
