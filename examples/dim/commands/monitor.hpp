// How well a run is doing while it trains.
#pragma once
#include <functional>

#include "../run/data.hpp"
#include "../run/frozen.hpp"
#include "../run/run_folder.hpp"
#include "../run/saves.hpp"

namespace program {

/// How often nearest neighbours, looked for among half as many of the pictures that are trained on as are judged, tell the
/// class of a held-out picture: few enough that it takes a small part of an epoch.
class HeldOutNeighbours {
 public:
  explicit HeldOutNeighbours(const HeldOut& pictures);

  const dim::Images& judged() const { return judged_; }
  /// The accuracy in [0, 1] of representations by `represent`, which makes (N, D) of pictures.
  double accuracy(const dim::Cpu& cpu,
                  const std::function<std::vector<float>(const dim::Images&)>& represent) const;

 private:
  dim::Images neighbours_, judged_;
  std::vector<int> neighbour_labels_, judged_labels_;
};

/// Asks after each epoch how often the code's nearest neighbours tell the class of a held-out picture, and keeps the
/// encoder that did best in best.safetensors.
class Monitor {
 public:
  static constexpr const char* protocol = "knn-20-cosine-held-out-among-half";

  /// Goes on from best.safetensors in a run that has made `steps` of its steps already, unless that
  /// encoder was chosen by another protocol.
  Monitor(const HeldOut& pictures, const RunFolder& run, long steps);

  /// The accuracy in [0, 1]. The encoder is to be saved as best.safetensors if it is the best so far, of equals the
  /// earliest.
  double measure(const Frozen& encoder, long steps, Saves& saves);
  /// "best.safetensors is of step 1406, with 41.20 % of the 5,000 held-out pictures right", and if that is no more than
  /// guesses are likely to reach; empty before the first measurement.
  std::string summary() const;

 private:
  HeldOutNeighbours neighbours_;
  const RunFolder& run_;
  double best_ = -1;
  long best_steps_ = 0;
};

}  // namespace program
