// Whole files: read into memory, replaced atomically, or appended to line by line. POSIX.
#pragma once
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "../core/error.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Bytes to be written, not owned.
using Bytes = std::span<const std::byte>;

/// The characters of `text` as bytes.
inline Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// Bytes of an array of this shape, or nothing if a size is negative or the product overflows.
inline std::optional<long> byte_count(const std::vector<long>& shape, long item_bytes) {
  long bytes = item_bytes;
  for (const long size : shape) {
    if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes)) return std::nullopt;
  }
  return bytes;
}

/// Text from a file, fit for an error message: in quotes, at most 80 bytes, no control characters.
inline std::string in_quotes(std::string_view text) {
  std::string shown = "'";
  for (const char c : text.substr(0, 80)) {
    shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  }
  return shown + (text.size() > 80 ? "...'" : "'");
}

namespace detail {
/// The error of a system call that failed with `reason`, a value of errno. `reads`: the file should exist already, so
/// that creating its directory is no remedy.
inline Error file_error(std::string_view action, const std::string& path, int reason, bool reads = false) {
  const auto remedy = [reason, reads] {
    switch (reason) {
      case ENOENT:
      case ENOTDIR:
        return reads ? "check the path" : "check the path, and create its directory first";
      case EACCES:
      case EPERM:
      case EROFS:
        return "check the permissions, or use another directory";
      case ENOSPC:
      case EDQUOT:
      case EFBIG:
        return "make room there, or use another disk";
      case EISDIR:
        return "name a file, not a directory";
      case ENAMETOOLONG:
        return "use a shorter name";
      case EMFILE:
      case ENFILE:
        return "close some files, or raise the limit of open files";
      default:
        return "check the disk, or use another one";
    }
  };
  return Error("cannot ", action, " ", path, ": ", std::generic_category().message(reason), "; ", remedy());
}
}  // namespace detail

/// An open file, closed by its destructor. All functions throw Error with path, reason and remedy, and resume after a
/// signal.
class File {
 public:
  /// Opens `path` with the flags of open(2); a file that has to be created is subject to the umask.
  File(const std::string& path, int flags) : path_(path) {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait forever.
    do descriptor_ = ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0666);
    while (descriptor_ < 0 && errno == EINTR);
    if (descriptor_ < 0)
      throw detail::file_error("open", path_, errno, (flags & (O_ACCMODE | O_DIRECTORY)) == O_RDONLY);
  }
  File(File&& other) noexcept : path_(std::move(other.path_)), descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  File& operator=(File&&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  int descriptor() const { return descriptor_; }

  /// Size in bytes. Refuses directories, pipes and devices.
  long size() const {
    struct stat status;
    if (::fstat(descriptor_, &status) != 0) throw detail::file_error("examine", path_, errno);
    if (!S_ISREG(status.st_mode)) throw Error(path_, " is not a regular file; name one");
    return long(status.st_size);
  }

  /// Reads `count` bytes from byte `offset` on. A shorter file is an error.
  void read(std::byte* data, long count, long offset) const {
    while (count > 0) {
      const long done = ::pread(descriptor_, data, std::size_t((std::min)(count, longest_call)), offset);
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) throw detail::file_error("read", path_, errno);
      if (done == 0) throw Error(path_, " became shorter while it was read; read it again");
      data += done, offset += done, count -= done;
    }
  }

  /// Writes all of `bytes` at the current position.
  void write(Bytes bytes) const {
    while (!bytes.empty()) {
      const long done =
          ::write(descriptor_, bytes.data(), (std::min)(bytes.size(), std::size_t(longest_call)));
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) throw detail::file_error("write", path_, done < 0 ? errno : ENOSPC);
      bytes = bytes.subspan(std::size_t(done));
    }
  }

  void truncate(long size) const {
    while (::ftruncate(descriptor_, size) != 0) {
      if (errno != EINTR) throw detail::file_error("truncate", path_, errno);
    }
  }

  /// Returns once the disk reports that everything is on it.
  void sync() const {
#if defined(F_FULLFSYNC)  // macOS: fsync stops at the disk's own cache
    if (::fcntl(descriptor_, F_FULLFSYNC) == 0) return;
#endif
    while (::fsync(descriptor_) != 0) {
      if (errno == EINVAL) return;  // some file systems cannot sync a directory
      if (errno != EINTR) throw detail::file_error("sync", path_, errno);
    }
  }

  /// Closes the file and, unlike the destructor, throws if that fails.
  void close() {
    const int descriptor = std::exchange(descriptor_, -1);
    if (::close(descriptor) != 0 && errno != EINTR) throw detail::file_error("close", path_, errno);
  }

 private:
  static constexpr long longest_call = 1L << 30;  // macOS refuses more than 2^31 - 1 bytes at once
  std::string path_;
  int descriptor_ = -1;
};

/// All bytes of a regular file. Throws Error if there is none or it does not fit into memory.
inline std::vector<std::byte> read_file(const std::string& path) {
  const File file(path, O_RDONLY);
  const long size = file.size();
  std::vector<std::byte> bytes;
  try {
    bytes.resize(std::size_t(size));
  } catch (const std::bad_alloc&) {
    throw Error(path, " with its ", size,
                " bytes does not fit into memory; use a smaller file or a larger machine");
  }
  file.read(bytes.data(), size, 0);
  return bytes;
}

namespace detail {
/// Opens or creates the temporary file of an atomic write, and locks it until the result is destroyed. One that a
/// killed process left behind is unlocked, hence used again.
inline File lock_temporary(const std::string& path) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    File file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    file.size();
    // A file system without locks fails with another reason, and must do without them.
    if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) break;
    // The previous holder of the lock may just have renamed the file, which then is no longer the temporary one.
    struct stat held, named;
    if (::fstat(file.descriptor(), &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
        held.st_dev == named.st_dev && held.st_ino == named.st_ino) {
      return file;
    }
  }
  throw Error(path, " is being written by another process or thread; let each write to a path of its own");
}
}  // namespace detail

/// Replaces the file at `path` by `pieces`, one after the other, or creates it: whatever happens, even kill -9 or, if
/// the disk keeps its word, a power cut, there is the whole old file or the whole new one. It is written as
/// `path`.tmp, synced, renamed, and its directory synced (Pillai et al., 2014). A symbolic link at `path` is
/// followed. Throws Error, with the old file untouched and nothing left behind, unless it is the last sync that
/// fails.
inline void write_file_atomically(const std::string& path, const std::vector<Bytes>& pieces) {
  std::string target = path;
  if (char* const resolved = ::realpath(path.c_str(), nullptr)) {
    target = resolved;
    std::free(resolved);
  }
  struct stat status;
  if (::stat(target.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    throw Error(path, " is not a regular file, and stays as it is; name another one");
  }
  const File directory(target.find('/') == std::string::npos ? "." : target.substr(0, target.rfind('/') + 1),
                       O_RDONLY | O_DIRECTORY);
  const std::string temporary = target + ".tmp";
  const File lock = detail::lock_temporary(temporary);
  try {
    File file(temporary, O_WRONLY | O_TRUNC);
    for (const Bytes piece : pieces) file.write(piece);
    file.sync();
    file.close();
    if (::rename(temporary.c_str(), target.c_str()) != 0)
      throw detail::file_error("rename to", target, errno);
  } catch (const Error& error) {
    ::unlink(temporary.c_str());
    throw Error(error.what(), " (", path, " is as it was before)");
  }
  try {
    directory.sync();
  } catch (const Error& error) {
    throw Error(error.what(), " (", path, " is written, but a power cut may undo that)");
  }
}

/// Appends `text` and a newline, for a log such as metrics.jsonl. A line counts once its newline is there: what a
/// killed process left after the last newline, 64 KiB at most, is dropped first. Throws Error on failure; the file
/// then keeps its complete lines. Not synced; for one writer at a time.
inline void append_line(const std::string& path, std::string_view text) {
  if (text.find('\n') != std::string_view::npos) {
    throw Error("cannot append to ", path, ": the text has more than one line; append them one by one");
  }
  const File file(path, O_RDWR | O_CREAT | O_APPEND);
  const long size = file.size();
  std::string tail(std::size_t((std::min)(size, 1L << 16)), '\0');
  file.read(reinterpret_cast<std::byte*>(tail.data()), long(tail.size()), size - long(tail.size()));
  const long torn = long(tail.size() - (tail.rfind('\n') + 1));  // npos + 1 is 0
  if (torn == long(tail.size()) && torn < size) {
    throw Error("cannot append to ", path, ": its last 64 KiB hold no newline; is it a text file?");
  }
  if (torn > 0) file.truncate(size - torn);
  try {
    file.write(bytes_of(std::string(text) + '\n'));
  } catch (const Error& error) {
    file.truncate(size - torn);
    throw Error(error.what(), " (", path, " has the lines that it had before)");
  }
}

}  // namespace DIM_ABI
}  // namespace dim
