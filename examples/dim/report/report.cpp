// `dim report`: a run on one page of HTML.
#include <algorithm>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/io/file.hpp>

#include "../commands/commands.hpp"
#include "../data/data.hpp"
#include "../terminal/progress.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "page.hpp"
#include "paper.hpp"
#include "sections.hpp"

namespace program {
namespace {

/// How many images are encoded between two progress messages.
constexpr long images_at_a_time = 6400;

ReportData read(const ReportSettings& settings, Stages& stages) {
  stages.begin("reading the images");
  const RunFolder run(settings.run);
  const TrainSettings trained = run.settings();
  const std::string spec = run.data_or(settings.data);
  if (data_name(spec) != data_name(trained.data))
    throw dim::Error("a report shows a run on the data that it was trained on, which are " +
                     data_name(trained.data) + ", not " + data_name(spec) +
                     ": give --data only where they have moved");
  const std::string file = encoder_file(run, settings.best);
  ImageCache cache = cache_of(run, settings.cache);
  DataSet found =
      read_for(run, settings.data, [&](const std::string& from) { return read_data_set(from, 0, &cache); });
  cache.finish();
  if (found.train_checksum != trained.data_checksum)
    throw dim::Error("a report shows a run on the data that it was trained on, and " + spec +
                     " has other training images: give --data only where they have moved");
  ReportData data{.run = run,
                  .settings = trained,
                  .metrics = Metrics(run),
                  .encoder_file = file,
                  .steps = 0,
                  .steps_per_epoch = 0,
                  .seen = 0,
                  .train = std::move(found.train),
                  .test = labelled_images(found.test),
                  .id = std::move(found.id),
                  .moved_to = settings.data,
                  .cpu = dim::Cpu::with_threads(settings.threads),
                  .shapes = {},
                  .train_codes = {},
                  .test_codes = {}};
  const long limit = trained.limit > 0 ? std::min(trained.limit, data.train.size()) : data.train.size();
  data.seen = hold_out(data.train.part(0, limit), trained.held_out).trained_on.size();
  data.steps_per_epoch = std::max(1L, data.seen / trained.batch);

  const auto [encoder, steps, checksum] = load_frozen(run, file, data.train.shape(), settings.threads);
  data.steps = steps;
  data.shapes = encoder.shapes();
  const long all = data.train.size() + data.test.size();
  long done = 0;
  for (const auto& [images, codes] :
       {std::pair{&data.train, &data.train_codes}, {&data.test, &data.test_codes}})
    for (long first = 0; first < images->size(); first += images_at_a_time) {
      stages.begin("encoding images, " + grouped(done) + " of " + grouped(all));
      const dim::Images part = images->part(first, std::min(first + images_at_a_time, images->size()));
      const std::vector<float> more = codes_of(encoder, part);
      codes->insert(codes->end(), more.begin(), more.end());
      done += part.size();
    }
  return data;
}

/// The run in a few sentences.
std::string summary(const ReportData& data) {
  const dim::Shape shape = data.train.shape();
  const std::string images = data.seen == data.train.size()
                                 ? "the " + grouped(data.seen)
                                 : grouped(data.seen) + " of the " + grouped(data.train.size());
  const std::string result = headline(data);
  return paragraph("An encoder trained for " + data.length() + " on " + images + " training images of " +
                   escape(data.data_title()) + ", without their labels. It turns the " +
                   grouped(shape.size()) + " values of an image into a code of " +
                   std::to_string(data.code_size()) + ", called y." +
                   (data.encoder_file == data.run.best()
                        ? " This is its state after the epoch that did best on held-out images."
                        : "") +
                   (result.empty() || result.front() == ' ' ? result : " " + result));
}

}  // namespace

std::string ReportData::data_title() const {
  return program::data_title(settings.data);
}

long ReportData::fitted() const {
  return std::ssize(labelled_indices(train));
}

std::string ReportData::length() const {
  if (steps % steps_per_epoch != 0) return fixed(double(steps) / double(steps_per_epoch), 1) + " epochs";
  return grouped(steps / steps_per_epoch) + (steps == steps_per_epoch ? " epoch" : " epochs");
}

std::string ReportData::class_name(int label) const {
  const auto names = test.class_names();
  return names.empty() ? "class " + std::to_string(label) : names[std::size_t(label)];
}

void report(const ReportSettings& settings) {
  if (!settings.out.empty()) require_output(settings.out, {".html"});
  const Clock clock;
  Stages stages("report");
  const ReportData data = read(settings, stages);
  Page page("Deep InfoMax: " + escape(objective_name(data.settings)) + " on " + escape(data.data_title()));
  page.lead(summary(data));
  const auto add = [&](const char* id, const std::string& title, std::string (*section)(const ReportData&)) {
    stages.begin(title);
    if (const std::string html = section(data); !html.empty()) page.section(id, title, html);
  };
  add("measures", "Measures", measures_section);
  add("labels", "With some of the labels", labels_section);
  add("training", "Training", training_section);
  add("map", "Map of y", map_section);
  add("neighbours", "Nearest neighbours", neighbours_section);
  add("filters", "First-layer filters", filters_section);
  add("reconstructions", "Reconstructions", reconstructions_section);
  add("prior", "y beside the prior", histogram_section);
  add("confusion", "Confusion matrix", confusion_section);
  add("settings", "Settings", settings_section);
  stages.clear();
  const std::string html = page.html(), path = settings.out.empty() ? data.run.report() : settings.out;
  defer_signals();  // until the file is complete
  dim::write_file_atomically(path, {dim::bytes_of(html)});
  std::printf("%s: %ld KiB, %s\n", path.c_str(), long(html.size() + 1023) / 1024,
              duration(clock.seconds()).c_str());
}

}  // namespace program
