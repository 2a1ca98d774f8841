#include "named_features.hpp"

#include <dim/cpu/backend.hpp>
#include <filesystem>

#include "data.hpp"
#include "frozen.hpp"
#include "image_folder.hpp"

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
FileImages numbered(const std::string& spec, const std::string& split) {
  FileImages files;
  const auto add = [&](const std::string& name) {
    const dim::Images images = read_data(spec, name == "train" ? dim::Split::train : dim::Split::test, 0);
    for (long i = 0; i < images.size(); ++i) files.names.push_back(name + "/" + std::to_string(i));
    files.images = files.images.size() > 0 ? joined(files.images, images) : images;
  };
  if (split != "test" && !split.empty()) add("train");
  if (split != "train") add("test");
  return files;
}

}  // namespace

NamedFeatures named_features(const UseSettings& settings) {
  if (!settings.split.empty()) require_one_of("--split", settings.split, {"train", "test", "all"});
  const dim::Representation feature = feature_of(settings.feature);
  const RunFolder run(settings.run);
  const std::string file = encoder_file(run, settings.best);
  run.settings();  // throws where there are none
  std::error_code code;
  const bool plain = std::filesystem::is_directory(settings.data, code);
  if (!plain && settings.data.find(':') == std::string::npos && settings.data != "fashion-mnist")
    throw dim::Error(settings.data,
                     " is no folder that can be read; name one that holds images, or data as dim train "
                     "--data has them");
  const auto read = [&](dim::Shape shape) {
    if (!plain && !is_folder(settings.data)) return numbered(settings.data, settings.split);
    const std::string folder = plain ? settings.data : data_place(settings.data);
    FileImages files = read_folder(folder,
                                   settings.split == "train"  ? FolderPart::train
                                   : settings.split == "test" ? FolderPart::test
                                                              : FolderPart::all,
                                   shape);
    tell_left_out(files);
    return files;
  };
  const Frozen encoder = load_frozen(file, settings.threads).encoder;
  const dim::Shape shape = encoder.shape(feature);
  if (!shape.valid())
    throw dim::Error("the encoder of ", run.path(), " has no ", settings.feature,
                     "; choose another --feature");
  FileImages files = read(encoder.shapes().image);
  NamedFeatures found{files.images, std::move(files.names), {}, shape.size()};
  found.rows.resize(std::size_t(found.images.size() * found.size));
  encoder.features(found.images, feature, found.rows.data());
  return found;
}

std::string class_name(const dim::Images& images, int label) {
  const auto names = images.class_names();
  return names.empty() ? std::to_string(label) : names[std::size_t(label)];
}

}  // namespace program
