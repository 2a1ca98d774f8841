// The encoder's step in dlib, whose layers know no all-pairs losses and no gradient penalty: basic32x32, Adam, float.
#include <dlib/dnn.h>
#include <omp.h>

#include <stdexcept>

#include "serve.hpp"

namespace {

using namespace dlib;

template <long filters, class Below>
using Block = relu<bn_con<con<filters, 4, 4, 2, 2, Below>>>;
template <long filters, class Below>
using PaddedBlock = relu<bn_con<add_layer<con_<filters, 4, 4, 2, 2, 1, 1>, Below>>>;
using Images = input<std::array<matrix<float>, 3>>;
using Conv = PaddedBlock<256, PaddedBlock<128, PaddedBlock<64, Images>>>;
using Encoder = fc<64, relu<bn_fc<fc_no_bias<1024, Conv>>>>;

class Step {
 public:
  explicit Step(const benchmarks::Request& request) {
    if (request.step != "encoder" || request.precision != "f32")
      throw std::invalid_argument("there is no step " + request.step + "/" + request.precision);
    dlib::rand random;
    std::vector<Images::input_type> images(std::size_t(request.batch));
    for (auto& image : images)
      for (auto& plane : image) plane = matrix_cast<float>(randm(32, 32, random));
    encoder_.to_tensor(images.begin(), images.end(), images_);
    disable_duplicative_biases(encoder_);
    run();  // dlib makes parameters in the first pass
  }
  long parameters() const { return long(count_parameters(encoder_)); }
  /// Forward, the gradient of the code's mean, backward, update.
  void run() {
    const tensor& codes = encoder_.forward(images_);
    encoder_.get_gradient_input() = 1.0F / float(codes.size());
    encoder_.back_propagate_error(images_);
    encoder_.update_parameters(solvers_, 1e-4);
  }

 private:
  Encoder encoder_;
  std::vector<adam> solvers_{Encoder::num_computational_layers, adam(0, 0.5F, 0.999F)};
  resizable_tensor images_;
};

}  // namespace

int main() {
  benchmarks::serve([](const benchmarks::Request& request) {
    omp_set_num_threads(request.threads);  // those of OpenBLAS; dlib itself runs on one
    const auto step = std::make_shared<Step>(request);
    return benchmarks::Chosen{[step] { step->run(); }, step->parameters()};
  });
}
