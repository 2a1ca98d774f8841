// encoders write: writes encoders to NAME.safetensors and their codes to NAME-codes.safetensors.
// encoders read FILE RESULT: writes the codes of such an encoder that another program has written.
#include <cstdio>
#include <dim/dim.hpp>

using namespace dim;

namespace {

/// Each layer of the library.
struct AllMaps : Sequential<Conv<6, Size{3, 1}, 1, 0, Bias::yes>, LayerNorm, LeakyReLU,
                            Sum<Sequential<Conv<6, 3, 1, 1>, BatchNorm, Tanh>, Identity>, MaxPool<2, 1>,
                            Dropout<Ratio{1, 8}>> {};
struct AllSummary
    : Sequential<ConvTranspose<4, 4, 2, 1, 1>, ReLU, Linear<32>, Sigmoid, Unflatten<Shape{2, 4, 4}>,
                 Sum<Conv<2, 1>, Sum<Conv<2, 1>, Sequential<ReLU, Conv<2, 1>>>>, Linear<5, Bias::none>> {};
using All = Encoder<Shape{2, 8, 8}, AllMaps, AllSummary>;
using Signals = Encoder<Shape{3, 1, 32}, Sequential<Conv1d<6, 8, 4, 2>, BatchNorm, ReLU>,
                        Sequential<Conv<4, Size{1, 3}, 1, Size{0, 1}, Bias::yes>, ReLU, Linear<5>>>;
using SeveralCodes = Encoder<Shape{3, 9, 7}, Sequential<Conv<4, 3>, BatchNorm, ReLU>, Sequential<Conv<3, 2>>>;

xt::xtensor<float, 4> images_of(Shape shape) {
  xt::xtensor<float, 4> images(
      {6, std::size_t(shape.channels), std::size_t(shape.height), std::size_t(shape.width)});
  const Random random{4};
  for (std::size_t i = 0; i < images.size(); ++i) images.data()[i] = random.uniform(i);
  return images;
}

template <class Net>
void write(const std::string& name) {
  const auto encoder = untrained<Cpu, float>(Cpu{}, std::make_unique<EncoderPass<Net, Cpu, float>>(), 1);
  const Weights<float> weights = encoder.weights();
  const Random random{5};
  for (const auto& [statistic, array, offset] : encoder.entries().statistics)  // which are initially 0 and 1
    for (long i = 0; i < array.size; ++i) {
      const float u = random.uniform(std::uint64_t(offset + i));
      weights.statistics[offset + i] = array.start == 0 ? 0.2F * (u - 0.5F) : 0.1F + 0.2F * u;
    }
  save(encoder, name + ".safetensors");
  const auto images = images_of(Net::image);
  const auto conv = encoder.encode(images, Representation::conv), code = encoder.encode(images);
  const auto rows = [](const auto& array, const char* title) {
    return make_tensor(title, array.data(), {long(array.shape(0)), long(array.shape(1))});
  };
  const Shape image = Net::image;
  std::vector<Tensor> tensors{
      make_tensor("images", images.data(), {6, image.channels, image.height, image.width}),
      rows(conv, "conv"), rows(code, "code")};
  xt::xtensor<float, 2, xt::layout_type::row_major> fc;
  if (encoder.shape(Representation::fc).valid()) {
    fc = encoder.encode(images, Representation::fc);
    tensors.push_back(rows(fc, "fc"));
  }
  write_safetensors(name + "-codes.safetensors", tensors);
}

void read(const std::string& path, const std::string& result) {
  EncoderSession session = EncoderSession::open(path, {.batch = 6});
  const auto images = images_of(session.image());
  std::vector<float> code(6 * std::size_t(session.code().size()));
  if (!session.encode(std::span<const float>(images.data(), images.size()), code))
    throw Error("the images could not be encoded");
  write_safetensors(result, {make_tensor("code", code.data(), {6, session.code().size()})});
}

}  // namespace

int main(int count, char** arguments) try {
  if (count == 4) {
    read(arguments[2], arguments[3]);
    return 0;
  }
  write<encoders::Basic28x28>("encoder");
  write<All>("all");
  write<SeveralCodes>("several");
  write<Signals>("signals");
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
