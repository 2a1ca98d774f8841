#include "dim/data/images.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "../io/temporary.hpp"

using namespace dim;

BOOST_AUTO_TEST_SUITE(images)

constexpr long count = 4;
// A value that identifies its place.
std::uint8_t value(long i, int c, int y, int x) {
  return std::uint8_t(i * 61 + c * 97 + y * 13 + x * 5);
}

// `count` images laid out by `strides` in `bytes` bytes; the bytes between them are 255.
std::vector<std::uint8_t> laid_out(Shape shape, const Strides& s, std::size_t bytes) {
  std::vector<std::uint8_t> result(bytes, 255);
  for (long i = 0; i < count; ++i)
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x)
          result.at(std::size_t(s.first + i * s.image + c * s.channel + y * s.row + x * s.column)) =
              value(i, c, y, x);
  return result;
}

template <class T>
void check_copies(const Images& images) {
  const Shape shape = images.shape();
  for (int border : {0, 1, 3}) {
    Batch<T> batch{nullptr, 3, shape, border};
    std::vector<T> memory(std::size_t(3 * batch.sample()), T(7));
    batch.data = memory.data();
    for (long i = 0; i < count; ++i) {
      std::fill(memory.begin(), memory.end(), T(7));
      images.copy(i, batch, 1);
      for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x)
          for (int c = 0; c < shape.channels; ++c) {
            T& copied = batch.at(1, y, x)[c];
            const double expected = (value(i, c, y, x) / 255.0 - 0.5) / 0.5;
            BOOST_REQUIRE_SMALL(double(copied) - expected, double(std::numeric_limits<T>::epsilon()));
            BOOST_REQUIRE_EQUAL(images.pixel(i, c, y, x), value(i, c, y, x));
            copied = 7;
          }
      BOOST_TEST((std::count(memory.begin(), memory.end(), T(7)) == std::ssize(memory)));
    }
  }
}

BOOST_AUTO_TEST_CASE(any_order_of_axes) {
  for (Shape shape :
       {Shape{3, 4, 5}, Shape{1, 5, 3}, Shape{3, 32, 32}, Shape{1, 1, 1}, Shape{4, 2, 3}, Shape{2, 1, 7}}) {
    const auto bytes = std::size_t(count * shape.size());
    for (const Strides& strides :
         {Strides::planes(shape), Strides::column_planes(shape), Strides::pixels(shape)}) {
      const Images images{laid_out(shape, strides, bytes), count, shape, strides};
      BOOST_TEST(images.size() == count);
      BOOST_TEST((images.shape() == shape));
      check_copies<float>(images);
      check_copies<double>(images);
    }
    // Records with a label byte, bottom row first, all images backwards.
    const long record = shape.size() + 1;
    const Strides odd{-record, shape.area(), -shape.width, 1,
                      (count - 1) * record + 1 + (shape.height - 1L) * shape.width};
    const Images images{laid_out(shape, odd, std::size_t(count * record)), count, shape, odd};
    check_copies<float>(images);
    check_copies<double>(images);
  }
}

BOOST_AUTO_TEST_CASE(scale_ends_at_one) {
  std::vector<std::uint8_t> bytes(256);
  for (std::size_t b = 0; b < 256; ++b) bytes[b] = std::uint8_t(b);
  const Images images{bytes, 1, {1, 16, 16}, Strides::planes({1, 16, 16})};
  const auto check = [&]<class T>(T) {
    std::vector<T> out(256);
    images.copy(0, Batch<T>{out.data(), 1, {1, 16, 16}, 0}, 0);
    BOOST_TEST(out[0] == -1);
    BOOST_TEST(out[255] == 1);
    for (std::size_t b = 0; b < 256; ++b) BOOST_TEST(out[b] == -out[255 - b]);
  };
  check(float{});
  check(double{});
}

BOOST_AUTO_TEST_CASE(grey_as_colour) {
  const Images images{{0, 51, 102, 255}, 1, {3, 2, 2}, Strides{4, 0, 2, 1}};
  for (int c = 0; c < 3; ++c) {
    BOOST_TEST(images.pixel(0, c, 0, 1) == 51);
    BOOST_TEST(images.pixel(0, c, 1, 1) == 255);
  }
}

BOOST_AUTO_TEST_CASE(bytes_are_shared_or_borrowed) {
  std::vector<std::uint8_t> bytes{1, 2, 3};
  const Shape one{1, 1, 1};
  const Images borrowed = Images::borrowed(bytes, 3, one, Strides::planes(one));
  Images part;
  {
    const Images owner{bytes, 3, one, Strides::planes(one)};
    part = owner.part({2, 0});
  }
  bytes[2] = 9;
  BOOST_TEST(borrowed.pixel(2, 0, 0, 0) == 9);
  BOOST_TEST(part.pixel(0, 0, 0, 0) == 3);
  BOOST_TEST(part.pixel(1, 0, 0, 0) == 1);

  const auto owner = std::make_shared<const std::vector<std::uint8_t>>(bytes);
  part = Images::shared({owner, owner->data()}, 3, 3, one, Strides::planes(one)).part({2});
  BOOST_TEST(owner.use_count() == 2);
  BOOST_TEST(part.pixel(0, 0, 0, 0) == 9);
  part = {};
  BOOST_TEST(owner.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(labels_and_parts) {
  const Shape one{1, 1, 1};
  const Images plain{{10, 11, 12, 13, 14}, 5, one, Strides::planes(one)};
  BOOST_TEST(plain.label(0) == -1);
  BOOST_TEST(plain.classes() == 0);
  BOOST_TEST(plain.part({1, 2}).label(1) == -1);

  const Images all = plain.with_labels({0, 1, 2, -1, 1}, 3, {"cat", "dog", "owl"});
  BOOST_TEST(all.classes() == 3);
  BOOST_TEST(all.class_names()[2] == "owl");
  BOOST_TEST(all.label(3) == -1);

  const Images part = all.part({4, 2, 2, 0});
  BOOST_TEST(part.size() == 4);
  BOOST_TEST(part.label(0) == 1);
  BOOST_TEST(part.label(2) == 2);
  BOOST_TEST(part.pixel(2, 0, 0, 0) == 12);
  BOOST_TEST(part.class_names()[2] == "owl");

  const Images of_part = part.part(1, 4).part({2, 0});
  BOOST_TEST(of_part.pixel(0, 0, 0, 0) == 10);
  BOOST_TEST(of_part.label(0) == 0);
  BOOST_TEST(of_part.pixel(1, 0, 0, 0) == 12);
  BOOST_TEST(of_part.label(1) == 2);

  BOOST_TEST(part.with_labels({0, 0, 0, 1}, 2).label(3) == 1);
  BOOST_TEST(all.labels() == (std::vector{0, 1, 2, -1, 1}));
  BOOST_TEST(all.part({4, 3}).labels() == (std::vector{1, -1}));
  BOOST_TEST(plain.part({1, 2}).labels() == (std::vector{-1, -1}));
  BOOST_TEST(all.part(2, 2).size() == 0);
  BOOST_TEST(Images{}.size() == 0);
}

template <class Call>
void check_refused(const Call& call, const std::string& text) {
  const std::string message = error_of(call);
  BOOST_TEST(has(message, text), "'" << message << "' should speak of '" << text << "'");
}

BOOST_AUTO_TEST_CASE(refusals) {
  const Shape shape{3, 2, 2};
  const Strides planes = Strides::planes(shape);
  const std::vector<std::uint8_t> bytes(24);
  const Images images{bytes, 2, shape, planes};
  const auto made = [&](long n, Shape s, const Strides& strides) { return Images{bytes, n, s, strides}; };
  constexpr long largest = std::numeric_limits<long>::max();
  constexpr int longest = std::numeric_limits<int>::max();

  check_refused([&] { made(3, shape, planes); }, "24 bytes");
  check_refused([&] { made(-1, shape, planes); }, "-1 images");
  check_refused([&] { made(largest, shape, planes); }, "24 bytes");
  check_refused([&] { made(2, shape, Strides({12, 4, 2, 1, 1})); }, "24 bytes");
  check_refused([&] { made(2, shape, Strides({12, 4, 2, 1, -1})); }, "24 bytes");
  check_refused([&] { made(2, shape, Strides({-12, 4, 2, 1})); }, "24 bytes");
  check_refused([&] { made(2, shape, Strides({12, largest, 2, 1})); }, "24 bytes");
  check_refused([&] { made(2, shape, Strides({12, 4, largest, 1, largest})); }, "24 bytes");
  check_refused([&] { made(2, Shape({0, 2, 2}), planes); }, "0x2x2");
  check_refused([&] { Strides::planes({longest, longest, longest}); }, "memory");
  check_refused([&] { Images::borrowed({}, 1, shape, planes); }, "0 bytes");
  check_refused([&] { Images::shared(nullptr, 11, 1, shape, planes); }, "11 bytes");
  BOOST_TEST(made(2, shape, Strides({-12, 4, 2, 1, 12})).size() == 2);

  check_refused([&] { images.with_labels({1}, 2); }, "1 labels for 2 images");
  check_refused([&] { images.with_labels({0, 2}, 2); }, "image 1 is 2");
  check_refused([&] { images.with_labels({-2, 0}, 2); }, "image 0 is -2");
  check_refused([&] { images.with_labels({-1, -1}, 0); }, "0 classes");
  check_refused([&] { images.with_labels({0, 1}, 2, {"a"}); }, "1 class names");

  check_refused([&] { images.part({0, 2}); }, "image 2, counted from 0, among 2");
  check_refused([&] { images.part({-1}); }, "image -1");
  check_refused([&] { images.part(1, 3); }, "1 to 3");
  check_refused([&] { images.part(2, 1); }, "2 to 1");
  check_refused([&] { images.label(2); }, "image 2");
  check_refused([&] { images.pixel(2, 0, 0, 0); }, "image 2");
  check_refused([&] { images.pixel(0, 3, 0, 0); }, "channel 3");
  check_refused([&] { images.pixel(0, 0, 0, -1); }, "(0, -1)");

  std::vector<float> memory(24);
  const Batch<float> batch{memory.data(), 2, {3, 2, 2}, 0};
  check_refused([&] { images.copy(2, batch, 0); }, "image 2");
  check_refused([&] { images.copy(0, batch, 2); }, "sample 2");
  check_refused([&] { images.copy(0, batch, -1); }, "sample -1");
  check_refused([&] { images.copy(0, (Batch<float>{memory.data(), 2, {2, 2, 3}, 0}), 0); }, "2x2x3");
  check_refused([&] { Images{}.copy(0, batch, 0); }, "image 0, counted from 0, among 0");
}

BOOST_AUTO_TEST_SUITE_END()
