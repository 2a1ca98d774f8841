#include "steps.hpp"

#include <algorithm>
#include <dim/cpu/backend.hpp>
#include <dim/data/images.hpp>
#include <dim/model/basic.hpp>
#include <dim/train/trainer.hpp>

#include "products.hpp"

namespace benchmarks {
namespace {

using namespace dim;
using Net = encoders::Basic32x32;
using Trainer = BasicTrainer<Cpu, float>;

/// An objective that costs nothing: every code has the same gradient.
class GivenGradient final : public AnyObjective<Cpu, float> {
 public:
  Counts counts() const override { return {}; }
  Written written() const override { return {}; }
  Entries entries() const override { return {}; }
  void initialise(const Cpu&, std::uint64_t, Weights<float>) const override {}
  void bind(Weights<float>) override {}
  void lay_out(const Cpu&, Arena&, ObjectiveSizes) override {}
  long scratch_bytes(const Cpu&) const override { return 0; }
  void prepare(std::uint64_t, StepState&) override {}
  int losses() const override { return 0; }
  void evaluate(const Cpu& cpu, std::span<const Taps<float>>, std::span<const Taps<float>> gradients,
                const Step&, double*, std::byte*) override {
    fill(cpu, gradients.front().code, 0.01F);
  }
  Losses read(const double*) override { return {}; }
};

/// Images of noise, of CIFAR's size.
Images noise(long count) {
  constexpr Shape shape = Net::image;
  std::vector<std::uint8_t> bytes(std::size_t(count * shape.size()));
  const Random random{1};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::uint8_t(random.word(i));
  return {std::move(bytes), count, shape, Strides::planes(shape)};
}

/// Multiply-adds of an image's pass through the encoder, forward and backward; the images need no gradient.
constexpr double encoder_products() {
  return 3 * (products_of<Net::Maps>(Net::image) + products_of<Net::Summary>(Net::map)) -
         products_of<Net::Maps::layer<0>>(Net::image);
}

/// Those of a scorer, for one image of a batch of so many.
template <int Units, HeadForm Form>
double scorer_products(Dot<Units, Form>, Shape features, int locations, int batch) {
  const double heads = locations * products_of<Head<Units>>(features) + products_of<Head<Units>>(Net::code);
  return 3 * (heads + double(locations) * batch * Units);
}
template <int Hidden>
double scorer_products(Concat<Hidden>, Shape features, int locations, int) {
  return 3 * 2 * locations *
         products_of<ConcatNetwork<Hidden>>(Shape{int(features.size()) + Net::code.channels, 1, 1});
}

class TrainerStep final : public TimedStep {
 public:
  TrainerStep(int batch, int threads, Arithmetic arithmetic, double products,
              std::unique_ptr<AnyObjective<Cpu, float>> objective)
      : operations_(2 * products * batch),
        images_(noise(batch)),
        order_(std::size_t(batch)),
        trainer_(Cpu::with_threads(threads, arithmetic), {.batch = batch},
                 std::make_unique<EncoderPass<Net, Cpu, float>>(), std::move(objective)) {
    std::iota(order_.begin(), order_.end(), 0L);
  }
  void run() override { trainer_.step(images_, order_); }
  double operations() const override { return operations_; }
  long parameters() const override { return trainer_.counts().parameters; }

 private:
  double operations_;
  Images images_;
  std::vector<long> order_;
  Trainer trainer_;
};

template <class Task, class Scorer>
std::unique_ptr<TimedStep> make(int batch, int threads, Arithmetic arithmetic) {
  using Goal = Objective<Task, JSD, UniformPrior, Scorer>;
  constexpr Shape features = Task::uses_map ? Shape{Net::map.channels, 1, 1} : Net::conv;
  const double scorer = scorer_products(Scorer{}, features, Task::uses_map ? int(Net::map.area()) : 1, batch);
  return std::make_unique<TrainerStep>(
      batch, threads, arithmetic, encoder_products() + scorer,
      std::make_unique<ObjectivePass<Goal, Cpu, float>>(encoder_shapes<Net>()));
}

struct Named {
  std::string name;
  std::unique_ptr<TimedStep> (*make)(int batch, int threads, Arithmetic arithmetic);
};
const Named steps[] = {{"encoder",
                        [](int batch, int threads, Arithmetic arithmetic) -> std::unique_ptr<TimedStep> {
                          return std::make_unique<TrainerStep>(batch, threads, arithmetic, encoder_products(),
                                                               std::make_unique<GivenGradient>());
                        }},
                       {"local_dot_512", make<Local, Dot<512>>},
                       {"local_dot_2048", make<Local, Dot<2048>>},
                       {"local_dot_512_direct", make<Local, Dot<512, HeadForm::direct>>},
                       {"local_dot_2048_direct", make<Local, Dot<2048, HeadForm::direct>>},
                       {"local_concat", make<Local, Concat<>>},
                       {"global_concat", make<Global, Concat<>>}};

}  // namespace

const std::vector<std::string> step_names = [] {
  std::vector<std::string> names;
  for (const Named& step : steps) names.push_back(step.name);
  return names;
}();

const std::vector<std::string> precisions = {"f32", "bf16"};

std::unique_ptr<TimedStep> make_step(const std::string& name, const std::string& precision, int batch,
                                     int threads) {
  const Arithmetic arithmetic{.products = precision == "bf16" ? Precision::bf16 : Precision::f32};
  if (std::ranges::find(precisions, precision) != precisions.end())
    for (const Named& step : steps)
      if (step.name == name) return step.make(batch, threads, arithmetic);
  throw Error("there is no step " + name + "/" + precision);
}

}  // namespace benchmarks
