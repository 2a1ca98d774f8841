// expect: this backend has no kernel for this layer: include the backend's header, or overload both
// expect: Half
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
namespace elsewhere {
struct Half : LayerPolicy {
  static constexpr Shape output(Shape in) { return in; }
  static std::string name() { return "Half"; }
};
template <class Input, class Output>
void forward(const Cpu&, Half, const ForwardPass<Input, Output>&) {}
#ifndef BAD
template <class Input, class Output, class DOutput, class DInput>
void backward(const Cpu&, Half, const BackwardPass<Input, Output, DOutput, DInput>&) {}
#endif
}  // namespace elsewhere

using Net = Sequential<elsewhere::Half, ReLU>;
using X = View<const float, Shape{3, 8, 8}>;

void run(const Cpu& cpu, const ForwardPass<X, View<float, X::shape>>& there,
         const BackwardPass<X, X, X, View<float, X::shape>>& back) {
  run_forward<Net>(cpu, there);
  run_backward<Net>(cpu, back);
}
