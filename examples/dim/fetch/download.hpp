// Files from servers, by HTTP.
#pragma once
#include <string>

#include "../data/published.hpp"

namespace program {

/// Gets the file as `path`, beginning where an earlier attempt has left off, and compares its SHA-256 with the published
/// one. On a terminal it shows its progress. Throws dim::Error, or Stopped on Ctrl-C and the like; `path` then keeps what
/// has arrived, to go on from there, or is gone where that is wrong.
void download(const PublishedFile& file, const std::string& path);

/// The SHA-256 of a file in hexadecimal digits; on a terminal it shows its progress. Throws dim::Error, or Stopped.
std::string sha256_of(const std::string& path);

/// "162 MiB", "9.5 MiB" or "4.4 KiB".
std::string size_text(long bytes);

}  // namespace program
