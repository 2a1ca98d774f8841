#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/io/npy.hpp>
#include <filesystem>

#include "../data/data.hpp"
#include "../data/npy_data.hpp"
#include "../run/frozen.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"

namespace program {

void features(const FeatureSettings& settings) {
  require_output(settings.out, {".npy"});
  require_one_of("--split", settings.split, {"train", "test", "all"});
  const RunFolder run(settings.run);
  const std::string spec = run.data_or(settings.data);
  require_unread(settings.out, npy_files(spec));
  if (settings.split == "all" && !is_npy(spec))
    throw dim::Error("--split all is for data as arrays (npy:), and these are ", spec,
                     "; choose train or test, or use dim embed for files");
  const dim::Representation feature = feature_of(settings.feature);
  ImageCache cache = cache_of(run, settings.cache);
  const dim::Images images = read_for(run, settings.data, [&](const std::string& from) {
    if (settings.split == "all") return read_npy_images(from, FolderPart::all);
    return read_data(from, settings.split == "train" ? dim::Split::train : dim::Split::test, 0, &cache);
  });
  cache.finish();
  const Frozen encoder =
      load_frozen(run, encoder_file(run, settings.best), images.shape(), settings.threads).encoder;

  const dim::Shape shape = encoder.shape(feature);
  std::vector<float> values(std::size_t(images.size() * shape.size()));
  encoder.features(images, feature, values.data());
  std::vector<long> sizes{images.size(), shape.channels};
  if (shape.area() > 1) sizes.insert(sizes.end(), {shape.height, shape.width});
  defer_signals();  // until the file is complete
  dim::write_npy(settings.out, values.data(), sizes);
  std::printf("%s: %ld x %ld numbers, %s of %simages of %s\n", settings.out.c_str(), images.size(),
              shape.size(), settings.feature.c_str(),
              settings.split == "all" ? "all " : ("the " + settings.split + " ").c_str(), spec.c_str());
}

}  // namespace program
