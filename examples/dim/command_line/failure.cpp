#include <algorithm>
#include <numeric>

#include "command_line.hpp"

namespace program {
namespace {

/// How many letters have to be put in, left out or exchanged to make one word of the other (Levenshtein 1966).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t(0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t exchanged = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// "; did you mean --epochs?", of the names one that differs in few letters; empty if there is none.
std::string guess(const std::string& word, const std::vector<std::string>& names) {
  const auto nearest = std::min_element(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return distance(word, a) < distance(word, b);
  });
  return nearest != names.end() && distance(word, *nearest) <= std::max<std::size_t>(1, (word.size() + 1) / 3)
             ? "; did you mean " + *nearest + "?"
             : "";
}

/// The names of a program's commands, or of a command's options.
std::vector<std::string> names_in(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

}  // namespace

std::string failure(const CLI::App& parsed, const CLI::Error& error) {
  const std::vector<CLI::App*> commands = parsed.get_subcommands();
  // CLI11 reports missing options before unknown ones, which may be the same option, misspelt.
  if (const std::vector<std::string> unknown = parsed.remaining(true); !unknown.empty()) {
    const std::string word = unknown.front().substr(0, unknown.front().find('='));
    return word + " is not known" + guess(word, names_in(commands.empty() ? parsed : *commands.front()));
  }
  const std::string text = error.what(), name = text.substr(0, text.find(':'));
  if (text.starts_with(name + ": At Most 1 required")) return name + " is given more than once; give it once";
  if (text.starts_with(name + ": 1 required")) return name + " lacks its value; give one";
  const std::string few = name + ": At least ";
  if (text.starts_with(few))
    return name + ": give at least " + text.substr(few.size(), text.find(' ', few.size()) - few.size());
  const std::string unread = "Could not convert: ";
  if (const std::size_t equals = text.find(" = "); text.starts_with(unread) && equals != text.npos)
    return text.substr(unread.size(), equals - unread.size()) + ": " + text.substr(equals + 3) +
           " is not a number";
  return text;
}

}  // namespace program
