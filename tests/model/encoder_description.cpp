#include <boost/test/unit_test.hpp>
#include <dim/model/dcgan.hpp>
#include <dim/model/encoder_file.hpp>

#include "../io/temporary.hpp"
#include "../train/small.hpp"

BOOST_AUTO_TEST_SUITE(encoder_description)

using namespace tests;

/// Each layer of the library, and sums within sums.
struct AllMaps : Sequential<Conv<6, Size{3, 1}, 1, 0, Bias::yes>, LayerNorm, LeakyReLU,
                            Sum<Sequential<Conv<6, 3, 1, 1>, BatchNorm, Tanh>, Identity>, MaxPool<2, 1>,
                            Dropout<Ratio{1, 8}>> {};
struct AllSummary
    : Sequential<ConvTranspose<4, 4, 2, 1, 1>, ReLU, Linear<32>, Sigmoid, Unflatten<Shape{2, 4, 4}>,
                 Sum<Conv<2, 1>, Sum<Conv<2, 1>, Sequential<ReLU, Conv<2, 1>>>>, Linear<5, Bias::none>> {};
using All = Encoder<Shape{2, 8, 8}, AllMaps, AllSummary>;
using ConvIsMap = Encoder<Shape{2, 8, 8}, SmallMaps, Sequential<Linear<5>>>;
using Signals = Encoder<Shape{3, 1, 32}, Sequential<Conv1d<6, 8, 4, 2>, BatchNorm, ReLU>,
                        Sequential<Conv<4, Size{1, 3}, 1, Size{0, 1}, Bias::yes>, ReLU, Linear<5>>>;
using SeveralCodes = Encoder<Shape{2, 8, 8}, SmallMaps, Sequential<Sum<Conv<3, 2>, Conv<3, 2>>>>;

template <class Net>
EncoderGraph<Cpu, float> graph_of_type() {
  return encoder_graph<Net, Cpu, float>();
}
EncoderGraph<Cpu, float> read(const Json& description) {
  return DescriptionReader<Cpu, float>::read(description, "x.safetensors");
}

BOOST_AUTO_TEST_CASE(in_words) {
  using Net =
      Encoder<Shape{1, 6, 4}, Sequential<Conv<3, 3, 1, 1>, BatchNorm, LeakyReLU>, Sequential<Linear<2>>>;
  BOOST_TEST(
      describe(graph_of_type<Net>()).dump() ==
      R"({"version":1,"pixels":[-1,1],)"
      R"("shapes":{"image":[1,6,4],"map":[3,6,4],"conv":[3,6,4],"fc":[3,6,4],"code":[2,1,1]},"layers":[)"
      R"({"kind":"Conv","path":"maps.0.","from":0,"to":1,"filters":3,"height":3,"width":3,"stride":1,"padding":1,"bias":false},)"
      R"({"kind":"BatchNorm","path":"maps.1.","from":1,"to":2},)"
      R"({"kind":"Leaky","path":"maps.2.","from":2,"to":3,"slope":0.2},)"
      R"({"kind":"Linear","path":"summary.0.","from":3,"to":4,"units":2,"bias":true}],)"
      R"("slots":{"map":3,"conv":3,"fc":3,"code":4}})");
}

template <class Net>
void check_made_again() {
  const EncoderGraph<Cpu, float> expected = graph_of_type<Net>();
  const Json description = describe(expected);
  const EncoderGraph<Cpu, float> made = read(Json::parse(description.dump()));
  BOOST_TEST(describe(made).dump() == description.dump());
  BOOST_TEST((made.map == expected.map && made.conv == expected.conv && made.fc == expected.fc));
  const auto &stages = made.graph.stages(), &of_type = expected.graph.stages();
  BOOST_TEST_REQUIRE(stages.size() == of_type.size());
  for (std::size_t i = 0; i < stages.size(); ++i) {
    BOOST_TEST((stages[i].in == of_type[i].in && stages[i].out == of_type[i].out));
    BOOST_TEST((stages[i].write == of_type[i].write && stages[i].path == of_type[i].path));
    BOOST_TEST((stages[i].layer->name() == of_type[i].layer->name() || of_type[i].layer->name() == "Copy"));
  }
  for (std::size_t i = 0; i < expected.graph.slots().size(); ++i) {
    BOOST_TEST((made.graph.slots()[i].shape == expected.graph.slots()[i].shape));
    BOOST_TEST(made.graph.slots()[i].kept == expected.graph.slots()[i].kept);
  }

  // The weights and codes of the type, in every bit.
  const auto typed = untrained<Cpu, float>(Cpu{1}, std::make_unique<EncoderPass<Net, Cpu, float>>(), 1),
             again = untrained<Cpu, float>(Cpu{1}, std::make_unique<GraphEncoderPass<Cpu, float>>(made), 1);
  for (const Representation feature : {Representation::conv, Representation::fc, Representation::y})
    if (typed.shape(feature).valid())
      BOOST_TEST((again.encode(stripes(3), feature) == typed.encode(stripes(3), feature)));
}
BOOST_AUTO_TEST_CASE(made_again) {
  check_made_again<SmallEncoder>();
  check_made_again<All>();
  check_made_again<ConvIsMap>();
  check_made_again<SeveralCodes>();
}

/// Any images (N, C, H, W).
xt::xtensor<float, 4> any_images(Shape shape) {
  xt::xtensor<float, 4> images(
      {3, std::size_t(shape.channels), std::size_t(shape.height), std::size_t(shape.width)});
  const Random random{2};
  for (std::size_t i = 0; i < images.size(); ++i) images.data()[i] = random.uniform(i);
  return images;
}

// A stride or a padding is a number for both directions, or an array of height and width.
BOOST_AUTO_TEST_CASE(strides_and_paddings_of_two_directions) {
  const Json description = describe(graph_of_type<Signals>());
  const std::string text = description.dump();
  BOOST_TEST(has(text, R"("filters":6,"height":1,"width":8,"stride":[1,4],"padding":[0,2],"bias":false})"));
  BOOST_TEST(has(text, R"("filters":4,"height":1,"width":3,"stride":1,"padding":[0,1],"bias":true})"));
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    return Json::parse(other.replace(other.find(from), from.size(), to));
  };
  BOOST_TEST(describe(read(changed(R"("stride":1,)", R"("stride":[1,1],)"))).dump() == text);
  const auto why = [&](const std::string& from, const std::string& to) {
    return error_of([&] { read(changed(from, to)); });
  };
  BOOST_TEST(has(why("[1,4]", "[1,4,1]"),
                 "layer 0, counted from 0: [1,4,1] is no height and width, [HEIGHT, WIDTH]"));
  BOOST_TEST(has(why("[1,4]", "[]"), "[] is no height and width"));
  BOOST_TEST(has(why("[1,4]", "[1,true]"), "expected an integer but found true or false"));
  BOOST_TEST(has(why("[1,4]", "\"1\""), "expected an integer but found a string"));
  BOOST_TEST(has(why("[1,4]", "[1,1025]"), "the number 1025 is not in 0..1024"));
  BOOST_TEST(has(why("[1,4]", "[0,4]"), DIM_CONV_NUMBERS));
  BOOST_TEST(has(why("[0,2]", "[1,2]"), DIM_CONV_PADDING));

  const auto typed = untrained<Cpu, float>(Cpu{1}, std::make_unique<EncoderPass<Signals, Cpu, float>>(), 1),
             again = untrained<Cpu, float>(
                 Cpu{1}, std::make_unique<GraphEncoderPass<Cpu, float>>(read(description)), 1);
  const auto signals = any_images(Signals::image);
  BOOST_TEST((again.encode(signals) == typed.encode(signals)));
}

// What hands would have to number again is left out.
BOOST_AUTO_TEST_CASE(what_follows_from_the_order_may_be_left_out) {
  const std::string begin = R"({"version":1,"pixels":[-1,1],"shapes":{"image":[2,8,8]},"layers":[)";
  const EncoderGraph<Cpu, float> plain = read(
      Json::parse(begin + R"({"kind":"Tanh"},{"kind":"LayerNorm"},{"kind":"Linear","units":5,"bias":true},)"
                          R"({"kind":"Identity"},{"kind":"Linear","units":3,"bias":false}],)"
                          R"("slots":{"map":2,"conv":2,"fc":4,"code":5}})"));
  BOOST_TEST(plain.graph.stages()[1].path == "maps.1.");
  BOOST_TEST(plain.graph.stages()[4].path == "summary.2.");
  BOOST_TEST((plain.shapes().fc == Shape{5, 1, 1} && plain.shapes().code == Shape{3, 1, 1}));
  // Behind a sum comes what the sum gives.
  const EncoderGraph<Cpu, float> sum =
      read(Json::parse(begin + R"({"kind":"Tanh"},{"kind":"LayerNorm"},{"kind":"LayerNorm","from":1,"to":2},)"
                               R"({"kind":"Linear","units":3,"bias":false}],)"
                               R"("slots":{"map":2,"conv":2,"code":4}})"));
  BOOST_TEST(sum.graph.stages()[3].in == 2);
}

// How an encoder begins is part of it.
BOOST_AUTO_TEST_CASE(dcgan_begins_as_dcgan) {
  using Dcgan = encoders::Dcgan<2>;
  const Json description = describe(graph_of_type<Dcgan>());
  BOOST_TEST(description.at("initialisation").string() == "dcgan");
  const auto typed = untrained<Cpu, float>(Cpu{1}, std::make_unique<EncoderPass<Dcgan, Cpu, float>>(), 1),
             again = untrained<Cpu, float>(
                 Cpu{1}, std::make_unique<GraphEncoderPass<Cpu, float>>(read(description)), 1);
  const xt::xtensor<float, 4> image({1, 3, 32, 32}, 0.25F);
  BOOST_TEST((again.encode(image) == typed.encode(image)));
}

// A rebuilt encoder trains like the one of the type, if training continues.
BOOST_AUTO_TEST_CASE(a_rebuilt_encoder_learns) {
  const auto trained = [](std::unique_ptr<AnyEncoder<Cpu, float>> encoder) {
    BasicTrainer<Cpu, float> trainer(
        Cpu{1}, {.batch = 8}, std::move(encoder),
        std::make_unique<ObjectivePass<SmallGoal, Cpu, float>>(encoder_shapes<SmallEncoder>()));
    const auto images = stripes(16);
    trainer.fit(images_of(images), {.epochs = 2});
    return state_of(trainer);
  };
  const Json description = describe(graph_of_type<SmallEncoder>());
  BOOST_TEST((trained(std::make_unique<GraphEncoderPass<Cpu, float>>(read(description))) ==
              trained(std::make_unique<EncoderPass<SmallEncoder, Cpu, float>>())));
}

/// The error for a description in which the first `from` is replaced by `to`.
std::string refusal(const std::string& from, const std::string& to) {
  std::string text = describe(graph_of_type<All>()).dump();
  BOOST_TEST_REQUIRE(has(text, from), from);
  text.replace(text.find(from), from.size(), to);
  std::string error = error_of([&] { read(Json::parse(text)); });
  const std::string
      begin = "x.safetensors: the description of its encoder can't be followed: ",
      end =
          " (it is damaged, or of another program or version; use another copy, or open the file "
          "with the encoder's type)";
  if (!error.starts_with(begin) || !error.ends_with(end)) return "elsewhere: " + error;
  return error.substr(begin.size(), error.size() - begin.size() - end.size());
}

BOOST_AUTO_TEST_CASE(hostile_descriptions_are_refused) {
  BOOST_TEST(refusal("\"version\":1", "\"version\":1") == "elsewhere: ");
  const auto refused = [](const std::string& from, const std::string& to, const std::string& why) {
    const std::string error = refusal(from, to);
    BOOST_TEST((has(error, why) && !has(error, "elsewhere")), from << " -> " << to << " gives " << error);
  };
  refused("\"version\":1", "\"version\":2", "it is of version 2, and this library reads version 1");
  refused("\"version\":1", "\"version\":\"1\"", "expected an integer but found a string");
  refused("\"version\":1,", "", "there is no 'version'");
  refused("\"pixels\":[-1,1]", "\"pixels\":[0,1]", "its pixels are not scaled to [-1, 1]");
  refused("\"pixels\":[-1,1]", "\"pixels\":[]", "its pixels are not scaled to [-1, 1]");
  refused("\"pixels\":[-1,1]", "\"pixels\":[[],1]", "expected a number");

  refused("\"image\":[2,8,8]", "\"image\":[2,8]", "not of three numbers");
  refused("\"image\":[2,8,8]", "\"image\":[2,8,0]", "no pixels");
  refused("\"image\":[2,8,8]", "\"image\":[2,-8,8]", "-8 is not in 0..32768");
  refused("\"image\":[2,8,8]", "\"image\":[2,8,2147483648]", "2147483648 is not in 0..");
  refused("\"image\":[2,8,8]", "\"image\":[1048576,32768,32768]", "larger than any that can be run");
  refused("\"image\":[2,8,8]", "\"image\":[2,8.0,8]", "expected an integer but found a number");
  refused("\"code\":[5,1,1]", "\"code\":[6,1,1]", "the shape of its code is not the one");
  refused("\"pixels\":[-1,1]", "\"pixels\":[-1,1],\"initialisation\":\"he\"",
          "there is no initialisation 'he'; it is torch or dcgan");

  refused("\"layers\":[", "\"layers\":7,\"x\":[", "expected an array but found an integer");
  refused("\"kind\":\"Conv\"", "\"kind\":\"Attention\"",
          "layer 0, counted from 0: there is no layer 'Attention' in this version of the library; there are "
          "BatchNorm, Conv, ConvTranspose, ");
  refused("\"kind\":\"Conv\"", "\"kind\":7", "expected a string");
  refused("\"filters\":6,", "", "there is no 'filters'");
  refused("\"filters\":6", "\"filters\":6,\"dilation\":2", "no Conv has 'dilation'; leave it out");
  refused("\"filters\":6", "\"filters\":0", "Conv: filters, kernel and stride must be positive");
  refused("\"filters\":6", "\"filters\":-6", "-6 is not in 0..1048576");
  refused("\"filters\":6", "\"filters\":1e6", "expected an integer");
  refused("\"filters\":6", "\"filters\":9223372036854775807", "is not in 0..");
  refused("\"filters\":6", "\"filters\":1048576", "and 1048576x6x8");  // unlike the sum's other branch
  refused("\"height\":3", "\"height\":9", "Conv: the kernel is larger than the padded input");
  refused("\"height\":3", "\"height\":1025", "1025 is not in 0..1024");
  refused("\"padding\":0", "\"padding\":2", "Conv: the padding must be less than the kernel");
  refused("\"padding\":0", "\"padding\":null", "expected an integer but found null");
  refused("\"bias\":true", "\"bias\":1", "expected true or false");
  refused("\"slope\":0.2", "\"slope\":1.5", "Leaky: the slope must lie in [0, 1)");
  refused("\"probability\":0.125", "\"probability\":-1", "Dropout: the probability");
  refused("\"window\":2", "\"window\":16", "MaxPool: the kernel must lie in 1..15");
  refused("\"units\":32", "\"units\":33", "Unflatten");
  refused("\"stride\":2", "\"stride\":1024", "the shape of its conv is not");  // of a ConvTranspose

  // Layers between slots: backwards, in circles, or between none.
  refused("\"from\":0,\"to\":1", "\"from\":1,\"to\":1", "1 is not in 0..0");
  refused("\"from\":0,\"to\":1", "\"from\":0,\"to\":2", "2 is not in 0..1");
  refused("\"from\":0,\"to\":1", "\"from\":0,\"to\":0", "slot 0 is added to before a layer has written it");
  refused("\"from\":1,\"to\":2", "\"from\":1,\"to\":1", "slot 1 is added to after a layer has read it");
  refused("\"from\":2,\"to\":3", "\"from\":2,\"to\":1", "slot 1 is added to after a layer has read it");
  refused("\"from\":3,\"to\":4", "\"from\":2,\"to\":3",
          "reads there what it gave; let an Identity copy that");
  refused("\"from\":2,\"to\":3", "\"from\":1,\"to\":3",
          "layer 1, counted from 0: no layer reads what it gives");
  refused("\"path\":\"maps.1.\"", "\"path\":\"maps.0.\"",
          "another layer with weights has its path, 'maps.0.'");
  refused("\"slots\":{\"map\":", "\"slots\":{\"maps\":", "its slots don't say where the map is; add it");
  refused("\"slots\":{\"map\":", "\"slots\":{\"map\":0,\"x\":", "slot 0 does not lie between");
  refused("\"slots\":{\"map\":", "\"slots\":{\"map\":-1,\"x\":", "-1 is not in 0..");
  refused("\"slots\":{\"map\":", "\"slots\":{\"map\":99,\"x\":", "99 is not in 0..");
  const int code = graph_of_type<All>().code;
  refused("\"slots\":{\"map\":", "\"slots\":{\"map\":" + std::to_string(code) + ",\"x\":",
          "does not lie between image and code");
  refused("\"code\":" + std::to_string(code), "\"code\":1",
          "its code is slot 1, and the last layer gives slot " + std::to_string(code));
  // The second slot of a sum is empty.
  refused("\"slots\":{\"map\":", "\"slots\":{\"map\":8,\"x\":", "slot 8 does not lie");
}

// What the type Encoder would not compile.
BOOST_AUTO_TEST_CASE(descriptions_of_other_networks_are_refused) {
  const auto why = [](const std::string& layers, const std::string& slots) {
    return error_of([&] {
      read(Json::parse(R"({"version":1,"pixels":[-1,1],"shapes":{"image":[2,4,4]},"layers":[)" + layers +
                       R"(],"slots":{)" + slots + "}}"));
    });
  };
  const std::string tanh = R"({"kind":"Tanh"},)", linear = R"({"kind":"Linear","units":4,"bias":true})",
                    maps = R"({"kind":"Unflatten","channels":1,"height":2,"width":2})";
  BOOST_TEST(why(tanh + tanh + linear, R"("map":1,"conv":2,"code":3)") == "");
  BOOST_TEST(why(tanh + linear + "," + linear, R"("map":1,"conv":1,"fc":2,"code":3)") == "");
  BOOST_TEST(has(why("", R"("map":1,"conv":1,"code":0)"), "it has no layers"));
  BOOST_TEST(
      has(why(linear + "," + tanh + linear, R"("map":2,"conv":2,"code":3)"),
          "layer 0, counted from 0: a Linear gives no map, and the map, slot 2, is to come from it; give "
          "the map's slot before it"));
  BOOST_TEST(
      has(why(tanh + linear + "," + linear, R"("map":2,"conv":2,"code":3)"), "layer 1, counted from 0"));
  BOOST_TEST(has(why(tanh + tanh + linear, R"("map":2,"conv":1,"code":3)"),
                 "its slots, map 2, conv 1, are not in this order; name them as the layers come"));
  BOOST_TEST(has(why(tanh + tanh + linear + "," + linear, R"("map":1,"conv":2,"fc":1,"code":4)"),
                 "its slots, map 1, conv 2 and fc 1, are not in this order"));
  BOOST_TEST(has(why(tanh + linear + "," + maps, R"("map":1,"conv":1,"code":3)"),
                 "its code, 1x2x2, is no vector, as that of an encoder with a Linear must be; add a Linear"));
}

BOOST_AUTO_TEST_CASE(absurd_descriptions_are_refused_at_once) {
  const auto described = [](const std::string& layers, long count) {
    return R"({"version":1,"pixels":[-1,1],"shapes":{"image":[1,1,1]},"layers":[)" + layers +
           R"(],"slots":{"map":1,"conv":1,"code":)" + std::to_string(count) + "}}";
  };
  std::string many;
  const auto append = [&](long index, const std::string& row) {
    many += (index ? "," : "") + row.substr(0, row.size() - 1) + R"(,"path":")" + std::to_string(index) +
            R"(.","from":)" + std::to_string(index) + R"(,"to":)" + std::to_string(index + 1) + "}";
  };
  for (long i = 0; i < 5000; ++i) append(i, R"({"kind":"Tanh"})");
  BOOST_TEST(
      has(error_of([&] { read(Json::parse(described(many, 5000))); }), "it has more than 4096 layers"));
  many.clear();
  for (long i = 0; i < 4000; ++i) append(i, R"({"kind":"Linear","units":1048576,"bias":true})");
  BOOST_TEST(has(error_of([&] { read(Json::parse(described(many, 4000))); }), "larger than any"));
  many.clear();
  for (long i = 0; i < 10; ++i)
    append(
        i,
        R"({"kind":"Conv","filters":1048576,"height":1024,"width":1024,"stride":1,"padding":1023,"bias":false})");
  BOOST_TEST(has(error_of([&] { read(Json::parse(described(many, 10))); }), "larger than any"));
  many.clear();
  append(
      0,
      R"({"kind":"ConvTranspose","filters":1,"height":1024,"width":1024,"stride":1024,"padding":0,"output_padding":1023,"bias":false})");
  append(
      1,
      R"({"kind":"ConvTranspose","filters":1,"height":1024,"width":1024,"stride":1024,"padding":0,"output_padding":1023,"bias":false})");
  BOOST_TEST(
      has(error_of([&] { read(Json::parse(described(many, 2))); }), "which is more than any encoder needs"));
}

/// The bytes that a pass over one image takes.
long measure_pass(GraphEncoderPass<Cpu, float>& pass) {
  Arena measured;
  pass.lay_out(Cpu{1}, measured, {1, 1}, false);
  return measured.used() + pass.scratch_bytes();
}

// Whatever is changed in a description, it either describes an encoder that runs or is refused.
BOOST_AUTO_TEST_CASE(a_description_with_errors_crashes_nothing) {
  const std::string text = describe(graph_of_type<All>()).dump();
  const std::string_view letters = "0123456789-.,:[]{}\"aefr";
  const Random random{7};
  std::uint64_t next = 0;
  long read_ones = 0;
  for (int attempt = 0; attempt < 3000; ++attempt) {
    std::string changed = text;
    for (std::uint64_t changes = 1 + random.below(3, next++); changes > 0; --changes) {
      const std::uint64_t place = random.below(changed.size(), next++);
      changed[place] = letters[random.below(letters.size(), next++)];
    }
    const std::string error = error_of([&] {
      GraphEncoderPass<Cpu, float> pass(read(Json::parse(changed)));
      const long bytes = measure_pass(pass);
      if (bytes > (64L << 20)) return;
      const auto encoder =
          untrained<Cpu, float>(Cpu{1}, std::make_unique<GraphEncoderPass<Cpu, float>>(pass.graph()), 1);
      const auto [channels, height, width] = encoder.shapes().image;
      const xt::xtensor<float, 4> image({1, std::size_t(channels), std::size_t(height), std::size_t(width)},
                                        0.5F);
      encoder.encode(image);
      ++read_ones;
    });
    BOOST_TEST(error.find('\n') == error.npos);
  }
  BOOST_TEST(read_ones > 20);
  BOOST_TEST_MESSAGE(read_ones << " of 3000 were read");
}

BOOST_AUTO_TEST_SUITE_END()
