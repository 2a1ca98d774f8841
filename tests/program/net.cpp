#include "../../examples/dim/run/net.hpp"

#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/model/encoder_description.hpp>
#include <filesystem>

#include "../../examples/dim/run/models.hpp"
#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(net)

using namespace tests;
using namespace program;
using dim::Json;
using dim::Shape;

Json description_of(const std::string& name) {
  return describe(named_encoder(name)->graph());
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_again) {
  const TemporaryDirectory directory;
  const std::string file = directory / "net.json";
  for (const std::string name : {"basic28x28", "basic32x32", "basic64x64", "dcgan32x32"}) {
    put(file, output_of("info --encoder " + name + " --json"));
    BOOST_TEST((read_net(file) == description_of(name)), name);
    BOOST_TEST(net_text(read_net(file)) == contents(file));
  }
  BOOST_TEST(!has(contents(file), "maps.0"));
  // A sum's layers say where they read and write.
  put(file, R"({"version":1,"pixels":[-1,1],"shapes":{"image":[1,4,4]},"layers":[
    {"kind":"Tanh"},{"kind":"LayerNorm"},{"kind":"LayerNorm","path":"x.","from":1,"to":2},
    {"kind":"Linear","units":3,"bias":false}],"slots":{"map":2,"conv":2,"code":4}})");
  const Json sum = read_net(file);
  BOOST_TEST(sum.at("layers").array()[3].at("from").integer() == 2);
  put(file, net_text(sum));
  BOOST_TEST((read_net(file) == sum));
  BOOST_TEST(has(contents(file), "{\"kind\": \"LayerNorm\", \"path\": \"x.\", \"from\": 1, \"to\": 2},\n"));
  const std::string shown = output_of("info --encoder " + file);
  for (const char* line :
       {"  image         1x4x4, bytes scaled", "  x                            LayerNorm to 1x4x4\n",
        "  gives         map 1x4x4, conv 1x4x4, y 3x1x1\n", "  parameters    52\n"})
    BOOST_TEST(has(shown, line), shown);
}

BOOST_AUTO_TEST_CASE(the_file_in_the_documentation) {
  const std::string page = contents(DIM_TESTS "/../docs/writing-your-own.md"), begin = "```json\n";
  const auto block = [&](std::size_t from) {
    const std::size_t first = page.find(begin, from) + begin.size();
    return page.substr(first, page.find("```", first) - first);
  };
  const std::string text = block(0), sum = block(page.find(text));
  const TemporaryDirectory directory;
  const std::string file = directory / "net.json";
  put(file, text);
  const dim::EncoderShapes shapes = graph_of(read_net(file)).shapes();
  BOOST_TEST((shapes.map == Shape{48, 10, 10} && shapes.conv == Shape{96, 10, 10}));
  BOOST_TEST((shapes.fc == Shape{512, 1, 1} && shapes.code == Shape{64, 1, 1}));
  // The block behind slot 3.
  std::string longer = text;
  longer.insert(longer.find("    {\"kind\": \"MaxPool\""), sum);
  const std::string slots = "\"map\": 4, \"conv\": 6, \"fc\": 8, \"code\": 9";
  longer.replace(longer.find(slots), slots.size(), "\"map\": 7, \"conv\": 9, \"fc\": 11, \"code\": 12");
  put(file, longer);
  const EncoderGraph graph = graph_of(read_net(file));
  BOOST_TEST((graph.shapes().map == Shape{48, 10, 10}));
  BOOST_TEST(graph.graph.stages()[6].in == 5);
}

BOOST_AUTO_TEST_CASE(what_describes_no_encoder_is_refused) {
  const TemporaryDirectory directory;
  const std::string file = directory / "net.json", text = net_text(description_of("basic32x32"));
  const auto refused = [&](const std::string& from, const std::string& to, const std::string& why) {
    std::string changed = text;
    BOOST_TEST_REQUIRE(has(changed, from), from);
    put(file, changed.replace(changed.find(from), from.size(), to));
    const std::string error = error_of([&] { read_net(file); });
    BOOST_TEST(error.starts_with(file + ": "), error);
    BOOST_TEST(has(error, why), error);
    BOOST_TEST(!has(error, "\n"), error);
  };
  refused("BatchNorm", "BachNorm",
          "layer 1, counted from 0: there is no layer 'BachNorm' in this version of the library; there are "
          "BatchNorm, ");
  refused("\"height\": 4", "\"height\": 40",
          "layer 0, counted from 0: " DIM_CONV_INPUT ": Conv<64, {40, 4}, 2, 1> on samples of 3x32x32");
  refused("\"filters\": 128", "\"filters\": 0", "layer 3, counted from 0: " DIM_CONV_NUMBERS);
  refused("\"filters\": 128", "\"filter\": 128", "layer 3, counted from 0: there is no 'filters'; add it");
  refused("\"units\": 64", "\"units\": 64, \"unit\": 3", "no Linear has 'unit'; leave it out");
  refused("\"units\": 64", "\"units\": 2000000000", "the number 2000000000 is not in 0..1048576");
  refused("[3, 32, 32]", "[3, 32768, 32768]", "larger than any that can be run");
  refused("[3, 32, 32]", "[3, 2, 2]", "layer 3, counted from 0: " DIM_CONV_INPUT);
  refused("\"map\": 6, ", "", "its slots don't say where the map is; add it");
  refused("\"code\": 13", "\"y\": 13", "slots has 'y', which is none of map, conv, fc, code");
  refused("\"code\": 13", "\"code\": 12", "its code is slot 12, and the last layer gives slot 13");
  refused("\"map\": 6", "\"map\": 0", "slot 0 does not lie between image and code");
  refused("\"map\": 6", "\"map\": 12", "layer 9, counted from 0: a Linear gives no map");
  refused("\"conv\": 9", "\"conv\": 3", "its slots, map 6, conv 3 and fc 12, are not in this order");
  refused("\"stride\": 2", "\"stride\": 0", "layer 0, counted from 0: " DIM_CONV_NUMBERS);
  refused("\"units\": 64", "\"units\": 0", "layer 12, counted from 0: Linear");
  refused("[3, 32, 32]", "[3, 0, 32]", "its images have no pixels");
  refused("\"height\": 4", "\"height\": 100000", "the number 100000 is not in 0..1024");
  refused("\"layers\"", "\"layer\"", "it has 'layer', which is none of version, ");
  refused("{", "", "byte 12: more text after the value");
  refused(text, "", "byte");
  refused(text, "[1]", "expected an object but found an array");
  refused(text, "{}", "there is no 'version'; add it");
  const auto of_layers = [&](const std::string& layers, const std::string& slots) {
    put(file, R"({"version": 1, "pixels": [-1, 1], "shapes": {"image": [3, 32, 32]}, "layers": [)" + layers +
                  R"(], "slots": {)" + slots + "}}");
    return error_of([&] { read_net(file); });
  };
  BOOST_TEST(has(of_layers("", R"("map": 1, "conv": 1, "code": 2)"), file + ": it has no layers ("));
  std::string many = R"({"kind": "Tanh"})";
  for (int i = 1; i < 10000; ++i) many += R"(, {"kind": "Tanh"})";
  BOOST_TEST(has(of_layers(many, R"("map": 1, "conv": 1, "code": 10000)"), "it has more than 4096 layers"));
  const std::string one_location =
      R"({"kind": "Conv", "filters": 8, "height": 32, "width": 32, "stride": 1, "padding": 0, "bias": true},
         {"kind": "Linear", "units": 64, "bias": true})";
  BOOST_TEST(
      has(of_layers(one_location, R"("map": 1, "conv": 1, "code": 2)"),
          "its map, 8x1x1, has one location, and local features are those of several; let its slot be that "
          "of a layer before"));
  check_fails("info --encoder " + directory / "none.json",
              "cannot open " + directory / "none.json" + ": No such file or directory; check the path");
  BOOST_TEST(run_dim("info --json").status == 2);
  BOOST_TEST(run_dim("info x --json --options").status == 2);
  BOOST_TEST(run_dim("info x --encoder basic32x32").status == 2);
}

// The program takes memory only after it has said how much is wanted.
BOOST_AUTO_TEST_CASE(what_is_too_large_to_train_is_said) {
  const SmallCifar cifar;
  std::string text = net_text(description_of("basic32x32"));
  text.replace(text.find("256"), 3, "1000000");
  text.replace(text.find("1024"), 4, "65536");
  put(cifar.run("net.json"), text);
  const Ran ran = cifar.train("a", "--encoder " + cifar.run("net.json"));
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "memory"), ran.error);
  BOOST_TEST(!std::filesystem::exists(cifar.run("a")));
}

// A run does not need the file once it has begun.
BOOST_AUTO_TEST_CASE(a_file_trains_as_the_type_and_may_go) {
  const SmallCifar cifar;
  const std::string file = cifar.run("net.json"), run = cifar.run("net"), with = "--encoder " + file;
  put(file, output_of("info --encoder basic32x32 --json"));
  const std::string text = contents(file);
  cifar.train("type", "--epochs 2 --encoder basic32x32");
  const Ran first = cifar.train("net", with + " --epochs 1");
  BOOST_TEST(first.status == 0, first.error);
  std::filesystem::remove(file);
  const Ran resumed = cifar.train("net", with + " --epochs 2");
  BOOST_TEST(has(resumed.output, "resumed"), resumed.error);
  for (const char* name : {"/encoder.safetensors", "/last.safetensors", "/best.safetensors"})
    BOOST_TEST((contents(run + name) == contents(cifar.run("type") + name)), name);

  for (const std::string& command : {"evaluate " + run + " --probes knn --baselines untrained,supervised",
                                     "finetune " + run + " --labels 1 --steps 3",
                                     "features " + run + " --out " + cifar.run("y.npy"), "report " + run}) {
    const Ran ran = run_dim(command);
    BOOST_TEST(ran.status == 0, command << ": " << ran.error);
  }
  const std::string shown = output_of("info " + run);
  BOOST_TEST(has(shown, "  encoder       \"" + file + "\"\n"), shown);
  BOOST_TEST(has(shown, "  maps.0                       Conv<64, 4, 2, 1> to 64x16x16\n"), shown);
  BOOST_TEST(!has(shown, "\"layers\""), shown);

  // The same encoder may be anywhere, and another is another run.
  put(cifar.run("moved.json"), text);
  BOOST_TEST(has(cifar.train("net", "--epochs 2 --encoder " + cifar.run("moved.json")).output, "resumed"));
  std::string other = text;
  put(file, other.replace(other.find("1024"), 4, "1000"));
  const std::string checkpoint = contents(run + "/last.safetensors");
  BOOST_TEST(has(cifar.train("net", with + " --epochs 3").error,
                 run + " holds a run with other settings (" + file +
                     " describes another encoder than the run has): give the same ones to go on with it"));
  BOOST_TEST(has(cifar.train("net", "--epochs 3 --encoder basic32x32").error, "(encoder "));
  BOOST_TEST(has(cifar.train("type", with + " --epochs 3").error, "(encoder basic32x32 there and "));
  BOOST_TEST((contents(run + "/last.safetensors") == checkpoint));
  BOOST_TEST(has(cifar.train("none", "--encoder " + cifar.run("none.json")).error, "cannot open"));
}

/// A folder of `count` images of any colours.
void put_colours(const std::string& folder, int count) {
  std::filesystem::create_directories(folder);
  for (int i = 0; i < count; ++i) {
    dim::ByteImage image{16, 16, 3, std::vector<std::uint8_t>(16 * 16 * 3, std::uint8_t(5 * i + 3))};
    for (std::size_t k = 0; k < 16 * 16; ++k) image.bytes[3 * k] = std::uint8_t(k * std::size_t(i + 1));
    put(folder + "/" + std::to_string(i) + ".png", png_of(image, PNG_FORMAT_RGB));
  }
}

// Without fc, with a sum, of a width of one, and with a code for each location.
BOOST_AUTO_TEST_CASE(whatever_is_described_is_trained) {
  const TemporaryDirectory directory;
  const std::string file = directory / "net.json", images = directory / "images",
                    begin = R"({"version":1,"pixels":[-1,1],"shapes":{"image":[3,9,9]},"layers":[)"
                            R"({"kind":"MaxPool","window":2,"stride":2},)";
  put_colours(images + "/a", 30);
  put_colours(images + "/b", 30);
  int i = 0;
  for (const std::string& rest :
       {std::string(R"({"kind":"LayerNorm"},{"kind":"Linear","units":1,"bias":true}],)"
                    R"("slots":{"map":1,"conv":2,"code":3}})"),
        std::string(
            R"({"kind":"Conv","filters":5,"height":3,"width":1,"stride":1,"padding":0,"bias":true},)"
            R"({"kind":"Leaky","slope":0.1},{"kind":"LayerNorm"},)"
            R"({"kind":"LayerNorm","path":"second.","from":3,"to":4},{"kind":"Dropout","probability":0.5},)"
            R"({"kind":"Conv","filters":2,"height":1,"width":1,"stride":1,"padding":0,"bias":true}],)"
            R"("slots":{"map":4,"conv":6,"code":7}})")}) {
    put(file, begin + rest);
    const std::string run = directory / ("run" + std::to_string(i++));
    for (const std::string& command :
         {"train --data 'folder@9:" + images + "' --task both --units 8 --batch 10 --epochs 1 --encoder " +
              file + " --out " + run,
          "evaluate " + run + " --probes knn", "finetune " + run + " --labels 1 --steps 3",
          "features " + run + " --out " + directory / "y.npy", "info " + run,
          "embed " + run + " " + images + " --out " + directory / "y.csv", "report " + run}) {
      const Ran ran = run_dim(command);
      BOOST_TEST(ran.status == 0, command << ": " << ran.error);
    }
    BOOST_TEST(
        has(run_dim("features " + run + " --feature fc --out " + directory / "fc.npy").error, "no fc"));
  }
  check_fails(
      "train --data 'folder@12:" + images + "' --batch 10 --encoder " + file + " --out " + directory / "a",
      "encoder " + file +
          " takes images of 3x9x9 (channels x height x width) and the data are 3x12x12: give data "
          "of that shape, or train with another --encoder, which fits if it is left out");
}

BOOST_AUTO_TEST_CASE(plans_are_those_of_the_ready_encoders) {
  for (const std::string side : {"32", "64"})
    BOOST_TEST((planned_net("basic-3x" + side + "x" + side) == description_of("basic" + side + "x" + side)));
  const auto shapes = [](const std::string& name) { return graph_of(planned_net(name)).shapes(); };
  for (const auto& [name, map, conv] : {std::tuple{"basic-3x48x48", Shape{256, 6, 6}, Shape{512, 3, 3}},
                                        {"basic-3x8x8", Shape{64, 4, 4}, Shape{64, 4, 4}},
                                        {"basic-1x12x40", Shape{64, 6, 20}, Shape{128, 3, 10}},
                                        {"basic-3x512x512", Shape{512, 8, 8}, Shape{512, 4, 4}}}) {
    BOOST_TEST((shapes(name).map == map), name);
    BOOST_TEST((shapes(name).conv == conv), name);
    BOOST_TEST((shapes(name).fc == Shape{1024, 1, 1} && shapes(name).code == Shape{64, 1, 1}));
  }
  for (const auto& [name, map, conv] : {std::tuple{"basic-1x1x256", Shape{128, 1, 16}, Shape{256, 1, 4}},
                                        {"basic-6x1x128", Shape{64, 1, 32}, Shape{128, 1, 8}},
                                        {"basic-1x1x12", Shape{64, 1, 3}, Shape{64, 1, 3}},
                                        {"basic-2x1x32768", Shape{512, 1, 32}, Shape{512, 1, 8}}}) {
    BOOST_TEST((shapes(name).map == map), name << " " << to_string(shapes(name).map));
    BOOST_TEST((shapes(name).conv == conv), name << " " << to_string(shapes(name).conv));
  }
  BOOST_TEST(has(error_of([&] { planned_net("basic-40x1x3"); }), "give signals of 12 samples or more"));
  for (const std::string name : {"basic-", "basic-3x48", "basic-3x48x48x", "basic-03x48x48", "basic-3x48x0",
                                 "basic-3x48x99999999999", "basic-3,48,48"})
    BOOST_TEST(has(error_of([&] { planned_net(name); }), "names no shape of images"), name);
  BOOST_TEST(has(error_of([&] { planned_net("basic-3x5x9"); }), "no encoder takes images of 3x5x9"));
  BOOST_TEST(has(error_of([&] { planned_net("basic-3x9x2000000000"); }), "is not in 0.."));
}

BOOST_AUTO_TEST_CASE(images_that_no_ready_encoder_takes_get_one) {
  const TemporaryDirectory directory;
  const std::string images = directory / "images", run = directory / "run",
                    command =
                        "train --data 'folder@12:" + images + "' --units 8 --batch 10 --epochs 1 --out ";
  put_colours(images, 40);
  const std::string said = output_of(command + run);
  BOOST_TEST(has(said, "model    basic-3x12x12 and its objective"), said);
  BOOST_TEST(has(said,
                 "\nplan     that of basic64x64, as no ready encoder takes 3x12x12: map 64x6x6, conv "
                 "128x3x3, fc 1024, y 64\n"),
             said);
  BOOST_TEST(has(output_of(command + run), "resumed"));
  const std::string named = output_of(command + directory / "named" + " --encoder basic-3x12x12");
  BOOST_TEST(!has(named, "\nplan "), named);
  BOOST_TEST((contents(directory / "named/last.safetensors") == contents(run + "/last.safetensors")));
  BOOST_TEST(has(output_of("neighbours " + run + " " + images + "/3.png -k 1"), "1.0000  3.png"));
}

BOOST_AUTO_TEST_SUITE_END()
