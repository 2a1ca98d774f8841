// expect: this backend has no kernel for this layer: include the backend's header, or overload both
// expect: Abacus
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
struct Abacus {};
#ifdef BAD
using Backend = Abacus;
#else
using Backend = Cpu;
#endif
using Net = Sequential<Conv<8, 3>>;
using X = View<const float, Shape{3, 8, 8}>;
using Y = View<const float, Shape{8, 6, 6}, 2>;

void run(const Backend& backend, const ForwardPass<X, View<float, Y::shape>>& there,
         const BackwardPass<X, Y, Y, View<float, X::shape>>& back) {
  run_forward<Net>(backend, there);
  run_backward<Net>(backend, back);
}
