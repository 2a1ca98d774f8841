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
#include "../run/named_images.hpp"
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

Query query_of_file(const Frozen& encoder, const std::string& file, const std::string& feature) {
  const dim::Images image = read_files({file}, encoder.shapes().image).images;
  return {image, features_of(encoder, feature, image)};
}

/// The file that is asked about: a path, or a name within the folder to search. Empty where it is none, and the images to
/// search are no files.
std::string file_of(const NeighbourSettings& settings) {
  std::error_code code;
  if (std::filesystem::exists(settings.query, code)) return settings.query;
  const std::string folder = folder_of(settings.data);
  if (folder.empty()) return "";
  const std::string file = folder + "/" + settings.query;
  if (settings.query.empty() || !std::filesystem::exists(file, code))
    throw dim::Error("there is no file ", dim::in_quotes(settings.query), ", and none of that name in ",
                     folder, "; give the path of a JPEG or PNG file");
  return file;
}

/// The number of the image to search that is asked about, or -1 if it isn't among them.
long index_of(const KeptCodes& among, const NeighbourSettings& settings, const std::string& file) {
  std::string name = settings.query;
  if (!file.empty()) {
    std::error_code code;
    const auto place = [&](const std::string& path) { return std::filesystem::canonical(path, code); };
    name = among.folder.empty() ? "" : place(file).lexically_relative(place(among.folder)).string();
  }
  const std::vector<std::string>& names = among.files.names;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end() && file.empty())
    throw dim::Error("there is no file ", dim::in_quotes(settings.query), ", and none of the ", names.size(),
                     " images to search is called so; the first of them is ", names.front(), ", the last ",
                     names.back());
  return found == names.end() ? -1 : found - names.begin();
}

/// The image of that number.
Query query_among(const KeptCodes& among, long index) {
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
  const std::string file = file_of(settings);
  if (!file.empty()) query = query_of_file(encoder, file, settings.feature);
  const KeptCodes among = kept_codes(run, trained, settings);
  const long own = index_of(among, settings, file);
  if (!query) query = query_among(among, own);
  const dim::Cpu cpu = dim::Cpu::with_threads(settings.threads);
  const dim::NeighbourSearch<float> search(cpu, among.features(), "data's");
  const long count = std::min(settings.k, search.size());
  auto found = search.nearest(cpu, {query->row.data(), 1, among.size}, count, "query's");
  if (own >= 0) {  // it comes before its copies, which are as near
    const auto at = std::find_if(found.begin(), found.end() - 1,
                                 [own](const auto& neighbour) { return neighbour.index == own; });
    std::rotate(found.begin(), at, at + 1);
    found.front().index = own;
  }

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
