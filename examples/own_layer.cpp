// A layer of your own, in a namespace of your own: y = x |x|. The library finds its kernels by their
// arguments.
#include <cstdio>

#include "stripes.hpp"

namespace mine {

struct SignedSquare : dim::LayerPolicy {
  static constexpr dim::Reads reads = dim::Reads::input;  // what backward needs to be kept
  static constexpr dim::Shape output(dim::Shape in) { return in; }
  static std::string name() { return "SignedSquare"; }
};

template <class Pass>
void forward(const dim::Cpu&, SignedSquare, const Pass& pass) {
  for (long i = 0; i < pass.input.count * pass.input.shape.size(); ++i)
    pass.output.data[i] = pass.input.data[i] * std::abs(pass.input.data[i]);
}
template <class Pass>
void backward(const dim::Cpu&, SignedSquare, const Pass& pass) {
  if (!pass.dinput) return;  // not needed, as for the gradient of the images themselves
  for (long i = 0; i < pass.input.count * pass.input.shape.size(); ++i)
    pass.dinput.data[i] = 2 * std::abs(pass.input.data[i]) * pass.doutput.data[i];
}

}  // namespace mine

using namespace dim;
using Maps = Sequential<Conv<16, 4, 2, 1>, BatchNorm, mine::SignedSquare>;
using Net = Encoder<Shape{1, 16, 16}, Maps, SmallSummary>;

int main() {
  Trainer<Net, Objective<Local, JSD, NoPrior, Dot<64>>> trainer{{.batch = 32}};
  double first = 0, last = 0;
  const auto images = stripes(1024);
  trainer.fit(images_of(images), {.epochs = 2}, [&](const Losses& losses, long step) {
    (step == 1 ? first : last) = losses.local.loss;
    return true;
  });
  std::printf("loss %.3f -> %.3f\n", first, last);
  return last < first ? 0 : 1;
}
