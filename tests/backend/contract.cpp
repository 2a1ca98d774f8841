// Compares the functions of the contract, over a grid of sizes, between any backend and the host: where to begin with
// a new backend. Here the tested one is the guarded host, whose arrays have other borders than the host's.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <dim/core/network.hpp>
#include <dim/core/optimizer.hpp>
#include <dim/objective/prior.hpp>

#include "../gradient.hpp"
#include "guarded.hpp"

BOOST_AUTO_TEST_SUITE(contract)

using namespace dim;
using tests::uniform;
using Tested = ::guarded::Guarded;

/// How far values may differ from the host's, as a fraction of the largest of them.
constexpr double tolerance = 2e-6;

/// An array on a backend, filled from a stream of random values in [-1, 1], within a border of zeros.
template <class B>
class Placed {
 public:
  Placed(const B& backend, long count, Shape shape, Size border = 0, int stream = 0)
      : backend_(backend),
        memory_(backend,
                Batch<float>{nullptr, count, shape, border}.sample() * count * long(sizeof(float)) + 4) {
    batch = {reinterpret_cast<float*>(memory_.data()), count, shape, border};
    if (stream == 0) return;
    load_batch(backend, batch, [&](const Batch<float>& to, long n) {
      long i = n * shape.size();
      for_each_number(to, n, [&](float& number) { number = float(uniform(std::uint64_t(stream), 0, i++)); });
    });
  }
  /// As (N, C, H, W). The border must still be zeros.
  std::vector<float> numbers() const {
    std::vector<float> stored(std::size_t(batch.count * batch.sample())),
        inner(std::size_t(batch.count * batch.shape.size()));
    download(backend_, constant(batch).data, stored.data(), std::ssize(stored));
    download(backend_, constant(batch), inner.data());
    double all = 0, inside = 0;
    for (const float number : stored) all += std::abs(double(number));
    for (const float number : inner) inside += std::abs(double(number));
    BOOST_TEST(std::abs(all - inside) <= 1e-9 * inside);
    return inner;
  }

  Batch<float> batch{};

 private:
  B backend_;
  Memory<B> memory_;
};

/// A number of values of another type than float on a backend.
template <class Value, class B>
class PlacedValues {
 public:
  PlacedValues(const B& backend, const std::vector<Value>& values)
      : backend_(backend), count_(std::ssize(values)), memory_(backend, count_ * long(sizeof(Value))) {
    upload(backend, values.data(), data(), count_);
  }
  Value* data() const { return reinterpret_cast<Value*>(memory_.data()); }
  std::vector<Value> values() const {
    std::vector<Value> result(static_cast<std::size_t>(count_));
    download(backend_, data(), result.data(), count_);
    return result;
  }

 private:
  B backend_;
  long count_;
  Memory<B> memory_;
};

using Arrays = std::vector<std::vector<float>>;

void check_close(const std::string& what, const Arrays& found, const Arrays& expected) {
  BOOST_TEST_CONTEXT(what) {
    BOOST_TEST_REQUIRE(found.size() == expected.size());
    for (std::size_t k = 0; k < found.size(); ++k) {
      BOOST_TEST_REQUIRE(found[k].size() == expected[k].size());
      double largest = 0;
      long apart = 0;  // values; a NaN counts as one
      for (std::size_t i = 0; i < found[k].size(); ++i) {
        largest = std::max(largest, std::abs(double(expected[k][i])));
      }
      for (std::size_t i = 0; i < found[k].size(); ++i)
        apart += !(std::abs(double(found[k][i]) - double(expected[k][i])) <= tolerance * largest);
      BOOST_TEST(apart == 0, apart << " numbers of array " << k);
    }
  }
}

/// f(backend) for both.
template <class Function>
void check_on_both(const std::string& what, const Function& f) {
  check_close(what, f(Tested(2)), f(Cpu{2}));
}

struct Grid {
  long count;
  int more_border;  // than the kernels ask for
  Write write;
  bool dinput, dparameters;
};

/// The results of a layer's forward and backward kernels: y, dx, dw and statistics.
template <class B, class Spec>
Arrays run_layer(const B& backend, const Spec& spec, Shape in, const Grid& grid, int more_border) {
  const auto made = std::make_unique<LayerOf<B, float, Spec>>(spec);
  const AnyLayer<B, float>& layer = *made;
  const Needs needs = layer.needs(backend, in);
  const Shape out = layer.output(in);
  long parameters = 0, statistics = 0;
  for (const Parameter& parameter : layer.parameters(in)) parameters += parameter.size();
  for (const Statistic& statistic : layer.statistics(in)) statistics += statistic.size;
  const Sizes sizes{int(grid.count), backend.threads()};
  const Memory<B> saved(backend, needs.saved.at(sizes) + 1), scratch(backend, needs.scratch.at(sizes) + 1);
  const auto widened = [&](Size border) {
    return Size{border.height + more_border, border.width + more_border};
  };
  const Placed<B> x(backend, grid.count, in, widened(needs.border), 1),
      dy(backend, grid.count, out, widened(needs.gradient_border), 2);
  const Placed<B> y(backend, grid.count, out, more_border, 3), dx(backend, grid.count, in, more_border, 4);
  const Placed<B> weights(backend, parameters, {1, 1, 1}, 0, 5),
      dweights(backend, parameters, {1, 1, 1}, 0, 6), carried(backend, statistics, {1, 1, 1}, 0, 7);
  const PlacedValues<StepState, B> state(backend, {StepState{.number = 3}});
  const Step step{Mode::training, 5, state.data()};
  const Workspace memory{saved.data(), scratch.data(), sizes};
  // The output of a layer that reads its own output is never added to something.
  const Write write = includes(layer.reads(), Reads::output) ? Write::overwrite : grid.write;
  layer.forward(backend, {.input = x.batch,
                          .output = y.batch,
                          .write = write,
                          .parameters = weights.batch.data,
                          .statistics = carried.batch.data,
                          .memory = memory,
                          .step = step,
                          .leaf = 2});
  layer.backward(backend, {.input = x.batch,
                           .output = y.batch,
                           .doutput = dy.batch,
                           .dinput = grid.dinput ? dx.batch : Batch<float>{},
                           .write = grid.write,
                           .parameters = weights.batch.data,
                           .dparameters = grid.dparameters ? dweights.batch.data : nullptr,
                           .write_parameters = grid.write,
                           .memory = memory,
                           .step = step});
  return {y.numbers(), dx.numbers(), dweights.numbers(), carried.numbers()};
}

template <class Spec>
void check_layer(const Spec& spec, Shape in) {
  for (const long count : {1L, 2L, 7L})
    for (const int more : {0, 1, 3})
      for (const Write write : {Write::overwrite, Write::add})
        for (const int wanted : {1, 2, 3}) {
          if (std::is_same_v<Spec, BatchNormSpec> && count * in.area() < 2) continue;
          const Grid grid{count, more, write, (wanted & 1) != 0, (wanted & 2) != 0};
          check_close(spec.name() + " on " + std::to_string(count) + " of " + to_string(in) + ", border " +
                          std::to_string(more),
                      run_layer(Tested(2), spec, in, grid, more), run_layer(Cpu{2}, spec, in, grid, 0));
        }
}

/// A layer of a user's own, which is unaware of borders.
struct OwnSquare : LayerPolicy {
  static constexpr Reads reads = Reads::input;
  static constexpr Shape output(Shape in) { return in; }
  static std::string name() { return "OwnSquare"; }
};
template <class T>
void forward(const Cpu&, OwnSquare, const ForwardPass<T>& pass) {
  for (long i = 0; i < pass.input.count * pass.input.shape.size(); ++i)
    pass.output.data[i] = pass.input.data[i] * pass.input.data[i];
}
template <class T>
void backward(const Cpu&, OwnSquare, const BackwardPass<T>& pass) {
  if (!pass.dinput) return;
  for (long i = 0; i < pass.input.count * pass.input.shape.size(); ++i)
    pass.dinput.data[i] = 2 * pass.input.data[i] * pass.doutput.data[i];
}

BOOST_AUTO_TEST_CASE(products) {
  check_layer(ConvSpec{5, 3, 1, 1}, {3, 7, 5});
  check_layer(ConvSpec{4, 4, 2, 1, true}, {3, 9, 6});
  check_layer(ConvSpec{16, 3, 1, 1}, {16, 9, 9});
  check_layer(ConvSpec{3, Size{3, 1}, 1, 0}, {2, 5, 4});
  check_layer(ConvSpec{5, Size{1, 5}, Size{1, 2}, Size{0, 2}, true}, {3, 1, 12});
  check_layer(ConvTransposeSpec{3, 4, 2, 1}, {5, 3, 4});
  for (const int units : {1, 37}) {
    check_layer(LinearSpec{.units = units}, {3, 3, 5});
    check_layer(LinearSpec{.units = units, .bias = false, .rectifier = {0}}, {11, 1, 1});
  }
  check_layer(LinearSpec{.units = 8192}, {5, 1, 1});
}

BOOST_AUTO_TEST_CASE(normalisations_and_noise) {
  check_layer(BatchNormSpec{}, {37, 3, 5});
  check_layer(BatchNormSpec{{0.2}}, {3, 7, 5});
  check_layer(BatchNormSpec{{0}}, {19, 1, 1});
  check_layer(LayerNormSpec{}, {37, 1, 1});
  check_layer(LayerNormSpec{}, {5, 3, 2});
  check_layer(DropoutSpec{0.3}, {5, 3, 7});
}

BOOST_AUTO_TEST_CASE(element_by_element_and_the_rest) {
  for (const Shape in : {Shape{3, 5, 7}, Shape{37, 1, 1}, Shape{1, 1, 1}}) {
    check_layer(LeakySpec{0}, in);
    check_layer(LeakySpec{0.2}, in);
    check_layer(Tanh{}, in);
    check_layer(Sigmoid{}, in);
    check_layer(Identity{}, in);
    check_layer(OwnSquare{}, in);
  }
  check_layer(MaxPoolSpec{3, 2}, {3, 7, 8});
  check_layer(UnflattenSpec{{3, 2, 5}}, {30, 1, 1});
}

BOOST_AUTO_TEST_CASE(memory) {
  for (const long count : {1L, 2L, 7L})
    for (const int border : {0, 1, 2, 3})
      for (const Write write : {Write::overwrite, Write::add})
        check_on_both("copy and fill", [&](const auto& backend) {
          const Shape shape{3, 5, 2};
          const Placed from(backend, count, shape, border, 1), to(backend, count, shape, 3 - border, 2),
              filled(backend, count, shape, border, 3);
          copy(backend, constant(from.batch), to.batch, write);
          fill(backend, filled.batch, 0.5F);
          return Arrays{to.numbers(), filled.numbers()};
        });
  check_on_both("finiteness", [](const auto& backend) {
    Arrays found(1);
    for (const float last : {1.F, std::numeric_limits<float>::infinity(), std::nanf("")}) {
      const PlacedValues<float, std::remove_cvref_t<decltype(backend)>> values(backend, {0.F, -1e38F, last});
      found[0].push_back(all_finite(backend, values.data(), 3) ? 1.F : 0.F);
      found[0].push_back(all_finite(backend, values.data(), 2) ? 1.F : 0.F);
      found[0].push_back(all_finite(backend, values.data(), 0) ? 1.F : 0.F);
    }
    BOOST_TEST((found[0] == std::vector<float>{1, 1, 1, 0, 1, 1, 0, 1, 1}));
    return found;
  });
}

BOOST_AUTO_TEST_CASE(weights) {
  for (const long count : {1L, 37L, 8192L})
    for (const AnyOptimizer& optimizer : {AnyOptimizer(Adam{.rate = 0.1}), AnyOptimizer(Sgd{.rate = 0.1})})
      check_on_both("update", [&](const auto& backend) {
        const Placed w(backend, count, {1, 1, 1}, 0, 1), dw(backend, count, {1, 1, 1}, 0, 2),
            moments(backend, 2 * count, {1, 1, 1});
        for (long step = 1; step <= 3; ++step) {
          StepState state;
          prepare(optimizer, step, state);
          const PlacedValues<StepState, std::remove_cvref_t<decltype(backend)>> placed(backend, {state});
          update(backend, optimizer, w.batch.data, dw.batch.data, moments.batch.data, count, placed.data());
        }
        return Arrays{w.numbers(), moments.numbers()};
      });
  for (const long count : {1L, 37L, 8192L, 50'001L})
    for (const double most : {1e-3, 1e3})
      check_on_both("clip_norm", [&](const auto& backend) {
        using B = std::remove_cvref_t<decltype(backend)>;
        const Placed dw(backend, count, {1, 1, 1}, 0, 1);
        const PlacedValues<double, B> norm(backend, {0.0}),
            scratch(backend, std::vector<double>(std::size_t(clip_scratch(backend, count))));
        clip_norm(backend, dw.batch.data, count, most, scratch.data(), norm.data());
        return Arrays{dw.numbers(), {float(norm.values()[0])}};
      });
  const auto permutes = [](const auto& backend) {
    const Parameter parameter{
        .name = "w", .kind = Kind::weight, .outputs = 5, .inputs = 3, .height = 2, .width = 4, .rank = 4};
    std::vector<float> seen(std::size_t(parameter.size()));
    for (long i = 0; i < parameter.size(); ++i) ++seen[std::size_t(position(backend, parameter, i))];
    return Arrays{seen};
  };
  BOOST_TEST((permutes(Tested(2))[0] == std::vector<float>(120, 1.F)));
  const Parameter linear{.name = "w", .kind = Kind::weight, .outputs = 5, .inputs = 3, .rank = 2};
  for (long o = 0; o < 5; ++o)  // input by input
    for (long i = 0; i < 3; ++i) BOOST_TEST(position(Tested(2), linear, o * 3 + i) == i * 5 + o);
}

/// N images of P locations and M global vectors.
struct Pairs {
  long images, locations, globals;
};

BOOST_AUTO_TEST_CASE(tables_and_pairs) {
  for (const Pairs& of : {Pairs{2, 1, 1}, Pairs{2, 5, 3}, Pairs{7, 9, 1}})
    for (const int units : {1, 37, 8192}) {
      const long rows = of.images * of.globals, places = of.images * of.locations;
      check_on_both("score", [&](const auto& backend) {
        const Shape unit{units, 1, 1};
        const Placed g(backend, rows, unit, 0, 1), l(backend, places, unit, 0, 2),
            dg(backend, rows, unit, 0, 3), dl(backend, places, unit, 0, 4),
            u(backend, rows * places, {1, 1, 1});
        const Memory<std::remove_cvref_t<decltype(backend)>> scratch(backend, score_scratch<float>(backend));
        score(backend, constant(g.batch), constant(l.batch), u.batch.data, scratch.data());
        const std::vector<float> scores = u.numbers();
        score_backward(backend, constant(g.batch), constant(l.batch), constant(u.batch).data, dg.batch,
                       dl.batch, scratch.data());
        return Arrays{scores, dg.numbers(), dl.numbers()};
      });
      for (const Write write : {Write::overwrite, Write::add})
        check_on_both("pairs", [&](const auto& backend) {
          const Scores<float> scores{nullptr, of.images, of.globals, 1, of.locations, false};
          const Shape feature{units, 1, 1}, code{3, 1, 1}, pair{units + 3, 1, 1};
          const Placed f(backend, places, feature, 0, 1), c(backend, rows, code, 0, 2),
              b(backend, rows, feature, 0, 3), pairs(backend, scores.size(), pair),
              df(backend, places, feature, 0, 4), dc(backend, rows, code, 0, 5),
              h(backend, scores.size(), feature), da(backend, places, feature, 0, 6),
              db(backend, rows, feature, 0, 7), dh(backend, scores.size(), feature, 0, 8);
          const PlacedValues<std::int64_t, std::remove_cvref_t<decltype(backend)>> by(backend,
                                                                                      {of.images - 1});
          gather_pairs(backend, constant(f.batch), constant(c.batch), scores, by.data(), pairs.batch);
          scatter_pairs(backend, constant(pairs.batch), scores, by.data(), df.batch, dc.batch, write);
          add_pairs(backend, constant(f.batch), constant(b.batch), scores, by.data(), h.batch);
          add_pairs_backward(backend, constant(h.batch), constant(dh.batch), scores, by.data(), da.batch,
                             db.batch);
          return Arrays{pairs.numbers(), df.numbers(), dc.numbers(), h.numbers(), da.numbers(), db.numbers()};
        });
      check_on_both("all pairs", [&](const auto& backend) {
        const Scores<float> scores{nullptr, of.images, of.globals, of.images - 1, of.locations, true};
        const Shape unit{units, 1, 1};
        const Placed a(backend, places, unit, 0, 1), b(backend, rows, unit, 0, 2),
            h(backend, scores.size(), unit), da(backend, places, unit, 0, 3), db(backend, rows, unit, 0, 4),
            dh(backend, scores.size(), unit, 0, 5);
        const std::int64_t* const no_shift = nullptr;
        add_pairs(backend, constant(a.batch), constant(b.batch), scores, no_shift, h.batch);
        add_pairs_backward(backend, constant(h.batch), constant(dh.batch), scores, no_shift, da.batch,
                           db.batch);
        return Arrays{h.numbers(), da.numbers(), db.numbers()};
      });
    }
}

BOOST_AUTO_TEST_CASE(scores_by_gram_matrices) {
  for (const Pairs& of : {Pairs{2, 1, 1}, Pairs{2, 5, 3}, Pairs{7, 9, 1}})
    for (const int units : {1, 37})
      check_on_both("Gram", [&](const auto& backend) {
        using B = std::remove_cvref_t<decltype(backend)>;
        const long rows = of.images * of.globals, places = of.images * of.locations;
        const long inputs = units + 1 + 5, owned = (inputs + 2) * units;
        GramScores<float> gram{.sizes = {places, rows, 5, units}};
        const Memory<B> memory = lay_out(backend, [&](Arena& arena) { gram.lay_out(arena); }),
                        scratch(backend, gram_scratch(backend, gram));
        const Shape unit{units, 1, 1}, feature{5, 1, 1};
        const Placed y(backend, places, unit, 0, 1), x(backend, places, feature, 0, 2),
            g(backend, rows, unit, 0, 3), w(backend, owned, {1, 1, 1}, 0, 4),
            u(backend, rows * places, {1, 1, 1}), dy(backend, places, unit, 0, 5),
            dx(backend, places, feature, 0, 6), dg(backend, rows, unit, 0, 7),
            dw(backend, owned, {1, 1, 1}, 0, 8);
        gram_score(backend, gram, constant(y.batch), constant(x.batch), constant(g.batch),
                   constant(w.batch).data, u.batch.data, scratch.data());
        const std::vector<float> scores = u.numbers();
        gram_score_backward(backend, gram, constant(g.batch), constant(w.batch).data, u.batch.data, dy.batch,
                            dx.batch, dg.batch, dw.batch.data, scratch.data());
        return Arrays{scores, dy.numbers(), dx.numbers(), dg.numbers(), dw.numbers()};
      });
}

BOOST_AUTO_TEST_CASE(curvatures) {
  for (const long count : {1L, 2L, 7L})
    check_on_both("curvature", [&](const auto& backend) {
      const Shape row{37, 1, 1};
      const Placed y(backend, count, row, 0, 1), t(backend, count, row, 0, 2), d(backend, count, row, 0, 3),
          p(backend, count, row, 0, 4), q(backend, count, row, 0, 5);
      curvature(backend, Tanh{}, constant(y.batch), constant(t.batch), constant(d.batch), p.batch);
      curvature(backend, Sigmoid{}, constant(y.batch), constant(t.batch), constant(d.batch), q.batch);
      return Arrays{p.numbers(), q.numbers()};
    });
}

BOOST_AUTO_TEST_CASE(what_a_run_throws_is_thrown_on) {
  const Tested backend(2);
  int calls = 0;
  BOOST_CHECK_EXCEPTION(run(backend,
                            [&](const Tested& inside) {
                              ++calls;
                              BOOST_TEST(inside.threads() == backend.threads());
                              throw Error("enough");
                            }),
                        Error, [](const Error& error) { return std::string(error.what()) == "enough"; });
  run(backend, [&](const Tested&) { ++calls; });
  BOOST_TEST(calls == 2);
}

template <class E>
void check_estimator(const E& estimator) {
  for (const Pairs& of : {Pairs{2, 1, 1}, Pairs{2, 5, 3}, Pairs{7, 9, 1}})
    for (const bool all : {false, true})
      check_on_both("estimate", [&](const auto& backend) {
        using B = std::remove_cvref_t<decltype(backend)>;
        Scores<float> u{nullptr, of.images, of.globals, all ? of.images - 1 : 1, of.locations, all};
        const Placed table(backend, u.size(), {1, 1, 1}, 0, 1);
        u.data = table.batch.data;
        const PlacedValues<double, B> weight(backend, {0.3}), loss(backend, {0.0}),
            scratch(backend, std::vector<double>(std::size_t(estimate_scratch(backend, u.rows()))));
        estimate(backend, estimator, u, weight.data(), scratch.data(), loss.data());
        return Arrays{table.numbers(), {float(loss.values()[0])}};
      });
}

BOOST_AUTO_TEST_CASE(estimates) {
  check_estimator(JSD{});
  check_estimator(NCE{});
  check_estimator(DV{});
  check_estimator(KL{});
  check_estimator(ReverseKL{});
  check_estimator(SquaredHellinger{});
  check_estimator(ChiSquared{});
}

BOOST_AUTO_TEST_CASE(priors_and_labels) {
  for (const long count : {1L, 2L, 7L}) {
    check_on_both("prior", [&](const auto& backend) {
      using B = std::remove_cvref_t<decltype(backend)>;
      const Shape code{37, 1, 1};
      const Placed y(backend, count, code, 0, 1), z(backend, count, code), v(backend, count, code),
          w(backend, count, code), dz(backend, count, code, 0, 2), dy(backend, count, code, 0, 3),
          half(backend, count, code), logits(backend, count, {1, 1, 1}, 0, 4),
          dlogits(backend, count, {1, 1, 1});
      const PlacedValues<StepState, B> state(backend, {StepState{.number = 9}});
      const PlacedValues<double, B> weight(backend, {0.4}), losses(backend, {0.0, 0.0, 0.0});
      const Step step{Mode::training, 5, state.data(), 1, 3};
      draw(backend, UniformPrior{}, step, v.batch);
      draw(backend, GaussianPrior{}, step, w.batch);
      squash(backend, UniformPrior{}, constant(y.batch), z.batch);
      unsquash(backend, UniformPrior{}, constant(z.batch), constant(dz.batch), dy.batch);
      logistic_loss(backend, constant(logits.batch), true, weight.data(), dlogits.batch, losses.data());
      const std::vector<float> weighed = dlogits.numbers();
      logistic_loss(backend, constant(logits.batch), false, static_cast<const double*>(nullptr),
                    dlogits.batch, losses.data() + 1);
      scale(backend, constant(y.batch), weight.data(), half.batch);
      scale(backend, constant(half.batch), weight.data(), half.batch);
      sum_of_squares(backend, constant(y.batch), losses.data() + 2);
      Arrays all{v.numbers(), w.numbers(),       z.numbers(),   dy.numbers(),
                 weighed,     dlogits.numbers(), half.numbers()};
      for (const double loss : losses.values()) all.push_back({float(loss)});
      return all;
    });
    check_on_both("labels", [&](const auto& backend) {
      using B = std::remove_cvref_t<decltype(backend)>;
      const Shape map{3, 2, 5}, row{30, 1, 1}, classes{5, 1, 1};
      std::vector<int> which, labels;
      for (int i = 0; i < count; ++i) which.push_back((3 * i + 1) % 8), labels.push_back(i % 5);
      const PlacedValues<int, B> samples(backend, which), given(backend, labels);
      const PlacedValues<double, B> loss(backend, {0.0});
      const Placed x(backend, 8, map, 1, 1), rows(backend, count, row), dx(backend, 8, map, 2, 2),
          z(backend, count, classes, 0, 3), dz(backend, count, classes);
      gather_samples(backend, constant(x.batch), samples.data(), rows.batch);
      add_samples(backend, constant(rows.batch), samples.data(), dx.batch);
      mean_cross_entropy(backend, constant(z.batch), given.data(), dz.batch, loss.data());
      return Arrays{rows.numbers(), dx.numbers(), dz.numbers(), {float(loss.values()[0])}};
    });
  }
}

// A type that lacks one of the functions is not a backend.
struct NoBackend {
  int threads() const { return 1; }
};
static_assert(Backend<Cpu, float> && Backend<Cpu, double> && Backend<Tested, float>);
static_assert(!Backend<NoBackend, float>);

BOOST_AUTO_TEST_SUITE_END()
