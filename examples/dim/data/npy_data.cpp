#include "npy_data.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <dim/io/checksum.hpp>
#include <dim/io/npy.hpp>
#include <filesystem>
#include <limits>
#include <optional>

#include "../terminal/text.hpp"

namespace program {
namespace {

using dim::Error, dim::NpyHeader;

constexpr int most_implied_channels = 4, most_classes = 65536;

/// The numbers that become bytes, from the one that becomes 0 to the one that becomes 255.
struct ByteRange {
  double low = 0, high = 0;
};

/// What a spec says.
struct NpySpec {
  std::string images, labels;  // paths; labels may be empty
  std::string order;           // of an image, chw, hwc or empty; of a signal, cl, lc or empty
  bool signals = false;
  std::optional<ByteRange> range;
};

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<ByteRange> range_of(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == text.npos || text.find("...") != text.npos) return std::nullopt;
  const auto low = number_of(text.substr(0, dots)), high = number_of(text.substr(dots + 2));
  if (!low || !high || !(*low < *high) || !std::isfinite(*high - *low)) return std::nullopt;
  return ByteRange{*low, *high};
}

NpySpec npy_spec_of(const std::string& spec) {
  const std::size_t colon = spec.find(':');
  const std::string name = spec.substr(0, colon), place = colon == spec.npos ? "" : spec.substr(colon + 1);
  NpySpec result;
  result.signals = name.starts_with("signals");
  const std::string kind = result.signals ? "signals" : "npy", first = result.signals ? "cl" : "chw",
                    last = result.signals ? "lc" : "hwc";
  for (std::size_t begin = kind.size() + 1, end = 0; begin <= name.size() && end != name.npos;
       begin = end + 1) {
    end = name.find(',', begin);
    const std::string option = name.substr(begin, end - begin);
    const bool is_order = option == first || option == last;
    const auto range = range_of(option);
    if (!is_order && !range)
      throw Error("--data ", name, ": ", dim::in_quotes(option), " is none of ", first, ", ", last,
                  " and LOW..HIGH; write, for example, ", kind, "@", result.signals ? last : first,
                  ":FILE or ", kind, "@0..4095:FILE");
    if (is_order ? !result.order.empty() : result.range.has_value())
      throw Error("--data ", name, " says twice ", is_order ? "where the channels are" : "what the range is",
                  "; say it once");
    if (is_order) result.order = option;
    if (range) result.range = range;
  }
  const std::size_t comma = place.rfind(',');
  result.images = place.substr(0, comma);
  if (comma != place.npos) result.labels = place.substr(comma + 1);
  if (result.images.empty() || (comma != place.npos && result.labels.empty()))
    throw Error("--data ", spec, " names no file of ",
                !result.images.empty() ? "labels"
                : result.signals       ? "signals"
                                       : "images",
                result.signals
                    ? ": write signals:SIGNALS.npy, or signals:SIGNALS.npy,LABELS.npy for signals with labels"
                    : ": write npy:IMAGES.npy, or npy:IMAGES.npy,LABELS.npy for images with labels");
  result.labels = with_home(result.labels);
  return result;
}

bool is_number_of_test(long i) {
  return dim::checksum(dim::bytes_of(std::to_string(i))) % 10 == 0;
}

/// A shape as Python writes it.
std::string tuple_of(const std::vector<long>& shape) {
  std::string text;
  for (const long size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "(" + text + (shape.size() == 1 ? ",)" : ")");
}

/// How the images of an array lie in its file.
struct NpyLayout {
  long count = 0;
  dim::Shape shape;
  dim::Strides
      strides;  // in numbers, of images that lie one behind the other, with their numbers in the file's order
  bool fortran_order = false;

  /// The image that number `at` of the file belongs to, and which of the image's it is.
  long image(long at) const { return fortran_order ? at % count : at / shape.size(); }
  long within(long at) const { return fortran_order ? at / count : at % shape.size(); }
};

/// The dimension of the channels, 1 or 3, of a shape of four.
std::size_t channels_of(const std::vector<long>& shape, const std::string& order, const std::string& path) {
  if (!order.empty()) return order == "chw" ? 1 : 3;
  const auto few = [&](std::size_t k) { return shape[k] <= most_implied_channels; };
  if (few(1) != few(3)) return few(1) ? 1 : 3;
  throw Error(path, " holds an array of shape ", tuple_of(shape), ", in which ",
              few(1) ? "both the second and the last dimension"
                     : "neither the second nor the last dimension, with more than " +
                           std::to_string(most_implied_channels) + ",",
              " can be the channels; say which by npy@chw: or npy@hwc:");
}

NpyLayout layout_of(const NpyHeader& header, const NpySpec& from) {
  const std::string& path = from.images;
  const std::vector<long>& shape = header.shape;
  const std::size_t dimensions = shape.size(), fewest = from.signals ? 2 : 3;
  if (dimensions != fewest && dimensions != fewest + 1)
    throw Error(path, " holds an array of shape ", tuple_of(shape), "; bring it into the shape ",
                from.signals ? "(N, L) or (N, C, L), or by signals@lc: (N, L, C),"
                             : "(N, H, W), (N, C, H, W) or (N, H, W, C)",
                " by array.reshape");
  if (header.bytes == 0)
    throw Error(path, " holds no images, since its shape is ", tuple_of(shape), "; name another file");
  for (const long size : shape)
    if (size > std::numeric_limits<int>::max())
      throw Error(path, " holds an array of shape ", tuple_of(shape),
                  ", which is too large; make it smaller");
  std::vector<long> steps(dimensions, 1);
  if (header.fortran_order)
    for (std::size_t k = 2; k < dimensions; ++k) steps[k] = steps[k - 1] * shape[k - 1];
  else
    for (std::size_t k = dimensions - 1; k-- > 1;) steps[k] = steps[k + 1] * shape[k + 1];
  const std::size_t channel = dimensions == fewest ? 0
                              : from.signals       ? (from.order == "lc" ? 2 : 1)
                                                   : channels_of(shape, from.order, path);
  const std::size_t row = channel == 1 ? 2 : 1, column = from.signals ? row : row + 1;
  NpyLayout layout;
  layout.count = shape[0];
  layout.shape = {channel == 0 ? 1 : int(shape[channel]), from.signals ? 1 : int(shape[row]),
                  int(shape[column])};
  layout.strides = {layout.shape.size(), channel == 0 ? 0 : steps[channel], from.signals ? 0 : steps[row],
                    steps[column]};
  layout.fortran_order = header.fortran_order;
  return layout;
}

/// Calls use(numbers, first) on all numbers of a file, a piece at a time, which begins with number `first`.
template <class Use>
void read_pieces(const dim::File& file, const NpyHeader& header, const Use& use) {
  constexpr long piece = 1L << 20;
  const long item = long(header.item), count = header.bytes / item;
  std::vector<std::byte> numbers(std::size_t(std::min(piece, count) * item));
  for (long first = 0; first < count; first += piece) {
    const std::span<std::byte> part(numbers.data(), std::size_t(std::min(piece, count - first) * item));
    file.read(part.data(), std::ssize(part), header.begin + first * item);
    header.make_native(part);
    use(std::span<const std::byte>(part), first);
  }
}

/// Calls use(T()) with the type of the numbers.
template <class Use>
void with_type(const std::string& dtype, const Use& use) {
  const auto try_one = [&]<class T>(T zero) {
    if (dtype == dim::npy_dtype<T>()) use(zero);
  };
  const auto try_each = [&](auto... zeros) { (try_one(zeros), ...); };
  try_each(bool(), std::uint8_t(), std::int8_t(), std::uint16_t(), std::int16_t(), std::uint32_t(),
           std::int32_t(), std::uint64_t(), std::int64_t(), float(), double());
}

template <class T>
T number_at(std::span<const std::byte> numbers, std::size_t i) {
  T value;
  std::memcpy(&value, numbers.data() + i * sizeof(T), sizeof(T));
  return value;
}

/// The number in the fewest digits that read back as exactly that T.
template <class T>
std::string exact_text(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) return "nan";  // whatever its sign
    char text[32];
    return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
  } else {
    return std::to_string(value);
  }
}

/// Why a number is refused.
Error out_of_range(const NpySpec& from, const NpyLayout& layout, long at, const std::string& value,
                   ByteRange range) {
  const long within = layout.within(at);
  const auto index = [&](long stride, int extent) { return extent == 1 ? 0 : within / stride % extent; };
  const dim::Strides& strides = layout.strides;
  const long row = index(strides.row, layout.shape.height),
             column = index(strides.column, layout.shape.width);
  return Error(
      from.images, " has ", value, from.signals ? " in signal " : " in image ", layout.image(at),
      ", channel ", index(strides.channel, layout.shape.channels),
      from.signals ? "" : ", row " + std::to_string(row), from.signals ? ", sample " : ", column ", column,
      " (each counted from 0), which is outside ", exact_text(range.low), "..", exact_text(range.high), "; ",
      value == "nan" ? "replace it by a number"
                     : "say in what range all of them are by " +
                           std::string(from.signals ? "signals" : "npy") + "@LOW..HIGH:, or correct it");
}

/// The numbers as bytes.
template <class T>
void bytes_from(std::span<const std::byte> numbers, ByteRange range, std::vector<std::uint8_t>& bytes,
                const auto& refuse) {
  if (std::is_same_v<T, std::uint8_t> && range.low == 0 && range.high == 255) {
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return;
  }
  const double scale = range.high - range.low;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const T value = number_at<T>(numbers, i);
    const double number = double(value);
    if (!(number >= range.low && number <= range.high)) throw refuse(i, exact_text(value));
    bytes[i] = std::uint8_t((number - range.low) * 255 / scale + 0.5);
  }
}

/// All labels of a file; none if none is known.
std::vector<int> read_labels(const std::string& path, const std::string& images, long count) {
  const dim::File file(path, O_RDONLY);
  const NpyHeader header = dim::read_npy_header(file, path);
  if (header.shape != std::vector<long>{count})
    throw Error(path, " holds an array of shape ", tuple_of(header.shape),
                ", which is no label for each of the ", count, " images of ", images,
                "; labels are an array of shape ", tuple_of({count}));
  if (header.dtype[1] == 'f')
    throw Error(path, " holds numbers of type ", header.dtype,
                ", which are no labels; convert them with array.astype('<i8')");
  std::vector<int> labels;
  labels.reserve(std::size_t(count));
  read_pieces(file, header, [&](std::span<const std::byte> numbers, long first) {
    with_type(header.dtype, [&]<class T>(T) {
      for (std::size_t i = 0; i < numbers.size() / sizeof(T); ++i) {
        const T label = number_at<T>(numbers, i);
        if (double(label) < -1 || double(label) >= most_classes)
          throw Error(path, " has the label ", exact_text(label), " for image ", first + long(i),
                      ", counted from 0; labels count from 0 to at most ", most_classes - 1,
                      ", and -1 is for one that isn't known");
        labels.push_back(int(label));
      }
    });
  });
  return labels;
}

}  // namespace

bool is_npy(const std::string& spec) {
  const std::string name = spec.substr(0, spec.find(':'));
  return name == "npy" || name.starts_with("npy@") || name == "signals" || name.starts_with("signals@");
}

std::vector<std::string> npy_files(const std::string& spec) {
  if (!is_npy(spec)) return {};
  const NpySpec files = npy_spec_of(spec);
  return files.labels.empty() ? std::vector{files.images} : std::vector{files.images, files.labels};
}

std::string npy_title(const std::string& spec) {
  return std::filesystem::path(npy_spec_of(spec).images).stem().string();
}

std::string normal_npy(const std::string& spec) {
  const NpySpec found = npy_spec_of(spec);
  const auto clean = [](const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
  };
  return spec.substr(0, spec.find(':') + 1) + clean(found.images) +
         (found.labels.empty() ? "" : "," + clean(found.labels));
}

FileImages read_npy(const std::string& spec, FolderPart part) {
  const NpySpec from = npy_spec_of(spec);
  const dim::File file(from.images, O_RDONLY);
  const NpyHeader header = dim::read_npy_header(file, from.images);
  const NpyLayout layout = layout_of(header, from);
  const long size = layout.shape.size();

  FileImages result;
  std::vector<long> place(std::size_t(layout.count), -1);  // among those of the part
  for (long i = 0; i < layout.count; ++i)
    if (part == FolderPart::all || is_number_of_test(i) == (part == FolderPart::test)) {
      place[std::size_t(i)] = std::ssize(result.names);
      result.names.push_back(std::to_string(i));
    }
  const long count = std::ssize(result.names);
  if (count == 0)
    throw Error("every tenth image of ", from.images,
                ", as a hash of its number has it, is for measuring, and of its ", layout.count,
                part == FolderPart::test ? " none is" : " all are", "; add images");
  std::vector<int> labels;
  if (!from.labels.empty()) labels = read_labels(from.labels, from.images, layout.count);

  const bool fraction = header.dtype[1] == 'f' || header.dtype[1] == 'b';
  const ByteRange range = from.range.value_or(ByteRange{0, fraction ? 1.0 : 255.0});
  std::vector<std::uint8_t> all(std::size_t(count * size)), bytes;
  read_pieces(file, header, [&](std::span<const std::byte> numbers, long first) {
    bytes.resize(numbers.size() / header.item);
    const auto refuse = [&](std::size_t i, const std::string& value) {
      return out_of_range(from, layout, first + long(i), value, range);
    };
    with_type(header.dtype, [&]<class T>(T) { bytes_from<T>(numbers, range, bytes, refuse); });
    long step = 1;  // of numbers that lie together in the file and in `all`
    for (long i = 0; i < std::ssize(bytes); i += step) {
      const long at = first + i, image = place[std::size_t(layout.image(at))], within = layout.within(at);
      if (!layout.fortran_order) step = std::min(size - within, std::ssize(bytes) - i);
      if (image >= 0) std::copy_n(bytes.begin() + i, step, all.begin() + image * size + within);
    }
  });
  result.images = dim::Images(std::move(all), count, layout.shape, layout.strides);
  const int classes = labels.empty() ? 0 : 1 + *std::max_element(labels.begin(), labels.end());
  if (classes == 0) return result;
  std::vector<int> own(std::size_t(count), -1);
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (place[i] >= 0) own[std::size_t(place[i])] = labels[i];
  result.images = result.images.with_labels(std::move(own), classes);
  return result;
}

dim::Images read_npy_images(const std::string& spec, FolderPart part) {
  return read_npy(spec, part).images;
}

}  // namespace program
