#include <dim/cpu/backend.hpp>

#include "learner.hpp"

namespace tests {

template <class T>
std::vector<T> learnt_on_the_host() {
  return Learner<Cpu, T>(Cpu{1}).learn();
}
template std::vector<float> learnt_on_the_host();
template std::vector<double> learnt_on_the_host();

}  // namespace tests
