#include "image_cache.hpp"

#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <dim/cpu/cpu.hpp>
#include <dim/io/checksum.hpp>
#include <dim/io/file.hpp>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "image_file.hpp"

namespace program {
namespace {

using dim::Error;

constexpr std::uint64_t cache_magic = 0x3145484341434D49;  // "IMCACHE1"

/// What comes before a path.
struct CacheEntry {
  std::int64_t size;
  std::uint64_t stamp, content, pixels;
  std::uint64_t path_bytes;
};

std::uint64_t version_for(dim::Shape shape) {
  return dim::checksum(dim::bytes_of(decoder_version() + ", " + to_string(shape)));
}

/// An absolute path without "." and "..", that of a folder without a slash at its end.
std::string whole_path(const std::string& path) {
  std::string whole = std::filesystem::absolute(path.empty() ? "." : path).lexically_normal();
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  return whole;
}

/// Fills in the file's size and stamp.
void examine(CachedFile& file) {
  struct timespec now;
  struct stat status;
  ::clock_gettime(CLOCK_REALTIME, &now);  // before, since what changes later gets a later time
  if (::stat(file.path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  file.size = long(status.st_size);
#if defined(__APPLE__)
  const struct timespec modified = status.st_mtimespec, changed = status.st_ctimespec;
#else
  const struct timespec modified = status.st_mtim, changed = status.st_ctim;
#endif
  // A file system may count time in steps, of 2 seconds at most (FAT): within one a file can change unnoticed.
  constexpr long steps = 2;
  if (std::max(long(modified.tv_sec), long(changed.tv_sec)) + steps > long(now.tv_sec)) return;
  const std::int64_t facts[] = {status.st_size, modified.tv_sec, modified.tv_nsec,
                                changed.tv_sec, changed.tv_nsec, std::int64_t(status.st_ino)};
  file.stamp = dim::checksum(std::as_bytes(std::span(facts)));
}

}  // namespace

/// The file, open and, once images() has been called, mapped.
class ImageCache::Open {
 public:
  /// What images.cache begins with. Behind it come an entry and a path for each image, and then the images.
  struct Front {
    std::uint64_t magic = cache_magic;
    std::uint64_t checksum = 0;  // of all below and of the entries
    std::uint64_t version = 0;   // a hash of what decoded the images, and of their shape
    std::int64_t count = 0, entry_bytes = 0, image_bytes = 0;

    std::uint64_t sum(dim::Bytes entries) const {
      const auto own = std::as_bytes(std::span(this, 1));
      return dim::checksum(entries, dim::checksum(own.subspan(offsetof(Front, version))));
    }
  };

  explicit Open(const std::string& path) : file_(path, O_RDONLY), bytes_(file_.size()) {}
  Open(const Open&) = delete;
  ~Open() {
    if (mapped_ != MAP_FAILED) ::munmap(mapped_, std::size_t(bytes_));
  }

  /// Reads what precedes the images. Returns false for a cache of another version. Throws dim::Error for a damaged one.
  bool read_front(std::uint64_t version, std::vector<std::byte>& entries) {
    if (bytes_ < long(sizeof front_)) throw Error("it is cut short");
    file_.read(reinterpret_cast<std::byte*>(&front_), long(sizeof front_), 0);
    if (front_.magic != cache_magic) throw Error("it is none");
    if (front_.version != version) return false;
    const long rest = bytes_ - long(sizeof front_), count = front_.count;
    long pixels = 0;
    if (count < 0 || front_.entry_bytes < 0 || front_.entry_bytes > rest ||
        __builtin_mul_overflow(count, front_.image_bytes, &pixels) || rest - front_.entry_bytes != pixels)
      throw Error("it is cut short or too long");
    entries.resize(std::size_t(front_.entry_bytes));
    file_.read(entries.data(), std::ssize(entries), long(sizeof front_));
    if (front_.sum(entries) != front_.checksum) throw Error("its checksum is wrong");
    return true;
  }
  const Front& front() const { return front_; }

  void read(long slot, std::uint8_t* to) const {
    file_.read(reinterpret_cast<std::byte*>(to), front_.image_bytes, place(slot));
  }
  /// All images, one behind the other. Throws dim::Error if the file cannot be mapped.
  const std::uint8_t* images() const {
    if (mapped_ == MAP_FAILED) {
      mapped_ = ::mmap(nullptr, std::size_t(bytes_), PROT_READ, MAP_SHARED, file_.descriptor(), 0);
      if (mapped_ == MAP_FAILED) throw Error("it cannot be mapped to memory");
      explain_lost_files();
    }
    return static_cast<const std::uint8_t*>(mapped_) + place(0);
  }

 private:
  long place(long slot) const { return long(sizeof front_) + front_.entry_bytes + slot * front_.image_bytes; }

  dim::File file_;
  long bytes_;
  Front front_;
  mutable void* mapped_ = MAP_FAILED;
};

ImageCache::ImageCache(std::string path, const std::string& folder, const std::string& caching)
    : path_(std::move(path)), folder_(whole_path(folder)) {
  require_one_of("--cache", caching, all_caching);
  used_ = caching != "never";
  if (caching == "always") limit_ = 0;
}

bool ImageCache::is_own(const std::string& path) const {
  return path.starts_with(folder_ + (folder_.back() == '/' ? "" : "/"));
}

void ImageCache::open(dim::Shape shape) {
  if (shape_ == shape) return;
  forget();
  shape_ = shape;
  std::error_code code;
  if (!std::filesystem::exists(path_, code)) return;
  try {
    const auto file = std::make_shared<Open>(path_);
    std::vector<std::byte> bytes;
    if (!file->read_front(version_for(shape), bytes)) return;
    const std::byte *at = bytes.data(), *const end = at + bytes.size();
    entries_.reserve(bytes.size() / sizeof(CacheEntry));  // so that paths stay in place
    for (long i = 0; i < file->front().count; ++i) {
      CacheEntry entry;
      if (end - at < long(sizeof entry)) throw Error("its entries end too early");
      std::memcpy(&entry, at, sizeof entry);
      at += sizeof entry;
      if (std::uint64_t(end - at) < entry.path_bytes) throw Error("its entries end too early");
      entries_.push_back({{{reinterpret_cast<const char*>(at), entry.path_bytes},
                           long(entry.size),
                           entry.stamp,
                           entry.content,
                           i},
                          entry.pixels});
      at += entry.path_bytes;
      by_path_.emplace(entries_.back().file.path, i);
      by_size_.emplace(long(entry.size), i);
    }
    file_ = file;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dim: %s cannot be used, and is made anew: %s\n", path_.c_str(), error.what());
    forget();
    shape_ = shape;
    damaged_ = true;
  }
}

void ImageCache::forget() {
  file_.reset();
  entries_ = {}, by_path_ = {}, by_size_ = {}, added_ = {};
  shape_ = {};
}

void ImageCache::find(CachedFile& file) const {
  const auto same = by_path_.find(file.path);
  if (same != by_path_.end() && file.stamp != 0) {
    const CachedFile& known = entries_[std::size_t(same->second)].file;
    if (known.stamp == file.stamp) {
      file.content = known.content;
      file.slot = same->second;
      return;
    }
  }
  const auto [begin, end] = by_size_.equal_range(file.size);
  if (begin == end) return;
  file.content = dim::checksum(dim::read_file(file.path));
  for (auto each = begin; each != end && file.slot < 0; ++each)
    if (entries_[std::size_t(each->second)].file.content == file.content) file.slot = each->second;
}

bool ImageCache::is_whole(const CachedFile& file, std::vector<std::uint8_t>& pixels) const try {
  read(file, pixels.data());
  return dim::checksum(std::as_bytes(std::span(pixels))) == entries_[std::size_t(file.slot)].pixels;
} catch (const Error&) {
  return false;
}

std::vector<CachedFile> ImageCache::find(const std::string& folder, const std::vector<std::string>& names,
                                         dim::Shape shape) {
  std::vector<CachedFile> files(names.size());
  if (!used_) return files;
  open(shape);
  const std::size_t size = std::size_t(shape.size());
  constexpr long piece = 64, damaged = -2;
  dim::for_each_piece(dim::Cpu(), std::ssize(files), piece, [&](long first, long last) {
    std::vector<std::uint8_t> pixels(size);
    for (std::size_t i = std::size_t(first); i < std::size_t(last); ++i) {
      CachedFile& file = files[i];
      try {
        file.path = whole_path(folder + names[i]);
        examine(file);
        if (file_) find(file);
      } catch (const std::exception&) {  // whoever decodes it says what is wrong with it
      }
      if (file.slot >= 0 && !is_whole(file, pixels)) file.slot = damaged;
    }
  });
  long wrong = 0;
  for (CachedFile& file : files) {
    found_ += file.slot >= 0;
    wrong += file.slot == damaged;
    file.slot = std::max(file.slot, -1L);
  }
  asked_ += std::ssize(files);
  if (wrong > 0)
    std::fprintf(stderr, "dim: %s is damaged: %s of its images are decoded again\n", path_.c_str(),
                 grouped(wrong).c_str());
  damaged_ = damaged_ || wrong > 0;
  return files;
}

std::optional<dim::Images> ImageCache::images(const std::vector<CachedFile>& files) const try {
  std::vector<long> slots;
  for (const CachedFile& file : files) slots.push_back(file.slot);
  const std::shared_ptr<const std::uint8_t> bytes(file_, file_->images());
  const long count = std::ssize(entries_);
  return dim::Images::shared(bytes, std::size_t(count * shape_.size()), count, shape_,
                             dim::Strides::pixels(shape_))
      .part(std::move(slots));
} catch (const Error&) {
  return std::nullopt;
}

void ImageCache::read(const CachedFile& file, std::uint8_t* bytes) const {
  file_->read(file.slot, bytes);
}

void ImageCache::add(std::vector<CachedFile> files, std::shared_ptr<const std::vector<std::uint8_t>> bytes,
                     double seconds) {
  if (!used_ ||
      !std::any_of(files.begin(), files.end(), [&](const CachedFile& file) { return is_news(file); }))
    return;
  seconds_ += seconds;
  added_.push_back({std::move(files), std::move(bytes)});
}

bool ImageCache::is_news(const CachedFile& file) const {
  if (!is_own(file.path)) return false;
  return file.slot < 0 || (file.stamp != 0 && file.stamp != entries_[std::size_t(file.slot)].file.stamp);
}

void ImageCache::keep() {
  const std::size_t size = std::size_t(shape_.size());
  std::vector<std::byte> entries;
  std::vector<dim::Bytes> images;
  std::unordered_set<std::string> kept;
  Open::Front front;
  const auto append = [&](const CachedFile& file, const std::uint8_t* image,
                          std::optional<std::uint64_t> pixels) {
    if (!is_own(file.path) || !kept.insert(file.path).second) return;
    const dim::Bytes bytes(reinterpret_cast<const std::byte*>(image), size);
    const CacheEntry entry{file.size, file.stamp, file.content, pixels ? *pixels : dim::checksum(bytes),
                           file.path.size()};
    for (const dim::Bytes part : {std::as_bytes(std::span(&entry, 1)), dim::bytes_of(file.path)})
      entries.insert(entries.end(), part.begin(), part.end());
    if (!images.empty() && images.back().data() + images.back().size() == bytes.data())
      images.back() = {images.back().data(), images.back().size() + size};
    else
      images.push_back(bytes);
    ++front.count;
  };
  const auto cached = [&](const CachedFile& file) { return file_->images() + file.slot * long(size); };
  for (const auto& [files, bytes] : added_)
    for (std::size_t i = 0; i < files.size(); ++i)
      append(files[i], bytes ? bytes->data() + i * size : cached(files[i]), std::nullopt);
  std::error_code code;
  for (const auto& [file, pixels] : entries_)  // of the files that weren't asked for now, or haven't changed
    if (std::filesystem::exists(file.path, code)) append(file, cached(file), pixels);
  front.version = version_for(shape_);
  front.entry_bytes = std::ssize(entries);
  front.image_bytes = long(size);
  front.checksum = front.sum(entries);
  std::vector<dim::Bytes> pieces{std::as_bytes(std::span(&front, 1)), entries};
  pieces.insert(pieces.end(), images.begin(), images.end());
  dim::write_file_atomically(path_, pieces);
  std::fprintf(stderr, "cache    %s keeps %s decoded images, %s MiB, for the next command\n", path_.c_str(),
               grouped(front.count).c_str(), grouped((front.count * front.image_bytes) >> 20).c_str());
}

void ImageCache::finish() {
  if (found_ > 0)
    std::fprintf(stderr, "cache    %s had %s of %s images\n", path_.c_str(), grouped(found_).c_str(),
                 grouped(asked_).c_str());
  try {
    if (!added_.empty() && (seconds_ >= limit_ || damaged_)) keep();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dim: decoded images are not kept for the next command: %s\n", error.what());
  }
  forget();
  seconds_ = 0, found_ = asked_ = 0, damaged_ = false;
}

}  // namespace program
