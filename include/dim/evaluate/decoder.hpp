// How much of an image its code preserves: a decoder from codes to images, and how faithful its reconstructions are.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/no_progress.hpp"
#include "../cpu/layers.hpp"
#include "../cpu/squared_error.hpp"
#include "../data/dataset.hpp"
#include "epochs.hpp"
#include "features.hpp"
#include "learner.hpp"
#include "ssim.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The paper's decoder of 64 numbers (Hjelm et al. 2019, published code `deconvnets.py`) without the biases of the
/// transposed convolutions, which BatchNorm would cancel: 3,295,808 parameters.
struct Decoder32x32 : Sequential<Linear<8192, Bias::none>, BatchNorm, ReLU, Unflatten<Shape{512, 4, 4}>,
                                 ConvTranspose<256, 4, 2, 1>, BatchNorm, ReLU,  // (256,  8,  8)
                                 ConvTranspose<128, 4, 2, 1>, BatchNorm, ReLU,  // (128, 16, 16)
                                 ConvTranspose<64, 4, 2, 1>, BatchNorm, ReLU,   // ( 64, 32, 32)
                                 Conv<3, 3, 1, 1>, Tanh> {};                    // (  3, 32, 32)
/// Its last two stages, for grey images of 28x28, for which the paper has no decoder: 1,484,224 parameters.
struct Decoder28x28 : Sequential<Linear<12544, Bias::none>, BatchNorm, ReLU, Unflatten<Shape{256, 7, 7}>,
                                 ConvTranspose<128, 4, 2, 1>, BatchNorm, ReLU,  // (128, 14, 14)
                                 ConvTranspose<64, 4, 2, 1>, BatchNorm, ReLU,   // ( 64, 28, 28)
                                 Conv<1, 3, 1, 1>, Tanh> {};                    // (  1, 28, 28)

/// How a decoder is trained, by Adam with the betas of the paper's code. The defaults are quick.
struct DecoderOptions {
  long epochs = 1;
  double rate = 1e-3;              ///< divided by ten at each milestone
  std::vector<long> milestones{};  ///< epochs
  int batch = 64;
  std::uint64_t seed = 1;
  long shown = 16;  ///< reconstructions of test images to keep, with the originals

  /// The schedule of the published code.
  static DecoderOptions paper() { return {.epochs = 1000, .rate = 1e-4, .milestones = {50, 100}}; }
};

/// How faithful a decoder's reconstructions of test images are, for images in [-1, 1]. Similarities are those of the
/// same images in [0, 1].
struct Reconstruction {
  double squared_error = 0;  ///< mean over all numbers
  double ssim = 0;           ///< mean over images and channels
  double ms_ssim = 0;        ///< the same, of `scales` scales
  int scales = 0;            ///< as many as fit; if none does, the two above are 0
  std::vector<long> shape;   ///< of `shown`: (2, K, C, H, W)
  std::vector<float> shown;  ///< the first K test images, then their reconstructions
};

/// A network from codes to images, trained by the squared error. The same bits for any number of threads.
class Decoder {
 public:
  /// A decoder of these layers.
  explicit Decoder(Graph<Cpu, float> layers) : layers_(std::move(layers)) {}

  /// Throws Error unless there is a code for each image, the codes are finite and of this decoder's size, and the
  /// images of its shape; `which` names them in the message, as in "training".
  template <class T, Dataset Data>
  void require_pairs(const Features<T>& codes, const Data& images, const std::string& which) const {
    const long code_size = layers_.slots().front().shape.size();
    check_features(codes, which);
    if (codes.size != code_size)
      throw Error("the decoder takes codes of ", code_size, " numbers, and the ", which, " codes have ",
                  codes.size, "; give it the codes of an encoder that ends in so many units");
    if (codes.count != images.size())
      throw Error(codes.count, " ", which, " codes came with ", images.size(),
                  " images; give one code each, in their order");
    if (!(images.shape() == image()))
      throw Error("the decoder gives images of ", to_string(image()),
                  " (channels x height x width), and the ", which, " images are of ",
                  to_string(images.shape()), "; take another decoder");
  }

  /// Trains from scratch on codes (N, D) and their images; calls on_epoch(e, squared error) after epoch e, counted
  /// from 1, with the mean over the epoch's batches. Throws Error like `require_pairs`, for a single code, for
  /// options out of range, if there is too little memory, and if numbers become too large.
  template <class T, Dataset Data, class OnEpoch = NoProgress>
  void fit(const Cpu& cpu, const Features<T>& codes, const Data& images, const DecoderOptions& options = {},
           const OnEpoch& on_epoch = {}) {
    require_pairs(codes, images, "training");
    require_trainable(codes.count, options);
    network_ = std::make_unique<Learner<float>>(cpu, layers_, options.batch, options.seed);
    target_ = Memory<Cpu>(cpu, options.batch * image().size() * long(sizeof(float)));
    shown_ = options.shown;
    const int batch = int(std::min<long>(options.batch, codes.count));
    const Step pass{Mode::training, options.seed};
    double sum = 0;
    long steps = 0, steps_before = 0;  // in total, and before this epoch
    const auto learn = [&](std::span<const long> rows, const Adam& adam, long step) {
      double error = 0;
      network_->begin_step(adam, std::uint64_t(step));
      load(cpu, codes, images, batch, [&](long i) { return rows[std::size_t(i)]; });
      run(cpu, [&](const Cpu& team) {
        network_->forward(team, batch, pass);
        Batch<float> doutput = network_->doutput();
        doutput.count = batch;
        error = squared_error<float>(team, constant(output(batch)), constant(target(batch)), doutput);
        network_->backward(team, batch, pass);
        network_->update(team, adam);
      });
      steps = step + 1;
      if (!std::isfinite(error)) throw_broken("squared error", steps);
      sum += error;
    };
    for_each_batch(options, codes.count, batch, Adam{}, learn, [&](long epoch) {
      if (!network_->is_finite()) throw_broken("weights", steps);
      on_epoch(epoch, sum / double(steps - steps_before));
      sum = 0, steps_before = steps;
    });
  }

  /// How faithful the reconstructions from codes (N, D) are, in inference mode; the network runs on the threads that
  /// it was fitted on. Throws Error like `require_pairs`, before a fit, and if numbers become too large.
  template <class T, Dataset Data>
  Reconstruction reconstruct(const Cpu& cpu, const Features<T>& codes, const Data& images) {
    require_pairs(codes, images, "test");
    if (!network_) throw Error("a decoder was used before it was trained; call fit first");
    Reconstruction result;
    const long shown = (std::min)(shown_, codes.count);
    const auto [channels, height, width] = image();
    const long size = image().size();
    result.shape = {2, shown, channels, height, width};
    result.shown.resize(std::size_t(2 * shown * size));
    result.scales = ms_ssim_scales(height, width);
    for (long first = 0; first < codes.count; first += network_->batch()) {
      const int count = int(std::min<long>(network_->batch(), codes.count - first));
      const Batch<const float> x = target(count), y = output(count);
      const double part = double(count) / double(codes.count);
      load(cpu, codes, images, count, [&](long i) { return first + i; });
      network_->forward(network_->backend(), count, Step{});
      run(cpu, [&](const Cpu& team) {
        result.squared_error += part * squared_error(team, y, x, Batch<float>{});
        if (result.scales > 0) result.ssim += part * ssim(team, x, y);
        if (result.scales > 0) result.ms_ssim += part * ms_ssim(team, x, y, result.scales);
      });
      for (long n = 0; n < std::min<long>(count, shown - first); ++n) {
        float* to = result.shown.data() + (first + n) * size;
        for_each_number(x, n, [&](float number) { *to++ = number; });
        to = result.shown.data() + (shown + first + n) * size;
        for_each_number(y, n, [&](float number) { *to++ = number; });
      }
    }
    if (!std::isfinite(result.squared_error))
      throw Error(
          "the decoder's numbers on the test split are not finite; look for codes that are out of bounds, or "
          "train at a lower rate");
    return result;
  }

 private:
  static void require_trainable(long codes, const DecoderOptions& options) {
    if (codes < 2) throw Error("a decoder can't be trained on one code; give two or more");
    if (options.epochs < 1 || options.batch < 2 || !(options.rate > 0) || !std::isfinite(options.rate) ||
        options.shown < 0)
      throw Error("a decoder can't be trained for ", options.epochs, " epochs in batches of ", options.batch,
                  " at rate ", options.rate, " and show ", options.shown,
                  " images; give batches of two or more, 0 images or more to show, and the rest above 0");
  }
  Shape image() const { return layers_.slots()[std::size_t(layers_.end())].shape; }
  /// Discards the network, and throws.
  [[noreturn]] void throw_broken(const std::string& what, long step) {
    network_.reset();
    throw Error("the decoder's ", what, " at step ", step,
                " held a number that is not finite; lower the rate, or look for images or codes that are "
                "out of bounds");
  }
  Batch<float> output(int count) const { return {network_->output().data, count, image()}; }
  Batch<float> target(int count) const { return {reinterpret_cast<float*>(target_.data()), count, image()}; }

  /// Copies codes and images index(0), ..., index(count - 1) to the network's input and to target(count).
  template <class T, class Data, class Index>
  void load(const Cpu& cpu, const Features<T>& codes, const Data& images, int count, const Index& index) {
    const Batch<float> x = network_->input(), t = target(count);
    for_each_piece(cpu, count, 8, [&](long begin, long end) {
      for (long i = begin; i < end; ++i) {
        for (long j = 0; j < codes.size; ++j) x.at(i, 0, 0)[j] = float(codes(index(i), j));
        images.copy(index(i), t, i);
      }
    });
  }

  Graph<Cpu, float> layers_;
  std::unique_ptr<Learner<float>> network_;
  Memory<Cpu> target_;  // of target()
  long shown_ = 0;
};

/// Whether `reconstruct` has a decoder from codes of so many numbers to images of this shape.
constexpr bool has_decoder(long code_size, Shape image) {
  return code_size == 64 && (image == Shape{3, 32, 32} || image == Shape{1, 28, 28});
}

/// The paper's measure of how much codes of 64 numbers preserve: its decoder, trained on the codes and images of the
/// training split, reconstructs the images of the test split. on_epoch is that of Decoder::fit. Throws Error like
/// Decoder, before training if the data don't fit, and if there is no decoder for the images.
template <class T, Dataset Data, class OnEpoch = NoProgress>
Reconstruction reconstruct(const Cpu& cpu, const Features<T>& train_codes, const Data& train_images,
                           const Features<T>& test_codes, const Data& test_images,
                           const DecoderOptions& options = {}, const OnEpoch& on_epoch = {}) {
  const Shape shape = train_images.shape();
  constexpr Shape code{64, 1, 1};
  if (!has_decoder(code.size(), shape))
    throw Error("there is no decoder for images of ", to_string(shape),
                " (channels x height x width), only for 3x32x32 and 1x28x28; write one as a Sequential and "
                "train it by Decoder");
  Decoder decoder(shape.channels == 3 ? graph_of<Decoder32x32, code, Cpu, float>()
                                      : graph_of<Decoder28x28, code, Cpu, float>());
  decoder.require_pairs(test_codes, test_images, "test");
  decoder.fit(cpu, train_codes, train_images, options, on_epoch);
  return decoder.reconstruct(cpu, test_codes, test_images);
}

}  // namespace DIM_ABI
}  // namespace dim
