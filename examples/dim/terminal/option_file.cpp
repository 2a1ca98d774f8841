#include "option_file.hpp"

#include <algorithm>
#include <dim/io/file.hpp>

namespace program {
namespace {

std::string without_space(const std::string& text) {
  const char* const space = " \t\r";
  const std::size_t begin = text.find_first_not_of(space);
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

}  // namespace

// CLI11's own reader splits values at commas and spaces, skips short lines and ignores a name that comes again.
std::vector<FileOption> read_options(const std::string& path) {
  const auto bytes = dim::read_file(path);
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);  // as editors on Windows write first
  std::vector<FileOption> options;
  for (long number = 1; !rest.empty(); ++number) {
    const std::string_view whole = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), whole.size() + 1));
    const std::string line = without_space(std::string(whole));
    if (line.empty() || line.front() == '#') continue;
    const auto refuse = [&](const std::string& what) {
      throw dim::Error(path + ", line " + std::to_string(number) + ": " + what);
    };
    const std::size_t equals = line.find('=');
    if (equals == line.npos || equals == 0)
      refuse(dim::in_quotes(line) + " is not an option; write it as in epochs = 20");
    const std::string name = without_space(line.substr(0, equals));
    std::string value = without_space(line.substr(equals + 1));
    if (value.empty()) refuse(dim::in_quotes(name) + " has no value; give one, or delete the line");
    if (value.front() == '"') {
      if (value.size() < 2 || value.back() != '"')
        refuse("the value of " + dim::in_quotes(name) + " does not end where its quotes do; correct them");
      value = value.substr(1, value.size() - 2);
    } else if (value.find(" #") != value.npos) {
      refuse("the value of " + dim::in_quotes(name) +
             " contains #; put a comment on a line of its own, or the value in double quotes");
    }
    for (const FileOption& before : options)
      if (before.name == name)
        refuse(dim::in_quotes(name) + " is also in line " + std::to_string(before.line) +
               "; delete one of them");
    options.push_back({name, value, number});
  }
  return options;
}

}  // namespace program
