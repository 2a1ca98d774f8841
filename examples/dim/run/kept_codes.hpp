// Representations of all images of DATA, kept in a run's folder, so that a second search need not encode them again.
#pragma once
#include <dim/evaluate/features.hpp>
#include <dim/io/safetensors.hpp>
#include <string>
#include <vector>

#include "../data/image_folder.hpp"
#include "frozen.hpp"

namespace program {

/// A representation of images, and a name for each.
struct KeptCodes {
  FileImages files;         // without images where these did not have to be read: files of a folder
  std::vector<float> rows;  // (N, size)
  long size = 0;
  std::string folder{};  // in which the images are files, or empty
  std::string key{};     // what they are made from: version, encoder, images and representation
  std::string note{};    // a sentence where they have just been kept, or could not be

  dim::Features<float> features() const { return {rows.data(), std::ssize(files.names), size}; }
  /// These images, brought to `shape`. Throws dim::Error where a file is no longer what it was.
  dim::Images images(const std::vector<long>& which, dim::Shape shape) const;
};

/// The file of a run's folder in which something of DATA is kept: RUN/KIND-FEATURE-0123456789abcdef.safetensors. It is the
/// same whatever DATA holds now, so that what is out of date is replaced.
std::string kept_file(const RunFolder& run, const std::string& kind, const std::string& feature, bool best,
                      const std::string& data);

/// Reads what is kept at `path` if it was made from what `key` says; else nothing, and a sentence on standard error if
/// the file is damaged.
std::optional<dim::Safetensors> read_kept(const std::string& path, const std::string& key);
/// Keeps tensors at `path`. Returns a sentence: that they are kept, or why not; `what` names them.
std::string keep(const std::string& path, const std::string& key, const std::vector<dim::Tensor>& tensors,
                 const std::string& what);

/// The representations of all images of DATA (as named_images takes it) by an encoder of the run: those that are kept, if
/// they are of the same bytes of encoder and images, or else new ones, which it keeps unless they take more than a GiB.
/// Files of a folder are then read, but not decoded; what the cache holds needn't be in any case. Throws dim::Error.
KeptCodes kept_codes(const RunFolder& run, const TrainedEncoder& encoder, bool best,
                     const std::string& feature, const std::string& data, ImageCache cache);

}  // namespace program
