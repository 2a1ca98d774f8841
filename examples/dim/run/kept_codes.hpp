// Representations of the images of DATA, kept in a run's folder, so that the next command on them need not encode them.
#pragma once
#include <dim/evaluate/features.hpp>
#include <string>
#include <vector>

#include "../data/image_folder.hpp"
#include "frozen.hpp"
#include "settings.hpp"

namespace program {

/// A representation of images, and a name for each.
struct KeptCodes {
  FileImages files;                  // without images where these did not have to be read: files of a folder
  std::vector<int> labels;           // N, or none; -1 where it isn't known
  std::vector<std::string> classes;  // their names, or their numbers where they have none
  dim::Shape shape;                  // of the images, as the encoder takes them
  std::vector<float> rows;           // (N, size)
  long size = 0;
  std::string folder{};  // in which the images are files, or empty
  std::string key{};     // what they are made from: version, encoder, images and representation
  std::string note{};    // a sentence where they have just been kept, or could not be

  long count() const { return std::ssize(files.names); }
  dim::Features<float> features() const { return {rows.data(), count(), size}; }
  int label(long i) const { return labels.empty() ? -1 : labels[std::size_t(i)]; }
  /// These images. Throws dim::Error where a file is no longer what it was.
  dim::Images images(const std::vector<long>& which) const;
  /// Prints the note, if there is one.
  void tell() const;
};

/// The representations of the images that the settings name (as named_images takes them) by an encoder of the run: those
/// that are kept, if they are of the same bytes of encoder and images, or else new ones, which it keeps unless they take
/// more than a GiB. Files of a folder are then read, but not decoded; what the cache holds needn't be in any case. Throws
/// dim::Error.
KeptCodes kept_codes(const RunFolder& run, const TrainedEncoder& encoder, const UseSettings& settings);

}  // namespace program
