// How well a run is doing during training.
#pragma once
#include <functional>

#include "../data/data.hpp"
#include "../run/frozen.hpp"
#include "../run/run_folder.hpp"
#include "../run/saves.hpp"

namespace program {

/// How often the nearest neighbours predict the class of a held-out image. They are sought among half as many
/// training images as there are held-out ones, few enough that this takes a small part of an epoch, but at least among
/// `fewest_neighbours`, for which hold_out leaves enough.
class HeldOutNeighbours {
 public:
  explicit HeldOutNeighbours(const HeldOut& split);

  const dim::Images& judged() const { return judged_; }
  /// "knn-20-cosine-held-out-among-half", or "...-among-100" where half as many were too few.
  std::string protocol() const;
  /// The accuracy of naming always the most frequent class of the training images.
  double chance() const { return chance_; }
  /// The accuracy in [0, 1] of the representations (N, D) that `represent` makes of images.
  double accuracy(const dim::Cpu& cpu,
                  const std::function<std::vector<float>(const dim::Images&)>& represent) const;

 private:
  dim::Images neighbours_, judged_;
  std::vector<int> neighbour_labels_, judged_labels_;
  double chance_;
};

/// Measures after each epoch how often the nearest neighbours of the code predict the class of a held-out image, and
/// keeps the best encoder in best.safetensors.
class Monitor {
 public:
  /// Continues from best.safetensors if the run has already made `steps` of its steps, unless that encoder was chosen
  /// by another protocol.
  Monitor(const HeldOut& split, const RunFolder& run, long steps);

  std::string protocol() const { return neighbours_.protocol(); }
  /// The accuracy in [0, 1]. If the encoder is the best so far, has it saved as best.safetensors; of equally good
  /// ones the earliest is kept.
  double measure(const Frozen& encoder, long steps, Saves& saves);
  /// After how many steps the encoder was best; before the first measurement, those from which it continues.
  long best_steps() const { return best_steps_; }
  /// "best.safetensors is of step 1406, with 41.20 % of the 5,000 held-out images right", and a remark if guessing
  /// is likely to reach as much; empty before the first measurement.
  std::string summary() const;

 private:
  HeldOutNeighbours neighbours_;
  const RunFolder& run_;
  double best_ = -1;
  long best_steps_;
};

}  // namespace program
