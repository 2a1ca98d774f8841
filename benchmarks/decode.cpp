// Decoding a JPEG file of 1 megapixel, as a folder of images is read: to a square of 32, 64 or 224 pixels a side, and the
// whole picture; and reading a folder of 10,000 such files, by all threads, with a cache of decoded images and without.
#include <benchmark/benchmark.h>

#include <dim/core/random.hpp>
#include <thread>

#include "../examples/dim/data/image_file.hpp"
#include "../examples/dim/data/image_folder.hpp"
#include "../tests/io/temporary.hpp"
#include "../tests/program/image_files.hpp"

namespace {

constexpr long picture_height = 864, picture_width = 1152;

/// As detailed as a photograph: noise whose octaves are equally strong, in colours that differ less than brightness does.
dim::ByteImage picture() {
  const dim::Random random{1};
  std::uint64_t next = 0;
  std::vector<float> sums(std::size_t(picture_height * picture_width * 3), 128);
  for (long side = 4; side <= 512; side *= 2) {
    dim::ByteImage octave{side, side, 3, {}};
    for (long i = 0; i < side * side; ++i) {
      const float bright = 180 * float(random.uniform(next++));
      for (int c = 0; c < 3; ++c)
        octave.bytes.push_back(std::uint8_t(bright + 60 * float(random.uniform(next++))));
    }
    const dim::ByteImage large = dim::resized(octave, picture_height, picture_width);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += (float(large.bytes[i]) - 120) / 2;
  }
  dim::ByteImage image{picture_height, picture_width, 3, {}};
  for (const float sum : sums) image.bytes.push_back(std::uint8_t(std::clamp(sum, 0.0F, 255.0F)));
  return image;
}

void decode(benchmark::State& state) {
  const std::string file = tests::jpeg_of(picture(), 0, false, 90);
  const long side = state.range(0);
  for (auto _ : state) {
    const dim::ByteImage image =
        program::decode_image(std::as_bytes(std::span(file)), "the picture", side > 0 ? side : picture_width);
    benchmark::DoNotOptimize(side > 0 ? dim::resized(dim::centre_square(image), side, side) : image);
  }
  state.counters["images/s"] = benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["KiB"] = double(file.size()) / 1024;
}
BENCHMARK(decode)->ArgName("side")->Arg(32)->Arg(64)->Arg(224)->Arg(0)->Unit(benchmark::kMillisecond);

void read_folder(benchmark::State& state) {
  const TemporaryDirectory directory;
  const std::string folder = directory / "pictures", cache = directory / "images.cache";
  std::filesystem::create_directory(folder);
  put(folder + "/0.jpg", tests::jpeg_of(picture(), 0, false, 90));
  for (int i = 1; i < 10000; ++i)  // links, which take no room
    std::filesystem::create_hard_link(folder + "/0.jpg", folder + "/" + std::to_string(i) + ".jpg");
  std::this_thread::sleep_for(std::chrono::seconds(3));  // times of the last seconds are not relied on
  const bool cached = state.range(0) != 0;
  const auto read = [&] {
    program::ImageCache used(cache, folder, cached ? "always" : "never");
    benchmark::DoNotOptimize(program::read_folder(folder, program::FolderPart::all, {3, 32, 32}, &used));
    used.finish();
  };
  if (cached) read();
  for (auto _ : state) read();
}
BENCHMARK(read_folder)
    ->ArgName("cached")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
