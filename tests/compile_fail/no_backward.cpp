// expect: this backend has no kernel for this layer: include the backend's header, or overload both
// expect: Half
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
namespace elsewhere {
struct Half : LayerPolicy {
  static constexpr Shape output(Shape in) { return in; }
  static std::string name() { return "Half"; }
};
template <class T>
void forward(const Cpu&, Half, const ForwardPass<T>&) {}
#ifndef BAD
template <class T>
void backward(const Cpu&, Half, const BackwardPass<T>&) {}
#endif
}  // namespace elsewhere

using Net = Sequential<elsewhere::Half, ReLU>;

const auto graph = graph_of<Net, Shape{3, 8, 8}, Cpu, float>();
