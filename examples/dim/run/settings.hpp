// The settings of the commands, as given on the command line and as kept in a run's folder.
#pragma once
#include <cstdint>
#include <dim/core/arithmetic.hpp>
#include <dim/io/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace program {

/// The values that some settings of `dim train` can have.
inline const std::vector<std::string> all_tasks{"local", "global", "both"}, all_scores{"dot", "concat"},
    all_estimators{"jsd", "nce", "dv", "kl", "rkl", "h2", "x2"}, all_priors{"uniform", "gaussian", "none"},
    all_precisions{"f32", "bf16"};

/// All settings of `dim train`.
struct TrainSettings {
  std::string data;
  std::string data_checksum;  // of the training images, once they have been read
  std::string encoder;        // empty: the one that fits the data
  dim::Json net;              // what a file says of the encoder, if that is the name of one; else null
  std::string task = "local", score = "dot", estimator = "nce", prior = "uniform";
  int units = 64;
  std::optional<double> temperature;         // of NCE's scores; not given: nce_temperature()
  double score_clip = 0;                     // of NCE's scores; 0: none
  std::optional<double> alpha, beta, gamma;  // not given: the task's
  double penalty = 1;
  long epochs = 0;    // 0: usual_epochs()
  long patience = 0;  // epochs without a better accuracy on held-out images that end the training; 0: none do
  bool csv = false;   // a row for each epoch in metrics.csv
  bool tensorboard = false;  // the values of each epoch for TensorBoard
  int batch = 64;
  double rate = 1e-3;
  std::string schedule = "constant";  // of the rate, as schedules.hpp reads it
  double weight_decay = 0, clip = 0;
  std::string augment = "none";  // as augmentations.hpp reads it
  int views = 1;
  std::string precision = "f32";
  std::uint64_t seed = 1;
  int threads = 0;             // 0: all
  std::string cache = "auto";  // of decoded images, as image_cache.hpp has it
  long limit = 0;              // 0: all images
  long held_out = 5000;
  std::string out;  // empty: runs/<data>

  /// What identifies a run: two runs that agree in this have the same bits.
  dim::Json identity() const;
  /// What NCE's scores are divided by: what was given, or the square root of the units with --score dot, or 1.
  double nce_temperature() const;
  /// The members of identity() that are not the program's defaults, as a file for `dim train --config`.
  std::string options() const;
  /// How the run computes. Throws dim::Error for an unknown precision.
  dim::Arithmetic arithmetic() const;
  /// The settings that a run's folder was made with. Throws dim::Error for what `dim train` would not have accepted,
  /// except for the names of data sets and encoders, which are checked where these are read and made.
  static TrainSettings of(const dim::Json& identity);
};

/// The name of a member of TrainSettings::identity() on the command line: "weight-decay".
std::string option_name(std::string member);
/// A value of such a member as people write it; "-" where it has no meaning, and "the paper's" for a weight that is.
std::string setting_text(const std::string& member, const dim::Json& value);

/// How many epochs to train on so many images where nobody says: 10, or as many as see 100,000 images, but at most 1,000.
long usual_epochs(long images);

/// An encoder's representations of an image, and the baselines they are compared with.
inline const std::vector<std::string> all_features{"conv", "fc", "y"},
    all_baselines{"untrained", "supervised", "pixels"};

/// All settings of `dim evaluate`.
struct EvaluateSettings {
  std::string run, data;  // data empty: those that the run was trained on
  bool best = false;      // the encoder that was best on held-out images, not the last
  std::vector<std::string> probes, features = all_features;  // no probes: all
  std::vector<std::string> baselines = all_baselines;
  std::string protocol = "quick";
  bool again = false;  // measure again what the run's metrics already hold
  int threads = 0;
  std::string cache = "auto";
  long limit = 0;             // 0: all images of both splits
  long labels_per_class = 0;  // on which probes are fitted; 0, the default: all
};

/// All settings of `dim finetune`.
struct FinetuneSettings {
  std::string run, data;
  std::vector<double> labels;  // fractions of the training images' labels; empty: 1 %, 10 % and all
  long steps = 0;              // 0: five epochs of the labelled images, but at least 2,000
  bool again = false;
  int threads = 0;
  std::string cache = "auto";
  long limit = 0;
};

/// All settings of `dim features`.
struct FeatureSettings {
  std::string run, data, split = "test", feature = "y", out;
  bool best = false;
  int threads = 0;
  std::string cache = "auto";
};

/// All settings of `dim embed`.
struct EmbedSettings {
  std::string run, feature = "y", out;
  std::vector<std::string> files;  // image files, and folders of them; or SPEC
  bool best = false;
  int threads = 0;
  std::string cache = "auto";
};

/// What commands that look at the images of a data set have in common.
struct UseSettings {
  std::string run, data;  // data: a folder, or SPEC
  std::string split;      // empty: all of a folder or an array, and the test images of other data
  std::string feature = "y", out;
  bool best = false;
  int threads = 0;
  std::string cache = "auto";
};

/// All settings of `dim neighbours`; data empty: the run's; out empty: RUN/neighbours.html.
struct NeighbourSettings : UseSettings {
  std::string query;
  long k = 9;
};

/// All settings of `dim cluster`.
struct ClusterSettings : UseSettings {
  int k = 10;
  std::uint64_t seed = 1;
};

/// All settings of `dim duplicates`.
struct DuplicateSettings : UseSettings {
  double above = 0.98;  // cosine similarity
};

/// All settings of `dim map`; out empty: RUN/map.html.
struct MapSettings : UseSettings {};

/// All settings of `dim info`.
struct InfoSettings {
  std::string run, encoder;  // one of them, or neither
  bool json = false;         // print its encoder as a file for --encoder
  bool options = false;      // print the run's settings as a file for --config
};

/// All settings of `dim report`.
struct ReportSettings {
  std::string run, data, out;  // data empty: those that the run was trained on; out empty: RUN/report.html
  bool best = false;
  int threads = 0;
  std::string cache = "auto";
};

/// All settings of `dim fetch`.
struct FetchSettings {
  std::string name, folder;  // of the data set, and where its folder goes
};

/// All settings of `dim compare`.
struct CompareSettings {
  std::vector<std::string> runs;
  std::string out;  // empty: compare.html
  bool best = false;
};

}  // namespace program
