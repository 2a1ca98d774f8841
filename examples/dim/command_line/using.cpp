// Options of the commands that apply a run's encoder to images, and of the one that fetches images.
#include <memory>

#include "../commands/commands.hpp"
#include "../data/published.hpp"
#include "command_line.hpp"
#include "options.hpp"

namespace program {
namespace {

/// The options that commands on the images of a data set have in common, but for the data.
void add_using(CLI::App& command, UseSettings& settings, const std::string& out) {
  command.add_option("--split", settings.split,
                     "train, test or all; left out: all of a folder or an array, and test of other data");
  add_feature(command, settings.feature);
  add_best(command, settings.best);
  command.add_option("--out", settings.out, out)->transform(home);
  add_threads(command, settings.threads);
  add_cache(command, settings.cache);
}

/// The same, after the run and the data.
void add_use(CLI::App& command, UseSettings& settings, const std::string& out) {
  add_run(command, settings.run);
  command
      .add_option(
          "data", settings.data,
          "a folder of JPEG and PNG files, npy:FILE.npy, signals:FILE.npy, fashion-mnist[:DIR], mnist:DIR, "
          "cifar10:DIR, cifar100:DIR, stl10:DIR or tiny-imagenet:DIR")
      ->required()
      ->transform(home);
  add_using(command, settings, out);
}

}  // namespace

Command features_command(CLI::App& app) {
  const auto made = std::make_shared<FeatureSettings>();
  FeatureSettings& settings = *made;
  CLI::App& features = *app.add_subcommand("features", "Write a representation of a data set to a .npy file");
  add_run(features, settings.run);
  add_data(features, settings.data);
  add_best(features, settings.best);
  features
      .add_option("--split", settings.split, "train, test, or, of data as arrays (npy:), all, in their order")
      ->capture_default_str();
  add_feature(features, settings.feature);
  features.add_option("--out", settings.out, "the file, FILE.npy")->required()->transform(home);
  add_threads(features, settings.threads);
  add_cache(features, settings.cache);
  return {&features, [made] { program::features(*made); }};
}

Command embed_command(CLI::App& app) {
  const auto made = std::make_shared<EmbedSettings>();
  EmbedSettings& settings = *made;
  CLI::App& embed = *app.add_subcommand(
      "embed",
      "Write a representation of JPEG and PNG files or of other data, a row an image, and their names");
  add_run(embed, settings.run);
  embed
      .add_option("files", settings.files,
                  "image files, and folders of them; or data as for dim train --data, such as npy:FILE.npy, "
                  "of whose images the numbers are the names")
      ->required()
      ->transform(home);
  add_best(embed, settings.best);
  add_feature(embed, settings.feature);
  embed
      .add_option("--out", settings.out,
                  "FILE.csv, FILE.jsonl, or FILE.npy, for which the names are written to FILE.npy.txt")
      ->required()
      ->transform(home);
  add_threads(embed, settings.threads);
  add_cache(embed, settings.cache);
  return {&embed, [made] { program::embed(*made); }};
}

Command neighbours_command(CLI::App& app) {
  const auto made = std::make_shared<NeighbourSettings>();
  NeighbourSettings& settings = *made;
  CLI::App& neighbours =
      *app.add_subcommand("neighbours", "Show which images of a folder or of other data are nearest to one");
  add_run(neighbours, settings.run);
  neighbours
      .add_option(
          "query", settings.query,
          "a JPEG or PNG file, by its path or its name within the folder to search, or the number of an "
          "image of arrays (17) or of a published data set (test/17)")
      ->required()
      ->transform(home);
  neighbours
      .add_option("--of", settings.data,
                  "a folder, or data as for dim train --data, such as npy:FILE.npy; left out: the run's data")
      ->transform(home);
  neighbours.add_option("-k", settings.k, "how many")->capture_default_str()->check(whole(1, 1000));
  add_using(neighbours, settings, "left out: neighbours.html in the folder of the run");
  return {&neighbours, [made] { program::neighbours(*made); }};
}

Command cluster_command(CLI::App& app) {
  const auto made = std::make_shared<ClusterSettings>();
  ClusterSettings& settings = *made;
  CLI::App& cluster = *app.add_subcommand(
      "cluster", "Find groups of images with similar representations, by k-means, without labels");
  add_use(cluster, settings, "FILE.csv, with the name and the cluster of each image");
  cluster.add_option("-k", settings.k, "how many groups")->capture_default_str()->check(whole(1, 100000));
  cluster.add_option("--seed", settings.seed, "of the starts, of which the best of ten counts")
      ->capture_default_str()
      ->check(seed_number);
  return {&cluster, [made] { program::cluster(*made); }};
}

Command duplicates_command(CLI::App& app) {
  const auto made = std::make_shared<DuplicateSettings>();
  DuplicateSettings& settings = *made;
  CLI::App& duplicates = *app.add_subcommand(
      "duplicates", "Find images whose representations are almost the same, as groups, most alike first");
  add_use(duplicates, settings, "FILE.csv, with the group and the name of each such image");
  duplicates
      .add_option("--above", settings.above,
                  "the cosine similarity above which two images are a pair, from -1 to 1")
      ->capture_default_str()
      ->check(cosine);
  return {&duplicates, [made] { program::duplicates(*made); }};
}

Command map_command(CLI::App& app) {
  const auto made = std::make_shared<MapSettings>();
  MapSettings& settings = *made;
  CLI::App& map = *app.add_subcommand(
      "map", "Show up to 2,000 images on a plane, similar ones near each other, as a page of HTML");
  add_use(map, settings, "left out: map.html in the folder of the run");
  return {&map, [made] { program::map(*made); }};
}

Command fetch_command(CLI::App& app) {
  const auto made = std::make_shared<FetchSettings>();
  FetchSettings& settings = *made;
  CLI::App& fetch = *app.add_subcommand("fetch", "Download a published data set, and unpack it");
  std::string names;
  for (const PublishedSet& set : published_sets()) names += (names.empty() ? "" : ", ") + set.name;
  fetch.add_option("name", settings.name, names)->required();
  fetch.add_option("folder", settings.folder, "the folder to put it into, which is made if need be")
      ->required()
      ->transform(home);
  return {&fetch, [made] { program::fetch(*made); }};
}

}  // namespace program
