#include <algorithm>
#include <cmath>
#include <dim/io/npy.hpp>
#include <dim/io/safetensors.hpp>
#include <filesystem>

#include "mosaic.hpp"
#include "page.hpp"
#include "sections.hpp"

namespace program {
namespace {

constexpr long neighbours_shown = 10, most_rows = 20;

/// The test images nearest to image i in L1 distance of y, nearest first; ties go to the lower index.
std::vector<long> nearest(const ReportData& data, long i, long count) {
  const long size = data.code_size();
  const float* const own = &data.test_codes[std::size_t(i * size)];
  std::vector<std::pair<double, long>> distances;
  for (long j = 0; j < data.test.size(); ++j) {
    if (j == i) continue;
    const float* const other = &data.test_codes[std::size_t(j * size)];
    double distance = 0;
    for (long k = 0; k < size; ++k) distance += std::abs(double(own[k]) - double(other[k]));
    distances.push_back({distance, j});
  }
  const long kept = std::min(count, long(distances.size()));
  std::partial_sort(distances.begin(), distances.begin() + kept, distances.end());
  std::vector<long> found;
  for (long k = 0; k < kept; ++k) found.push_back(distances[std::size_t(k)].second);
  return found;
}

/// An image, and after a wider gap the images nearest to it.
std::string neighbours_row(const ReportData& data, long i) {
  const std::vector<long> others = nearest(data, i, neighbours_shown);
  const dim::Shape shape = data.test.shape();
  const long step = shape.width + 2, wide = shape.width / 2;
  Mosaic strip(shape.height, (1 + neighbours_shown) * step + wide - 2);
  strip.put(tile_of(data.test, i), 0, 0);
  const std::string name = data.class_name(data.test.label(i));
  std::string description = name + "; nearest: ";
  long same = 0;
  for (long k = 0; k < long(others.size()); ++k) {
    const long j = others[std::size_t(k)];
    strip.put(tile_of(data.test, j), 0, (1 + k) * step + wide);
    description += (k > 0 ? ", " : "") + data.class_name(data.test.label(j));
    same += data.test.label(j) == data.test.label(i);
  }
  return "<div class=\"strip\"><span>" + escape(name) + "</span>" + strip.html(description, 760) + "<span>" +
         std::to_string(same) + " of " + std::to_string(others.size()) + " of its class</span></div>\n";
}

}  // namespace

std::string neighbours_section(const ReportData& data) {
  std::string rows;
  const std::vector<int> labels = data.test.labels();
  const int classes = int(std::min<long>(data.test.classes(), most_rows));
  for (int label = 0; label < classes; ++label) {
    const auto first = std::find(labels.begin(), labels.end(), label);
    if (first != labels.end()) rows += neighbours_row(data, first - labels.begin());
  }
  if (rows.empty()) return "";
  return paragraph("On the left the first test image of " +
                   std::string(data.test.classes() > classes
                                   ? "each of the first " + std::to_string(classes) + " classes"
                                   : "each class") +
                   "; beside it the other test images nearest to it in L1 distance of y, nearest first, "
                   "and how many "
                   "of them are of its class.") +
         rows;
}

std::string filters_section(const ReportData& data) {
  const dim::Safetensors encoder = dim::read_safetensors(data.encoder_file);
  const auto& tensors = encoder.tensors();
  const auto first = std::find_if(tensors.begin(), tensors.end(), [](const dim::Tensor& tensor) {
    return tensor.name.starts_with("maps.") && tensor.shape.size() == 4;
  });
  if (first == tensors.end() || (first->shape[1] != 1 && first->shape[1] != 3)) return "";
  const dim::Shape shape{int(first->shape[1]), int(first->shape[2]), int(first->shape[3])};
  const std::span<const float> weights = first->values<float>();
  std::vector<Tile> tiles;
  for (long i = 0; i < first->shape[0]; ++i) {
    const auto filter = weights.subspan(std::size_t(i * shape.size()), std::size_t(shape.size()));
    float largest = 1e-30F;
    for (const float weight : filter) largest = std::max(largest, std::abs(weight));
    tiles.push_back(tile_of(filter.data(), shape, largest));
  }
  return paragraph("The " + std::to_string(tiles.size()) + " filters of " + std::to_string(shape.height) +
                   " \u00d7 " + std::to_string(shape.width) +
                   (shape.channels == 3 ? " pixels in colour" : " pixels") + ", <code>" +
                   escape(first->name) + "</code>, each scaled to its largest weight; middle grey is 0.") +
         grid(tiles, 16, 1).html("filters of the first convolution", 632);
}

std::string reconstructions_section(const ReportData& data) {
  std::string path;
  for (const Metric& metric : data.measures())
    if (metric.name == "ms_ssim" && metric.baseline.empty())
      path = data.run.reconstructions(data.steps, metric.data, metric.train_images, metric.protocol);
  if (path.empty() || !std::filesystem::exists(path)) return "";
  const char* const remedy = ": delete it, and have `dim evaluate` write it again";
  const auto read = [&] {
    try {
      return dim::read_npy(path);
    } catch (const dim::Error& error) {
      throw dim::Error(error.what() + std::string(remedy));
    }
  };
  const dim::NpyArray array = read();
  const dim::Shape shape = data.test.shape();
  if (array.shape.size() != 5 || array.shape[0] != 2 || array.shape[1] < 1 ||
      array.shape[2] != shape.channels || array.shape[3] != shape.height || array.shape[4] != shape.width)
    throw dim::Error(path + " is not an array (2, n, " + std::to_string(shape.channels) + ", " +
                     std::to_string(shape.height) + ", " + std::to_string(shape.width) +
                     "), images and their reconstructions" + remedy);
  const std::span<const float> numbers = array.values<float>();
  constexpr long columns = 12, most = 24;
  const long count = array.shape[1],
             shown = std::min(count, most) / columns > 0 ? std::min(count, most) / columns * columns : count;
  const long across = std::min(shown, columns), step = shape.height + 1;
  const long pairs = shown / across;
  Mosaic mosaic(pairs * (2 * step + 3) - 4, across * (shape.width + 1) - 1);
  for (long i = 0; i < shown; ++i)
    for (long half = 0; half < 2; ++half)
      mosaic.put(tile_of(numbers.data() + (half * count + i) * shape.size(), shape),
                 i / across * (2 * step + 3) + half * step, i % across * (shape.width + 1));
  return paragraph("Test images, and below each a decoder\u2019s reconstruction from its y.") +
         mosaic.html("test images and their reconstructions", across * 62);
}

}  // namespace program
