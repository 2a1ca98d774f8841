#include "dim/data/idx.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

#include "../io/temporary.hpp"

using namespace dim;

BOOST_AUTO_TEST_SUITE(idx)

using Bytes = std::vector<std::uint8_t>;

void append(Bytes& bytes, std::uint32_t word) {
  for (int shift : {24, 16, 8, 0}) bytes.push_back(std::uint8_t(word >> shift));
}

// A header with these words, then `values` bytes 0, 1, 2, ...
Bytes file(std::initializer_list<std::uint32_t> header, int values) {
  Bytes bytes;
  for (std::uint32_t word : header) append(bytes, word);
  for (int i = 0; i < values; ++i) bytes.push_back(std::uint8_t(i));
  return bytes;
}

const Bytes good_images = file({0x803, 3, 2, 4}, 24), good_labels = file({0x801, 3}, 3);

BOOST_AUTO_TEST_CASE(a_good_pair) {
  const Images images = parse_idx(good_images, good_labels, "images", "labels", 3);
  BOOST_TEST(images.size() == 3);
  BOOST_TEST((images.shape() == Shape{1, 2, 4}));
  BOOST_TEST(images.classes() == 3);
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(images.label(i) == i);
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 4; ++x) BOOST_TEST(images.pixel(i, 0, y, x) == 8 * i + 4 * y + x);
  }
}

BOOST_AUTO_TEST_CASE(from_files) {
  const std::map<std::string, Bytes> files{{"images", good_images}, {"labels", good_labels}};
  const Images images = read_idx("images", "labels", [&](const std::string& path) { return files.at(path); });
  BOOST_TEST(images.size() == 3);
  BOOST_TEST(images.classes() == 10);
  BOOST_TEST(images.pixel(2, 0, 1, 3) == 23);
  BOOST_TEST(images.label(2) == 2);
  BOOST_CHECK_THROW(read_idx("images", "nowhere", [&](const std::string& path) { return files.at(path); }),
                    std::out_of_range);
}

void check_refused(const Bytes& images, const Bytes& labels, const std::string& text, int classes = 10) {
  const std::string message =
      error_of([&] { parse_idx(images, labels, "images.idx", "labels.idx", classes); });
  BOOST_TEST(has(message, text), "'" << message << "' should speak of '" << text << "'");
}

BOOST_AUTO_TEST_CASE(hostile_files) {
  check_refused({}, good_labels, "images.idx has 0 bytes");
  check_refused(good_images, {}, "labels.idx has 0 bytes");
  check_refused(good_labels, good_images, "images.idx has 11 bytes");
  check_refused(good_images, good_images, "labels.idx begins with the number 2051 instead of the 2049");
  check_refused(file({0x1F8B0800, 3, 2, 4}, 24), good_labels, "images.idx is compressed by gzip");
  check_refused(file({0xD03, 3, 2, 4}, 24), good_labels, "3331");         // floats
  check_refused(file({0x03080000, 3, 2, 4}, 24), good_labels, "begins");  // bytes swapped
  check_refused(file({0x803, 0, 2, 4}, 0), file({0x801, 0}, 0), "images.idx holds no images");
  check_refused(good_images, file({0x801, 0}, 0), "labels.idx holds no labels");
  check_refused(file({0x803, 3, 0, 4}, 0), good_labels, "a side of 0");
  check_refused(file({0x803, 3, 2, 16385}, 24), good_labels, "a side of 16385");
  check_refused(file({0x803, 1, 0xFFFFFFFF, 1}, 24), good_labels, "a side of 4294967295");
  check_refused(file({0x803, 0x80000000, 2, 4}, 24), good_labels, "speaks of 17179869200");
  check_refused(file({0x803, 0xFFFFFFFF, 16384, 16384}, 24), good_labels, "speaks of 1152921504338411536");
  check_refused(file({0x803, 3, 2, 4}, 23), good_labels, "has 39 bytes but its header speaks of 40");
  check_refused(file({0x803, 3, 2, 4}, 25), good_labels, "has 41 bytes but its header speaks of 40");
  check_refused(good_images, file({0x801, 4}, 3), "labels.idx has 11 bytes but its header speaks of 12");
  check_refused(good_images, file({0x801, 4}, 4), "3 images but labels.idx 4 labels");
  check_refused(good_images, good_labels, "labels.idx: label 2 (counted from 0) is 2", 2);
  check_refused(good_images, good_labels, "label 0", 0);

  // Any file cut anywhere.
  for (std::size_t size = 0; size < good_images.size(); ++size)
    check_refused(Bytes(good_images.begin(), good_images.begin() + long(size)), good_labels, "images.idx");
  for (std::size_t size = 0; size < good_labels.size(); ++size)
    check_refused(good_images, Bytes(good_labels.begin(), good_labels.begin() + long(size)), "labels.idx");
}

BOOST_AUTO_TEST_CASE(the_first_bytes_tell_how_many_there_are) {
  const auto front = [](Bytes bytes, std::size_t size) {
    return Bytes(bytes.begin(), bytes.begin() + long(size));
  };
  BOOST_TEST(dim::idx_bytes_of_images(front(good_images, 16), "a") == good_images.size());
  BOOST_TEST(dim::idx_bytes_of_labels(front(good_labels, 8), "b") == good_labels.size());
  BOOST_CHECK_THROW(dim::idx_bytes_of_images(front(good_images, 15), "a"), dim::Error);
  BOOST_CHECK_THROW(dim::idx_bytes_of_labels(front(good_images, 16), "a"), dim::Error);
}

BOOST_AUTO_TEST_SUITE_END()
