#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <dim/io/safetensors.hpp>
#include <fstream>
#include <tuple>

#include "temporary.hpp"

BOOST_AUTO_TEST_SUITE(safetensors)

using dim::Dtype, dim::make_tensor, dim::Metadata, dim::read_safetensors, dim::Safetensors, dim::Tensor,
    dim::write_safetensors;

namespace {

const std::vector<float> weights = {1, -2, 0.5f, 3e38f, 0, -0.0f};
const std::vector<unsigned char> flags = {0, 1, 255};
const std::vector<double> moments = {0.1, -1e300};
const std::vector<std::int64_t> steps = {-1, INT64_MAX};
const std::vector<std::uint64_t> seeds = {UINT64_MAX};

// One tensor of each type, an empty one and a single number; the narrow types come first.
std::vector<Tensor> all_types() {
  return {make_tensor("flags", flags.data(), {3}),
          make_tensor("conv.weight", weights.data(), {2, 1, 3}),
          make_tensor("moments", moments.data(), {2}),
          make_tensor("steps", steps.data(), {2}),
          make_tensor("seed", seeds.data(), {}),
          make_tensor<float>("none", nullptr, {4, 0}),
          make_tensor("bias \xC3\xA4\"\n", weights.data(), {1})};
}

// The bytes of a file with this header and so many bytes of data, as another program may write it.
std::string file_with(const std::string& header, std::size_t data_bytes = 0) {
  const std::uint64_t length = header.size();
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  return file + header + std::string(data_bytes, '\0');
}

Safetensors parse(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return Safetensors({data, data + text.size()}, "x.safetensors");
}

std::string refusal(const std::string& text) {
  return error_of([&] { parse(text); });
}

template <class T>
bool same(std::span<const T> a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

// While it exists, the process may allocate only so many bytes.
class LittleMemory {
 public:
  explicit LittleMemory(rlim_t bytes) {
    ::getrlimit(RLIMIT_AS, &before_);
    long pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlimit limit{rlim_t(pages) * 4096 + bytes, before_.rlim_max};
    if (pages > 0) ::setrlimit(RLIMIT_AS, &limit);
  }
  ~LittleMemory() { ::setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(gives_back_what_was_written) {
  const TemporaryDirectory directory;
  const Metadata metadata = {{"config", R"({"a":[1,2]})"}, {"", "\xC3\xA4\n"}};
  write_safetensors(directory / "x", all_types(), metadata);
  BOOST_TEST(directory.files() == 1);
  const Safetensors file = read_safetensors(directory / "x");
  BOOST_TEST((file.metadata() == metadata));
  BOOST_TEST(file.tensors().size() == 7u);
  BOOST_TEST(same(file.at("flags").values<unsigned char>(), flags));
  BOOST_TEST(same(file.at("conv.weight").values<float>(), weights));
  BOOST_TEST(same(file.at("moments").values<double>(), moments));
  BOOST_TEST(same(file.at("steps").values<std::int64_t>(), steps));
  BOOST_TEST(same(file.at("seed").values<std::uint64_t>(), seeds));
  BOOST_TEST(file.at("conv.weight").shape == (std::vector<long>{2, 1, 3}));
  BOOST_TEST(file.at("seed").shape.empty());
  BOOST_TEST(file.at("none").values<float>().empty());
  BOOST_TEST(file.at("bias \xC3\xA4\"\n").values<float>()[0] == 1);
  BOOST_TEST(file.find("absent") == nullptr);
  BOOST_TEST(has(error_of([&] { file.at("absent"); }), "has no tensor 'absent'"));
  BOOST_TEST(has(error_of([&] { file.at("seed").values<float>(); }), "'seed' holds U64, not F32"));
}

BOOST_AUTO_TEST_CASE(stays_valid_when_moved) {
  const TemporaryDirectory directory;
  write_safetensors(directory / "x", all_types());
  Safetensors first = read_safetensors(directory / "x");
  const Safetensors second = std::move(first);
  BOOST_TEST(same(second.at("conv.weight").values<float>(), weights));
}

BOOST_AUTO_TEST_CASE(writes_these_bytes) {
  const TemporaryDirectory directory;
  const std::vector<float> two = {1, 2};
  write_safetensors(directory / "x",
                    {make_tensor("b", flags.data(), {1}), make_tensor("a", two.data(), {2, 1})},
                    {{"step", "7"}});
  const std::string header =
      R"({"__metadata__":{"dim.checksum":"e6ae9bb45fdb4542","dim.format":"1","step":"7"},)"
      R"("a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}})";
  const std::string padding((8 - header.size() % 8) % 8, ' ');
  BOOST_TEST(contents(directory / "x") ==
             file_with(header + padding) + std::string("\0\0\x80\x3F\0\0\0\x40\0", 9));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_refused) {
  const TemporaryDirectory directory;
  write_safetensors(directory / "x", all_types(), {{"config", "{}"}, {"step", "12"}});
  std::string text = contents(directory / "x");
  BOOST_TEST(refusal(text) == "");
  long accepted = 0;
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    const char flipped = char(1 << bit % 8);
    text[bit / 8] = char(text[bit / 8] ^ flipped);
    accepted += refusal(text).empty();
    text[bit / 8] = char(text[bit / 8] ^ flipped);
  }
  BOOST_TEST(accepted == 0);
}

BOOST_AUTO_TEST_CASE(every_truncation_and_extension_is_refused) {
  const TemporaryDirectory directory;
  write_safetensors(directory / "x", all_types());
  const std::string text = contents(directory / "x");
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string message = refusal(text.substr(0, size));
    BOOST_TEST(has(message, "x.safetensors: "), "cut to " << size << " bytes");
    BOOST_TEST(has(message, "use another copy"));
  }
  BOOST_TEST(refusal(text + '\0') != "");
}

// JSON that is still valid and consistent but has another meaning.
BOOST_AUTO_TEST_CASE(a_changed_header_is_refused) {
  const TemporaryDirectory directory;
  write_safetensors(directory / "x", all_types(), {{"step", "12"}});
  const std::string text = contents(directory / "x");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    BOOST_TEST_REQUIRE(has(text, from));
    return refusal(other.replace(text.find(from), from.size(), to));
  };
  BOOST_TEST(has(changed("\"step\":\"12\"", "\"step\":\"13\""), "checksum is wrong"));
  BOOST_TEST(has(changed("[2,1,3]", "[1,2,3]"), "checksum is wrong"));
  BOOST_TEST(has(changed("\"I64\"", "\"U64\""), "checksum is wrong"));
  BOOST_TEST(has(changed("moments", "momenta"), "checksum is wrong"));
  BOOST_TEST(has(changed("}} ", "}}\t"), "checksum is wrong"));
  BOOST_TEST(has(changed("dim.checksum", "dim.checksun"), "not where it belongs"));
  BOOST_TEST(has(changed("\"dim.format\":\"1\"", "\"dim.format\":\"2\""), "checksum is wrong"));
}

BOOST_AUTO_TEST_CASE(a_later_version_is_refused) {
  const std::string begin(Safetensors::checksum_prefix), end = R"(","dim.format":"2"}})";
  const std::string blank = file_with(begin + std::string(Safetensors::no_checksum) + end);
  const std::string message = refusal(file_with(begin + Safetensors::checksum_of(blank, {}) + end));
  BOOST_TEST(has(message, "a later version of this library wrote it"));
}

BOOST_AUTO_TEST_CASE(reads_what_others_write) {
  // Without metadata, not in the order of the data, with white space, and not padded.
  const std::string header =
      "{\"b\": {\"shape\": [1], \"dtype\": \"F32\", \"data_offsets\": [8, 12]},\n"
      "\"a\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]} }";
  for (const std::string padding : {"", " ", "  ", "   ", "       "}) {
    const Safetensors file = parse(file_with(header + padding, 12));
    BOOST_TEST(file.tensors()[0].name == "a");
    for (const Tensor& tensor : file.tensors()) {
      BOOST_TEST(reinterpret_cast<std::uintptr_t>(tensor.data) % 8 == 0u);
    }
    BOOST_TEST(file.at("b").values<float>()[0] == 0);
  }
  BOOST_TEST(parse(file_with("{}")).tensors().empty());
  BOOST_TEST(parse(file_with(R"({"__metadata__":{"format":"pt"}})")).metadata().at("format") == "pt");
}

// Counters, masks and quantised weights may accompany the types that are read.
BOOST_AUTO_TEST_CASE(arrays_of_other_types_are_kept_as_bytes) {
  const std::vector<std::tuple<std::string, long, long>> others = {
      // type, values, bytes
      {"C64", 2, 16},    {"I32", 3, 12},    {"U32", 1, 4},         {"I16", 2, 4},         {"U16", 1, 2},
      {"F16", 5, 10},    {"BF16", 3, 6},    {"BOOL", 3, 3},        {"I8", 1, 1},          {"F8_E4M3", 2, 2},
      {"F8_E5M2", 1, 1}, {"F8_E8M0", 1, 1}, {"F8_E4M3FNUZ", 1, 1}, {"F8_E5M2FNUZ", 1, 1}, {"F6_E2M3", 4, 3},
      {"F6_E3M2", 8, 6}, {"F4", 6, 3}};
  std::string header = R"({"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  long end = 8;
  for (const auto& [type, numbers, bytes] : others) {
    header += ",\"" + type + R"(":{"dtype":")" + type + R"(","shape":[)" + std::to_string(numbers) +
              R"(],"data_offsets":[)" + std::to_string(end) + "," + std::to_string(end + bytes) + "]}";
    end += bytes;
  }
  std::string text = file_with(header + "}", std::size_t(end));
  for (long i = 0; i < end; ++i) text[text.size() - std::size_t(end - i)] = char(i);
  text.replace(text.size() - std::size_t(end), 8, std::string("\0\0\x80\x3F\0\0\0\x40", 8));

  const TemporaryDirectory directory;
  put(directory / "x", text);
  const Safetensors theirs = read_safetensors(directory / "x");
  write_safetensors(directory / "y", theirs.tensors());
  const Safetensors ours = read_safetensors(directory / "y");
  for (const Safetensors* const file : {&theirs, &ours}) {
    BOOST_TEST(file->tensors().size() == 1 + others.size());
    BOOST_TEST(same(file->at("weight").values<float>(), {1, 2}));
    long begin = 8;
    for (const auto& [type, numbers, bytes] : others) {
      const Tensor& tensor = file->at(type);
      BOOST_TEST(name_of(tensor.dtype) == type);
      BOOST_TEST(tensor.shape == std::vector<long>{numbers});
      BOOST_TEST_REQUIRE(long(tensor.bytes().size()) == bytes);
      for (long i = 0; i < bytes; ++i)
        BOOST_TEST(long(tensor.bytes()[std::size_t(i)]) == begin + i, type << " " << i);
      begin += bytes;
      BOOST_TEST(error_of([&] { tensor.values<float>(); }) ==
                 "tensor '" + type + "' holds " + type + ", not F32; read it as what it is");
    }
  }
}

// With the path in the advice, so that it can be copied.
BOOST_AUTO_TEST_CASE(files_of_other_kinds_are_told) {
  const std::string zip = std::string("PK\x03\x04", 4) + std::string(22, '\0') +
                          std::string("\x10\0\0\0", 4) + "archive/data.pkl";
  for (const auto& [text, advice] :
       {std::pair{zip,
                  "this is a file of PyTorch's torch.save, not safetensors; convert it in Python: "
                  "safetensors.torch.save_file(torch.load('x.safetensors'"},
        {"\x93NUMPY\x01" + std::string(20, '\0'), "{'its name': numpy.load('x.safetensors')}"},
        {std::string("\x80\x04\x95\x10\0\0\0\0\0\0\0}", 12),
         "a pickle of Python objects, not safetensors; if you trust it"},
        {"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"},
        {"<!DOCTYPE html><html>", "fetch the file again"},
        {"neither", "shorter than 8 bytes: the file is damaged or of another kind"},
        {"some text", "longer than the file or 100000000: the file is damaged or of another kind"}})
    BOOST_TEST(has(refusal(text), advice), refusal(text));
}

BOOST_AUTO_TEST_CASE(refuses_hostile_files_without_allocating) {
  const auto entry = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return "{\"a\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
  };
  const auto refused = [](const std::string& header, const std::string& reason, std::size_t bytes = 8) {
    const std::string file = file_with(header, bytes);
    std::string message;
    {
      const LittleMemory memory(16 << 20);
      message = refusal(file);
    }
    BOOST_TEST(has(message, reason), header.substr(0, 200) << " gives " << message);
  };
  BOOST_TEST(refusal(file_with(entry("F32", "[2]", "[0,8]"), 8)) == "");
  refused(entry("F32", "[1099511627776,1099511627776]", "[0,8]"), "no memory can hold its shape");
  refused(entry("F32", "[4611686018427387904]", "[0,8]"), "no memory can hold its shape");
  refused(entry("F32", "[1099511627776]", "[0,4398046511104]"), "ends after the file");
  refused(entry("F32", "[-2]", "[0,8]"), "no memory can hold its shape");
  refused(entry("F32", "[-1,-2]", "[0,8]"), "no memory can hold its shape");
  refused(entry("F32", "[2.0]", "[0,8]"), "expected an integer but found a number");
  refused(entry("F32", "[18446744073709551618]", "[0,8]"), "out of range");
  refused(entry("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]"), "more than 8 dimensions");
  refused(entry("F32", "2", "[0,8]"), "expected an array");
  refused(entry("F32", "[2]", "[8,0]"), "do not fit");
  refused(entry("F32", "[2]", "[-8,0]"), "do not fit");
  refused(entry("F32", "[2]", "[-9223372036854775808,9223372036854775807]"), "do not fit");
  refused(entry("F32", "[2]", "[0,4]"), "do not fit");
  refused(entry("F32", "[1]", "[0,8]"), "do not fit");
  refused(entry("F32", "[2]", "[0,8,8]"), "are not two");
  refused(entry("F32", "[1]", "[4,8]"), "leaves a hole");
  refused(entry("F32", "[1]", "[0,4]"), "the last 4 bytes belong to no tensor");
  refused(entry("F32", "[3]", "[0,12]"), "ends after the file");
  refused(entry("BF16", "[3]", "[0,8]"), "do not fit");
  refused(entry("F4", "[3]", "[0,1]"), "ends within a byte", 1);
  refused(entry("F6_E2M3", "[6917529027641081856]", "[0,8]"), "no memory can hold its shape");
  refused(entry("f32", "[2]", "[0,8]"), "'f32'");
  refused(R"({"a":{"dtype":"F32","shape":[2]}})", "'a': there is no 'data_offsets'");
  refused(R"({"a":{"dtype":"F32","shape":[2],"offsets":[0,8]}})", "there is no 'data_offsets'");
  refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}})", "more than dtype");
  refused(R"({"a":{"dtype":"F32","dtype":"U8","shape":[2],"data_offsets":[0,8]}})", "twice");
  refused(R"({"a":7})", "expected an object");
  refused(R"({"__metadata__":{"a":1}})", "expected a string");
  refused(R"({"__metadata__":[]})", "expected an object");
  refused(R"({"__metadata__":{"dim.step":"1"}})", "not where it belongs", 0);

  const std::string first = R"("dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const std::string second = R"("dtype":"F32","shape":[1],"data_offsets":[4,8]})";
  const std::string late = R"("dtype":"F32","shape":[1],"data_offsets":[8,12]})";
  refused(R"({"a":{)" + first + R"(,"b":{)" + first + "}", "overlaps");
  refused(R"({"a":{)" + first + R"(,"a":{)" + second + "}", "'a' twice");
  refused(R"({"a":{)" + first + R"(,"b":{)" + late + "}", "leaves a hole", 12);
  refused(
      R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
      "is not aligned", 5);
  refused("{\"" + std::string(1025, 'n') + "\":{" + first + "}", "more than 1024 bytes", 4);

  refused("", "does not begin with {");
  refused("[]", "does not begin with {");
  refused(" {}", "does not begin with {", 0);
  refused("{\xFF}", "not UTF-8");
  refused("{} x", "more text");
  refused("{\"a\":" + std::string(100'000, '['), "deeper");
  refused("{\"a\":[" + std::string(1'000'000, '1') + "]}", "out of range");
}

// Names too long to be stored inside a std::string, so that freeing one twice shows.
BOOST_AUTO_TEST_CASE(refuses_a_value_of_another_kind_wherever_it_stands) {
  const auto entry = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return file_with(R"({"encoder.maps.0.weight":{"dtype":)" + dtype + R"(,"shape":)" + shape +
                         R"(,"data_offsets":)" + offsets + "}}",
                     8);
  };
  BOOST_TEST(refusal(entry("\"F32\"", "[2]", "[0,8]")) == "");
  for (const std::string wrong :
       {"null", "true", "-1", "4.0", "1e999", "\"4\"", "[]", "[0]", "{}", R"({"a":0})", ""}) {
    for (const std::string& file :
         {entry(wrong, "[2]", "[0,8]"), entry("\"F32\"", wrong, "[0,8]"),
          entry("\"F32\"", "[" + wrong + "]", "[0,8]"), entry("\"F32\"", "[2]", wrong),
          entry("\"F32\"", "[2]", "[" + wrong + ",8]"), entry("\"F32\"", "[2]", "[0," + wrong + "]"),
          file_with(R"({"encoder.maps.0.weight":)" + wrong + "}", 8)}) {
      BOOST_TEST(has(refusal(file), "x.safetensors: "), file.substr(8));
    }
    if (wrong.front() == '"') continue;
    const std::string metadata = R"({"__metadata__":{"a name of many characters":)" + wrong + "}}";
    BOOST_TEST(has(refusal(file_with(metadata)), "x.safetensors: "), metadata);
  }
}

BOOST_AUTO_TEST_CASE(refuses_a_header_longer_than_the_file) {
  const std::string rest = "{}      ";
  for (const std::uint64_t length :
       {9ul, 100'000'000ul, 100'000'001ul, 1ul << 31, 1ul << 32, 1ul << 63, ~0ul, ~0ul - 7}) {
    std::string text(8, '\0');
    std::memcpy(text.data(), &length, 8);
    BOOST_TEST(has(refusal(text + rest), "longer than the file"));
  }
  BOOST_TEST(has(refusal(""), "shorter than 8 bytes"));
}

BOOST_AUTO_TEST_CASE(writes_over_the_file_that_it_read) {
  const TemporaryDirectory directory;
  write_safetensors(directory / "x", all_types(), {{"step", "1"}});
  const std::string before = contents(directory / "x");
  const Safetensors file = read_safetensors(directory / "x");
  write_safetensors(directory / "x", file.tensors(), file.metadata());
  BOOST_TEST(contents(directory / "x") == before);
}

BOOST_AUTO_TEST_CASE(refuses_to_write_what_it_could_not_read) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x";
  const auto refused = [&](const std::vector<Tensor>& tensors, const Metadata& metadata = {}) {
    const std::string message = error_of([&] { write_safetensors(path, tensors, metadata); });
    BOOST_TEST((message.empty() || has(message, "cannot write " + path)));
    return message;
  };
  const float* data = weights.data();
  BOOST_TEST(has(refused({make_tensor("a", data, {1}), make_tensor("a", data, {1})}), "'a' occurs twice"));
  BOOST_TEST(has(refused({make_tensor("__metadata__", data, {1})}), "occurs twice"));
  BOOST_TEST(has(refused({}, {{"dim.checksum", ""}}), "occurs twice"));
  BOOST_TEST(has(refused({make_tensor("\xFF", data, {1})}), "not UTF-8"));
  BOOST_TEST(has(refused({make_tensor("a", data, {-1})}), "no memory"));
  BOOST_TEST(has(refused({make_tensor("a", data, {1L << 40, 1L << 40})}), "no memory"));
  BOOST_TEST(
      has(refused({make_tensor("a", flags.data(), {1L << 62}), make_tensor("b", flags.data(), {1L << 62})}),
          "no memory"));
  BOOST_TEST(has(refused({make_tensor("a", data, std::vector<long>(9, 1))}), "8 dimensions"));
  BOOST_TEST(has(refused({make_tensor<float>("a", nullptr, {1})}), "no data"));
  BOOST_TEST(has(refused({make_tensor(std::string(1025, 'n'), data, {1})}), "too long"));
  BOOST_TEST(directory.files() == 0);
}

BOOST_AUTO_TEST_CASE(names_the_path_that_cannot_be_written) {
  const std::string path = "/nonexistent/x.safetensors";
  BOOST_TEST(has(error_of([&] { write_safetensors(path, {}); }), "/nonexistent/"));
  BOOST_TEST(has(error_of([&] { read_safetensors(path); }), path));
}

BOOST_AUTO_TEST_SUITE_END()
