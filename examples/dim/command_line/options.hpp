// What options of several commands have in common.
#pragma once
#include <CLI/CLI.hpp>
#include <limits>
#include <string>

namespace program {

/// Accepts finite numbers above 0.
extern const CLI::Validator positive;
/// Accepts finite numbers from 0 on.
extern const CLI::Validator non_negative;
/// Accepts numbers from -1 to 1.
extern const CLI::Validator cosine;
/// Expands a tilde where shells do not: they do in ~/data, but not in --out=~/data or cifar10:~/data.
extern const CLI::Validator home;
/// Accepts whole numbers in a range.
CLI::Validator whole(long least, long most = std::numeric_limits<long>::max());
/// Accepts whole numbers of 64 bits.
extern const CLI::Validator seed_number;

/// Adds --config. It comes before the other options of the command, since CLI11 then looks at those that it has set.
void add_config(CLI::App& command);

/// Adds the folder of the run that a command is about.
void add_run(CLI::App& command, std::string& run);
/// Adds --data of a command on a run.
void add_data(CLI::App& command, std::string& data);
/// Adds --best.
void add_best(CLI::App& command, bool& best);
/// Adds --feature.
void add_feature(CLI::App& command, std::string& feature);
/// Adds --threads.
void add_threads(CLI::App& command, int& threads);
/// Adds --cache.
void add_cache(CLI::App& command, std::string& cache);
/// Adds --limit of commands that read both splits of a data set.
void add_limit(CLI::App& command, long& limit);

}  // namespace program
