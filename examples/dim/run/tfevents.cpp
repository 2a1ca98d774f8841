#include "tfevents.hpp"

#include <array>
#include <bit>

// By hand, since a compiler for protocol buffers and a library would be needed for no more than two kinds of fields, whose
// encoding is fixed. The messages are event.proto's and summary.proto's of TensorFlow.
namespace program {
namespace {

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += char(value >> (8 * i) & 255);
  return text;
}

std::string varint(std::uint64_t value) {
  std::string text;
  for (; value >= 128; value >>= 7) text += char((value & 127) | 128);
  return text + char(value);
}

/// The wire types of a field.
enum class Wire { varint = 0, fixed64 = 1, length = 2, fixed32 = 5 };

std::string key(int field, Wire wire) {
  return varint(std::uint64_t(field) << 3 | std::uint64_t(wire));
}
std::string number(int field, long value) {
  return key(field, Wire::varint) + varint(std::uint64_t(value));
}
/// A string, or a message within a message.
std::string part(int field, std::string_view bytes) {
  return key(field, Wire::length) + varint(bytes.size()) + std::string(bytes);
}

/// An event: its time (field 1), its step (field 2) and what happened.
std::string event(double seconds, long step, const std::string& what) {
  return tf_record(key(1, Wire::fixed64) + little_endian(std::bit_cast<std::uint64_t>(seconds), 8) +
                   (step == 0 ? "" : number(2, step)) + what);
}

std::string masked(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return little_endian(std::rotr(crc, 15) + 0xa282ead8u, 4);
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr auto table = [] {
    std::array<std::uint32_t, 256> all{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0u);
      all[i] = crc;
    }
    return all;
  }();
  std::uint32_t crc = ~0u;
  for (const char byte : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(byte)) & 255];
  return ~crc;
}

std::string tf_record(std::string_view bytes) {
  const std::string length = little_endian(bytes.size(), 8);
  return length + masked(length) + std::string(bytes) + masked(bytes);
}

std::string version_event(double seconds) {
  return event(seconds, 0, part(3, "brain.Event:2"));
}

std::string start_event(double seconds, long step) {
  return event(seconds, step, part(7, number(1, 1)));  // SessionLog, whose status is START
}

std::string scalars_event(double seconds, long step, const std::vector<Scalar>& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars)
    summary += part(1, part(1, tag) + key(2, Wire::fixed32) +
                           little_endian(std::bit_cast<std::uint32_t>(float(value)), 4));
  return event(seconds, step, part(5, summary));
}

}  // namespace program
