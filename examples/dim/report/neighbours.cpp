// `dim neighbours`: the images of a folder or other data that are nearest to one.
#include <algorithm>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/neighbours.hpp>
#include <dim/io/file.hpp>
#include <filesystem>
#include <optional>

#include "../commands/commands.hpp"
#include "../data/data.hpp"
#include "../run/frozen.hpp"
#include "../run/kept_codes.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "mosaic.hpp"
#include "page.hpp"

namespace program {
namespace {

/// An image as a figure of a page, larger where it is small.
std::string figure(const dim::Images& images, long i, const std::string& caption) {
  const Tile tile = tile_of(images, i);
  Mosaic mosaic(tile.shape.height, tile.shape.width);
  mosaic.put(tile, 0, 0);
  return "<figure>" + mosaic.html(caption, 192) + "<figcaption>" + escape(caption) +
         "</figcaption></figure>\n";
}

/// The image that is asked about, and its representation.
struct Query {
  dim::Images image;
  std::vector<float> row;
};

Query query_of_file(const Frozen& encoder, const NeighbourSettings& settings) {
  const dim::Images image = read_files({settings.query}, encoder.shapes().image).images;
  return {image, features_of(encoder, settings.feature, image)};
}

/// Is that the name of an image of arrays or of a published data set, as in 17 or test/17, and of no file?
bool is_numbered(const std::string& query) {
  std::error_code code;
  if (std::filesystem::exists(query, code)) return false;
  const std::string number = query.substr(query.starts_with("train/")  ? 6
                                          : query.starts_with("test/") ? 5
                                                                       : 0);
  return !number.empty() && number.find_first_not_of("0123456789") == number.npos;
}

/// The image of the data that has this name.
Query query_among(const KeptCodes& among, const std::string& query) {
  const std::vector<std::string>& names = among.files.names;
  const auto found = std::find(names.begin(), names.end(), query);
  if (found == names.end())
    throw dim::Error("none of the ", names.size(), " images to search is called ", query,
                     "; their names are ", names.front(), " to ", names.back());
  const long index = found - names.begin();
  const auto row = among.rows.begin() + index * among.size;
  return {among.images({index}), {row, row + among.size}};
}

}  // namespace

void neighbours(NeighbourSettings settings) {
  feature_of(settings.feature);  // throws where there is none of that name
  if (!settings.out.empty()) require_output(settings.out, {".html"});
  const RunFolder run(settings.run);
  if (settings.data.empty()) settings.data = run.settings().data;
  const TrainedEncoder trained = load_frozen(encoder_file(run, settings.best), settings.threads);
  const Frozen& encoder = trained.encoder;
  std::optional<Query> query;
  if (!is_numbered(settings.query)) query = query_of_file(encoder, settings);
  const KeptCodes among = kept_codes(run, trained, settings);
  if (!query) query = query_among(among, settings.query);
  const dim::Cpu cpu = dim::Cpu::with_threads(settings.threads);
  const dim::NeighbourSearch<float> search(cpu, among.features(), "data's");
  const long count = std::min(settings.k, search.size());
  const auto found = search.nearest(cpu, {query->row.data(), 1, among.size}, count, "query's");

  std::vector<long> indices;
  for (const auto& [similarity, index] : found) indices.push_back(index);
  const dim::Images images = among.images(indices);
  std::string figures = figure(query->image, 0, settings.query);
  for (long i = 0; i < count; ++i) {
    const auto& [similarity, index] = found[std::size_t(i)];
    const std::string& name = among.files.names[std::size_t(index)];
    std::printf("%s  %s\n", fixed(double(similarity), 4).c_str(), printable(name).c_str());
    figures += figure(images, i, fixed(double(similarity), 4) + "  " + name);
  }
  Page page("Nearest to " + escape(settings.query));
  page.lead(
      paragraph("The " + grouped(count) + " of " + grouped(search.size()) + " images of " +
                escape(is_folder(settings.data) ? data_place(settings.data) : settings.data) + " whose " +
                settings.feature +
                " is most like its, by cosine similarity, which is 1 for equal "
                "directions; the first image is the one that was asked about, as the encoder sees it."));
  page.section("neighbours", "Neighbours", "<div class=\"sheet\">" + figures + "</div>");
  const std::string html = page.html(),
                    path = settings.out.empty() ? run.path() + "/neighbours.html" : settings.out;
  defer_signals();  // until it is whole
  dim::write_file_atomically(path, {dim::bytes_of(html)});
  std::printf("%s shows them\n", path.c_str());
  among.tell();
}

}  // namespace program
