#include <boost/test/unit_test.hpp>
#include <dim/model/encoder_file.hpp>

#include "../io/temporary.hpp"
#include "../own_layer.hpp"
#include "../train/small.hpp"

BOOST_AUTO_TEST_SUITE(encoder_file)

using namespace tests;

/// A trained encoder in a file.
struct Saved {
  TemporaryDirectory directory;
  std::string path = directory / "x.safetensors";
  xt::xtensor<float, 4> images = stripes(40);
  SmallTrainer trainer{{.batch = 16}};

  Saved() {
    trainer.fit(images_of(images), {.epochs = 2});
    save(trainer.encoder(), path, {{"note", "mine"}});
  }
  /// The file without the description, as older ones are.
  void forget_description() const {
    const Safetensors file = read_safetensors(path);
    Metadata metadata = file.metadata();
    metadata.erase(description_name);
    write_safetensors(path, file.tensors(), metadata);
  }
};

BOOST_AUTO_TEST_CASE(an_encoder_s_codes_survive) {
  const Saved saved;
  const auto codes = saved.trainer.encoder().encode(saved.images);
  BOOST_TEST((load_encoder<SmallEncoder>(saved.path).encode(saved.images) == codes));
  BOOST_TEST((load_described(Cpu{}, saved.path).encode(saved.images) == codes));
  BOOST_TEST((untrained<Cpu, float>(Cpu{}, std::make_unique<EncoderPass<SmallEncoder, Cpu, float>>(), 1)
                  .encode(saved.images) != codes));
  using Longer = Encoder<Shape{2, 8, 8}, SmallMaps,
                         Sequential<Conv<8, 3, 2, 1>, BatchNorm, LeakyReLU, Linear<12, Bias::none>, BatchNorm,
                                    ReLU, Linear<5>, Linear<3>>>;
  BOOST_TEST(error_of([&] { load_encoder<Longer>(saved.path); }) ==
             saved.path +
                 " lacks 'summary.7.weight', 'summary.7.bias'; open it with the encoder that it was "
                 "made with");
}

// Reading a file, saving it and reading it again changes nothing.
BOOST_AUTO_TEST_CASE(what_was_opened_is_saved_as_it_was) {
  const Saved saved;
  const std::string again = saved.directory / "y.safetensors";
  const Safetensors file = read_safetensors(saved.path);
  save(load_described(Cpu{}, file), again, file.metadata());
  BOOST_TEST(contents(again) == contents(saved.path));
  BOOST_TEST(file.metadata().at("note") == "mine");
}

BOOST_AUTO_TEST_CASE(older_files_open_with_the_type) {
  const Saved saved;
  BOOST_TEST(is_described(read_safetensors(saved.path)));
  saved.forget_description();
  BOOST_TEST(!is_described(read_safetensors(saved.path)));
  BOOST_TEST(
      error_of([&] { load_described(Cpu{}, saved.path); }) ==
      saved.path +
          " doesn't describe its encoder: it is older, of another program, or has a layer of a user's own; "
          "open it with the encoder's type");
  BOOST_TEST((load_encoder<SmallEncoder>(saved.path).encode(saved.images) ==
              saved.trainer.encoder().encode(saved.images)));
}

using Mine = tests::OwnLayer;
/// Like a Tanh, except for its function: it must not be mistaken for one.
struct Nearly : Tanh {
  template <class T>
  static T value(T x) {
    return x / 2;
  }
};

BOOST_AUTO_TEST_CASE(a_layer_of_one_s_own_is_not_described) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.safetensors";
  const auto check_undescribed = [&]<class Layer>(Layer) {
    using Net = Encoder<Shape{2, 8, 8}, Sequential<Conv<3, 3>, Layer>, Sequential<Linear<4>>>;
    const auto encoder = untrained<Cpu, float>(Cpu{}, std::make_unique<EncoderPass<Net, Cpu, float>>(), 1);
    save(encoder, path);
    BOOST_TEST(!is_described(read_safetensors(path)));
    BOOST_TEST((load_encoder<Net>(path).encode(stripes(3)) == encoder.encode(stripes(3))));
  };
  check_undescribed(Mine());
  check_undescribed(Nearly());
}

BOOST_AUTO_TEST_CASE(arrays_that_are_not_those_of_the_description) {
  const Saved saved;
  const Safetensors file = read_safetensors(saved.path);
  std::vector<Tensor> tensors = file.tensors();
  tensors.pop_back();
  write_safetensors(saved.path, tensors, file.metadata());
  BOOST_TEST(has(error_of([&] { load_described(Cpu{}, saved.path); }), " lacks '"));
  Metadata metadata = file.metadata();
  std::string& text = metadata.at(description_name);
  text.replace(text.find("\"units\":5"), 9, "\"units\":6");
  text.replace(text.find("[5,1,1]"), 7, "[6,1,1]");
  write_safetensors(saved.path, file.tensors(), metadata);
  BOOST_TEST(error_of([&] { load_described(Cpu{}, saved.path); }) ==
             saved.path +
                 ": summary.6.weight has the shape 5 x 12, where this encoder's is 6 x 12; open it "
                 "with the encoder that it was made with");
  metadata.at(description_name) = "{";
  write_safetensors(saved.path, file.tensors(), metadata);
  BOOST_TEST(has(error_of([&] { load_described(Cpu{}, saved.path); }), saved.path + ": description: byte 1"));
}

// What PyTorch reads as the state_dict of the same modules.
BOOST_AUTO_TEST_CASE(an_encoder_s_file_has_pytorch_s_names_and_shapes) {
  struct Maps : Sequential<Conv<64, 4, 2, 1>, BatchNorm, ReLU> {};
  struct Summary : Sequential<Linear<5>> {};
  const TemporaryDirectory directory;
  const std::string path = directory / "x.safetensors";
  const auto encoder = untrained<Cpu, float>(
      Cpu{}, std::make_unique<EncoderPass<Encoder<Shape{3, 6, 4}, Maps, Summary>, Cpu, float>>(), 1);
  save(encoder, path);
  const Safetensors file = read_safetensors(path);
  std::map<std::string, std::vector<long>> shapes;
  for (const Tensor& tensor : file.tensors()) shapes[tensor.name] = tensor.shape;
  BOOST_TEST((shapes == std::map<std::string, std::vector<long>>{{"maps.0.weight", {64, 3, 4, 4}},
                                                                 {"maps.1.weight", {64}},
                                                                 {"maps.1.bias", {64}},
                                                                 {"maps.1.running_mean", {64}},
                                                                 {"maps.1.running_var", {64}},
                                                                 {"summary.0.weight", {5, 384}},
                                                                 {"summary.0.bias", {5}}}));

  // A Linear after a map takes it as (C, H, W), whatever the order in memory.
  xt::xtensor<float, 4> image({1, 3, 6, 4}, 0.25F);
  image(0, 1, 2, 3) = 0.75F;
  std::vector<float> conv(384);
  encoder.features(images_of(image), Representation::conv, conv.data());
  const auto weight = file.at("summary.0.weight").values<float>(),
             bias = file.at("summary.0.bias").values<float>();
  const auto code = encoder.encode(image);
  for (std::size_t o = 0; o < 5; ++o) {
    double sum = bias[o];
    for (std::size_t i = 0; i < 384; ++i) sum += double(weight[o * 384 + i]) * conv[i];
    BOOST_TEST(std::abs(code(0, o) - sum) < 1e-5);
  }
}

BOOST_AUTO_TEST_SUITE_END()
