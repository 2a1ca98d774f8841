// What `dim evaluate` measures: the representations of a run's encoder and of its baselines.
#pragma once
#include <optional>

#include "frozen.hpp"
#include "probes.hpp"

namespace program {

/// Does the list hold it?
bool contains(const std::vector<std::string>& all, const std::string& one);

/// What makes representations: the run's encoder, or a baseline.
struct Source {
  std::string name;
  long steps;                     // how often its encoder was trained
  std::optional<Frozen> encoder;  // pixels have none

  /// Those of the representations in `asked` that it has.
  std::vector<std::string> features(const std::vector<std::string>& asked) const;
  /// Numbers a picture of one of them.
  long size(const std::string& feature, const dim::Images& images) const;
  /// Some of its representations of both splits, in one pass over the pictures.
  std::vector<Represented> represent(const std::vector<std::string>& features, const SplitPictures& train,
                                     const SplitPictures& test) const;
};

/// The run's encoder. Throws dim::Error.
Source trained_source(const EvaluateSettings& settings, const RunFolder& run, dim::Shape pictures);
/// The baselines that are asked for; the supervised one may have to be trained. Throws dim::Error.
void add_baselines(const EvaluateSettings& settings, const RunFolder& run, const std::string& data,
                   const dim::Images& train, std::vector<Source>& sources);

/// The encoder of the run's shape that was trained with the labels of these pictures of the data set of that name: read
/// from the run's folder, or trained, `again` or for the first time, and kept there. Throws dim::Error.
TrainedEncoder supervised_encoder(const RunFolder& run, const std::string& data, const dim::Images& train,
                                  bool again, int threads);

}  // namespace program
