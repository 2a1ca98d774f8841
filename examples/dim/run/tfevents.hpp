// Event files, which TensorBoard reads.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace program {

/// A value under a name; TensorBoard shows names that begin alike up to a slash together.
struct Scalar {
  std::string tag;
  double value;  // stored as a float
};

/// CRC-32C (Castagnoli, RFC 3720).
std::uint32_t crc32c(std::string_view bytes);

/// A record of a TFRecord file: length, masked checksum of the length, bytes, masked checksum of the bytes.
std::string tf_record(std::string_view bytes);

/// Records of events, each at so many seconds since 1970. The first one of a file:
std::string version_event(double seconds);
/// Training begins, so that the file has the steps from `step` on, whatever earlier files have of them.
std::string start_event(double seconds, long step);
/// Scalars of a step.
std::string scalars_event(double seconds, long step, const std::vector<Scalar>& scalars);

}  // namespace program
