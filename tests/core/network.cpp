#include "dim/core/network.hpp"

#include <boost/test/unit_test.hpp>

#include "../model/bound.hpp"

BOOST_AUTO_TEST_SUITE(network)

using namespace tests;

/// A staged network with all the memory that it was promised and not a byte more.
template <class T>
struct Staged {
  Cpu cpu;
  Network<Cpu, T> network;
  Sizes sizes;
  tests::Array<std::byte> saved, scratch;

  Staged(const Graph<Cpu, T>& graph, int count, int threads, int spare)
      : cpu(threads),
        network(graph),
        sizes{count + spare, threads},
        saved(measured()),
        scratch(network.scratch_bytes()) {
    saved.fill_bytes(0);
    Arena arena(saved.data());
    network.lay_out(cpu, arena, sizes);
  }
  bool kept() const { return saved.kept() && scratch.kept(); }

 private:
  long measured() {
    Arena arena;
    network.lay_out(cpu, arena, sizes);
    return arena.used();
  }
};

/// Bytes of activations that layers keep for 5 samples, and of the gradients in scratch.
template <Layer L, Shape In>
std::pair<long, long> memory_of() {
  const auto graph = graph_of<L, In, Cpu, float>();
  Staged<float> staged(graph, 5, 1, 0);
  long layers = 0, scratch = 0;  // those of the layers themselves
  for (const Stage<Cpu, float>& stage : graph.stages()) {
    const Needs need = stage.layer->needs(staged.cpu, In);
    layers += need.saved.at(staged.sizes);
    scratch = (std::max)(scratch, need.scratch.at(staged.sizes));
  }
  return {long(staged.saved.values().size()) - layers, long(staged.scratch.values().size()) - scratch};
}

// Vectors of 16 floats, 5 at a time: 320 bytes per array.
BOOST_AUTO_TEST_CASE(memory) {
  constexpr Shape vector{16, 1, 1};
  constexpr long array = 5 * 16 * 4;
  using L = Linear<16>;
  using Pair = std::pair<long, long>;
  BOOST_TEST((memory_of<L, vector>() == Pair{0, 0}));
  BOOST_TEST((memory_of<Sequential<L, L>, vector>() == Pair{array, array}));
  // Gradients take turns in two buffers.
  BOOST_TEST((memory_of<Sequential<L, L, L, L, L>, vector>() == Pair{4 * array, 2 * array}));
  // Tanh overwrites its input, unless that is the caller's or is still read by the layer before.
  BOOST_TEST((memory_of<Sequential<L, Tanh, L>, vector>() == Pair{array, 2 * array}));
  BOOST_TEST((memory_of<Sequential<Tanh, Tanh, L>, vector>() == Pair{2 * array, 2 * array}));
  BOOST_TEST((memory_of<Sequential<L, Tanh>, vector>() == Pair{array, array}));
  // The values between a BatchNorm and its rectifier are not stored.
  BOOST_TEST((memory_of<Sequential<BatchNorm, ReLU, L>, vector>() == Pair{array, array}));
  BOOST_TEST((memory_of<Sequential<BatchNorm, Tanh, L>, vector>() == Pair{array, 2 * array}));
  // The gradient of a sum waits while a block's gradients share two buffers.
  BOOST_TEST((memory_of<Sequential<Sum<Sequential<L, L, L>, L>, L>, vector>() == Pair{3 * array, 3 * array}));
}

/// A network's names are those of its layers, in the order in which their arrays are stored.
BOOST_AUTO_TEST_CASE(names_and_offsets) {
  using L = Sequential<Conv<4, 3>, Sequential<ReLU, BatchNorm>, Sum<Linear<3>, Linear<3, Bias::none>>>;
  Graph<Cpu, float> graph({2, 8, 7});
  graph.append<L>("maps.");
  const Entries found = graph.entries();
  Entries expected;
  list<L>({2, 8, 7}, "maps.", expected);
  BOOST_REQUIRE(found.parameters.size() == expected.parameters.size());
  for (std::size_t i = 0; i < found.parameters.size(); ++i) {
    BOOST_TEST(found.parameters[i].name == expected.parameters[i].name);
    BOOST_TEST(found.parameters[i].offset == expected.parameters[i].offset);
    BOOST_TEST(found.parameters[i].array.size() == expected.parameters[i].array.size());
  }
  BOOST_REQUIRE(found.statistics.size() == 2U);
  BOOST_TEST(found.statistics[1].name == "maps.1.1.running_var");
  BOOST_TEST(found.statistics[1].offset == expected.statistics[1].offset);
}

/// Layers from sizes known at run time: fused and laid out like those of a type.
BOOST_AUTO_TEST_CASE(a_list_made_at_run_time) {
  using L = Sequential<Conv<5, 3, 1, 1>, BatchNorm, LeakyReLU, Linear<7>, ReLU, Linear<2>>;
  Graph<Cpu, float> typed({2, 5, 4}), made({2, 5, 4});
  typed.append<L>("");
  made.add(ConvSpec{5, 3, 1, 1}, "0.");
  made.add(BatchNormSpec{}, "1.");
  made.add(LeakySpec{0.2}, "2.");
  made.add(LinearSpec{7}, "3.");
  made.add(LeakySpec{0}, "4.");
  made.add(LinearSpec{2}, "5.");
  std::vector<float> outputs[2];
  for (const Graph<Cpu, float>* graph : {&typed, &made}) {
    Staged<float> staged(*graph, 3, 2, 0);
    const Counts counts = staged.network.counts();
    std::vector<float> weights(std::size_t(counts.parameters)), statistics(std::size_t(counts.statistics), 1),
        x(3 * 7 * 6 * 2), y(6);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = float(i % 7) - 3;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i % 11) - 5;
    staged.network.bind({weights.data(), nullptr, statistics.data()});
    staged.network.forward(staged.cpu, {x.data(), 3, {2, 5, 4}, 1}, {y.data(), 3, {2, 1, 1}}, Step{},
                           staged.scratch.data());
    outputs[graph == &made] = y;
  }
  BOOST_TEST(outputs[0] == outputs[1], boost::test_tools::per_element());
}

/// An activation that is kept is not fused away, and its gradient is added to where somebody has already written it.
BOOST_AUTO_TEST_CASE(kept_slots) {
  Graph<Cpu, double> graph({3, 1, 1});
  graph.add(LinearSpec{4}, "0.");
  graph.keep();
  const int tap = graph.end();
  graph.add(LeakySpec{0}, "1.");
  graph.add(LinearSpec{2}, "2.");
  Staged<double> staged(graph, 2, 1, 0);
  const Network<Cpu, double>& network = staged.network;
  const long size = network.counts().parameters;
  std::vector<double> weights, dweights(static_cast<std::size_t>(size));
  std::vector<double> x{1, 2, -1, 0.5, 1, 3}, y(4), dy{1, -1, 2, 0.5}, dx(6);
  for (long i = 0; i < size; ++i) weights.push_back(double(i % 5) - 1.5);
  staged.network.bind({weights.data(), dweights.data(), nullptr});
  const Batch<double> in{x.data(), 2, {3, 1, 1}}, out{y.data(), 2, {2, 1, 1}}, dout{dy.data(), 2, {2, 1, 1}},
      din{dx.data(), 2, {3, 1, 1}};
  network.forward(staged.cpu, in, out, Step{}, staged.scratch.data());
  const Batch<double> map = network.activation(tap, 2), dmap = network.kept_gradient(tap, 2);
  for (long n = 0; n < 2; ++n)
    for (long u = 0; u < 4; ++u) {
      double sum = weights[std::size_t(12 + u)];
      for (long i = 0; i < 3; ++i) sum += x[std::size_t(n * 3 + i)] * weights[std::size_t(i * 4 + u)];
      BOOST_TEST(map(n, 0, 0, u) == sum);
    }
  network.backward(staged.cpu, in, out, dout, din, Step{}, staged.scratch.data());
  const std::vector<double> alone(dmap.data, dmap.data + 8), dx_alone = dx;
  std::fill_n(dmap.data, 8, 0.5);
  network.backward(staged.cpu, in, out, dout, din, Step{}, staged.scratch.data(), Write::overwrite,
                   Learn::overwrite, [tap](int slot) { return slot == tap; });
  for (std::size_t i = 0; i < 8; ++i) BOOST_TEST(dmap.data[i] == alone[i] + 0.5);
  BOOST_TEST((dx != dx_alone));
}

// Where the activations of a chain are stored: those that are computed in place share memory.
BOOST_AUTO_TEST_CASE(activations_run_in_place) {
  using Long = Sequential<Conv<5, 3, 1, 1>, BatchNorm, LeakyReLU, Conv<6, 4, 2, 1>, LayerNorm, Tanh,
                          Dropout<Ratio{1, 4}>, Conv<4, 3, 1, 1, Bias::yes>, Sigmoid, Tanh, Linear<3>>;
  const Staged<float> staged(graph_of<Long, Shape{2, 7, 6}, Cpu, float>(), 3, 1, 0);
  const auto place = [&](int slot) { return staged.network.activation(slot, 3); };
  BOOST_TEST(place(2).data == nullptr);         // nothing is stored between BatchNorm and its rectifier
  BOOST_TEST(place(1).data != place(3).data);   // BatchNorm reads its input
  BOOST_TEST(place(5).data == place(6).data);   // Tanh
  BOOST_TEST(place(8).data == place(9).data);   // Sigmoid
  BOOST_TEST(place(9).data != place(10).data);  // Tanh would overwrite what Sigmoid reads
  BOOST_TEST((place(3).border == 1));  // the next convolution finds its zeros around the output of LeakyReLU
  BOOST_TEST((place(6).border == 0));
  BOOST_TEST((place(7).border == 1));
}

// A signal has no border above and below.
BOOST_AUTO_TEST_CASE(borders_are_as_wide_as_each_direction_asks) {
  using Signals = Sequential<Conv1d<5, 5, 2, 2>, ReLU, Conv1d<6, 8, 4, 3>, ReLU, Linear<3>>;
  const Staged<float> staged(graph_of<Signals, Shape{2, 1, 32}, Cpu, float>(), 3, 1, 0);
  BOOST_TEST((staged.network.border() == Size{0, 2}));
  BOOST_TEST((staged.network.activation(2, 3).border == Size{0, 3}));
  BOOST_TEST((tests::Bench<Sum<Conv<4, 3, 1, Size{1, 0}>, Conv<4, 3, 1, Size{1, 0}>>, Shape{2, 5, 6}>(1)
                  .network.border() == Size{1, 0}));
  BOOST_TEST((tests::Bench<Conv<4, Size{1, 5}, Size{1, 2}>, Shape{2, 5, 9}>(1).network.gradient_border() ==
              Size{0, 2}));
}

BOOST_AUTO_TEST_CASE(gradients_of_layers_and_their_rectifiers) {
  for (const Mode mode : {Mode::training, Mode::inference}) {
    tests::check_gradients<Sequential<BatchNorm, ReLU>, Shape{3, 4, 5}, 1>({.batch = 3, .mode = mode});
    tests::check_gradients<Sequential<BatchNorm, LeakyReLU>, Shape{5, 1, 1}>({.batch = 7, .mode = mode});
  }
  tests::check_gradients<Sequential<Linear<7>, ReLU>, Shape{4, 1, 1}>();
  tests::check_gradients<Sequential<Linear<18, Bias::none>, LeakyReLU>, Shape{2, 3, 2},
                         1>();  // within a border
  tests::check_gradients<Sequential<Linear<6>, ReLU, Linear<5>, LeakyReLU, Linear<1>>, Shape{3, 1, 1}>(
      {.batch = 4});
}

/// Infinity and NaN pass as they do through the separate layers.
BOOST_AUTO_TEST_CASE(no_number_is_lost) {
  tests::Bench<Sequential<Linear<1>, ReLU>, Shape{1, 1, 1}, 0, float> layer(3);
  layer.parameters.assign({1, 0});
  constexpr float infinity = std::numeric_limits<float>::infinity();
  layer.input.assign({std::numeric_limits<float>::quiet_NaN(), -infinity, 2});
  layer.forward();
  BOOST_TEST(std::isnan(layer.output[0]));
  BOOST_TEST(layer.output[1] == 0);
  BOOST_TEST(layer.output[2] == 2);
}

using Layers = Sequential<Linear<6>, Tanh, Linear<3>>;
constexpr Shape in{4, 1, 1}, out{3, 1, 1};
using Net = Network<Cpu, double>;
constexpr int count = 5;

struct Small {
  Graph<Cpu, double> graph = graph_of<Layers, in, Cpu, double>();
  Bound<Net> bound{2, Net(graph), graph.counts(), Sizes{count, 2}};
  Numbers<in> x{count, 1}, dx{count, 2};
  Numbers<out> y{count, 3}, dy{count, 4};
  Step step{.mode = Mode::training};

  void forward(Write write = Write::overwrite) {
    bound.pass.forward(bound.cpu, x.constant(), y.view(), step, bound.scratch, write);
  }
  void backward(Learn learn = Learn::overwrite, Write write = Write::overwrite) {
    bound.pass.backward(bound.cpu, x.constant(), y.constant(), dy.constant(), dx.view(), step, bound.scratch,
                        write, learn);
  }
};

BOOST_AUTO_TEST_CASE(gradients) {
  Small bench;
  bench.forward();
  bench.backward();
  const auto f = [&] {
    bench.forward();
    return dot(bench.y.values, bench.dy.values);
  };
  const std::vector<double> dweights = bench.bound.dparameters();
  check_derivatives_at("input", bench.x.values.data(), bench.dx.values, f);
  check_derivatives_at("weights", bench.bound.weights.parameters, dweights, f);
}

BOOST_AUTO_TEST_CASE(ways_of_writing) {
  Small bench;
  bench.forward();
  const std::vector<double> y = bench.y.values;
  bench.backward();
  const std::vector<double> dx = bench.dx.values, dweights = bench.bound.dparameters();
  bench.backward(Learn::add, Write::add);
  for (std::size_t i = 0; i < dx.size(); ++i) BOOST_TEST(std::abs(bench.dx.values[i] - 2 * dx[i]) < 1e-14);
  const std::vector<double> twice = bench.bound.dparameters();
  for (std::size_t i = 0; i < twice.size(); ++i) BOOST_TEST(std::abs(twice[i] - 2 * dweights[i]) < 1e-14);
  bench.backward(Learn::no);
  BOOST_TEST(bench.bound.dparameters() == twice);
  bench.backward();
  BOOST_TEST(bench.dx.values == dx);
  BOOST_TEST(bench.bound.dparameters() == dweights);
  bench.forward(Write::add);
  for (std::size_t i = 0; i < y.size(); ++i) BOOST_TEST(std::abs(bench.y.values[i] - 2 * y[i]) < 1e-14);
}

// A stage is notified when it has run, with the rectifier fused with it; backward, its gradients are then complete.
BOOST_AUTO_TEST_CASE(observers_between_the_layers) {
  constexpr Shape four{4, 1, 1}, two{2, 1, 1};
  const auto graph = graph_of<Sequential<Linear<5>, BatchNorm, ReLU, Linear<2>>, four, Cpu, double>();
  Bound<Net> bound{2, Net(graph), graph.counts(), Sizes{count, 2}};
  Numbers<four> x{count, 1}, dx{count, 2};
  Numbers<two> y{count, 3}, dy{count, 4};
  const Step step{.mode = Mode::training};
  std::vector<std::string> paths;
  const auto note = [&](const Stage<Cpu, double>& stage) { paths.push_back(stage.path); };
  bound.pass.forward(bound.cpu, x.constant(), y.view(), step, bound.scratch, Write::overwrite, note);
  BOOST_TEST(paths == (std::vector<std::string>{"0.", "1.", "3."}), boost::test_tools::per_element());
  paths.clear();
  std::vector<double> first;  // gradients of each stage
  const auto note_gradient = [&](const Stage<Cpu, double>& stage) {
    note(stage);
    first.push_back(bound.weights.dparameters[stage.before.parameters]);
  };
  bound.pass.backward(
      bound.cpu, x.constant(), y.constant(), dy.constant(), dx.view(), step, bound.scratch, Write::overwrite,
      Learn::overwrite, [](int) { return false; }, note_gradient);
  BOOST_TEST(paths == (std::vector<std::string>{"3.", "1.", "0."}), boost::test_tools::per_element());
  const double* const dw = bound.weights.dparameters;
  BOOST_TEST(first == (std::vector<double>{dw[4 * 5 + 5 + 5 + 5], dw[4 * 5 + 5], dw[0]}));
  BOOST_TEST(first[0] != 0);
}

BOOST_AUTO_TEST_CASE(weights_one_behind_the_other) {
  double parameters[10], dparameters[10], statistics[10];
  const Counts counts{.parameters = 3, .statistics = 2, .leaves = 1};
  const auto second = Weights<double>{parameters, dparameters, statistics}.after(counts);
  BOOST_TEST(second.parameters == parameters + 3);
  BOOST_TEST(second.dparameters == dparameters + 3);
  BOOST_TEST(second.statistics == statistics + 2);
  BOOST_TEST((Weights<double>{parameters, nullptr, statistics}.after(counts).dparameters == nullptr));
}

// Dropout draws by a layer's position in the whole network: leaves before it change what is dropped.
BOOST_AUTO_TEST_CASE(place_among_other_networks) {
  constexpr Shape vector{64, 1, 1};
  const auto dropped = [vector](int leaves) {
    Bound<Net> bound(1, Net(graph_of<Dropout<Ratio{1, 2}>, vector, Cpu, double>()), Counts{}, Sizes{1, 1});
    bound.pass.bind(bound.weights, leaves);
    std::vector<double> x(64, 1), y(64);
    const StepState state{.number = 1};
    bound.pass.forward(bound.cpu, {x.data(), 1, vector}, {y.data(), 1, vector},
                       Step{Mode::training, 1, &state}, bound.scratch);
    return y;
  };
  BOOST_TEST(dropped(0) == dropped(0));
  BOOST_TEST(dropped(0) != dropped(1));
}

// A branch that ends in a rectified layer keeps its output, since the sum no longer has its signs.
BOOST_AUTO_TEST_CASE(a_rectified_layer_at_the_end_of_a_branch) {
  constexpr Shape four{4, 1, 1}, three{3, 1, 1};
  Graph<Cpu, double> graph(four);
  graph.sum([&] { graph.add(LinearSpec{.units = 3, .rectifier = {0}}, "0."); },
            [&] { graph.add(LinearSpec{.units = 3}, "1."); });
  Bound<Net> bound{1, Net(graph), graph.counts(), Sizes{count, 1}};
  Numbers<four> x{count, 1}, dx{count, 2};
  Numbers<three> y{count, 3}, dy{count, 4};
  const auto loss = [&] {
    bound.pass.forward(bound.cpu, x.constant(), y.view(), Step{}, bound.scratch);
    return dot(y.values, dy.values);
  };
  loss();
  bound.pass.backward(bound.cpu, x.constant(), y.constant(), dy.constant(), dx.view(), Step{}, bound.scratch);
  check_derivatives_at("x", x.values.data(), dx.values, loss);
}

BOOST_AUTO_TEST_CASE(a_network_without_a_layer_is_refused) {
  BOOST_CHECK_THROW(Net(Graph<Cpu, double>(Shape{4, 1, 1})), Error);
}

BOOST_AUTO_TEST_SUITE_END()
