// An encoder inside an application.
#pragma once
#include "../core/arithmetic.hpp"
#include "encoder_file.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The order of an image's numbers: channel by channel (C, H, W), as in this library's data sets, or pixel by pixel
/// (H, W, C), as decoders of image files return them.
enum class Layout { planes, interleaved };

/// The options of a session.
struct SessionOptions {
  Representation feature = Representation::y;  // the representation that it computes
  int batch = 1;                               // most images per call
  Layout layout = Layout::planes;              // of the images
  int threads = 1;  // 1: the caller's; 0: all that the process may use; never below
  Arithmetic arithmetic{};
  long most_bytes = 1L << 30;  // of memory, at most, for a pass
};

/// An encoder for repeated use: all memory is taken when the session is made, so that a call allocates nothing,
/// throws nothing, and costs little more than the encoder's pass. A session serves one thread; a copy, which shares
/// its weights, serves another. Codes have the same bits as those of FrozenEncoder::encode, for any batch and any
/// number of threads.
template <class B, class T>
class BasicEncoderSession {
 public:
  /// Opens a file that describes its encoder, as `save` and `dim train` write it. Throws Error, also for a file
  /// without a description, such as one of an encoder with a layer of a user's own: open that by the encoder's type.
  static BasicEncoderSession open(const std::string& path, const SessionOptions& options = {}) {
    const Safetensors file = read_safetensors(path);
    return {load_described<B, T>(backend_of(options), file), options, Owned()};
  }
  /// Opens the file of an encoder of type Net.
  template <class Net>
  static BasicEncoderSession open(const std::string& path, const SessionOptions& options = {}) {
    return {load_encoder<Net, B, T>(path, backend_of(options)), options, Owned()};
  }
  /// Copies an encoder's weights, those of a trainer for instance. Throws Error.
  explicit BasicEncoderSession(const FrozenEncoder<B, T>& encoder, const SessionOptions& options = {})
      : BasicEncoderSession(encoder.copy(backend_of(options)), options, Owned()) {}

  BasicEncoderSession(const BasicEncoderSession& other)
      : BasicEncoderSession(other.encoder_, other.options_, Owned()) {}
  BasicEncoderSession(BasicEncoderSession&&) = default;
  BasicEncoderSession& operator=(BasicEncoderSession other) noexcept {
    std::swap(encoder_, other.encoder_);
    std::swap(options_, other.options_);
    std::swap(pass_, other.pass_);
    return *this;
  }

  const SessionOptions& options() const { return options_; }
  /// The shapes of an image and of a code, as calls take and return them.
  Shape image() const { return encoder_.shapes().image; }
  Shape code() const { return encoder_.shape(options_.feature); }
  /// Bytes of its working memory, not counting the weights.
  long memory_bytes() const { return pass_.bytes(); }

  /// Writes the codes (N, D) of N images, 1 to options().batch, given as bytes, one image after another; the numbers
  /// of a map are in the order (C, H, W). Returns false, with `codes` untouched, if sizes don't fit. Codes aren't searched
  /// for numbers that are not finite: an encoder whose weights are finite, but so large that its sums overflow, gives
  /// such, and true.
  [[nodiscard]] bool encode(std::span<const std::uint8_t> images, std::span<T> codes) noexcept {
    return encode_any(images, codes);
  }
  /// The same for numbers in [0, 1]. Returns false also if one is not finite, or outside by more than rounding.
  [[nodiscard]] bool encode(std::span<const float> images, std::span<T> codes) noexcept {
    const auto fits = [](float x) { return x >= -1e-6F && x <= 1 + 1e-6F; };
    return std::all_of(images.begin(), images.end(), fits) && encode_any(images, codes);
  }

 private:
  struct Owned {};  // weights are the encoder's own already

  BasicEncoderSession(const FrozenEncoder<B, T>& encoder, const SessionOptions& options, Owned)
      : encoder_(encoder),
        options_(checked(options, encoder)),
        pass_(encoder.pass(backend_of(options), options.batch, options.most_bytes)) {
    if (pass_.backend().threads() > 1) pass_.forward(1, [](const Batch<T>&, long) {});  // threads start now
  }

  static B backend_of(const SessionOptions& options) {
    if (options.threads < 0)
      throw Error("a session with ", options.threads,
                  " threads was asked for; give their number, or 0 for all that the process may use");
    return B::with_threads(options.threads, options.arithmetic);
  }
  static const SessionOptions& checked(const SessionOptions& options, const FrozenEncoder<B, T>& encoder) {
    encoder.require_there(options.feature);
    if (options.batch < 1 || options.batch > 1 << 16)
      throw Error("a session for ", options.batch,
                  " images a call was asked for; take a batch of 1 to 65536");
    return options;
  }

  template <class Value>
  bool encode_any(std::span<const Value> images, std::span<T> codes) noexcept {
    const std::size_t size = std::size_t(image().size()), count = images.size() / size;
    if (count < 1 || count > std::size_t(options_.batch) || images.size() != count * size ||
        codes.size() != count * std::size_t(code().size()))
      return false;
    try {
      const Taps<T> taps = pass_.forward(
          int(count), [&](const Batch<T>& to, long n) { load(images.data() + n * to.shape.size(), to, n); });
      download(pass_.backend(), constant(representation(taps, options_.feature)), codes.data());
    } catch (...) {  // the backend failed
      return false;
    }
    return true;
  }
  template <class Value>
  void load(const Value* from, const Batch<T>& to, long n) const {
    const bool planes = options_.layout == Layout::planes;
    const long channels = to.channels(), next_pixel = planes ? 1 : channels,
               next_channel = planes ? to.shape.area() : 1;
    for (long y = 0; y < to.height(); ++y) {
      T* const line = to.at(n, y, 0);
      const Value* const pixels = from + y * to.width() * next_pixel;
      for (long x = 0; x < to.width(); ++x)
        for (long c = 0; c < channels; ++c)
          line[x * channels + c] = scaled<T>(pixels[x * next_pixel + c * next_channel]);
    }
  }

  FrozenEncoder<B, T> encoder_;
  SessionOptions options_;
  InferencePass<B, T> pass_;
};

/// The usual session: on the host, in floats.
using EncoderSession = BasicEncoderSession<Cpu, float>;

}  // namespace DIM_ABI
}  // namespace dim
