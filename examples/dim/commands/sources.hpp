// What `dim evaluate` measures: the representations of a run's encoder and of its baselines.
#pragma once
#include <functional>
#include <optional>
#include <utility>

#include "../data/data.hpp"
#include "../run/frozen.hpp"
#include "../run/saves.hpp"
#include "probes.hpp"

namespace program {

/// Does the list contain it?
bool contains(const std::vector<std::string>& all, const std::string& one);

/// A source of representations: the run's encoder, or a baseline.
struct Source {
  std::string name;
  long steps;                                       // for which its encoder was trained
  std::vector<std::pair<std::string, long>> sizes;  // its representations, and the values per image of each
  std::function<Frozen()> make{};   // makes the encoder, which may have to be trained; pixels have none
  std::optional<Frozen> encoder{};  // once it is made

  /// Those of the representations in `asked` that it has; pixels have only one, whatever is asked.
  std::vector<std::string> features(const std::vector<std::string>& asked) const;
  /// Values per image of one of them.
  long size(const std::string& feature) const;
  /// Makes the encoder. Throws dim::Error.
  void prepare();
  /// Some of its representations of both splits, in one pass over the images, and of second views of test images, if
  /// there are any. It must be prepared.
  std::vector<Represented> represent(const std::vector<std::string>& features, const SplitImages& train,
                                     const SplitImages& test, const dim::Images& views) const;
};

/// The run's encoder. Throws dim::Error.
Source trained_source(const EvaluateSettings& settings, const RunFolder& run, dim::Shape image);
/// Adds the baselines that were asked for. Throws dim::Error.
void add_baselines(const EvaluateSettings& settings, const RunFolder& run, const DataSet& data, Saves& saves,
                   std::vector<Source>& sources);

/// The number of steps for which supervised_encoder trains on so many images.
long supervised_steps(const TrainSettings& settings, long images);
/// The encoder of the run's architecture trained with the labels of this data set's training images: read from the
/// run's folder, or trained and saved there, if it is missing, was trained in another way or on other data, or `again` is
/// true. Throws dim::Error.
Frozen supervised_encoder(const RunFolder& run, const DataSet& data, bool again, int threads, Saves& saves);

}  // namespace program
