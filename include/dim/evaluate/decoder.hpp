// How much of a picture its code tells: a decoder from codes to pictures, and how faithful its reconstructions are.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../core/decimal.hpp"
#include "../core/no_progress.hpp"
#include "../cpu/layers.hpp"
#include "../cpu/squared_error.hpp"
#include "../data/dataset.hpp"
#include "../data/sampler.hpp"
#include "../train/schedule.hpp"
#include "features.hpp"
#include "learner.hpp"
#include "ssim.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The paper's decoder of 64 numbers (Hjelm et al. 2019, published code `deconvnets.py`) but for the biases of the
/// transposed convolutions, which BatchNorm takes away again: 3,295,808 parameters.
struct Decoder32x32 : Sequential<Linear<8192, Bias::none>, BatchNorm, ReLU, Unflatten<Shape{512, 4, 4}>,
                                 ConvTranspose<256, 4, 2, 1>, BatchNorm, ReLU,  // (256,  8,  8)
                                 ConvTranspose<128, 4, 2, 1>, BatchNorm, ReLU,  // (128, 16, 16)
                                 ConvTranspose<64, 4, 2, 1>, BatchNorm, ReLU,   // ( 64, 32, 32)
                                 Conv<3, 3, 1, 1>, Tanh> {};                    // (  3, 32, 32)
/// Its two last stages, for grey pictures of 28x28, of which the paper has none: 1,484,224 parameters.
struct Decoder28x28 : Sequential<Linear<12544, Bias::none>, BatchNorm, ReLU, Unflatten<Shape{256, 7, 7}>,
                                 ConvTranspose<128, 4, 2, 1>, BatchNorm, ReLU,  // (128, 14, 14)
                                 ConvTranspose<64, 4, 2, 1>, BatchNorm, ReLU,   // ( 64, 28, 28)
                                 Conv<1, 3, 1, 1>, Tanh> {};                    // (  1, 28, 28)

/// How a decoder is trained, by Adam with the betas of the paper's code. The defaults are quick.
struct DecoderOptions {
  long epochs = 1;
  double rate = 1e-3;              ///< a tenth of it after each milestone
  std::vector<long> milestones{};  ///< epochs
  int batch = 64;
  std::uint64_t seed = 1;
  long shown = 16;  ///< test pictures that are kept beside their originals

  /// As long and as slow as the published code trains it.
  static DecoderOptions paper() { return {.epochs = 1000, .rate = 1e-4, .milestones = {50, 100}}; }
};

/// How like the test pictures a decoder's are, numbers of pictures being in [-1, 1]. Similarities are those of the same
/// pictures in [0, 1].
struct Reconstruction {
  double squared_error = 0;  ///< mean over all numbers
  double ssim = 0;           ///< mean over pictures and channels
  double ms_ssim = 0;        ///< the same, of `scales` scales
  int scales = 0;            ///< as many as fit; where none does, the two above are 0
  std::vector<long> shape;   ///< of `shown`: (2, K, C, H, W)
  std::vector<float> shown;  ///< the first K test pictures, then what the decoder made of their codes
};

/// A network from codes to pictures, trained to a small squared error. The same bits for any number of threads.
class Decoder {
 public:
  /// Takes all its memory. Throws Error for options that are out of range, and where memory isn't enough.
  Decoder(const Cpu& cpu, const Graph<Cpu, float>& layers, const DecoderOptions& options = {})
      : cpu_(cpu),
        options_(checked(options)),
        network_(cpu, layers, options.batch, options.seed),
        memory_(cpu, options.batch * network_.output().sample() * long(sizeof(float))) {}

  /// Throws Error unless there is a code for each picture, the codes are finite and of this size, and the pictures of
  /// this shape; `which` names them in the message, as in "training".
  template <class T, Dataset Data>
  void require_pairs(const Features<T>& codes, const Data& pictures, const std::string& which) const {
    const long code_size = network_.input().shape.size();
    check_features(codes, which);
    if (codes.size != code_size)
      throw Error("the decoder takes codes of " + std::to_string(code_size) + " numbers, and the " + which +
                  " codes have " + std::to_string(codes.size) +
                  "; give it the codes of an encoder that ends in so many units");
    if (codes.count != pictures.size())
      throw Error(std::to_string(codes.count) + " " + which + " codes came with " +
                  std::to_string(pictures.size()) + " pictures; give one code each, in their order");
    if (!(pictures.shape() == picture()))
      throw Error("the decoder gives pictures of " + to_string(picture()) +
                  " (channels x height x width), and the " + which + " pictures are of " +
                  to_string(pictures.shape()) + "; take another decoder");
  }

  /// Trains it from the start on codes (N, D) and the pictures that they are of; calls on_epoch(e, squared error)
  /// after epoch e, counted from 1, with the mean over the epoch's batches. Throws as `require_pairs` does, for a single
  /// code, and where numbers become too large.
  template <class T, Dataset Data, class OnEpoch = NoProgress>
  void fit(const Features<T>& codes, const Data& pictures, const OnEpoch& on_epoch = {}) {
    require_pairs(codes, pictures, "training");
    if (codes.count < 2) throw Error("a decoder can't be trained on one code; give two or more");
    const int batch = int(std::min<long>(options_.batch, codes.count));
    Sampler sampler(codes.count, batch, options_.seed);
    network_.begin(options_.seed);
    fitted_ = true;
    long number = 0;  // of the step
    const StepSchedule schedule{options_.milestones};
    Adam adam{.rate = options_.rate};
    for (long epoch = 0; epoch < options_.epochs; ++epoch) {
      adam.rate = schedule.rate(options_.rate, epoch);
      double sum = 0;
      for (long b = 0; b < sampler.batches_per_epoch(); ++b) {
        const std::span<const long> rows = sampler.batch(epoch, b);
        double error = 0;
        network_.begin_step(adam, std::uint64_t(number++));
        load(codes, pictures, batch, [&](long i) { return rows[std::size_t(i)]; });
        run(cpu_, [&](const Cpu& team) { error = learn(team, batch, adam); });
        if (!std::isfinite(error)) throw_broken("squared error", number);
        sum += error;
      }
      if (!network_.is_finite()) throw_broken("weights", number);
      on_epoch(epoch + 1, sum / double(sampler.batches_per_epoch()));
    }
  }

  /// What it makes of codes (N, D), in inference mode, and how like the pictures that is. Throws as `require_pairs` does,
  /// before a fit, and where numbers become too large.
  template <class T, Dataset Data>
  Reconstruction reconstruct(const Features<T>& codes, const Data& pictures) {
    require_pairs(codes, pictures, "test");
    if (!fitted_) throw Error("a decoder was asked before it was trained; call fit first");
    Reconstruction result;
    const long shown = (std::min)(options_.shown, codes.count);
    const auto [channels, height, width] = picture();
    const long size = picture().size();
    result.shape = {2, shown, channels, height, width};
    result.shown.resize(std::size_t(2 * shown * size));
    result.scales = ms_ssim_scales(height, width);
    for (long first = 0; first < codes.count; first += options_.batch) {
      const int count = int(std::min<long>(options_.batch, codes.count - first));
      const Batch<const float> x = target(count), y = output(count);
      const double part = double(count) / double(codes.count);
      load(codes, pictures, count, [&](long i) { return first + i; });
      run(cpu_, [&](const Cpu& team) {
        network_.forward(team, count, Step{});
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
  static const DecoderOptions& checked(const DecoderOptions& options) {
    if (options.epochs < 1 || options.batch < 2 || !(options.rate > 0) || !std::isfinite(options.rate) ||
        options.shown < 0)
      throw Error("a decoder can't be trained for " + std::to_string(options.epochs) +
                  " epochs in batches of " + std::to_string(options.batch) + " at rate " +
                  decimal(options.rate) + " and show " + std::to_string(options.shown) +
                  " pictures; give batches of two or more, 0 pictures or more to show, and the rest above 0");
    return options;
  }
  Shape picture() const { return network_.output().shape; }
  [[noreturn]] static void throw_broken(const std::string& what, long step) {
    throw Error("the decoder's " + what + " at step " + std::to_string(step) +
                " held a number that is not finite; lower the rate, or look for pictures or codes that are "
                "out of bounds");
  }
  Batch<float> output(int count) const { return {network_.output().data, count, picture()}; }
  Batch<float> target(int count) const {
    return {reinterpret_cast<float*>(memory_.data()), count, picture()};
  }

  /// Codes and pictures index(0), ..., index(count - 1), to the network's input and to target(count).
  template <class T, class Data, class Index>
  void load(const Features<T>& codes, const Data& pictures, int count, const Index& index) {
    const Batch<float> x = network_.input(), t = target(count);
    for_each_piece(cpu_, count, 8, [&](long begin, long end) {
      for (long i = begin; i < end; ++i) {
        for (long j = 0; j < codes.size; ++j) x.at(i, 0, 0)[j] = float(codes(index(i), j));
        pictures.copy(index(i), t, i);
      }
    });
  }
  /// One step; the mean squared error before it.
  double learn(const Cpu& cpu, int count, const Adam& adam) {
    const Step step{Mode::training, options_.seed};
    network_.forward(cpu, count, step);
    Batch<float> doutput = network_.doutput();
    doutput.count = count;
    const double error = squared_error<float>(cpu, constant(output(count)), constant(target(count)), doutput);
    network_.backward(cpu, count, step);
    network_.update(cpu, adam);
    return error;
  }

  Cpu cpu_;
  DecoderOptions options_;
  Learner<float> network_;
  Memory<Cpu> memory_;  // of target()
  bool fitted_ = false;
};

/// Whether `reconstruct` has a decoder for pictures of this shape.
constexpr bool has_decoder(Shape picture) {
  return picture == Shape{3, 32, 32} || picture == Shape{1, 28, 28};
}

/// The paper's measure of what codes of 64 numbers tell: its decoder, trained on the training split's codes and
/// pictures, and how like the test split's pictures is what it makes of theirs. on_epoch is that of Decoder::fit.
/// Throws as Decoder does, before it trains where anything is wrong with what it is given, and where there is no
/// decoder for the pictures.
template <class T, Dataset Data, class OnEpoch = NoProgress>
Reconstruction reconstruct(const Cpu& cpu, const Features<T>& train_codes, const Data& train_pictures,
                           const Features<T>& test_codes, const Data& test_pictures,
                           const DecoderOptions& options = {}, const OnEpoch& on_epoch = {}) {
  const Shape shape = train_pictures.shape();
  if (!has_decoder(shape))
    throw Error("there is no decoder for pictures of " + to_string(shape) +
                " (channels x height x width), only for 3x32x32 and 1x28x28; write one as a Sequential and "
                "train it by Decoder");
  constexpr Shape code{64, 1, 1};
  Decoder decoder(cpu,
                  shape.channels == 3 ? graph_of<Decoder32x32, code, Cpu, float>()
                                      : graph_of<Decoder28x28, code, Cpu, float>(),
                  options);
  decoder.require_pairs(test_codes, test_pictures, "test");
  decoder.fit(train_codes, train_pictures, on_epoch);
  return decoder.reconstruct(test_codes, test_pictures);
}

}  // namespace DIM_ABI
}  // namespace dim
