// An objective with labels, beside one without.
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../cpu/softmax.hpp"
#include "../train/any.hpp"
#include "../train/frozen_encoder.hpp"
#include "features.hpp"
#include "perceptron.hpp"

namespace dim::inline DIM_ABI {

/// The mean cross-entropy, in nats, of a perceptron that reads the class of an image from one of an encoder's
/// representations; beside it the losses of another objective, if there is one, on all images of the batch (Hjelm et
/// al. 2019, the semi-supervised task). The perceptron's weights are its own, and its optimizer makes a step with each
/// evaluation; what the other objective learns is the trainer's, under the names that it has without labels.
class LabelledObjective final : public AnyObjective<Cpu, float> {
 public:
  using Beside = std::unique_ptr<AnyObjective<Cpu, float>>;

  /// For batches of up to `batch` images; `feature` is conv or y. Throws Error for another, for a perceptron that can't
  /// be, and for an Adam that can't make steps.
  LabelledObjective(const Cpu& cpu, const EncoderShapes& shapes, Feature feature,
                    const PerceptronLayers& layers, int classes, int batch, const Adam& adam,
                    std::uint64_t seed, Beside beside = {})
      : feature_(feature),
        size_(shape_of(feature, shapes).size()),
        head_(cpu, size_, layers, classes, batch, seed),
        adam_(adam),
        beside_(std::move(beside)) {
    check_optimizer(adam);
  }

  /// Whether there is an objective without labels beside.
  bool has_beside() const { return beside_ != nullptr; }
  /// Number of classes.
  int classes() const { return int(head_.output().sample()); }
  /// The classes of the next batch's images, in their order; -1 for one without. Throws Error for one that there isn't.
  void set_labels(std::vector<int> labels) {
    for (const int label : labels)
      if (label < -1 || label >= classes())
        throw Error("label " + std::to_string(label) + " among " + std::to_string(classes()) +
                    " classes; give the number of classes that the labels have");
    labels_ = std::move(labels);
  }
  /// Mean cross-entropy of the last batch, in nats.
  double loss() const { return loss_; }

  /// The likeliest class of each representation, rows as FrozenEncoder::features writes them; of equals the lowest.
  /// Throws Error for features that are missing, not finite, of another size or so large that they have no scores.
  std::vector<int> predict(const Features<float>& features) {
    check_features(features, "test");
    check_size(size_, features.size);
    std::vector<int> predicted(std::size_t(features.count));
    for (long first = 0; first < features.count; first += head_.batch()) {
      const Features<float> rows = features.part(first, head_.batch());
      std::copy_n(rows.data, rows.count * rows.size, head_.input().data);
      head_.forward(head_.backend(), int(rows.count), Step{});
      for (long i = 0; i < rows.count; ++i) {
        if (!head_.has_scores(i)) throw_no_scores(first + i, ", or train at a lower rate");
        predicted[std::size_t(first + i)] = head_.largest_output(i);
      }
    }
    return predicted;
  }

  Counts counts() const override { return beside_ ? beside_->counts() : Counts{}; }
  Uses uses() const override {
    Uses uses = beside_ ? beside_->uses() : Uses{};
    uses.conv = uses.conv || feature_ == Feature::conv;
    return uses;
  }
  Entries entries() const override { return beside_ ? beside_->entries() : Entries{}; }
  void initialise(const Cpu& cpu, std::uint64_t seed, Weights<float> weights) const override {
    if (beside_) beside_->initialise(cpu, seed, weights);
  }
  void bind(Weights<float> weights) override {
    if (beside_) beside_->bind(weights);
  }
  void lay_out(const Cpu& cpu, Arena& arena, ObjectiveSizes sizes) override {
    if (beside_) beside_->lay_out(cpu, arena, sizes);
  }
  long scratch_bytes(const Cpu& cpu) const override { return beside_ ? beside_->scratch_bytes(cpu) : 0; }

  Losses evaluate(const Cpu& cpu, const Taps<float>& taps, const Taps<float>& gradients, Step step,
                  std::byte* scratch) override {
    Losses losses;
    if (beside_)
      losses = beside_->evaluate(cpu, taps, gradients, step, scratch);
    else
      fill(gradients.code, 0);
    const Batch<float> to = of(gradients);
    if (!is_written(gradients)) fill(to, 0);
    add_gradient(cpu, of(taps), to, step);
    return losses;
  }

 private:
  static Shape shape_of(Feature feature, const EncoderShapes& shapes) {
    if (feature == Feature::fc)
      throw Error(
          "labels are learnt from conv or y, whose gradients an objective may write; fc's it may not");
    return feature == Feature::conv ? shapes.conv : shapes.code;
  }
  Batch<float> of(const Taps<float>& taps) const { return feature_ == Feature::conv ? taps.conv : taps.code; }
  static void fill(const Batch<float>& to, float value) {
    for (long n = 0; n < to.count; ++n)
      for (long y = 0; y < to.height(); ++y)
        for (long x = 0; x < to.width(); ++x) std::fill_n(to.at(n, y, x), to.channels(), value);
  }
  /// Whether the gradient that the labels add to is there already; where conv is the map, the map's is conv's.
  bool is_written(const Taps<float>& gradients) const {
    if (feature_ == Feature::y) return true;
    if (!beside_) return false;
    const Uses uses = beside_->uses();
    return uses.conv || (uses.map && gradients.map.data == gradients.conv.data);
  }

  /// Adds d(mean cross-entropy)/dx for the labelled images' representations x, and lets the perceptron learn.
  void add_gradient(const Cpu& cpu, const Batch<float>& x, const Batch<float>& dx, Step step) {
    if (std::ssize(labels_) != x.count)
      throw Error(std::to_string(labels_.size()) + " labels for a batch of " + std::to_string(x.count) +
                  " images; give one each, -1 for an image without");
    std::vector<long> labelled;
    for (long n = 0; n < x.count; ++n)
      if (labels_[std::size_t(n)] >= 0) labelled.push_back(n);
    if (labelled.empty()) throw Error("no image of a batch has a label; give one to two images or more");
    const int count = int(labelled.size());
    for (int i = 0; i < count; ++i) {
      float* next = head_.input().row(i);
      for_each_number(x, labelled[std::size_t(i)], [&](float& number) { *next++ = number; });
    }
    head_.forward(cpu, count, step);  // z   (count, classes)
    const Batch<float> z = head_.output(), dz = head_.doutput();
    std::copy_n(z.data, count * z.sample(), dz.data);
    loss_ = 0;
    for (int i = 0; i < count; ++i)
      loss_ += cross_entropy(dz.row(i), nullptr, int(z.sample()),
                             labels_[std::size_t(labelled[std::size_t(i)])], 1.0 / count) /
               count;
    head_.backward(cpu, count, step, true);
    head_.update(cpu, adam_);
    for (int i = 0; i < count; ++i) {
      const float* next = head_.dinput().row(i);
      for_each_number(dx, labelled[std::size_t(i)], [&](float& number) { number += *next++; });
    }
  }

  Feature feature_;
  long size_;
  Perceptron<float> head_;
  Adam adam_;
  Beside beside_;
  std::vector<int> labels_;
  double loss_ = 0;
};

}  // namespace dim::inline DIM_ABI
