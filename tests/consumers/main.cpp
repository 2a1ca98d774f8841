// A user's program, which has the library but nothing of its build: it trains, encodes and saves. Its argument is the
// number of threads that it should get when it asks for two.
#include <Eigen/Core>
#include <cstdio>
#include <cstdlib>
#include <dim/dim.hpp>

using Maps = dim::Sequential<dim::Conv<4, 4, 2, 1>, dim::BatchNorm, dim::ReLU>;
using Summary = dim::Sequential<dim::Linear<8>, dim::ReLU, dim::Linear<4>>;
using Net = dim::Encoder<dim::Shape{1, 8, 8}, Maps, Summary>;
using Goal = dim::Objective<dim::Local, dim::JSD, dim::NoPrior, dim::Dot<8>>;

int main(int count, char** arguments) {
  const int wanted = count > 1 ? std::atoi(arguments[1]) : 2;
  xt::xtensor<float, 4> images({16, 1, 8, 8});
  for (std::size_t i = 0; i < images.size(); ++i) images.data()[i] = float(i * i % 11) / 10;

  dim::Trainer<Net, Goal> trainer{{.batch = 8, .threads = 2}};
  trainer.fit(dim::images_of(images), {.epochs = 2});
  dim::save(trainer.encoder(), "consumer.safetensors");
  const auto codes = trainer.encoder().encode(images),
             again = dim::load_encoder<Net>("consumer.safetensors").encode(images);
  std::remove("consumer.safetensors");

  const Eigen::Map<const Eigen::MatrixXf> matrix(codes.data(), 4, 16);  // what a user might do with them
  std::printf("%ld steps on %d of %d threads, codes of norm %g\n", trainer.steps(),
              trainer.backend().threads(), wanted, double(matrix.norm()));
  return trainer.steps() == 4 && trainer.backend().threads() == wanted && codes == again && matrix.norm() > 0
             ? 0
             : 1;
}
