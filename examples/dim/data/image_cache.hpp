// Decoded images that a run keeps, so that its next command needn't decode them again.
#pragma once
#include <cstdint>
#include <dim/data/images.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace program {

/// What --cache may say.
inline const std::vector<std::string> all_caching{"auto", "always", "never"};

/// An image file, and what tells it from others.
struct CachedFile {
  std::string path;           // absolute
  long size = 0;              // in bytes
  std::uint64_t stamp = 0;    // a hash of its size, times and place on the disk; 0: not known
  std::uint64_t content = 0;  // a checksum of its bytes; 0: not read
  long slot = -1;             // of the cache's images; -1: it has to be decoded
};

/// RUN/images.cache: decoded images of the files that a run learns from, and a checksum of each file's bytes.
///
/// An image is taken from it if the file is as it was, by its size, its times of modification and change and its place on
/// the disk; or else, as of a file that was copied, renamed or touched, if the file's bytes are the same, by their
/// checksum. Times of the last seconds before a file was read are not relied on. Each image has a checksum, too, and one
/// that is damaged is decoded again; all are, after a change of what decodes them. Nothing that goes wrong with the cache
/// ends a command: it says so on standard error, and goes on without.
///
/// The file is replaced as a whole, so that commands can use and replace it at the same time.
class ImageCache {
 public:
  /// What took so many seconds to decode is kept with --cache auto.
  static constexpr double usual_seconds = 1;

  /// The cache at `path` for a run on the files below `folder`; images of others are found there, and not kept. Nothing is
  /// kept unless decoding took `seconds`. `caching` is one of all_caching. Throws dim::Error for another.
  ImageCache(std::string path, const std::string& folder, const std::string& caching);
  ImageCache(ImageCache&&) = default;

  /// The files, and where their images of that shape are in the cache.
  std::vector<CachedFile> find(const std::string& folder, const std::vector<std::string>& names,
                               dim::Shape shape);
  /// Images that are all in the cache, in place: its file is mapped to memory. Nothing where that is impossible.
  std::optional<dim::Images> images(const std::vector<CachedFile>& files) const;
  /// Reads one of its images. Throws dim::Error.
  void read(const CachedFile& file, std::uint8_t* bytes) const;
  /// Has these images, (N, H, W, C), kept by finish(), or those in the cache where `bytes` is null. Decoding those that
  /// are new, or finding the others, took so many seconds.
  void add(std::vector<CachedFile> files, std::shared_ptr<const std::vector<std::uint8_t>> bytes,
           double seconds);
  /// Keeps what was added, if that pays, and says what came from the cache and what was kept.
  void finish();

 private:
  struct Entry {
    CachedFile file;
    std::uint64_t pixels;  // a checksum
  };
  struct Added {
    std::vector<CachedFile> files;
    std::shared_ptr<const std::vector<std::uint8_t>> bytes;  // null: they are in the cache
  };
  class Open;

  void open(dim::Shape shape);
  void find(CachedFile& file) const;
  bool is_whole(const CachedFile& file, std::vector<std::uint8_t>& pixels) const;
  bool is_own(const std::string& path) const;
  /// Does the cache lack it, or know it by an old stamp?
  bool is_news(const CachedFile& file) const;
  void keep();
  void forget();

  std::string path_, folder_;
  bool used_ = true;
  double limit_ = usual_seconds, seconds_ = 0;
  dim::Shape shape_{};
  std::shared_ptr<const Open> file_;  // none: there is none that can be used
  std::vector<Entry> entries_;
  std::unordered_map<std::string_view, long> by_path_;
  std::unordered_multimap<long, long> by_size_;
  std::vector<Added> added_;
  long found_ = 0, asked_ = 0;
  bool damaged_ = false;
};

}  // namespace program
