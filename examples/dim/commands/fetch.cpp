// `dim fetch`: gets a published data set.
#include <unistd.h>

#include <dim/core/error.hpp>
#include <filesystem>

#include "../data/data.hpp"
#include "../data/published.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"

namespace program {

void fetch(const FetchSettings& settings) {
  std::vector<std::string> names;
  for (const PublishedSet& set : published_sets()) names.push_back(set.name);
  require_one_of("data set", settings.name, names);
  if (settings.folder.empty()) throw dim::Error("no folder is named; name one, as in dim fetch cifar10 data");

  const std::string folder = data_place(normal(settings.name + ":" + settings.folder));
  std::error_code code;  // where this program isn't known, the other isn't found
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe", code).parent_path();
  ::execl((here / "dim-fetch").c_str(), "dim-fetch", settings.name.c_str(), folder.c_str(), nullptr);

  const PublishedSet& set = *published_set(settings.name);
  std::string files;
  for (const PublishedFile& file : set.files) files += (files.empty() ? "" : ", ") + file.address;
  throw dim::Error(
      "there is no dim-fetch beside dim, which is built where libcurl, libarchive and OpenSSL are: install "
      "libcurl4-openssl-dev, libarchive-dev and libssl-dev and build again, or get ",
      files, " and put ", set.packed ? "what it holds" : "them", " into ", folder, "/",
      set.packed ? "" : set.folder);
}

}  // namespace program
