// An objective with labels, optionally beside one without.
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../core/all_finite.hpp"
#include "../cpu/labels.hpp"
#include "../model/frozen_encoder.hpp"
#include "../model/interfaces.hpp"
#include "features.hpp"
#include "perceptron.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The mean cross-entropy, in nats, of a perceptron that predicts the class of an image from one of an encoder's
/// representations; in addition the losses of another objective, if there is one, on all images of the batch (Hjelm
/// et al. 2019, the semi-supervised task). The perceptron owns its weights, and its optimizer makes a step in each
/// evaluation; those of the other objective are the trainer's, under the same names as without labels.
template <class B = Cpu>
class LabelledObjective final : public AnyObjective<B, float> {
 public:
  using Beside = std::unique_ptr<AnyObjective<B, float>>;

  /// For batches of up to `batch` images; `feature` is conv or y. Throws Error for fc, for an invalid perceptron, and
  /// for invalid settings of Adam.
  LabelledObjective(const B& backend, const EncoderShapes& shapes, Representation feature,
                    const PerceptronLayers& layers, int classes, int batch, const Adam& adam,
                    std::uint64_t seed, Beside beside = {})
      : feature_(feature),
        size_(shape_of(feature, shapes).size()),
        head_(backend, perceptron<float, B>(size_, layers, classes), batch, seed),
        adam_(adam),
        beside_(std::move(beside)) {
    check_optimizer(adam);
  }

  /// Whether there is also an objective without labels.
  bool has_beside() const { return beside_ != nullptr; }
  /// Number of classes.
  int classes() const { return int(head_.output().sample()); }
  /// The classes of the next batch's images, in their order; -1 for one without. Throws Error for one out of range.
  void set_labels(std::vector<int> labels) {
    for (const int label : labels)
      if (label < -1 || label >= classes())
        throw Error("label ", label, " among ", classes(),
                    " classes; give the number of classes that the labels have");
    labels_ = std::move(labels);
  }
  /// Mean cross-entropy of the last batch, in nats.
  double loss() const { return loss_; }

  /// The most likely class of each representation, given as rows in the order of FrozenEncoder::features; the lowest
  /// of equals. Throws Error for features that are missing, not finite, of another size or so large that they have no
  /// scores.
  std::vector<int> predict(const Features<float>& features) {
    check_features(features, "test");
    check_size(size_, features.size);
    std::vector<int> predicted(std::size_t(features.count));
    for (long first = 0; first < features.count; first += head_.batch()) {
      const Features<float> rows = features.part(first, head_.batch());
      upload(head_.backend(), rows.data, head_.input().data, rows.count * rows.size);
      head_.forward(head_.backend(), int(rows.count), Step{});
      const std::vector<float> scores = head_.outputs(int(rows.count));
      for (long i = 0; i < rows.count; ++i) {
        const float* const of_row = scores.data() + i * classes();
        if (!all_finite(of_row, classes())) throw_no_scores(first + i, ", or train at a lower rate");
        predicted[std::size_t(first + i)] = int(std::max_element(of_row, of_row + classes()) - of_row);
      }
    }
    return predicted;
  }

  int views() const override { return beside_ ? beside_->views() : 1; }
  Counts counts() const override { return beside_ ? beside_->counts() : Counts{}; }
  Written written() const override {
    Written uses = beside_ ? beside_->written() : Written{};
    uses.conv = uses.conv || feature_ == Representation::conv;
    return uses;
  }
  Entries entries() const override { return beside_ ? beside_->entries() : Entries{}; }
  void initialise(const B& backend, std::uint64_t seed, Weights<float> weights) const override {
    if (beside_) beside_->initialise(backend, seed, weights);
  }
  void bind(Weights<float> weights) override {
    if (beside_) beside_->bind(weights);
  }
  void lay_out(const B& backend, Arena& arena, ObjectiveSizes sizes) override {
    images_ = sizes.images;
    labelled_ = arena.take<int>(sizes.images);
    if (beside_) beside_->lay_out(backend, arena, sizes);
  }
  long scratch_bytes(const B& backend) const override {
    return beside_ ? beside_->scratch_bytes(backend) : 0;
  }

  /// Throws Error unless there are labels for the next batch's images, at least one of which isn't -1.
  void prepare(std::uint64_t seed, StepState& state) override {
    if (std::ssize(labels_) != images_)
      throw Error(labels_.size(), " labels for a batch of ", images_,
                  " images; give one each, -1 for an image without");
    if (beside_) beside_->prepare(seed, state);
    std::vector<int> samples, classes;
    for (std::size_t n = 0; n < labels_.size(); ++n)
      if (labels_[n] >= 0) {
        samples.push_back(int(n));
        classes.push_back(labels_[n]);
      }
    if (samples.empty()) throw Error("no image of a batch has a label; give one to two images or more");
    count_ = int(samples.size());
    upload(head_.backend(), samples.data(), labelled_, count_);
    head_.set_labels(classes);
    head_.begin_step(adam_, state.number);
  }
  int losses() const override { return losses_beside() + 1; }
  void evaluate(const B& backend, std::span<const Taps<float>> views, std::span<const Taps<float>> of_views,
                const Step& step, double* losses, std::byte* scratch) override {
    if (beside_) beside_->evaluate(backend, views, of_views, step, losses, scratch);
    for (const Taps<float>& gradients : of_views) {
      if (!beside_) fill(backend, gradients.code, 0.F);
      if (!is_written(gradients)) fill(backend, of(gradients), 0.F);
    }
    // Labels are read from the first view.
    add_gradient(backend, constant(of(views.front())), of(of_views.front()), step, losses + losses_beside());
  }
  Losses read(const double* losses) override {
    loss_ = losses[losses_beside()];
    return beside_ ? beside_->read(losses) : Losses{};
  }

 private:
  static Shape shape_of(Representation feature, const EncoderShapes& shapes) {
    if (feature == Representation::fc)
      throw Error(
          "labels are learnt from conv or y, whose gradients an objective may write; fc's it may not");
    return feature == Representation::conv ? shapes.conv : shapes.code;
  }
  Batch<float> of(const Taps<float>& taps) const {
    return feature_ == Representation::conv ? taps.conv : taps.code;
  }
  int losses_beside() const { return beside_ ? beside_->losses() : 0; }
  /// Whether the gradient to which the labels add has been written; if conv is the map, the map's gradient is conv's.
  bool is_written(const Taps<float>& gradients) const {
    if (feature_ == Representation::y) return true;
    if (!beside_) return false;
    const Written uses = beside_->written();
    return uses.conv || (uses.map && gradients.map.data == gradients.conv.data);
  }

  /// Adds d(mean cross-entropy)/dx for the labelled images' representations x, and trains the perceptron.
  void add_gradient(const B& backend, const Batch<const float>& x, const Batch<float>& dx, const Step& step,
                    double* loss) {
    Batch<float> rows = head_.input(), drows = head_.dinput();
    rows.count = drows.count = count_;
    gather_samples(backend, x, labelled_, rows);
    head_.forward(backend, count_, step);   // z   (labelled, classes)
    head_.classify(backend, count_, loss);  // dz  (labelled, classes)
    head_.backward(backend, count_, step, true);
    head_.update(backend, adam_);
    add_samples(backend, constant(drows), labelled_, dx);
  }

  Representation feature_;
  long size_;
  Learner<float, B> head_;
  Adam adam_;
  Beside beside_;
  std::vector<int> labels_;
  int* labelled_ = nullptr;     // the labelled samples of a batch, in the backend's memory
  int images_ = 0, count_ = 0;  // of a batch, and of those with a label
  double loss_ = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
