// Options of the commands that measure and show runs.
#include <memory>

#include "../commands/commands.hpp"
#include "../commands/probes.hpp"
#include "command_line.hpp"
#include "options.hpp"

namespace program {

Command evaluate_command(CLI::App& app) {
  const auto made = std::make_shared<EvaluateSettings>();
  EvaluateSettings& settings = *made;
  CLI::App& evaluate = *app.add_subcommand(
      "evaluate",
      "Measure a run's representations, and as baselines pixels, an untrained encoder and a supervised one");
  add_config(evaluate);
  add_run(evaluate, settings.run);
  add_data(evaluate, settings.data);
  add_best(evaluate, settings.best);
  std::string names;
  for (const Probe& probe : probes()) names += (names.empty() ? "" : ", ") + probe.name;
  evaluate.add_option("--probes", settings.probes, names + "; default: all")->delimiter(',');
  evaluate.add_option("--features", settings.features, "conv, fc, y")->delimiter(',')->capture_default_str();
  add_threads(evaluate, settings.threads);
  add_cache(evaluate, settings.cache);
  add_limit(evaluate, settings.limit);
  evaluate
      .add_option(
          "--labels-per-class", settings.labels_per_class,
          "fit probes on only N labelled images of each class, drawn by the run's seed; left out: all")
      ->check(whole(1));
  evaluate
      .add_option("--baselines", settings.baselines,
                  "untrained, supervised (trained with labels), pixels, or none")
      ->delimiter(',')
      ->capture_default_str();
  evaluate
      .add_option("--protocol", settings.protocol,
                  "length of the probes' training: quick, or paper for the published lengths")
      ->capture_default_str();
  evaluate.add_flag("--again", settings.again, "measure again what the run's metrics already hold");
  return {&evaluate, [made] { program::evaluate(*made); }};
}

Command report_command(CLI::App& app) {
  const auto made = std::make_shared<ReportSettings>();
  ReportSettings& settings = *made;
  CLI::App& report =
      *app.add_subcommand("report", "Write a run's settings, results and figures as one page of HTML");
  add_run(report, settings.run);
  add_data(report, settings.data);
  add_best(report, settings.best);
  report.add_option("--out", settings.out, "default: report.html in the folder of the run")->transform(home);
  add_threads(report, settings.threads);
  add_cache(report, settings.cache);
  return {&report, [made] { program::report(*made); }};
}

Command compare_command(CLI::App& app) {
  const auto made = std::make_shared<CompareSettings>();
  CompareSettings& settings = *made;
  CLI::App& compare = *app.add_subcommand(
      "compare", "Show how runs differ in settings, measures and curves, also as a page of HTML");
  compare.add_option("runs", settings.runs, "folders of 2 to 10 runs")
      ->required()
      ->expected(2, 10)
      ->transform(home);
  compare.add_flag("--best", settings.best,
                   "the encoders that were best on held-out images, instead of the last");
  compare.add_option("--out", settings.out, "default: compare.html")->transform(home);
  return {&compare, [made] { program::compare(*made); }};
}

Command info_command(CLI::App& app) {
  const auto made = std::make_shared<InfoSettings>();
  InfoSettings& settings = *made;
  CLI::App& info = *app.add_subcommand(
      "info", "Print how the program was built, and what a run contains or an encoder consists of");
  CLI::Option* const run = info.add_option("run", settings.run, "folder of a run");
  info.add_option("--encoder", settings.encoder, "an encoder, as for dim train --encoder")
      ->transform(home)
      ->excludes(run);
  info.add_flag("--json", settings.json, "print the encoder alone, as a file for dim train --encoder");
  info.add_flag("--options", settings.options,
                "print the run's settings alone, as a file for dim train --config")
      ->needs(run);
  info.callback([made] {
    if (made->json && made->run.empty() && made->encoder.empty())
      throw CLI::ValidationError("--json prints the encoder of a run or of --encoder; name one of them");
    if (made->json && made->options)
      throw CLI::ValidationError("--json and --options print files of their own; leave out one of them");
  });
  return {&info, [made] { program::info(*made); }};
}

}  // namespace program
