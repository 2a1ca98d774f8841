#include <dim/cpu/backend.hpp>
#include <dim/evaluate/classifier.hpp>
#include <dim/train/checkpoint.hpp>

#include "models.hpp"
#include "progress.hpp"
#include "signals.hpp"
#include "sources.hpp"
#include "text.hpp"

namespace program {

namespace {

constexpr long epochs = 5;

}  // namespace

long supervised_steps(const TrainSettings& settings, long pictures) {
  return epochs * std::max(1L, pictures / settings.batch);
}

// The class is read from y by one Linear layer, so that all three representations are learnt.
Frozen supervised_encoder(const RunFolder& run, const DataSet& data, bool again, int threads, Saves& saves) {
  const TrainSettings settings = run.settings();
  const dim::Images& train = data.train;
  std::string name = settings.encoder;
  const long steps = supervised_steps(settings, train.size());
  const dim::Metadata made{{"steps", std::to_string(steps)},
                           {"pictures", std::to_string(train.size())},
                           {"data", data.id},
                           {"encoder", settings.encoder},
                           {"batch", std::to_string(settings.batch)},
                           {"seed", std::to_string(settings.seed)},
                           {"precision", settings.precision}};
  if (!again && run.has_supervised()) {
    dim::Metadata found = read_remade(run.supervised(), "it is trained again").metadata();
    found.erase(dim::description_name);
    if (found == made) return load_frozen(run, run.supervised(), train.shape(), threads).encoder;
  }

  dim::ClassifierOptions options;
  options.feature = dim::Representation::y;
  options.layers.hidden.clear();
  options.layers.batch_norm = false;
  options.layers.dropout = 0;
  options.batch = settings.batch;
  options.steps = steps;
  options.seed = settings.seed;
  options.threads = threads;
  options.arithmetic = settings.arithmetic();
  dim::Classifier classifier(options, make_encoder(name, train.shape()), train.classes());
  const Clock clock;
  Progress bar("training an encoder with labels", steps);
  classifier.fit(train, dim::labelled_part(train, 1, settings.seed), [&](long step, double loss) {
    stop_if_requested();
    bar.show(step, "loss " + std::to_string(loss) + " nats");
  });
  bar.clear();
  std::printf("an encoder was trained with labels for %ld epochs: %s, %s\n", epochs, run.supervised().c_str(),
              duration(clock.seconds()).c_str());
  const Frozen encoder = classifier.trainer().encoder().copy(dim::Cpu::with_threads(threads));
  saves.replace(run.supervised(),
                [path = run.supervised(), encoder, made] { dim::save(encoder, path, made); });
  saves.write();
  return encoder;
}

}  // namespace program
