// Options of a command, in a file.
#pragma once
#include <string>
#include <vector>

namespace program {

/// A line `name = value` of a file of options; the name is without "--".
struct FileOption {
  std::string name, value;
  long line;
};

/// The options in a file of lines `name = value`, each name once. A value may be in double quotes, between which nothing
/// is special; otherwise it is without space at its ends. Empty lines and those that begin with # are left out. Throws
/// dim::Error, with file and line, for any other line.
std::vector<FileOption> read_options(const std::string& path);

}  // namespace program
