#include <algorithm>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/io/file.hpp>
#include <dim/io/npy.hpp>
#include <filesystem>

#include "../data/data.hpp"
#include "../data/npy_data.hpp"
#include "../run/frozen.hpp"
#include "../run/named_images.hpp"
#include "../run/run_folder.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"

namespace program {
namespace {

/// The files that are named, and for a folder all images below it.
ImageNames all_files(const std::vector<std::string>& given) {
  ImageNames files;
  for (const std::string& each : given) {
    std::error_code code;
    if (!std::filesystem::is_directory(each, code)) {
      files.names.push_back(each);
      continue;
    }
    const ImageNames below = image_names(each);
    for (const std::string& name : below.names)
      files.names.push_back((std::filesystem::path(each) / name).string());
    files.notes.insert(files.notes.end(), below.notes.begin(), below.notes.end());
  }
  return files;
}

/// The images of these files and folders, or of data that are named as for training; those left out are told.
FileImages images_to_embed(const std::vector<std::string>& given, dim::Shape shape, ImageCache cache) {
  const auto data = std::find_if(given.begin(), given.end(), is_data);
  if (data != given.end() && given.size() > 1)
    throw dim::Error(*data,
                     " is a set of data, which has a file of representations of its own; embed it alone");
  if (data != given.end()) return named_images(*data, "", shape, std::move(cache));
  ImageNames found = all_files(given);
  FileImages files = read_files(found.names, shape, &cache);
  cache.finish();
  files.notes = std::move(found.notes);
  tell_left_out(files);
  return files;
}

/// Throws dim::Error unless each name is a line of its own in the file of names beside `out`.
void require_lines(const std::vector<std::string>& names, const std::string& out) {
  for (const std::string& name : names)
    if (name.find_first_of("\r\n") != name.npos)
      throw dim::Error("there is a line break in the name ", dim::in_quotes(name),
                       ", which would be two lines of ", out,
                       ".txt; rename the file, or write .csv or .jsonl");
}

/// A line a file: its name and its numbers.
std::string as_csv(const std::vector<std::string>& names, const std::vector<float>& rows, std::size_t size) {
  std::string text = "file";
  for (std::size_t k = 0; k < size; ++k) text += "," + std::to_string(k);
  text += "\n";
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += csv_word(names[i]);
    for (std::size_t k = 0; k < size; ++k) text += "," + dim::exact_decimal(rows[i * size + k]);
    text += "\n";
  }
  return text;
}

std::string as_json_lines(const std::vector<std::string>& names, const std::vector<float>& rows,
                          std::size_t size, const std::string& feature) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    dim::Json::Array numbers;
    for (std::size_t k = 0; k < size; ++k) numbers.push_back(double(rows[i * size + k]));
    const bool named =
        dim::Json::find_invalid_utf8(names[i]) == std::string_view::npos;  // as all that JSON can hold
    text += dim::Json(dim::Json::Object{{"file", named ? dim::Json(names[i]) : dim::Json()},
                                        {feature, std::move(numbers)}})
                .dump() +
            "\n";
  }
  return text;
}

}  // namespace

void embed(const EmbedSettings& settings) {
  feature_of(settings.feature);  // throws where there is none of that name
  require_output(settings.out, {".npy", ".csv", ".jsonl"});
  for (const std::string& file : settings.files) require_unread(settings.out, npy_files(file));
  const std::string end = std::filesystem::path(settings.out).extension().string();
  const RunFolder run(settings.run);
  ImageCache cache = cache_of(run, settings.cache);
  const Frozen encoder = load_frozen(encoder_file(run, settings.best), settings.threads).encoder;
  const dim::Shape shape = shape_of(encoder, run, settings.feature);
  const FileImages files = images_to_embed(settings.files, encoder.shapes().image, std::move(cache));
  if (end == ".npy") require_lines(files.names, settings.out);
  const std::vector<float> rows = features_of(encoder, settings.feature, files.images);
  defer_signals();  // until it is whole
  if (end == ".npy") {
    std::string names;
    for (const std::string& name : files.names) names += name + "\n";
    dim::write_npy(settings.out, rows.data(), {files.images.size(), shape.size()});
    dim::write_file_atomically(settings.out + ".txt", {dim::bytes_of(names)});
  } else {
    const std::size_t size = std::size_t(shape.size());
    const std::string text = end == ".csv" ? as_csv(files.names, rows, size)
                                           : as_json_lines(files.names, rows, size, settings.feature);
    dim::write_file_atomically(settings.out, {dim::bytes_of(text)});
  }
  std::printf("%s: %s of %ld images, %ld numbers each\n", settings.out.c_str(), settings.feature.c_str(),
              files.images.size(), shape.size());
}

}  // namespace program
