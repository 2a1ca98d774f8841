#include "epoch_csv.hpp"

#include <algorithm>
#include <dim/io/file.hpp>
#include <filesystem>
#include <map>

#include "../terminal/text.hpp"

namespace program {
namespace {

using dim::Json;

const std::string csv_begin = "epoch,step,seconds";

/// "local_jsd_loss", "held-out_accuracy".
std::string column_of(const Json& line) {
  const std::string &split = line.at("split").string(), &name = line.at("name").string();
  return split == "train" ? name : split + "_" + name;
}

/// The seconds of each epoch in a file that EpochCsv has written; none if it does not exist.
std::map<long, std::string> seconds_in(const std::string& path) {
  std::map<long, std::string> seconds;
  std::error_code code;
  if (!std::filesystem::exists(path, code) && !code) return seconds;
  const auto bytes = dim::read_file(path);
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (long line = 1; !rest.empty(); ++line) {
    std::string text(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    long epoch = 0, step = 0;
    int after = 0;
    const bool good = line == 1
                          ? text.starts_with(csv_begin)
                          : std::sscanf(text.c_str(), "%ld,%ld,%n", &epoch, &step, &after) == 2 && after > 0;
    if (!good)
      throw dim::Error(path + ", line " + std::to_string(line) + ": " + dim::in_quotes(text) +
                       " is not from `dim train --csv`, which would write over it; move the file away");
    if (line > 1)
      seconds[epoch] =
          text.substr(std::size_t(after), text.find(',', std::size_t(after)) - std::size_t(after));
  }
  return seconds;
}

}  // namespace

EpochCsv::EpochCsv(const RunFolder& run) : path_(run.epoch_csv()) {
  const std::map<long, std::string> seconds = seconds_in(path_);
  std::map<long, std::vector<Json>> epochs;
  for (const Json& line : run.recorded())
    if (line.find("epoch") && line.at("protocol").string() != EpochLog::part_protocol)
      epochs[line.at("epoch").integer()].push_back(line);
  for (const auto& [epoch, lines] : epochs) {
    const auto found = seconds.find(epoch);
    append(lines, found == seconds.end() ? "" : found->second);
  }
  dim::write_file_atomically(path_, {dim::bytes_of(text_)});
}

void EpochCsv::add(const EpochRecord& epoch, Saves& saves) {
  append(epoch.lines, fixed(epoch.seconds, 3));
  saves.replace(path_,
                [path = path_, text = text_] { dim::write_file_atomically(path, {dim::bytes_of(text)}); });
}

void EpochCsv::append(const std::vector<Json>& lines, const std::string& seconds) {
  std::map<std::string, std::string> values;
  for (const Json& line : lines)
    if (const Json& value = line.at("value"); !value.is_null()) values[column_of(line)] = value.dump();
  if (columns_.empty()) {
    text_ = csv_begin;
    for (const Json& line : lines) {
      columns_.push_back(column_of(line));
      text_ += "," + csv_word(columns_.back());
    }
    text_ += "\n";
  }
  text_ += std::to_string(lines.front().at("epoch").integer()) + "," +
           std::to_string(lines.front().at("step").integer()) + "," + seconds;
  for (const std::string& column : columns_) text_ += "," + values[column];
  text_ += "\n";
}

}  // namespace program
