// The program `dim`: trains Deep InfoMax encoders, measures them and applies them.
#include <csignal>
#include <cstdio>
#include <dim/core/config.hpp>
#include <exception>
#include <new>

#include "command_line/command_line.hpp"
#include "terminal/instructions.hpp"
#include "terminal/signals.hpp"
#include "terminal/text.hpp"

using namespace program;

int main(int argc, char** argv) {
  CLI::App app("dim: Deep InfoMax, representations of images learned without labels", "dim");
  app.require_subcommand(1);
  app.set_version_flag("--version", dim::version);
  app.failure_message([](const CLI::App* parsed, const CLI::Error& error) {
    return "dim: " + failure(*parsed, error) + "; see dim --help or dim COMMAND --help\n";
  });
  // In the order in which --help lists them.
  const Command commands[] = {train_command(app),    evaluate_command(app),   finetune_command(app),
                              features_command(app), embed_command(app),      neighbours_command(app),
                              cluster_command(app),  duplicates_command(app), map_command(app),
                              report_command(app),   fetch_command(app),      compare_command(app),
                              info_command(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? status_of_printing() : 2;
  }
  // A file or a pipe also gets each line at once, and keeps it if the program is interrupted.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  std::signal(SIGXFSZ, SIG_IGN);  // a file over its size limit is an error like a full disk, not the end
  std::fputs(slow_build_notice(), stderr);
  try {
    for (const Command& command : commands)
      if (command.app->parsed()) command.run();
  } catch (const Stopped&) {
  } catch (const std::bad_alloc&) {
    std::fputs("dim: there is not enough memory; do less at a time, or take fewer images with --limit\n",
               stderr);
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dim: %s\n", error.what());
    return 1;
  }
  end_if_requested();
  return status_of_printing();
}
