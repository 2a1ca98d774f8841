#include "run_folder.hpp"

#include <algorithm>
#include <dim/io/file.hpp>
#include <filesystem>

#include "../data/data.hpp"

namespace program {

using dim::Error;
using dim::Json;
namespace fs = std::filesystem;

namespace {

/// Does the file exist? Throws dim::Error if that cannot be determined.
bool is_there(const std::string& path) {
  std::error_code code;
  const bool there = fs::exists(path, code);
  if (code)
    throw Error("cannot look for " + path + ": " + code.message() + "; check the path and its permissions");
  return there;
}

/// Throws dim::Error for a line of metrics.jsonl that does not have the form its readers expect.
void require_readable(const Json& line) {
  const Json& value = line.at("value");
  if (!value.is_null()) value.number();
  const auto named = [&](const char* name, const auto& read) {
    try {
      if (const Json* const found = line.find(name)) read(*found);
    } catch (const Error& error) {
      throw Error(name + (": " + std::string(error.what())));
    }
  };
  for (const char* const text : {"split", "protocol", "feature", "name", "baseline", "data"})
    named(text, [](const Json& found) { found.string(); });
  for (const char* const number :
       {"epoch", "step", "train_images", "test_images", "train_pictures", "test_pictures"})
    named(number, [](const Json& found) { found.integer(); });
  if (line.find("epoch")) line.at("step");
}

void require_place_for(const std::string& path) {
  std::error_code code;
  const fs::path there = fs::canonical(path, code);  // of a link, what it leads to
  const std::string file = code ? path : there.string();
  if (fs::exists(file, code) && !fs::is_regular_file(file, code))
    throw Error(path, " is not a regular file, and stays as it is; name another one");
  const std::size_t slash = file.rfind('/');
  const std::string folder = slash == file.npos ? "./" : file.substr(0, slash + 1);
  const dim::File opened(folder, O_RDONLY | O_DIRECTORY);
  if (::faccessat(opened.descriptor(), ".", W_OK, AT_EACCESS) != 0)
    throw Error("cannot write ", path, ": ", std::generic_category().message(errno),
                "; check the permissions, or use another directory");
}

}  // namespace

bool RunFolder::exists() const {
  return is_there(settings_file());
}
bool RunFolder::has_checkpoint() const {
  return is_there(checkpoint());
}
bool RunFolder::has_encoder() const {
  return is_there(encoder());
}
bool RunFolder::has_best() const {
  return is_there(best());
}

bool RunFolder::has_epoch_csv() const {
  return is_there(epoch_csv());
}
bool RunFolder::has_supervised() const {
  return is_there(supervised());
}

bool RunFolder::holds_anything() const {
  for (const std::string& file : {settings_file(), checkpoint(), encoder(), best(), supervised(), metrics()})
    if (is_there(file)) return true;
  return false;
}

void RunFolder::make() const {
  std::error_code code;
  fs::create_directories(path_, code);
  if (code)
    throw Error("cannot make the folder " + path_ + ": " + code.message() + "; name another by --out");
}

void RunFolder::keep(const TrainSettings& settings) const {
  const std::string text = settings.identity().dump() + "\n";
  dim::write_file_atomically(settings_file(), {dim::bytes_of(text)});
}

TrainSettings RunFolder::settings() const {
  if (!exists())
    throw Error(path_ +
                " is not the folder of a run: it has no run.json; name one that `dim train --out` has made");
  const auto bytes = dim::read_file(settings_file());
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const Json identity = Json::parse(text, settings_file());
  try {
    return TrainSettings::of(identity);
  } catch (const Error& error) {
    throw Error(settings_file() + ": " + error.what() + ", or put back the file that `dim train` wrote");
  }
}

void RunFolder::require_same(const TrainSettings& settings) const {
  const TrainSettings saved = this->settings();
  const Json mine = saved.identity(), asked = settings.identity();
  const bool both_files = !saved.net.is_null() && !settings.net.is_null();
  std::string difference;
  if (both_files && saved.net != settings.net)
    difference = settings.encoder + " describes another encoder than the run has";
  bool other_images = false;
  for (const auto& member : asked.object()) {
    if (member.name == "net") continue;
    const Json& before = mine.at(member.name);
    if (before == member.value) continue;
    if (member.name == "encoder" && both_files) continue;  // the file may have moved, like data
    if (member.name == "data" && data_name(before.string()) == data_name(settings.data)) continue;
    if (member.name == "data_checksum") {
      other_images = true;
      continue;
    }
    difference += (difference.empty() ? "" : ", ") + option_name(member.name) + " " +
                  setting_text(member.name, before) + " there and " +
                  setting_text(member.name, member.value) + " here";
  }
  if (!difference.empty())
    throw Error(path_ + " holds a run with other settings (" + difference +
                "): give the same ones to go on with it, or another --out");
  if (other_images)
    throw Error(
        path_ + " holds a run on other training images than " + settings.data +
        " has now: if some were added, removed or changed, put them back as they were to go on with it, "
        "or train anew with another --out");
}

void RunFolder::require_recordable() const {
  dim::File(metrics(), O_RDWR | O_CREAT | O_APPEND);
}

void RunFolder::record(Json::Object line) const {
  dim::append_line(metrics(), Json(std::move(line)).dump());
}

std::vector<Json> RunFolder::recorded() const {
  std::vector<Json> lines;
  if (!is_there(metrics())) return lines;
  const auto bytes = dim::read_file(metrics());
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
    const std::string place = metrics() + ", line " + std::to_string(lines.size() + 1);
    try {
      lines.push_back(Json::parse(text.substr(begin, end - begin), place));
    } catch (const Error& error) {
      throw Error(std::string(error.what()) + ", or delete the line");
    }
    try {
      require_readable(lines.back());
    } catch (const Error& error) {
      throw Error(place + ": " + error.what() + ", or delete the line");
    }
  }
  return lines;
}

void require_output(const std::string& path, const std::vector<std::string>& endings) {
  const fs::path file(path);
  if (std::find(endings.begin(), endings.end(), file.extension().string()) == endings.end()) {
    std::string list;
    for (std::size_t i = 0; i < endings.size(); ++i)
      list += (i == 0 ? "" : i + 1 < endings.size() ? ", " : " and ") + endings[i];
    throw Error("--out ", path,
                endings.size() == 1 ? " doesn't end in " + list + ", which is what is written"
                                    : " ends in none of " + list + ", which say what is written");
  }
  require_place_for(path);
  std::error_code code;
  if (file.filename() == "metrics.csv" && fs::exists(file.parent_path() / "run.json", code))
    throw Error("--out ", path, " is a run's own table of epochs, and stays as it is; name another one");
}

void require_unread(const std::string& path, const std::vector<std::string>& read) {
  std::error_code code;
  for (const std::string& each : read)
    if (fs::equivalent(path, each, code))
      throw Error("--out ", path, " is a file that is read, and stays as it is; name another one");
}

Recorded::Recorded(const std::vector<Json>& lines) {
  for (const Json& line : lines)
    if (const Json& value = line.at("value"); !value.is_null())
      values_[key_of(line.object())] = value.number();
}

const double* Recorded::find(const Json::Object& line) const {
  const auto found = values_.find(key_of(line));
  return found == values_.end() ? nullptr : &found->second;
}

std::string Recorded::key_of(const Json::Object& line) {
  Json::Object key;
  for (const auto& member : line)
    if (member.name != "value") key.push_back(member);
  return Json(std::move(key)).dump();
}

ImageCache cache_for(const RunFolder& run, const std::string& spec, const std::string& caching) {
  return {run.image_cache(), data_place(spec), caching};
}

ImageCache cache_of(const RunFolder& run, const std::string& caching) {
  return cache_for(run, run.settings().data, caching);
}

}  // namespace program
