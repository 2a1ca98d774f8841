// The paper's encoder as a list made at run time: the bits are those of the type.
#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/data/images.hpp>
#include <dim/model/basic.hpp>
#include <dim/train/trainer.hpp>

BOOST_AUTO_TEST_SUITE(basic_at_run_time)

using namespace dim;

/// A layer with settings that are read from somewhere.
struct Row {
  enum Is { conv, linear } is;
  int outputs;
  bool rectified, bias;
};

EncoderGraph<Cpu, float> from_rows(const std::vector<Row>& rows, std::size_t maps) {
  EncoderGraph<Cpu, float> encoder{.graph = Graph<Cpu, float>(Shape{3, 32, 32}),
                                   .initialise = &initialise<TorchInitialisation, Cpu, float>};
  Graph<Cpu, float>& graph = encoder.graph;
  int place = 0;
  const auto path = [&](std::size_t row) {
    return (row < maps ? "maps." : "summary.") + std::to_string(place++) + ".";
  };
  bool was_linear = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (i == maps) place = 0;
    if (row.is == Row::linear && !was_linear) {
      encoder.conv = graph.end();
      graph.keep();
      was_linear = true;
    }
    if (i + 1 == rows.size()) {
      encoder.fc = graph.end();
      graph.keep();
    }
    if (row.is == Row::conv)
      graph.add(ConvSpec{row.outputs, 4, 2, 1, row.bias}, path(i));
    else
      graph.add(LinearSpec{.units = row.outputs, .bias = row.bias}, path(i));
    if (row.rectified) {
      graph.add(BatchNormSpec{}, path(i));
      graph.add(LeakySpec{0}, path(i));
    }
    if (i + 1 == maps) {
      encoder.map = graph.end();
      graph.keep();
    }
  }
  encoder.code = graph.end();
  return encoder;
}

using Goal = Objective<LocalAndGlobal, JSD, NoPrior, Dot<64>>;

/// Weights, without moments, after two steps of four images.
std::vector<float> trained(std::unique_ptr<AnyEncoder<Cpu, float>> encoder) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 4 * 3072; ++i) bytes.push_back(std::uint8_t(i * 37 % 251));
  const Images images(std::move(bytes), 4, {3, 32, 32}, Strides::planes({3, 32, 32}));
  BasicTrainer<Cpu, float> trainer(
      Cpu{2}, {.batch = 4}, std::move(encoder),
      std::make_unique<ObjectivePass<Goal, Cpu, float>>(encoder_shapes<encoders::Basic32x32>()));
  trainer.fit(images, {.epochs = 2});
  const Weights<float> weights = trainer.weights();
  std::vector<float> all(weights.parameters, weights.parameters + trainer.counts().parameters);
  all.insert(all.end(), weights.statistics, weights.statistics + trainer.counts().statistics);
  return all;
}

BOOST_AUTO_TEST_CASE(a_list_trains_with_the_bits_of_the_type) {
  const std::vector<Row> rows{{Row::conv, 64, true, false},
                              {Row::conv, 128, true, false},
                              {Row::conv, 256, true, false},
                              {Row::linear, 1024, true, false},
                              {Row::linear, 64, false, true}};
  const EncoderGraph<Cpu, float> listed = from_rows(rows, 2);
  const EncoderGraph<Cpu, float> typed = encoder_graph<encoders::Basic32x32, Cpu, float>();
  const Entries found = listed.graph.entries(), expected = typed.graph.entries();
  BOOST_TEST_REQUIRE(found.parameters.size() == expected.parameters.size());
  for (std::size_t i = 0; i < found.parameters.size(); ++i)
    BOOST_TEST(found.parameters[i].name == expected.parameters[i].name);
  BOOST_TEST((trained(std::make_unique<GraphEncoderPass<Cpu, float>>(listed)) ==
              trained(std::make_unique<EncoderPass<encoders::Basic32x32, Cpu, float>>())));
}

BOOST_AUTO_TEST_SUITE_END()
