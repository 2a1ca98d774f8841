// NumPy's .npy format: one array per file. Versions 1 to 3 are read, with bytes and dimensions in either order, as a
// whole or in pieces; version 1.0 is written, little endian, in C order.
#pragma once
#include <algorithm>
#include <bit>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../core/error.hpp"
#include "file.hpp"
#include "foreign.hpp"

namespace dim {
inline namespace DIM_ABI {

/// NumPy's name for T: float, double, bool, and integers of 1, 2, 4 and 8 bytes, signed or not. Empty for another
/// type.
template <class T>
constexpr std::string_view npy_dtype() {
  static_assert(std::endian::native == std::endian::little,
                "dim: files are read and written as little endian");
  if constexpr (std::same_as<T, float>) return "<f4";
  if constexpr (std::same_as<T, double>) return "<f8";
  if constexpr (std::same_as<T, bool>) return "|b1";
  if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    constexpr std::string_view names[][2] = {{"|u1", "|i1"}, {"<u2", "<i2"}, {"<u4", "<i4"}, {"<u8", "<i8"}};
    constexpr int width = std::countr_zero(sizeof(T));
    if constexpr (width < 4) return names[width][std::signed_integral<T>];
  }
  return "";
}

/// An array from a .npy file, of any type.
struct NpyArray {
  std::string source;           ///< the file, for messages
  std::string dtype;            ///< as npy_dtype gives it, whatever the file's byte order
  std::vector<long> shape;      ///< outermost dimension first; empty for a single number
  std::vector<std::byte> data;  ///< the numbers in C order

  /// The numbers, flat. Throws Error if the file holds another type.
  template <class T>
  std::span<const T> values() const {
    static_assert(npy_dtype<T>() != "", "dim: .npy is read and written as f4, f8, b1, u1 to u8 and i1 to i8");
    if (dtype != npy_dtype<T>()) {
      throw Error(source, " holds numbers of type ", dtype, ", not ", npy_dtype<T>(),
                  "; read them as what they are, or convert it with array.astype('", npy_dtype<T>(), "')");
    }
    return {reinterpret_cast<const T*>(data.data()), data.size() / sizeof(T)};
  }
};

namespace detail {

/// Parses the header of a .npy file, a Python dictionary of three entries in any order.
class NpyDictionary {
 public:
  explicit NpyDictionary(std::string_view text) : text_(text) {
    expect('{');
    int seen = 0;
    while (!take('}')) {
      const std::string key = string();
      expect(':');
      const int bit = key == "descr" ? 1 : key == "fortran_order" ? 2 : key == "shape" ? 4 : 0;
      if (bit == 0 || (seen & bit) != 0)
        throw Error("the key ", in_quotes(key), " is unknown or occurs twice");
      seen |= bit;
      if (bit == 1) dtype = read_dtype();
      if (bit == 2) fortran_order = truth();
      if (bit == 4) shape = tuple();
      if (!take(',') && peek() != '}') throw Error("expected ',' or '}' in the header");
    }
    peek();
    if (seen != 7 || at_ < text_.size())
      throw Error("the header is not a dictionary of descr, fortran_order and shape");
  }

  std::string dtype;
  bool fortran_order = false;
  std::vector<long> shape;

 private:
  char peek() {
    at_ = (std::min)(text_.find_first_not_of(" \n", at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) throw Error("expected ", c, " in the header");
  }
  std::string string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') throw Error("expected a string in the header");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) throw Error("a string in the header does not end");
    const std::string result(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return result;
  }
  std::string read_dtype() {
    if (peek() == '[') throw Error("it holds records with fields; save the fields as arrays of their own");
    return string();
  }
  bool truth() {
    peek();
    const bool result = text_.substr(at_, 4) == "True";
    if (!result && text_.substr(at_, 5) != "False") throw Error("fortran_order is neither True nor False");
    at_ += result ? 4 : 5;
    return result;
  }
  std::vector<long> tuple() {
    std::vector<long> sizes;
    expect('(');
    while (!take(')')) {
      if (sizes.size() == 32) throw Error("its shape has more than 32 dimensions");
      peek();
      long size = 0;
      const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), size);
      if (error != std::errc()) throw Error("its shape holds something that is no size");
      at_ = std::size_t(end - text_.data());
      if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2's long integer
      sizes.push_back(size);
      if (!take(',') && (peek() != ')' || sizes.size() < 2)) throw Error("its shape is not a tuple");
    }
    return sizes;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Why an array of that type cannot be read, and what to do.
inline std::string npy_advice(std::string_view dtype) {
  switch (dtype.size() > 1 ? dtype[1] : '\0') {
    case 'O':
      return ", which stands for Python objects; save numbers, as numpy.stack(list(array)).astype('<f4') "
             "makes them";
    case 'S':
    case 'U':
      return ", which stands for text; save numbers, as numpy.unique(array, return_inverse=True)[1] makes "
             "them";
    case 'c':
      return ", which stands for complex numbers; save array.real and array.imag, each as an array of its "
             "own";
    case 'M':
    case 'm':
      return ", which stands for dates or times; convert it with array.astype('<i8')";
    case 'V':
      return ", which stands for bytes of a kind that NumPy does not know, such as bfloat16; convert it with "
             "array.astype('<f4') before it is saved";
    default:
      return "; convert it with array.astype('<f4')";
  }
}

/// Numbers of `item` bytes, from Fortran order, in which the first dimension varies fastest, to C order.
inline std::vector<std::byte> in_c_order(const std::vector<std::byte>& data, const std::vector<long>& shape,
                                         std::size_t item) {
  std::vector<std::byte> ordered(data.size());
  const std::size_t count = data.size() / item, dimensions = shape.size();
  std::vector<std::size_t> strides, index(dimensions, 0);
  std::size_t stride = 1;
  for (const long size : shape) {
    strides.push_back(stride);
    stride *= std::size_t(size);
  }
  std::size_t from = 0;
  for (std::size_t to = 0; to < count; ++to) {
    std::memcpy(ordered.data() + to * item, data.data() + from * item, item);
    for (std::size_t k = dimensions; k-- > 0;) {  // the next index, the last dimension fastest
      from += strides[k];
      if (++index[k] < std::size_t(shape[k])) break;
      from -= strides[k] * index[k];
      index[k] = 0;
    }
  }
  return ordered;
}

}  // namespace detail

/// What a .npy file says of its numbers, for those who read them in pieces.
struct NpyHeader {
  std::string dtype;           ///< as npy_dtype gives it, whatever the file's byte order
  std::vector<long> shape;     ///< outermost dimension first; empty for a single number
  bool fortran_order = false;  ///< does the first dimension vary fastest?
  bool turned = false;         ///< are the bytes of each number in the other order?
  std::size_t item = 1;        ///< bytes of a number
  long begin = 0;              ///< where the numbers begin, in bytes from the file's beginning
  long bytes = 0;              ///< of all numbers

  /// Makes whole numbers, as they are in the file, numbers of `dtype`; a bool is true unless it is 0, as in NumPy.
  void make_native(std::span<std::byte> numbers) const {
    if (turned)
      for (std::size_t i = 0; i < numbers.size(); i += item)
        std::reverse(numbers.begin() + long(i), numbers.begin() + long(i + item));
    if (dtype == npy_dtype<bool>())
      for (std::byte& each : numbers) each = std::byte(each != std::byte(0));
  }
};

namespace detail {

/// The header of a file of `size` bytes, of which first(n) gives the first n <= size. The numbers that it announces
/// are all that the file holds behind it. Throws Error.
template <class First>
NpyHeader npy_header(long size, const First& first, const std::string& source) {
  const auto fail = [&](const auto&... what) {
    return Error(source, ": ", what..., " (expected a .npy file, as numpy.save writes it)");
  };
  const auto text = [&](long count) {
    const Bytes bytes = first((std::min)(count, size));
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  if (size < 12 || text(6) != "\x93NUMPY") {
    constexpr long telling = 1L << 17;  // more than foreign_kind looks at
    const std::string advice =
        foreign_advice(first((std::min)(telling, size)), source, "a .npy file", &ForeignKind::to_npy);
    if (!advice.empty()) throw Error(source, ": ", advice);
    throw fail("this is not a .npy file");
  }
  const std::string_view front = text(12);
  const int major = front[6];
  if (major < 1 || major > 3 || front[7] != 0)
    throw fail("only versions 1.0, 2.0 and 3.0 can be read; save it again");
  unsigned header_size = 0;
  const long field = major == 1 ? 2 : 4, begin = 8 + field;
  std::memcpy(&header_size, front.data() + 8, std::size_t(field));
  if (header_size > size - begin) throw fail("the file ends within its header; use another copy");

  NpyHeader header;
  header.begin = begin + header_size;
  header.bytes = size - header.begin;
  try {
    NpyDictionary found(text(header.begin).substr(std::size_t(begin)));
    header.dtype = std::move(found.dtype);
    header.shape = std::move(found.shape);
    header.fortran_order = found.fortran_order;
  } catch (const Error& error) {
    throw fail(error.what());
  }
  // '<', '>' or '|', then a letter and the number of bytes.
  constexpr std::string_view known[] = {"f4", "f8", "b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"};
  const std::string_view type =
      std::string_view(header.dtype).substr((std::min)(header.dtype.size(), std::size_t(1)));
  const char order = header.dtype.empty() ? '\0' : header.dtype[0];
  if (std::find(std::begin(known), std::end(known), type) == std::end(known) ||
      !(order == '<' || order == '>' || (order == '|' && type[1] == '1')))
    throw fail("numbers of type ", in_quotes(header.dtype), " cannot be read", npy_advice(header.dtype));
  header.item = std::size_t(type[1] - '0');
  header.turned = order == '>' && header.item > 1;
  header.dtype[0] = header.item == 1 ? '|' : '<';
  const auto declared = byte_count(header.shape, long(header.item));
  if (declared != header.bytes) {
    throw fail("the header announces ", declared ? std::to_string(*declared) : "more than 2^63",
               " bytes of numbers, but the file holds ", header.bytes, "; use another copy");
  }
  return header;
}

}  // namespace detail

/// The header of the .npy file at `path`, opened as `file`: its numbers are read by
/// file.read(to, count, header.begin + offset) and header.make_native. Throws Error.
inline NpyHeader read_npy_header(const File& file, const std::string& path) {
  std::vector<std::byte> front;
  const auto first = [&](long count) {
    front.resize(std::size_t(count));
    file.read(front.data(), count, 0);
    return Bytes(front);
  };
  return detail::npy_header(file.size(), first, path);
}

/// The array in the bytes of a .npy file; `source` begins every message. Numbers in the other byte order are swapped,
/// an array in Fortran order becomes one in C order, and a bool is true unless it is 0, as in NumPy. Nothing is
/// allocated before the declared size is known to match the file's. Throws Error.
inline NpyArray parse_npy(std::vector<std::byte> bytes, const std::string& source) {
  const auto first = [&](long count) { return Bytes(bytes).first(std::size_t(count)); };
  const NpyHeader header = detail::npy_header(std::ssize(bytes), first, source);
  NpyArray array{source, header.dtype, header.shape, {}};
  bytes.erase(bytes.begin(),
              bytes.begin() + header.begin);  // numbers at the front are aligned whatever the header
  header.make_native(bytes);
  array.data = header.fortran_order ? detail::in_c_order(bytes, array.shape, header.item) : std::move(bytes);
  return array;
}

/// The array in a .npy file.
inline NpyArray read_npy(const std::string& path) {
  return parse_npy(read_file(path), path);
}

/// Writes `data`, in C order, to a .npy file of format 1.0, atomically. The shape is as in NumPy, outermost dimension
/// first. Throws Error.
template <class T>
void write_npy(const std::string& path, const T* data, const std::vector<long>& shape) {
  static_assert(npy_dtype<T>() != "", "dim: .npy is read and written as f4, f8, b1, u1 to u8 and i1 to i8");
  const auto bytes = byte_count(shape, long(sizeof(T)));
  if (!bytes || shape.size() > 32)
    throw Error("cannot write ", path, ": no array can have its shape; correct it");
  std::string sizes;
  for (const long size : shape) sizes += std::to_string(size) + ", ";
  if (!shape.empty()) sizes.resize(sizes.size() - (shape.size() == 1 ? 1 : 2));
  std::string header =
      "{'descr': '" + std::string(npy_dtype<T>()) + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
  // In NumPy the numbers begin at a multiple of 64 bytes, 10 of which precede the header.
  header.append(63 - (header.size() + 10) % 64, ' ');
  header += '\n';
  std::string front("\x93NUMPY\x01\x00", 8);
  front += {char(header.size() & 0xFF), char(header.size() >> 8)};
  front += header;
  write_file_atomically(path,
                        {bytes_of(front), {reinterpret_cast<const std::byte*>(data), std::size_t(*bytes)}});
}

}  // namespace DIM_ABI
}  // namespace dim
