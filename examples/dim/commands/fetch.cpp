// `dim fetch`: gets a published data set.
#include <dim/core/error.hpp>

#include "../run/data.hpp"
#include "../run/published.hpp"
#ifdef DIM_CAN_FETCH
#include "../run/fetch_set.hpp"
#endif
#include "../terminal/signals.hpp"
#include "commands.hpp"

namespace program {
#ifndef DIM_CAN_FETCH
namespace {

/// What to do where the program was built without what fetching needs.
void fetch_set(const PublishedSet& set, const std::string& folder) {
  std::string files;
  for (const PublishedFile& file : set.files) files += (files.empty() ? "" : ", ") + file.address;
  throw dim::Error(
      "this dim was built without libcurl, libarchive and OpenSSL: install libcurl4-openssl-dev, "
      "libarchive-dev and libssl-dev and build it again, or get ",
      files, " and put ", set.packed ? "what it holds" : "them", " into ", folder, "/",
      set.packed ? "" : set.folder);
}

}  // namespace
#endif

void fetch(const FetchSettings& settings) {
  std::vector<std::string> names;
  for (const PublishedSet& set : published_sets()) names.push_back(set.name);
  require_one_of("data set", settings.name, names);
  defer_signals();
  if (settings.folder.empty()) throw dim::Error("no folder is named; name one, as in dim fetch cifar10 data");
  fetch_set(*published_set(settings.name), data_place(normal(settings.name + ":" + settings.folder)));
}

}  // namespace program
