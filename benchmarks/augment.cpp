// The views of an image of 3x32x32 that augmentations draw: the time of each, of all of them one after the other, and of
// taking the image as it is.
#include <benchmark/benchmark.h>

#include <dim/data/augmentations/colour_jitter.hpp>
#include <dim/data/augmentations/gaussian_blur.hpp>
#include <dim/data/augmentations/grayscale.hpp>
#include <dim/data/augmentations/horizontal_flip.hpp>
#include <dim/data/augmentations/occlusion.hpp>
#include <dim/data/augmentations/random_crop.hpp>
#include <dim/data/augmentations/random_resized_crop.hpp>
#include <dim/data/augmented.hpp>
#include <dim/data/images.hpp>

namespace {

using namespace dim;

constexpr Shape image{3, 32, 32};
constexpr long count = 64;

template <class... Augmentations>
void draw(benchmark::State& state, Augmentations... augmentations) {
  std::vector<std::uint8_t> bytes(std::size_t(count * image.size()));
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::uint8_t(i * i % 251);
  const Augmented views(Images(std::move(bytes), count, image, Strides::planes(image)), augmentations...);
  std::vector<float> view(std::size_t(image.size()));
  const Batch<float> to{view.data(), 1, image};
  long drawn = 0;
  for (auto _ : state) {
    const long i = drawn % count;
    if constexpr (sizeof...(augmentations) == 0)
      views.copy(i, to, 0);
    else
      views.copy(i, to, 0, Draw(1, std::uint64_t(drawn / count), i, 0));
    ++drawn;
    benchmark::DoNotOptimize(view.data());
  }
}

BENCHMARK(draw<>)->Name("draw/none");
BENCHMARK_CAPTURE(draw, random_crop, RandomCrop{});
BENCHMARK_CAPTURE(draw, random_resized_crop, RandomResizedCrop{});
BENCHMARK_CAPTURE(draw, horizontal_flip, HorizontalFlip{});
BENCHMARK_CAPTURE(draw, colour_jitter, ColourJitter{});
BENCHMARK_CAPTURE(draw, grayscale, Grayscale{});
BENCHMARK_CAPTURE(draw, gaussian_blur, GaussianBlur{});
BENCHMARK_CAPTURE(draw, occlusion, Occlusion{});
BENCHMARK_CAPTURE(draw, all, RandomCrop{}, RandomResizedCrop{}, HorizontalFlip{}, ColourJitter{}, Grayscale{},
                  GaussianBlur{}, Occlusion{});

}  // namespace

BENCHMARK_MAIN();
