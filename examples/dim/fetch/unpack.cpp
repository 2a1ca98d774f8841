#include "unpack.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <dim/io/file.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "../terminal/progress.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using dim::Error;

using ArchiveReader = std::unique_ptr<archive, int (*)(archive*)>;

/// A path within the folder that is being unpacked to. Throws Error where it leads out of it.
fs::path path_within(const std::string& name, const std::string& archive) {
  const fs::path path = fs::path(name).lexically_normal();
  if (path.empty() || path.is_absolute() || *path.begin() == "..")
    throw Error(archive, " holds the path ", dim::in_quotes(name),
                ", which leads out of it; unpack nothing from there");
  return path;
}

/// Writes the contents of the archive's current entry.
template <class Fail>
void write_entry(archive* reader, const fs::path& path, std::vector<std::byte>& piece, const Fail& fail) {
  fs::create_directories(path.parent_path());
  dim::File file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  for (;;) {
    stop_if_requested();
    const la_ssize_t got = archive_read_data(reader, piece.data(), piece.size());
    if (got < 0) throw fail();
    if (got == 0) break;
    file.write({piece.data(), std::size_t(got)});
  }
  file.close();
}

}  // namespace

void unpack(const std::string& archive, const std::string& folder) {
  const ArchiveReader reader(archive_read_new(), archive_read_free);
  const auto fail = [&] {
    const char* const reason = archive_error_string(reader.get());
    return Error("cannot unpack ", archive, ": ", reason ? reason : "it is damaged",
                 "; get another copy of the file");
  };
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  const long size = dim::File(archive, O_RDONLY).size();
  if (archive_read_open_filename(reader.get(), archive.c_str(), std::size_t(1) << 16) != ARCHIVE_OK)
    throw fail();
  Progress bar("unpacking " + fs::path(archive).filename().string(), size);
  std::vector<std::byte> piece(std::size_t(1) << 20);
  archive_entry* entry = nullptr;
  for (long count = 1;; ++count) {
    const int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    const char* const name = result >= ARCHIVE_WARN ? archive_entry_pathname(entry) : nullptr;
    if (!name) throw fail();
    const fs::path path = folder / path_within(name, archive);
    const auto kind = archive_entry_filetype(entry);
    if (archive_entry_hardlink(entry) || (kind != AE_IFREG && kind != AE_IFDIR))
      throw Error(archive, " holds ", dim::in_quotes(name),
                  ", which is neither a file nor a folder; unpack nothing from there");
    if (kind == AE_IFDIR)
      fs::create_directories(path);
    else
      write_entry(reader.get(), path, piece, fail);
    bar.show(long(archive_filter_bytes(reader.get(), -1)), grouped(count) + " files");
  }
  bar.clear();
}

}  // namespace program
