// The safetensors format (Hugging Face): named arrays and a map of strings. Checkpoints are in this format, with a
// checksum over every byte, which other readers ignore.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "checksum.hpp"
#include "file.hpp"
#include "foreign.hpp"
#include "json.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The number types of the format, by their names there. Those after U64 are kept as mere bytes.
enum class Dtype {
  F32,
  F64,
  U8,
  I64,
  U64,
  BOOL,
  I8,
  I16,
  U16,
  I32,
  U32,
  F16,
  BF16,
  C64,
  F8_E5M2,
  F8_E4M3,
  F8_E8M0,
  F8_E4M3FNUZ,
  F8_E5M2FNUZ,
  F4,
  F6_E2M3,
  F6_E3M2
};

namespace detail {
inline constexpr std::string_view dtype_names[] = {
    "F32",     "F64",         "U8",          "I64", "U64",     "BOOL",   "I8",      "I16",
    "U16",     "I32",         "U32",         "F16", "BF16",    "C64",    "F8_E5M2", "F8_E4M3",
    "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F4",  "F6_E2M3", "F6_E3M2"};

/// Bits of a number; numbers of fewer than 8 are packed.
constexpr long item_bits(Dtype dtype) {
  constexpr long bits[] = {32, 64, 8, 64, 64, 8, 8, 16, 16, 32, 32, 16, 16, 64, 8, 8, 8, 8, 8, 4, 6, 6};
  return bits[int(dtype)];
}
}  // namespace detail

constexpr std::string_view name_of(Dtype dtype) {
  return detail::dtype_names[int(dtype)];
}
/// Bytes of an array, or nothing if no memory can hold it or it ends within a byte.
inline std::optional<long> byte_count(const std::vector<long>& shape, Dtype dtype) {
  const auto bits = byte_count(shape, detail::item_bits(dtype));
  return bits && *bits % 8 == 0 ? std::optional<long>(*bits / 8) : std::nullopt;
}

/// The Dtype of T: float, double, unsigned char, or an integer of 8 bytes.
template <class T>
constexpr Dtype dtype_of() {
  constexpr bool wide = std::integral<T> && sizeof(T) == 8;
  static_assert(std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, unsigned char> || wide,
                "dim: a checkpoint holds float, double, unsigned char and integers of 64 bits");
  if (std::same_as<T, float>) return Dtype::F32;
  if (std::same_as<T, double>) return Dtype::F64;
  if (std::same_as<T, unsigned char>) return Dtype::U8;
  return std::signed_integral<T> ? Dtype::I64 : Dtype::U64;
}

/// An array with a name, in C order, not owned. Outermost dimension first; no dimensions: a single number.
struct Tensor {
  std::string name;
  Dtype dtype = Dtype::F32;
  std::vector<long> shape;
  const void* data = nullptr;

  /// The data of a tensor whose shape has been checked.
  Bytes bytes() const {
    return {static_cast<const std::byte*>(data), std::size_t(*byte_count(shape, dtype))};
  }
  /// The numbers, flat. Throws Error if they are of another type.
  template <class T>
  std::span<const T> values() const {
    if (dtype != dtype_of<T>()) {
      throw Error("tensor ", in_quotes(name), " holds ", name_of(dtype), ", not ", name_of(dtype_of<T>()),
                  "; read it as what it is");
    }
    return {static_cast<const T*>(data), bytes().size() / sizeof(T)};
  }
};

/// A Tensor with the type of its data.
template <class T>
Tensor make_tensor(std::string name, const T* data, std::vector<long> shape) {
  return {std::move(name), dtype_of<T>(), std::move(shape), data};
}

/// Strings by name that a file holds beside its tensors, such as settings as JSON.
using Metadata = std::map<std::string, std::string>;

/// The contents of a safetensors file. Its tensors point into memory that it owns.
class Safetensors {
 public:
  /// From the bytes of a file; `source`, its path, begins every message. Throws Error unless every byte is accounted
  /// for, and if the checksum is wrong, or is missing from a file that this library wrote.
  Safetensors(std::vector<std::byte> bytes, const std::string& source)
      : source_(source), bytes_(std::move(bytes)) {
    try {
      read();
    } catch (const Error& error) {
      throw Error(source, ": ", error.what());
    }
  }
  Safetensors(Safetensors&&) = default;
  Safetensors& operator=(Safetensors&&) = default;

  /// In the order of their data.
  const std::vector<Tensor>& tensors() const { return tensors_; }
  const Metadata& metadata() const { return metadata_; }
  /// The path of the file, for messages.
  const std::string& source() const { return source_; }
  /// Whether it had a checksum, as every file of this library does; if so, it was right.
  bool has_checksum() const { return has_checksum_; }

  /// The tensor of that name, or null.
  const Tensor* find(std::string_view name) const {
    for (const Tensor& tensor : tensors_) {
      if (tensor.name == name) return &tensor;
    }
    return nullptr;
  }
  /// The tensor of that name; Error if there is none.
  const Tensor& at(std::string_view name) const {
    if (const Tensor* tensor = find(name)) return *tensor;
    throw Error(source_, " has no tensor ", in_quotes(name), "; use a checkpoint of the same model");
  }

  /// Largest header in bytes, longest name in bytes, and most dimensions.
  static constexpr std::uint64_t largest_header = 100'000'000;
  static constexpr std::size_t longest_name = 1024, most_dimensions = 8;
  /// The metadata that write_safetensors adds. Two, so that no single damaged bit can hide that there has to be a
  /// checksum: any name that begins with "dim." demands one.
  static constexpr std::string_view checksum_name = "dim.checksum", format_name = "dim.format";
  /// How the header of a file with a checksum begins; 16 hexadecimal digits follow.
  static constexpr std::string_view checksum_prefix = R"({"__metadata__":{"dim.checksum":")";
  static constexpr std::string_view no_checksum = "0000000000000000";

  /// XXH64 of `header`, which has zeros for the checksum, then of each tensor's data, every hash being the
  /// seed of the next: 16 hexadecimal digits. `header` includes the 8 bytes with its length.
  static std::string checksum_of(std::string_view header, const std::vector<Tensor>& tensors) {
    std::uint64_t hash = checksum(bytes_of(header));
    for (const Tensor& tensor : tensors) hash = checksum(tensor.bytes(), hash);
    std::string digits(16, '0');
    for (std::size_t i = 16; i-- > 0; hash >>= 4) digits[i] = "0123456789abcdef"[hash & 15];
    return digits;
  }

 private:
  struct Entry {
    Tensor tensor;
    long begin, end;
  };

  template <class... Parts>
  static Error damaged(const Parts&... what) {
    return Error(what..., ": the file is damaged or of another kind; use another copy");
  }

  void read() {
    std::uint64_t length = 0;
    if (bytes_.size() < 8) throw damaged("it is shorter than 8 bytes");
    std::memcpy(&length, bytes_.data(), 8);
    const auto no_header = [&](const auto&... what) {
      const std::string advice = foreign_advice(bytes_, source_, "safetensors", &ForeignKind::to_safetensors);
      return advice.empty() ? damaged(what...) : Error(advice);
    };
    if (length > largest_header || length > bytes_.size() - 8) {
      throw no_header("a header of ", length, " bytes is longer than the file or 100000000");
    }
    const std::string_view front(reinterpret_cast<const char*>(bytes_.data()), 8 + std::size_t(length));
    if (length == 0 || front[8] != '{') throw no_header("the header does not begin with {");
    std::vector<Entry> entries;
    const Json header = Json::parse(front.substr(8), "header");
    for (const Json::Member& member : header.object()) {
      try {
        if (member.name == "__metadata__") {
          for (const auto& [name, value] : member.value.object()) metadata_[name] = value.string();
        } else {
          entries.push_back(entry(member));
        }
      } catch (const Error& error) {
        throw Error(in_quotes(member.name), ": ", error.what());
      }
    }
    place(entries, front.size());
    verify_checksum(front);
    if (front.size() % 8 != 0) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + long(front.size()));
      place(entries, 0);
    }
  }

  // The entry of one member of the header, with all checks that don't need the other members.
  static Entry entry(const Json::Member& member) {
    if (member.name.size() > longest_name) throw damaged("its name has more than 1024 bytes");
    const std::string& dtype = member.value.at("dtype").string();
    const Json::Array& sizes = member.value.at("shape").array();
    const Json::Array& offsets = member.value.at("data_offsets").array();
    if (member.value.object().size() != 3) throw damaged("it has more than dtype, shape and data_offsets");
    const auto known = std::find(std::begin(detail::dtype_names), std::end(detail::dtype_names), dtype);
    if (known == std::end(detail::dtype_names)) {
      throw Error("its type ", in_quotes(dtype),
                  " is not known; convert it to F32, F64, F16, BF16, U8, I64 or U64");
    }
    if (sizes.size() > most_dimensions) throw Error("it has more than 8 dimensions; reshape it");
    if (offsets.size() != 2) throw damaged("its data_offsets are not two");
    // Read before an Entry is begun: g++ 12 destroys what inner braces made twice if a later initialiser throws.
    const long begin = offsets[0].integer(), end = offsets[1].integer();
    Entry entry{{member.name, Dtype(known - std::begin(detail::dtype_names)), {}, nullptr}, begin, end};
    for (const Json& size : sizes) entry.tensor.shape.push_back(size.integer());
    const auto bytes = byte_count(entry.tensor.shape, entry.tensor.dtype);
    if (!bytes) throw damaged("no memory can hold its shape, or it ends within a byte");
    if (entry.begin < 0 || entry.begin > entry.end || entry.end - entry.begin != *bytes) {
      throw damaged("its data_offsets do not fit its shape and type");
    }
    return entry;
  }

  // Points the tensors at the data, which begins at bytes_[front] and must be covered without holes or overlaps.
  void place(const std::vector<Entry>& entries, std::size_t front) {
    std::vector<const Entry*> order;  // entries without data at the same place keep the header's order
    for (const Entry& entry : entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
      return std::tuple(a->begin, a->end, a) < std::tuple(b->begin, b->end, b);
    });
    tensors_.clear();
    long end = 0;
    const long size = long(bytes_.size() - front);
    for (const Entry* const placed : order) {
      const Entry& entry = *placed;
      const std::string name = in_quotes(entry.tensor.name);
      if (entry.begin != end) throw damaged(name, " leaves a hole before it or overlaps another tensor");
      if (entry.end > size) throw damaged(name, " ends after the file");
      if (entry.begin % ((detail::item_bits(entry.tensor.dtype) + 7) / 8) != 0) {
        throw Error(name, " is not aligned; write the file again with safetensors.numpy.save_file");
      }
      end = entry.end;
      tensors_.push_back(entry.tensor);
      tensors_.back().data = bytes_.data() + front + entry.begin;
    }
    if (end != size) throw damaged("the last ", size - end, " bytes belong to no tensor");
  }

  void verify_checksum(std::string_view front) {
    const bool ours = std::any_of(metadata_.begin(), metadata_.end(),
                                  [](const auto& entry) { return entry.first.starts_with("dim."); });
    if (!ours) return;
    const auto sum = metadata_.find(std::string(checksum_name));
    if (!front.substr(8).starts_with(checksum_prefix) || sum == metadata_.end()) {
      throw damaged(
          "its checksum is not where it belongs (whoever changed the file on purpose must remove all "
          "names in dim. from its metadata)");
    }
    std::string blank(front);
    blank.replace(8 + checksum_prefix.size(), no_checksum.size(), no_checksum);
    if (sum->second != checksum_of(blank, tensors_)) throw damaged("its checksum is wrong");
    const auto format = metadata_.find(std::string(format_name));
    if (format == metadata_.end() || format->second != "1") {
      throw Error("a later version of this library wrote it; use that");
    }
    metadata_.erase(sum);
    metadata_.erase(format);
    has_checksum_ = true;
  }

  std::string source_;
  std::vector<std::byte> bytes_;
  std::vector<Tensor> tensors_;
  Metadata metadata_;
  bool has_checksum_ = false;
};

/// The contents of a safetensors file.
inline Safetensors read_safetensors(const std::string& path) {
  return Safetensors(read_file(path), path);
}

/// Writes tensors and metadata as a safetensors file, atomically, with a checksum that read_safetensors
/// verifies. Wider types come first and the data begins at a multiple of 8 bytes, so that everything is
/// aligned; otherwise the order stays. Throws Error.
inline void write_safetensors(const std::string& path, const std::vector<Tensor>& tensors,
                              const Metadata& metadata = {}) {
  const auto fail = [&](const auto&... what) { return Error("cannot write ", path, ": ", what...); };
  using S = Safetensors;
  std::vector<const Tensor*> order;
  for (const Tensor& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) {
    return std::tuple(-detail::item_bits(a->dtype), a) < std::tuple(-detail::item_bits(b->dtype), b);
  });
  std::vector<Tensor> ordered;
  for (const Tensor* const tensor : order) ordered.push_back(*tensor);
  Json::Object extra{{std::string(S::checksum_name), S::no_checksum}, {std::string(S::format_name), "1"}};
  for (const auto& [name, value] : metadata) extra.push_back({name, value});
  Json::Object entries{{"__metadata__", extra}};
  long end = 0;
  for (const Tensor& tensor : ordered) {
    const long begin = end;
    const auto bytes = byte_count(tensor.shape, tensor.dtype);
    if (!bytes || __builtin_add_overflow(end, *bytes, &end) || tensor.shape.size() > S::most_dimensions) {
      throw fail("tensor ", in_quotes(tensor.name),
                 " has a shape that no memory can hold, or over 8 dimensions");
    }
    if (*bytes > 0 && tensor.data == nullptr) throw fail("tensor ", in_quotes(tensor.name), " has no data");
    if (tensor.name.size() > S::longest_name) throw fail("the name ", in_quotes(tensor.name), " is too long");
    entries.push_back(
        {tensor.name, Json::Object{{"dtype", name_of(tensor.dtype)},
                                   {"shape", Json::Array(tensor.shape.begin(), tensor.shape.end())},
                                   {"data_offsets", Json::Array{begin, end}}}});
  }
  std::string front(8, '\0');
  try {
    front += Json(std::move(entries)).dump();
  } catch (const Error& error) {
    throw fail(error.what());
  }
  front.append((8 - front.size() % 8) % 8, ' ');
  const std::uint64_t length = front.size() - 8;
  if (length > S::largest_header) throw fail("its header is longer than 100000000 bytes; use fewer tensors");
  std::memcpy(front.data(), &length, 8);
  front.replace(8 + S::checksum_prefix.size(), S::no_checksum.size(), S::checksum_of(front, ordered));

  std::vector<Bytes> pieces{bytes_of(front)};
  for (const Tensor& tensor : ordered) pieces.push_back(tensor.bytes());
  write_file_atomically(path, pieces);
}

}  // namespace DIM_ABI
}  // namespace dim
