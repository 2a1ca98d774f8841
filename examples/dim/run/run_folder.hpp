// The folder of a run: settings, checkpoints and recorded values.
#pragma once
#include <dim/io/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "../data/image_cache.hpp"
#include "settings.hpp"

namespace program {

/// DIR/run.json (settings), last.safetensors (the trainer), encoder.safetensors (the last encoder), best.safetensors
/// (the encoder that was best on held-out images), supervised.safetensors (the supervised baseline), metrics.jsonl,
/// metrics.csv, events.out.tfevents.TIME.dim, reconstructions-….npy (test images and what a decoder makes of their
/// codes), codes-….safetensors (of images once looked at: kept_codes.hpp), images.cache (decoded images: image_cache.hpp),
/// report.html; and lock, while a command writes there.
class RunFolder {
 public:
  explicit RunFolder(std::string path) : path_(std::move(path)) {}

  std::string settings_file() const { return path_ + "/run.json"; }
  std::string checkpoint() const { return path_ + "/last.safetensors"; }
  std::string encoder() const { return path_ + "/encoder.safetensors"; }
  std::string best() const { return path_ + "/best.safetensors"; }
  std::string metrics() const { return path_ + "/metrics.jsonl"; }
  std::string epoch_csv() const { return path_ + "/metrics.csv"; }
  std::string supervised() const { return path_ + "/supervised.safetensors"; }
  /// The reconstructions that belong to the measures of the encoder trained for so many steps, on so many training
  /// images of the data set with that id, by that protocol.
  std::string reconstructions(long steps, const std::string& data, long images,
                              const std::string& protocol) const {
    return path_ + "/reconstructions-" + std::to_string(steps) + "-" + data + "-" + std::to_string(images) +
           "-" + protocol + ".npy";
  }
  std::string image_cache() const { return path_ + "/images.cache"; }
  std::string report() const { return path_ + "/report.html"; }
  const std::string& path() const { return path_; }

  bool exists() const;
  bool has_checkpoint() const;
  bool has_encoder() const;
  bool has_best() const;
  bool has_epoch_csv() const;
  bool has_supervised() const;
  /// Does it contain a file that a run writes?
  bool holds_anything() const;
  /// Makes the folder if it does not exist. Throws dim::Error.
  void make() const;
  /// Saves the settings in the folder. Throws dim::Error.
  void keep(const TrainSettings& settings) const;
  /// The settings it was made with. Throws dim::Error if there are none.
  TrainSettings settings() const;
  /// The data set named by `spec`; if that is empty, the one in the settings. Throws dim::Error.
  std::string data_or(const std::string& spec) const { return spec.empty() ? settings().data : spec; }
  /// Throws dim::Error, with the differences, unless the folder was made with the same settings. The data may have
  /// moved, as long as they are the same.
  void require_same(const TrainSettings& settings) const;
  /// Throws dim::Error if lines cannot be added to metrics.jsonl: better before the work than after.
  void require_recordable() const;
  /// Adds a line to metrics.jsonl: where it was measured, by which protocol, and what.
  void record(dim::Json::Object line) const;
  /// The lines of metrics.jsonl, without a last line that was cut off. Throws dim::Error, with file and line, for a
  /// damaged one.
  std::vector<dim::Json> recorded() const;

 private:
  std::string path_;
};

/// Throws dim::Error if no file can be written where --out says, for want of its folder, or if its name doesn't end in
/// one of `endings` or is that of a run's own: better before the work than after.
void require_output(const std::string& path, const std::vector<std::string>& endings);
/// Throws dim::Error if the file that --out names is one of those that are read.
void require_unread(const std::string& path, const std::vector<std::string>& read);

/// read(SPEC) for the data set that SPEC names or, if it is empty, the one in the run's settings. Throws dim::Error,
/// which in the latter case says how to name another folder.
template <class Read>
auto read_for(const RunFolder& run, const std::string& spec, const Read& read) {
  const std::string used = run.data_or(spec);
  try {
    return read(used);
  } catch (const dim::Error& error) {
    if (!spec.empty()) throw;
    throw dim::Error(std::string(error.what()) + "; " + run.settings_file() +
                     " has the data there: if they have moved, say where by --data");
  }
}

/// The values of metrics.jsonl, each found by everything that its line says except the value; if several lines agree
/// in that, the last one counts.
class Recorded {
 public:
  explicit Recorded(const std::vector<dim::Json>& lines);
  /// The value recorded for such a line, whose own value is ignored; null if there is none.
  const double* find(const dim::Json::Object& line) const;

 private:
  static std::string key_of(const dim::Json::Object& line);

  std::map<std::string, double> values_;
};

/// The cache of a run for the images of SPEC, as --cache says. Throws dim::Error.
ImageCache cache_for(const RunFolder& run, const std::string& spec, const std::string& caching);
/// The same for the images of the run's settings.
ImageCache cache_of(const RunFolder& run, const std::string& caching);

}  // namespace program
