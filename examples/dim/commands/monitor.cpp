#include "monitor.hpp"

#include <algorithm>
#include <cmath>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/train/checkpoint.hpp>
#include <numeric>

#include "../terminal/text.hpp"

namespace program {

namespace {

/// How many of the training images are used as neighbours: half as many as are held out, but enough to choose from.
/// More would make the accuracy higher but no more certain, and this keeps its cost below a twentieth of an epoch.
long neighbours(const HeldOut& split) {
  return std::min(split.trained_on.size(), std::max(fewest_neighbours, split.held_out.size() / 2));
}

/// The share of the most frequent class among all training images with a label, which naming that class alone gets right.
double share_of_largest_class(const HeldOut& split) {
  std::vector<long> counts(std::size_t(split.trained_on.classes()));
  for (const dim::Images* const images : {&split.trained_on, &split.held_out})
    for (const int label : images->labels())
      if (label >= 0) ++counts[std::size_t(label)];
  return double(*std::max_element(counts.begin(), counts.end())) /
         double(std::accumulate(counts.begin(), counts.end(), 0L));
}

}  // namespace

HeldOutNeighbours::HeldOutNeighbours(const HeldOut& split)
    : neighbours_(split.trained_on.part(0, neighbours(split))),
      judged_(split.held_out),
      neighbour_labels_(neighbours_.labels()),
      judged_labels_(judged_.labels()),
      chance_(share_of_largest_class(split)) {}

std::string HeldOutNeighbours::protocol() const {
  const bool half = neighbours_.size() == judged_.size() / 2;
  return "knn-20-cosine-held-out-among-" + (half ? "half" : std::to_string(neighbours_.size()));
}

double HeldOutNeighbours::accuracy(
    const dim::Cpu& cpu, const std::function<std::vector<float>(const dim::Images&)>& represent) const {
  const std::vector<float> neighbours = represent(neighbours_), judged = represent(judged_);
  const long size = long(judged.size()) / judged_.size();
  dim::KnnProbe probe;
  probe.fit(cpu, {neighbours.data(), neighbours_.size(), size, neighbour_labels_.data()}, judged_.classes(),
            {.k = int(voting_neighbours)});
  return probe.accuracy(cpu, {judged.data(), judged_.size(), size, judged_labels_.data()});
}

Monitor::Monitor(const HeldOut& split, const RunFolder& run, long steps)
    : neighbours_(split), run_(run), best_steps_(steps) {
  if (steps == 0 || !run.has_best()) return;
  const dim::Safetensors file = read_remade(run.best(), "the best of the epochs to come takes its place");
  const auto measured_by = file.metadata().find("protocol");
  if (measured_by == file.metadata().end() || measured_by->second != protocol()) return;
  best_steps_ = long(dim::metadata_number(file, "steps"));
  best_ = double(dim::metadata_number(file, "right")) / double(neighbours_.judged().size());
}

double Monitor::measure(const Frozen& encoder, long steps, Saves& saves) {
  const double accuracy = neighbours_.accuracy(
      encoder.backend(), [&](const dim::Images& images) { return codes_of(encoder, images); });
  if (accuracy > best_) {
    best_ = accuracy;
    best_steps_ = steps;
    const long right = std::lround(accuracy * double(neighbours_.judged().size()));
    const dim::Metadata metadata{
        {"steps", std::to_string(steps)}, {"right", std::to_string(right)}, {"protocol", protocol()}};
    saves.replace(run_.best(),
                  [path = run_.best(), best = encoder.copy(), metadata] { dim::save(best, path, metadata); });
  }
  return accuracy;
}

std::string Monitor::summary() const {
  if (best_ < 0) return "";
  const double count = double(neighbours_.judged().size()), chance = neighbours_.chance(),
               likely = chance + 2 * std::sqrt(chance * (1 - chance) / count);
  std::string text = "best.safetensors is of step " + std::to_string(best_steps_) + ", with " +
                     percent(best_) + " % of the " + grouped(neighbours_.judged().size()) +
                     " held-out images right";
  if (best_ <= likely)
    text += ", which says nothing: guesses reach " + percent(std::min(1.0, likely)) + " % by luck";
  return text;
}

}  // namespace program
