#include "fetch_set.hpp"

#include <sys/file.h>

#include <cstdio>
#include <dim/io/file.hpp>
#include <filesystem>

#include "../terminal/text.hpp"
#include "download.hpp"
#include "unpack.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using dim::Error;

/// Downloads a file as PATH.part.
std::string part_of(const PublishedFile& file, const std::string& path) {
  std::printf("fetch    %s, %s\n", file.address.c_str(), size_text(file.bytes).c_str());
  download(file, path + ".part");
  return path + ".part";
}

/// A folder that is removed with all that is in it.
struct TemporaryFolder {
  fs::path path;
  explicit TemporaryFolder(fs::path name) : path(std::move(name)) {
    fs::remove_all(path);  // of a command that was killed
    fs::create_directory(path);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

void fetch_packed(const PublishedSet& set, const std::string& folder) {
  const std::string target = folder + "/" + set.folder;
  if (fs::exists(target))
    throw Error(target, " is there, but ", lack_of(set, target), "; move it away, and fetch again");
  const TemporaryFolder unpacked(target + ".part");
  for (const PublishedFile& file : set.files) {
    const std::string own = folder + "/" + file.name();
    const bool had = fs::exists(own);
    if (had && sha256_of(own) != file.sha256)
      throw Error(own, " is there, but is not what is published at ", file.address,
                  "; move it away, and fetch again");
    const std::string archive = had ? own : part_of(file, own);
    unpack(archive, unpacked.path);
    if (!had) fs::remove(archive);
  }
  const fs::path result = unpacked.path / set.folder;
  if (const std::string lack = lack_of(set, result); !lack.empty())
    throw Error("of ", set.folder, " in ", set.files.front().name(), " ", lack,
                "; the published file has changed");
  fs::rename(result, target);
}

void fetch_files(const PublishedSet& set, const std::string& folder) {
  const std::string target = folder + "/" + set.folder;
  fs::create_directories(target);
  for (const PublishedFile& file : set.files) {
    const std::string path = target + "/" + file.name();
    if (!fs::exists(path)) {
      fs::rename(part_of(file, path), path);
      continue;
    }
    if (sha256_of(path) != file.sha256)
      throw Error(path, " is there, but is not what is published at ", file.address,
                  "; move it away, and fetch again");
  }
}

}  // namespace

void fetch_set(const PublishedSet& set, const std::string& folder) try {
  const auto tell = [&](const char* what, const std::string& place, const char* holds) {
    std::printf("%-8s %s %s %s: dim train --data %s\n", what, place.c_str(), holds, set.title.c_str(),
                quoted(set.name + ":" + folder).c_str());
  };
  if (const std::string place = complete_folder(set, folder); !place.empty())
    return tell("found", place, "has all files, by name and size, of");
  fs::create_directories(folder);
  const dim::File lock(folder, O_RDONLY | O_DIRECTORY);
  if (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw Error("another dim fetch is writing to ", folder, "; wait until it is done");
  if (set.packed)
    fetch_packed(set, folder);
  else
    fetch_files(set, folder);
  tell("done", folder + "/" + set.folder, "holds");
} catch (const std::filesystem::filesystem_error& error) {
  throw Error("cannot write ", error.path1().string(), ": ", error.code().message(),
              "; check the permissions and the room there, or use another folder");
}

}  // namespace program
