#include "named_images.hpp"

#include <filesystem>

#include "../data/data.hpp"
#include "../data/npy_data.hpp"
#include "../terminal/text.hpp"

namespace program {
namespace {

/// Both splits as one.
dim::Images joined(const dim::Images& first, const dim::Images& second) {
  const dim::Shape shape = first.shape();
  std::vector<std::uint8_t> bytes;
  std::vector<int> labels;
  bytes.reserve(std::size_t((first.size() + second.size()) * shape.size()));
  for (const dim::Images* const part : {&first, &second})
    for (long i = 0; i < part->size(); ++i) {
      labels.push_back(part->label(i));
      for (int c = 0; c < shape.channels; ++c)
        for (int y = 0; y < shape.height; ++y)
          for (int x = 0; x < shape.width; ++x) bytes.push_back(part->pixel(i, c, y, x));
    }
  const auto names = first.class_names();
  return dim::Images(std::move(bytes), long(labels.size()), shape, dim::Strides::planes(shape))
      .with_labels(labels, first.classes(), {names.begin(), names.end()});
}

/// The images of a data set that is no folder, and their numbers.
FileImages numbered(const std::string& spec, const std::string& split, ImageCache& cache) {
  FileImages files;
  const auto add = [&](const std::string& name) {
    const dim::Images images =
        read_data(spec, name == "train" ? dim::Split::train : dim::Split::test, 0, &cache);
    for (long i = 0; i < images.size(); ++i) files.names.push_back(name + "/" + std::to_string(i));
    files.images = files.images.size() > 0 ? joined(files.images, images) : images;
  };
  if (split != "test" && !split.empty()) add("train");
  if (split != "train") add("test");
  cache.finish();
  return files;
}

}  // namespace

std::string folder_of(const std::string& data) {
  std::error_code code;
  if (std::filesystem::is_directory(data, code)) return data;
  if (!is_folder(data)) return "";
  require_place(data);
  return data_place(data);
}

FileImages named_images(const std::string& data, const std::string& split, dim::Shape shape,
                        ImageCache cache) {
  if (!split.empty()) require_one_of("--split", split, {"train", "test", "all"});
  const FolderPart part = split == "train"  ? FolderPart::train
                          : split == "test" ? FolderPart::test
                                            : FolderPart::all;
  const std::string folder = folder_of(data);
  if (folder.empty() && data.find(':') == std::string::npos && data != "fashion-mnist")
    throw dim::Error(data,
                     " is no folder that can be read; name one that holds images, or data as dim train "
                     "--data has them");
  if (folder.empty() && is_npy(data)) return read_npy(data, part);
  if (folder.empty()) return numbered(data, split, cache);
  FileImages files = read_folder(folder, part, shape, &cache);
  cache.finish();
  tell_left_out(files);
  return files;
}

}  // namespace program
