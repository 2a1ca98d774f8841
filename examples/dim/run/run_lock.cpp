#include "run_lock.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace program {
namespace {

/// What the lock's holder has written into it: who it is. It may not have done so yet.
std::string holder(const dim::File& file) try {
  std::string text(std::size_t(std::min(file.size(), 4096L)), '\0');
  file.read(reinterpret_cast<std::byte*>(text.data()), long(text.size()), 0);
  text = text.substr(0, text.find('\n'));
  return text.empty() ? "another command" : dim::in_quotes(text);
} catch (const dim::Error&) {
  return "another command";
}

std::string host() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "an unknown host";
}

/// Is the open file still the one at that path?
bool is_at(const dim::File& file, const std::string& path) {
  struct stat held, named;
  return ::fstat(file.descriptor(), &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/// A lock is impossible here, for the reason given.
struct NoLocks : dim::Error {
  using dim::Error::Error;
};

dim::File opened(const std::string& path) try {
  return {path, O_RDWR | O_CREAT | O_NOFOLLOW};
} catch (const dim::Error& error) {
  if (!std::filesystem::is_regular_file(path)) throw NoLocks(error.what());
  return {path, O_RDONLY | O_NOFOLLOW};  // another user's, whose command may be running
}

/// The lock at that path, held by this process from now on. Throws dim::Error if another process holds it.
dim::File locked(const RunFolder& run, const std::string& path) {
  for (;;) {
    dim::File file = opened(path);
    if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK)
        throw NoLocks(path + " cannot be locked: " + std::generic_category().message(errno));
      throw dim::Error(run.path() + " is being written by " + holder(file) +
                       ": wait until that has ended, or work in another folder");
    }
    if (is_at(file, path)) return file;  // otherwise the previous holder has just removed it
  }
}

}  // namespace

RunLock::RunLock(const RunFolder& run, const std::string& command) : path_(run.path() + "/lock") {
  try {
    file_.emplace(locked(run, path_));
  } catch (const NoLocks& error) {
    std::fprintf(stderr, "dim: %s; make sure that no other command writes to %s meanwhile\n", error.what(),
                 run.path().c_str());
    return;
  }
  try {
    file_->truncate(0);
    file_->write(
        dim::bytes_of(command + " (process " + std::to_string(::getpid()) + " on " + host() + ")\n"));
  } catch (const dim::Error&) {  // a full disk: the lock holds anyway, without a name
  }
}

RunLock::~RunLock() {
  if (file_ && is_at(*file_, path_)) ::unlink(path_.c_str());
}

}  // namespace program
