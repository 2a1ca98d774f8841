#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <dim/io/npy.hpp>
#include <limits>
#include <span>

#include "temporary.hpp"

BOOST_AUTO_TEST_SUITE(npy)

using dim::NpyArray, dim::parse_npy, dim::read_npy, dim::write_npy;

namespace {

// A file of version 1 or 2 with this dictionary, padded as NumPy does, and so many bytes of data.
std::string npy_file(std::string header, const std::string& numbers, char version = 1) {
  const std::size_t field = version == 1 ? 2 : 4;
  header.append(63 - (8 + field + header.size()) % 64, ' ');
  header += '\n';
  std::string file = std::string("\x93NUMPY", 6) + version + '\0';
  for (std::size_t i = 0; i < field; ++i) file += char(header.size() >> 8 * i & 0xFF);
  return file + header + numbers;
}

std::string dictionary(const std::string& dtype, const std::string& shape, bool fortran_order = false) {
  return "{'descr': '" + dtype + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
         ", 'shape': " + shape + ", }";
}

NpyArray parse(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return parse_npy({data, data + text.size()}, "x.npy");
}

std::string refusal(const std::string& text) {
  const std::string message = error_of([&] { parse(text); });
  if (!message.empty()) BOOST_TEST(message.substr(0, 7) == "x.npy: ");
  return message;
}

// numpy.save of numpy.array([[1.5, -2, 3], [4, 5, 6e30]], dtype="<f4"), NumPy 1.24.
const std::string floats(
    "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   "
    "                                                       \n"
    "\x00\x00\xC0\x3F\x00\x00\x00\xC0\x00\x00\x40\x40"
    "\x00\x00\x80\x40\x00\x00\xA0\x40\x17\x76\x97\x72",
    152);

}  // namespace

BOOST_AUTO_TEST_CASE(writes_and_reads_what_numpy_does) {
  const TemporaryDirectory directory;
  const std::vector<float> numbers = {1.5f, -2, 3, 4, 5, 6e30f};
  write_npy(directory / "x.npy", numbers.data(), {2, 3});
  BOOST_TEST(contents(directory / "x.npy") == floats);
  const NpyArray array = parse(floats);
  const auto values = array.values<float>();
  BOOST_TEST(array.shape == (std::vector<long>{2, 3}));
  BOOST_TEST(std::vector<float>(values.begin(), values.end()) == numbers);
}

// numpy.save of numpy.array(7, dtype="u1") and numpy.lib.format.write_array(file,
// numpy.array([1, 2], dtype="<i4"), version=(2, 0)).
BOOST_AUTO_TEST_CASE(reads_a_single_number_and_version_2) {
  const std::string single = npy_file("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "\x07");
  BOOST_TEST(single.size() == 129u);
  BOOST_TEST(parse(single).values<unsigned char>()[0] == 7);
  BOOST_TEST(parse(single).shape.empty());
  const std::string second = npy_file(dictionary("<i4", "(2,)"), std::string("\1\0\0\0\2\0\0\0", 8), 2);
  BOOST_TEST(second.size() == 136u);
  BOOST_TEST(parse(second).values<int>()[1] == 2);
}

template <class T>
void check_round_trip(const std::string& path, const std::string& dtype) {
  const std::vector<T> numbers = {
      T(0), T(1), T(-1), std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(), T(42)};
  write_npy(path, numbers.data(), {1, 3, 2});
  const NpyArray array = read_npy(path);
  const auto values = array.values<T>();
  BOOST_TEST(array.dtype == dtype);
  BOOST_TEST(array.shape == (std::vector<long>{1, 3, 2}));
  BOOST_TEST(std::vector<T>(values.begin(), values.end()) == numbers);
}

BOOST_AUTO_TEST_CASE(gives_every_type_back) {
  const TemporaryDirectory directory;
  check_round_trip<float>(directory / "x", "<f4");
  check_round_trip<double>(directory / "x", "<f8");
  check_round_trip<unsigned char>(directory / "x", "|u1");
  check_round_trip<std::int32_t>(directory / "x", "<i4");
  check_round_trip<std::int64_t>(directory / "x", "<i8");
  check_round_trip<signed char>(directory / "x", "|i1");
  check_round_trip<std::int16_t>(directory / "x", "<i2");
  check_round_trip<std::uint16_t>(directory / "x", "<u2");
  check_round_trip<std::uint32_t>(directory / "x", "<u4");
  check_round_trip<std::uint64_t>(directory / "x", "<u8");
  BOOST_TEST(directory.files() == 1);
}

BOOST_AUTO_TEST_CASE(gives_every_shape_back) {
  const TemporaryDirectory directory;
  const std::vector<int> numbers(6);
  for (const std::vector<long>& shape : std::vector<std::vector<long>>{
           {}, {6}, {0}, {0, 4}, {1, 1, 1, 1, 6}, {3, 0, 1L << 40}, std::vector<long>(32, 1)}) {
    write_npy(directory / "x", numbers.data(), shape);
    BOOST_TEST(read_npy(directory / "x").shape == shape);
    BOOST_TEST((contents(directory / "x").find('\n') + 1) % 64 == 0u);
  }
  for (const std::vector<long>& shape :
       std::vector<std::vector<long>>{{-1}, {1L << 40, 1L << 40}, std::vector<long>(33, 1)}) {
    BOOST_TEST(has(error_of([&] { write_npy(directory / "y", numbers.data(), shape); }), directory / "y"));
  }
}

BOOST_AUTO_TEST_CASE(writes_over_the_file_that_it_read) {
  const TemporaryDirectory directory;
  put(directory / "x", floats);
  const NpyArray array = read_npy(directory / "x");
  write_npy(directory / "x", array.values<float>().data(), array.shape);
  BOOST_TEST(contents(directory / "x") == floats);
}

BOOST_AUTO_TEST_CASE(reads_other_spellings) {
  const std::string one("\0\0\x80\x3F", 4);
  for (const char* header : {"{'descr':'<f4','fortran_order':False,'shape':(1,)}",
                             "{\"shape\": (1,), 'fortran_order': False, 'descr': '<f4'}",
                             "{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 1 , 1 , ) , } "}) {
    BOOST_TEST(parse(npy_file(header, one)).values<float>()[0] == 1, header);
  }
  // A header of odd length, as other programs write it, still leaves the data aligned.
  const std::string odd = dictionary("<f4", "(1,)") + "\n";
  BOOST_TEST(odd.size() % 4 != 0u);
  const NpyArray array = parse(std::string("\x93NUMPY\x01\0", 8) + char(odd.size()) + '\0' + odd + one);
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(array.values<float>().data()) % alignof(float) == 0u);
  BOOST_TEST(array.values<float>()[0] == 1);
}

template <class T>
std::vector<T> numbers_of(const NpyArray& array) {
  const std::span<const T> values = array.values<T>();
  return {values.begin(), values.end()};
}

// numpy.save of arrays with dtype=">i2" and so on, which stores the highest byte first.
BOOST_AUTO_TEST_CASE(turns_numbers_that_are_big_endian) {
  const std::string bytes("\x3F\xC0\0\0\xC0\0\0\0", 8);
  const NpyArray big_endian = parse(npy_file(dictionary(">f4", "(2,)"), bytes));
  BOOST_TEST(big_endian.dtype == "<f4");
  BOOST_TEST(numbers_of<float>(big_endian) == (std::vector<float>{1.5f, -2}));
  BOOST_TEST(numbers_of<std::uint16_t>(parse(npy_file(dictionary(">u2", "(4,)"), bytes))) ==
             (std::vector<std::uint16_t>{0x3FC0, 0, 0xC000, 0}));
  BOOST_TEST(numbers_of<std::int64_t>(parse(npy_file(dictionary(">i8", "(1,)"), bytes))) ==
             (std::vector<std::int64_t>{0x3FC00000C0000000}));
  for (const char* dtype : {"<u1", ">u1", "|u1"})
    BOOST_TEST(parse(npy_file(dictionary(dtype, "(8,)"), bytes)).values<unsigned char>()[0] == 0x3F, dtype);
}

// numpy.save(file, numpy.asfortranarray(a)), where a holds 0, 1, 2, ... in C order.
BOOST_AUTO_TEST_CASE(brings_fortran_order_into_that_of_c) {
  for (const std::vector<int>& shape : std::vector<std::vector<int>>{
           {2, 3}, {3, 2}, {2, 3, 4}, {5}, {}, {1, 4, 1}, {2, 0, 3}, {2, 3, 1, 2}}) {
    std::string sizes = "(", bytes;
    int count = 1;
    for (const int size : shape) {
      sizes += std::to_string(size) + ",";
      count *= size;
    }
    std::vector<std::int16_t> expected;
    for (int at = 0; at < count; ++at) {
      expected.push_back(std::int16_t(at));
      int rest = at, c_index = 0;  // the index of element `at` of the file, then where that is in C order
      std::vector<int> index;
      for (const int size : shape) {
        index.push_back(rest % size);
        rest /= size;
      }
      for (std::size_t k = 0; k < shape.size(); ++k) c_index = c_index * shape[k] + index[k];
      bytes += char(0), bytes += char(c_index);  // big endian too
    }
    const NpyArray array = parse(npy_file(dictionary(">i2", sizes + ")", true), bytes));
    BOOST_TEST(array.shape == std::vector<long>(shape.begin(), shape.end()));
    BOOST_TEST(numbers_of<std::int16_t>(array) == expected, sizes);
  }
}

// As files too large for the memory are read.
BOOST_AUTO_TEST_CASE(reads_a_file_in_pieces) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x", numbers("\0\1\0\2\0\3\1\0", 8);
  put(path, npy_file(dictionary(">u2", "(2, 2)", true), numbers));
  const dim::File file(path, O_RDONLY);
  const dim::NpyHeader header = dim::read_npy_header(file, path);
  BOOST_TEST(header.dtype == "<u2");
  BOOST_TEST(header.shape == (std::vector<long>{2, 2}));
  BOOST_TEST((header.fortran_order && header.turned));
  BOOST_TEST(header.item == 2U);
  BOOST_TEST(header.bytes == 8);
  std::uint16_t last[2];
  const auto bytes = std::as_writable_bytes(std::span(last));
  file.read(bytes.data(), 4, header.begin + 4);
  header.make_native(bytes);
  BOOST_TEST((last[0] == 3 && last[1] == 256));
  for (const std::string damaged : {"", "x", "\x93NUMPY\x02", "PK\x03\x04 and more of an archive"}) {
    put(path, damaged);
    const auto whole = error_of([&] { read_npy(path); });
    BOOST_TEST(whole != "");
    BOOST_TEST(error_of([&] { dim::read_npy_header(dim::File(path, O_RDONLY), path); }) == whole);
  }
  put(path, npy_file(dictionary("<u2", "(2, 2)"), numbers + "x"));
  BOOST_TEST(has(error_of([&] { dim::read_npy_header(dim::File(path, O_RDONLY), path); }),
                 "announces 8 bytes of numbers, but the file holds 9"));
}

BOOST_AUTO_TEST_CASE(reads_bools_as_numpy_does) {
  const NpyArray array = parse(npy_file(dictionary("|b1", "(4,)"), std::string("\0\1\2\xFF", 4)));
  const std::span<const bool> values = array.values<bool>();
  BOOST_TEST((std::vector<int>(values.begin(), values.end()) == std::vector<int>{0, 1, 1, 1}));
  BOOST_TEST(has(error_of([&] { array.values<unsigned char>(); }), "type |b1, not |u1"));
}

// Python 2 wrote 64-bit sizes as 2L; version 3 has a header in UTF-8 and is otherwise like version 2.
BOOST_AUTO_TEST_CASE(reads_what_other_versions_wrote) {
  const std::string six(6, '\7');
  BOOST_TEST((parse(npy_file(dictionary("|u1", "(2L, 3L)"), six)).shape == std::vector<long>{2, 3}));
  BOOST_TEST((parse(npy_file(dictionary("|u1", "(6L,)"), six)).shape == std::vector<long>{6}));
  BOOST_TEST((parse(npy_file(dictionary("|u1", "(6,)"), six, 3)).shape == std::vector<long>{6}));
}

BOOST_AUTO_TEST_CASE(says_what_to_do) {
  const std::string eight(8, '\0');
  for (const auto& [dtype, advice] :
       {std::pair{"<f2", "'<f2' cannot be read; convert it with array.astype('<f4')"},
        {"<f16", "astype('<f4')"},
        {"|O", "numpy.stack(list(array)).astype"},
        {"<U2", "numpy.unique"},
        {"|S8", "numpy.unique"},
        {"<c8", "array.real and array.imag"},
        {"<M8[ns]", "astype('<i8')"},
        {"|V2", "before it is saved"},
        {"|f4", "astype"},
        {"f4", "astype"},
        {"=i4", "astype"},
        {"<u3", "astype"},
        {"<f", "astype"},
        {"<", "astype"},
        {"", "astype"}})
    BOOST_TEST(has(refusal(npy_file(dictionary(dtype, "(1,)"), eight)), advice), dtype);
  BOOST_TEST(
      has(refusal(npy_file("{'descr': [('a', '<i4'), ('b', '<f4')], 'fortran_order': False, 'shape': (1,), }",
                           eight)),
          "fields"));
  BOOST_TEST(
      has(error_of([&] { parse(floats).values<double>(); }), "x.npy holds numbers of type <f4, not <f8"));
  BOOST_TEST(
      refusal(std::string("PK\x03\x04" + std::string(22, '\0') + std::string("\5\0\0\0", 4) + "x.npy")) ==
      "x.npy: this is an archive of NumPy's savez, not a .npy file; take an array out of it in Python: "
      "numpy.save('x.npy.npy', numpy.load('x.npy')['its name'])");
}

BOOST_AUTO_TEST_CASE(refuses_damaged_files) {
  for (std::size_t size = 0; size < floats.size(); ++size) {
    BOOST_TEST(refusal(floats.substr(0, size)) != "", "cut to " << size << " bytes");
  }
  BOOST_TEST(has(refusal(floats + "x"), "announces 24 bytes of numbers, but the file holds 25"));
  for (const char version : {'\0', '\4', '\xFF'}) {
    std::string other = floats;
    other[6] = version;
    BOOST_TEST(has(refusal(other), "versions"));
  }
  std::string longer("\x93NUMPY\x02\0\xFF\xFF\xFF\xFF", 12);
  BOOST_TEST(has(refusal(longer), "within its header"));
}

BOOST_AUTO_TEST_CASE(refuses_hostile_headers) {
  const std::string four(4, '\0');
  for (const char* shape : {"(1099511627776, 1099511627776)",
                            "(9223372036854775808,)",
                            "(9223372036854775807,)",
                            "(4611686018427387905,)",
                            "(-1,)",
                            "(-1, -1)",
                            "(1",
                            "1",
                            "(1)",
                            "(,)",
                            "(1,,)",
                            "(1.0,)",
                            "(1e0,)",
                            "(one,)",
                            "(1LL,)",
                            "(L,)",
                            "(1l,)",
                            "[1]",
                            "()()",
                            "(2,)",
                            "",
                            "(1,) 'x'",
                            "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)"}) {
    BOOST_TEST(refusal(npy_file(dictionary("<f4", shape), four)) != "", shape);
  }
  for (const char* header :
       {"", "{", "{}", "{'descr'", "{'descr'}", "{'descr': '<f4'}", "{'descr': '<f4", "{'descr': <f4, }",
        "{descr: '<f4'}", "{'descr': '', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", "__import__('os')"}) {
    BOOST_TEST(refusal(npy_file(header, four)) != "", header);
  }
  BOOST_TEST(refusal(npy_file(dictionary("<f4", "(1,)") + std::string(1, '\0'), four)) != "");
}

BOOST_AUTO_TEST_SUITE_END()
