// The commands' options, by CLI11.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>

namespace program {

/// A command of the program, and what runs it with the options that have been parsed.
struct Command {
  CLI::App* app;
  std::function<void()> run;
};

/// Adds a command to the program.
Command train_command(CLI::App& app);
Command finetune_command(CLI::App& app);
Command evaluate_command(CLI::App& app);
Command report_command(CLI::App& app);
Command compare_command(CLI::App& app);
Command info_command(CLI::App& app);
Command features_command(CLI::App& app);
Command embed_command(CLI::App& app);
Command neighbours_command(CLI::App& app);
Command cluster_command(CLI::App& app);
Command duplicates_command(CLI::App& app);
Command map_command(CLI::App& app);
Command fetch_command(CLI::App& app);

/// What is wrong with a command line, in a sentence.
std::string failure(const CLI::App& parsed, const CLI::Error& error);

}  // namespace program
