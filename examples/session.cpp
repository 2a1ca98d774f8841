// A starting point for a product: it opens a trained encoder from its file, which describes the encoder, and encodes
// one image after another, without allocating and without exceptions.
#include <cstdio>

#include "stripes.hpp"
using namespace dim;

int main(int count, char** arguments) try {
  const std::string path = count > 1 ? arguments[1] : "session.safetensors";
  if (count < 2) {  // train an encoder to try it on
    const auto images = stripes(256);
    Trainer<SmallEncoder, Objective<Local, JSD, UniformPrior, Dot<64>>> trainer{{.batch = 32}};
    trainer.fit(images_of(images), {.epochs = 1});
    save(trainer.encoder(), path);
  }

  // One per thread: copy it for another thread. Image decoders give bytes pixel by pixel.
  EncoderSession session = EncoderSession::open(path, {.layout = Layout::interleaved});
  const Shape image = session.image();
  std::printf("takes %dx%d pixels of %d bytes, gives %ld numbers\n", image.height, image.width,
              image.channels, session.code().size());

  std::vector<std::uint8_t> frame(std::size_t(image.size()));
  std::vector<float> code(std::size_t(session.code().size()));
  for (int shown = 0; shown < 3; ++shown) {
    for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = std::uint8_t(i * std::size_t(shown + 1));
    if (!session.encode(frame, code)) {
      std::fputs("the image is not of this size\n", stderr);
      return 1;
    }
    std::printf("image %d: %7.3f %7.3f ...\n", shown, double(code[0]), double(code[1]));
  }
  if (count < 2) std::remove(path.c_str());
} catch (const Error& error) {  // if the file cannot be opened
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
