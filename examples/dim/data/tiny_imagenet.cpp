#include "tiny_imagenet.hpp"

#include <dim/io/file.hpp>
#include <filesystem>
#include <map>
#include <sstream>

namespace program {
namespace {

using dim::Error;

const char* const tiny_remedy = "; take it again from tiny-imagenet-200.zip";

/// The fields of each line of a file, which tabs separate.
std::vector<std::vector<std::string>> rows_of(const std::string& path) {
  const std::vector<std::byte> bytes = dim::read_file(path);
  std::istringstream file(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    std::istringstream fields(line);
    std::vector<std::string> row;
    for (std::string field; std::getline(fields, field, '\t');) row.push_back(field);
    if (!row.empty()) rows.push_back(row);
  }
  return rows;
}

/// The classes, "n02124075", and their numbers.
std::map<std::string, int> tiny_classes(const std::string& folder) {
  std::map<std::string, int> classes;
  for (const auto& row : rows_of(folder + "/wnids.txt")) {
    const int number = int(classes.size());
    classes.emplace(row.front(), number);
  }
  if (classes.empty()) throw Error(folder, "/wnids.txt names no class", tiny_remedy);
  return classes;
}

/// A name for each class: "Egyptian cat", or what wnids.txt has.
std::vector<std::string> tiny_names(const std::string& folder, const std::map<std::string, int>& classes) {
  std::vector<std::string> names(classes.size());
  for (const auto& [wnid, number] : classes) names[std::size_t(number)] = wnid;
  const std::string words = folder + "/words.txt";
  if (!std::filesystem::exists(words)) return names;
  for (const auto& row : rows_of(words))
    if (const auto found = classes.find(row.front()); found != classes.end() && row.size() > 1)
      names[std::size_t(found->second)] = row[1].substr(0, row[1].find(','));
  return names;
}

/// The class of each image for measuring, by the name of its file.
std::map<std::string, std::string> tiny_annotations(const std::string& folder) {
  std::map<std::string, std::string> annotations;
  for (const auto& row : rows_of(folder + "/val/val_annotations.txt"))
    if (row.size() > 1) annotations[row[0]] = row[1];
  return annotations;
}

}  // namespace

FileImages read_tiny_imagenet(const std::string& given, dim::Split split, ImageCache* cache) {
  const std::string within = given + "/tiny-imagenet-200";
  const std::string folder = std::filesystem::exists(within + "/wnids.txt") ? within : given;
  const std::map<std::string, int> classes = tiny_classes(folder);
  const bool train = split == dim::Split::train;
  const std::string part = folder + (train ? "/train" : "/val");
  const auto annotations = train ? std::map<std::string, std::string>() : tiny_annotations(folder);

  std::vector<std::string> paths = image_names(part).names;
  for (std::string& path : paths) path = part + "/" + path;
  FileImages files = read_files(paths, {3, 64, 64}, cache);
  std::vector<int> labels;
  for (const std::string& path : files.names) {
    const std::string name =
        path.substr(part.size() + 1);  // "n02124075/images/n02124075_0.JPEG", "images/val_0.JPEG"
    const auto annotation = annotations.find(name.substr(name.rfind('/') + 1));
    const auto label =
        classes.find(annotation == annotations.end() ? name.substr(0, name.find('/')) : annotation->second);
    if (label == classes.end()) throw Error(path, " is of none of the classes of wnids.txt", tiny_remedy);
    labels.push_back(label->second);
  }
  files.images =
      files.images.with_labels(std::move(labels), int(classes.size()), tiny_names(folder, classes));
  return files;
}

}  // namespace program
