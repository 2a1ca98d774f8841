// Encoders as PyTorch writes them.
#include <boost/test/unit_test.hpp>
#include <dim/model/encoder_file.hpp>

#include "../io/temporary.hpp"
#include "../train/small.hpp"

BOOST_AUTO_TEST_SUITE(state_dict)

using namespace tests;

using Net = Encoder<Shape{2, 8, 8}, Sequential<Conv<4, 3, 2, 1>, BatchNorm, ReLU>,
                    Sequential<Linear<6, Bias::none>, BatchNorm, ReLU, Linear<3>>>;

/// The arrays of an encoder as saved, to be changed and saved again.
struct Arrays {
  TemporaryDirectory directory;
  std::string path = directory / "x.safetensors";
  xt::xtensor<float, 4> images = stripes(5);
  xt::xtensor<float, 2> codes;
  std::map<std::string, std::vector<float>> numbers;
  std::map<std::string, std::vector<long>> shapes;
  std::vector<std::int64_t> counter{7};

  Arrays() {
    const auto encoder = untrained<Cpu, float>(Cpu{}, std::make_unique<EncoderPass<Net, Cpu, float>>(), 3);
    // Values that the shortest types can represent too.
    for (long i = 0; i < encoder.graph().graph.counts().parameters; ++i)
      encoder.weights().parameters[i] = float(i * 7 % 31 - 15) / 64;
    for (long i = 0; i < encoder.graph().graph.counts().statistics; ++i)
      encoder.weights().statistics[i] = float(i % 5 + 1) / 4;
    codes = encoder.encode(images);
    save(encoder, path);
    const Safetensors file = read_safetensors(path);
    for (const Tensor& tensor : file.tensors()) {
      const auto values = tensor.values<float>();
      numbers[tensor.name] = {values.begin(), values.end()};
      shapes[tensor.name] = tensor.shape;
    }
  }

  std::vector<Tensor> tensors(const std::string& prefix = "") const {
    std::vector<Tensor> result;
    for (const auto& [name, values] : numbers)
      result.push_back(make_tensor(prefix + name, values.data(), shapes.at(name)));
    return result;
  }
  /// The error when a file of these is opened.
  std::string refusal(const std::vector<Tensor>& tensors) const {
    write_safetensors(path, tensors);
    std::string error = error_of([&] { load_encoder<Net>(path); });
    return error.starts_with(path) ? error.substr(path.size()) : "elsewhere: " + error;
  }
  void check_read(const std::vector<Tensor>& tensors) const {
    write_safetensors(path, tensors);
    BOOST_TEST((load_encoder<Net>(path).encode(images) == codes));
  }
  /// The arrays converted to another type by convert(value).
  template <class Stored, class Convert>
  void check_type(Dtype dtype, const Convert& convert) const {
    std::vector<std::vector<Stored>> converted;
    std::vector<Tensor> result = tensors();
    for (Tensor& tensor : result) {
      converted.emplace_back();
      for (const float number : tensor.values<float>()) converted.back().push_back(convert(number));
    }
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i].dtype = dtype, result[i].data = converted[i].data();
    check_read(result);
  }
};

BOOST_AUTO_TEST_CASE(names_that_pytorch_adds) {
  const Arrays arrays;
  arrays.check_read(arrays.tensors());
  for (const std::string prefix : {"", "module."}) {
    std::vector<Tensor> tensors = arrays.tensors(prefix);
    for (const char* name : {"maps.1.num_batches_tracked", "summary.1.num_batches_tracked"})
      tensors.push_back(make_tensor(prefix + name, arrays.counter.data(), {}));
    arrays.check_read(tensors);
  }
}

BOOST_AUTO_TEST_CASE(types_of_numbers) {
  const Arrays arrays;
  arrays.check_type<double>(Dtype::F64, [](float x) { return double(x); });
  arrays.check_type<std::uint16_t>(
      Dtype::BF16, [](float x) { return std::uint16_t(std::bit_cast<std::uint32_t>(x) >> 16); });
  arrays.check_type<std::uint16_t>(Dtype::F16, [](float x) {
    if (x == 0) return std::uint16_t(0);
    int exponent = 0;
    const float fraction = std::frexp(std::abs(x), &exponent);  // in [1/2, 1)
    return std::uint16_t((x < 0 ? 0x8000 : 0) | (exponent + 14) << 10 | (int(fraction * 2048) - 1024));
  });
}

BOOST_AUTO_TEST_CASE(arrays_missing_and_too_many_are_named) {
  const std::string advice = "; open it with the encoder that it was made with";
  Arrays arrays;
  std::vector<Tensor> tensors = arrays.tensors();
  tensors.push_back(make_tensor("fc.weight", arrays.numbers.at("summary.3.bias").data(), {3}));
  BOOST_TEST(arrays.refusal(tensors) == " holds 'fc.weight', which this encoder does not have" + advice);
  std::erase_if(tensors, [](const Tensor& tensor) { return tensor.name == "maps.1.running_var"; });
  BOOST_TEST(arrays.refusal(tensors) ==
             " lacks 'maps.1.running_var' and holds 'fc.weight', which this encoder does not have" + advice);
  BOOST_TEST(arrays.refusal({}) ==
             " lacks 'maps.0.weight', 'maps.1.weight', 'maps.1.bias', "
             "'summary.0.weight' and 8 more" +
                 advice);
  std::vector<Tensor> half = arrays.tensors();
  half.front().name = "module." + half.front().name;
  BOOST_TEST(arrays.refusal(half) ==
             " lacks 'maps.0.weight' and holds 'module.maps.0.weight', which this encoder does not have" +
                 advice);
  arrays.shapes.at("summary.3.weight") = {6, 3};
  BOOST_TEST(arrays.refusal(arrays.tensors()) ==
             ": summary.3.weight has the shape 6 x 3, where this encoder's is 3 x 6" + advice);
}

BOOST_AUTO_TEST_CASE(numbers_that_can_t_be) {
  const auto refusal_with = [](const std::string& name, float number) {
    Arrays arrays;
    arrays.numbers.at(name).back() = number;
    return arrays.refusal(arrays.tensors());
  };
  for (const float number : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    for (const std::string name : {"summary.0.weight", "maps.1.running_mean"})
      BOOST_TEST(refusal_with(name, number) ==
                 ": " + name +
                     " holds a number that is not finite, or not as a float: its training had "
                     "broken; use an earlier copy");
  BOOST_TEST(refusal_with("maps.1.running_var", -0.5F) ==
             ": maps.1.running_var holds -0.5, and no variance is below 0: the file is damaged; use another "
             "copy");
  BOOST_TEST(refusal_with("maps.1.running_var", 0.0F) == "elsewhere: ");

  const Arrays arrays;
  std::vector<Tensor> tensors = arrays.tensors();
  const double large[] = {0, 0, 1e39};
  const auto bias = std::find_if(tensors.begin(), tensors.end(),
                                 [](const Tensor& tensor) { return tensor.name == "summary.3.bias"; });
  *bias = make_tensor("summary.3.bias", large, {3});
  BOOST_TEST(
      has(arrays.refusal(tensors), "summary.3.bias holds a number that is not finite, or not as a float"));
  const std::int64_t whole[] = {1, 2, 3};
  *bias = make_tensor("summary.3.bias", whole, {3});
  BOOST_TEST(arrays.refusal(tensors) ==
             ": tensor 'summary.3.bias' holds I64, where numbers are F64, F32, F16 "
             "or BF16; convert it");
}

BOOST_AUTO_TEST_SUITE_END()
