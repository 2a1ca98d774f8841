#include "../../examples/dim/data/npy_data.hpp"

#include <cmath>
#include <dim/io/npy.hpp>
#include <limits>

#include "../../examples/dim/data/data.hpp"
#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(npy_data)

using namespace tests;
using namespace program;

/// Writes an array that counts 0, 1, 2, ..., from 0 again after `most`, each times `unit`.
template <class T>
std::string put_counting(const std::string& path, const std::vector<long>& shape, long most = 250,
                         T unit = 1) {
  std::vector<T> numbers(std::size_t(*dim::byte_count(shape, 1)));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = T(T(long(i) % (most + 1)) * unit);
  dim::write_npy(path, numbers.data(), shape);
  return path;
}

std::string put_labels(const std::string& path, const std::vector<std::int64_t>& labels) {
  dim::write_npy(path, labels.data(), {std::ssize(labels)});
  return path;
}

dim::Images all_of(const std::string& spec) {
  return read_npy_images(spec, FolderPart::all);
}

/// Why a spec is refused, with the folder as DIR.
std::string why_not(const TemporaryDirectory& directory, const std::string& spec) {
  std::string text = error_of([&] { all_of(spec); });
  for (std::size_t at = 0; (at = text.find(directory.path())) != text.npos;)
    text.replace(at, directory.path().size(), "DIR");
  return text;
}

BOOST_AUTO_TEST_CASE(channels_are_the_few) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.npy";
  const auto shape = [&](const std::vector<long>& sizes, const std::string& name = "npy") {
    put_counting<std::uint8_t>(path, sizes);
    return to_string(all_of(name + ":" + path).shape());
  };
  BOOST_TEST(shape({2, 5, 6}) == "1x5x6");
  BOOST_TEST(shape({2, 3, 5, 6}) == "3x5x6");
  BOOST_TEST(shape({2, 5, 6, 4}) == "4x5x6");
  BOOST_TEST(shape({2, 1, 3, 6}) == "1x3x6");
  BOOST_TEST(shape({2, 3, 5, 3}, "npy@hwc") == "3x3x5");
  BOOST_TEST(shape({2, 3, 5, 3}, "npy@chw") == "3x5x3");
  BOOST_TEST(shape({2, 9, 5, 6}, "npy@chw,0..255") == "9x5x6");
  put_counting<std::uint8_t>(path, {2, 3, 5, 3});
  BOOST_TEST(
      why_not(directory, "npy:" + path) ==
      "DIR/x.npy holds an array of shape (2, 3, 5, 3), in which both the second and the last dimension "
      "can be the channels; say which by npy@chw: or npy@hwc:");
  put_counting<std::uint8_t>(path, {2, 9, 5, 6});
  BOOST_TEST(why_not(directory, "npy:" + path) ==
             "DIR/x.npy holds an array of shape (2, 9, 5, 6), in which neither the second nor the last "
             "dimension, with more than 4, can be the channels; say which by npy@chw: or npy@hwc:");
}

BOOST_AUTO_TEST_CASE(bytes_are_where_the_array_has_them) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.npy";
  const auto pixel = [&](const std::vector<long>& sizes, long i, int c, int y, int x) {
    put_counting<std::uint8_t>(path, sizes);
    return int(all_of("npy:" + path).pixel(i, c, y, x));
  };
  BOOST_TEST(pixel({2, 5, 6}, 1, 0, 4, 2) == 1 * 30 + 4 * 6 + 2);
  BOOST_TEST(pixel({2, 3, 5, 6}, 1, 2, 4, 1) == 1 * 90 + 2 * 30 + 4 * 6 + 1);
  BOOST_TEST(pixel({2, 5, 6, 3}, 1, 2, 4, 1) == 1 * 90 + 4 * 18 + 1 * 3 + 2);
}

/// The bytes of a .npy file.
std::string npy_bytes(const std::string& dtype, bool fortran_order, const std::string& shape,
                      const std::string& numbers) {
  std::string header = "{'descr': '" + dtype + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                       ", 'shape': " + shape + "}\n";
  return std::string("\x93NUMPY\x01\x00", 8) + char(header.size()) + '\0' + header + numbers;
}

// numpy.asfortranarray(array), numpy.save(..., array.astype('>u2')).
BOOST_AUTO_TEST_CASE(either_order_of_dimensions_and_bytes) {
  const TemporaryDirectory directory;
  const std::string c_order = put_counting<std::uint8_t>(directory / "c.npy", {40, 3, 5, 6}),
                    turned = directory / "turned.npy";
  std::string numbers;
  for (int x = 0; x < 6; ++x)
    for (int y = 0; y < 5; ++y)
      for (int c = 0; c < 3; ++c)
        for (int i = 0; i < 40; ++i) {
          numbers += '\0';
          numbers += char((i * 90 + c * 30 + y * 6 + x) % 251);
        }
  put(turned, npy_bytes(">u2", true, "(40, 3, 5, 6)", numbers));
  for (const FolderPart part : {FolderPart::all, FolderPart::train, FolderPart::test})
    BOOST_TEST(checksum_of(read_npy_images("npy:" + c_order, part)) ==
               checksum_of(read_npy_images("npy:" + turned, part)));
  numbers[2 * (((2 * 5 + 3) * 3 + 1) * 40 + 17)] = 2;  // 512 more
  put(turned, npy_bytes(">u2", true, "(40, 3, 5, 6)", numbers));
  BOOST_TEST(has(why_not(directory, "npy:" + turned), " in image 17, channel 1, row 3, column 2 (each "));
}

BOOST_AUTO_TEST_CASE(numbers_become_bytes) {
  const TemporaryDirectory directory;
  const auto bytes = [](const dim::Images& images) {
    std::vector<int> row;
    for (int x = 0; x < images.shape().width; ++x) row.push_back(images.pixel(0, 0, 0, x));
    return row;
  };
  const std::string path = directory / "x.npy";
  const auto read = [&]<class T>(const std::vector<T>& numbers, const std::string& name) {
    std::vector<T> all(numbers);
    dim::write_npy(path, all.data(), {1, 1, std::ssize(all)});
    return bytes(all_of(name + ":" + path));
  };
  using Row = std::vector<int>;
  BOOST_TEST(read(std::vector<float>{0, 1, 0.5F, 0.25F, 0.001F, 0.002F}, "npy") ==
             (Row{0, 255, 128, 64, 0, 1}));
  BOOST_TEST(read(std::vector<double>{-1, 1, 0}, "npy@-1..1") == (Row{0, 255, 128}));
  BOOST_TEST(read(std::vector<float>{0, 255, 77}, "npy@0..255") == (Row{0, 255, 77}));
  BOOST_TEST(read(std::vector<std::uint16_t>{0, 4095, 2048, 8, 9}, "npy@0..4095") ==
             (Row{0, 255, 128, 0, 1}));
  BOOST_TEST(read(std::vector<std::int16_t>{-1000, 1000}, "npy@-1e3..1e3") == (Row{0, 255}));
  BOOST_TEST(read(std::vector<std::uint8_t>{0, 15, 1}, "npy@0..15") == (Row{0, 255, 17}));
  BOOST_TEST(read(std::vector<signed char>{0, 127}, "npy") == (Row{0, 127}));
  Row every;
  for (int i = 0; i < 256; ++i) every.push_back(i);
  BOOST_TEST(read(std::vector<std::uint8_t>(every.begin(), every.end()), "npy") == every);
  BOOST_TEST(read(std::vector<std::int64_t>(every.begin(), every.end()), "npy") == every);
  put(path, npy_bytes("|b1", false, "(1, 1, 3)", std::string("\0\1\2", 3)));
  BOOST_TEST(bytes(all_of("npy:" + path)) == (Row{0, 255, 255}));
}

BOOST_AUTO_TEST_CASE(numbers_out_of_range_are_named) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.npy";
  std::vector<float> numbers(4 * 2 * 3 * 3, 0.5F);
  const auto why = [&](float number, const std::string& name) {
    numbers[2 * 18 + 11] = number;
    dim::write_npy(path, numbers.data(), {4, 3, 2, 3});
    return why_not(directory, name + ":" + path);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(why(1.5F, "npy@hwc") ==
             "DIR/x.npy has 1.5 in image 2, channel 2, row 1, column 1 (each counted from 0), which is "
             "outside 0..1; say in what range all of them are by npy@LOW..HIGH:, or correct it");
  BOOST_TEST(
      why(nan, "npy@chw,0..255") ==
      "DIR/x.npy has nan in image 2, channel 1, row 1, column 2 (each counted from 0), which is outside "
      "0..255; replace it by a number");
  BOOST_TEST(has(why(-std::numeric_limits<float>::infinity(), "npy@chw"), " has -inf in image 2,"));
  BOOST_TEST(has(why(-1e-9F, "npy@chw"), " has -1e-09 in image 2,"));
  BOOST_TEST(why(1, "npy@chw") == "");
  put_counting<std::uint16_t>(path, {3, 10, 10}, 1000);
  BOOST_TEST(has(why_not(directory, "npy:" + path), " has 256 in image 2, channel 0, row 5, column 6 (each"));
  put_counting<std::int8_t>(path, {3, 10, 10}, 100, -1);
  BOOST_TEST(has(why_not(directory, "npy:" + path), " has -1 in image 0, channel 0, row 0, column 1 (each"));
  // In images for measuring, too, before anything is learnt.
  BOOST_TEST(error_of([&] { read_npy_images("npy:" + path, FolderPart::train); }) ==
             error_of([&] { read_npy_images("npy:" + path, FolderPart::all); }));
}

// More numbers than are read at once, with images across the pieces' ends.
BOOST_AUTO_TEST_CASE(images_of_many_pieces) {
  const TemporaryDirectory directory;
  const long count = 700, size = 61 * 53;
  const std::string path = put_counting<std::uint16_t>(directory / "x.npy", {count, 61, 53});
  const dim::Images images = all_of("npy:" + path);
  long wrong = 0, at = 0;
  for (long i = 0; i < count; ++i)
    for (int y = 0; y < 61; ++y)
      for (int x = 0; x < 53; ++x) wrong += images.pixel(i, 0, y, x) != at++ % 251;
  BOOST_TEST(at == count * size);
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_tenth_is_for_measuring) {
  const TemporaryDirectory directory;
  const long count = 1000;
  std::vector<std::uint16_t> numbers;
  std::vector<std::int64_t> labels;
  for (long i = 0; i < count; ++i) {
    numbers.insert(numbers.end(), {std::uint16_t(i / 256), std::uint16_t(i % 256)});
    labels.push_back(i % 7);
  }
  dim::write_npy(directory / "x.npy", numbers.data(), {count, 1, 2});
  const std::string spec = "npy:" + (directory / "x.npy") + "," + put_labels(directory / "y.npy", labels);
  std::vector<int> seen(std::size_t(count), 0);
  for (const dim::Split split : {dim::Split::train, dim::Split::test}) {
    const dim::Images images = read_data(spec, split, 0);
    BOOST_TEST(images.classes() == 7);
    long before = -1;
    for (long k = 0; k < images.size(); ++k) {
      const long i = 256 * images.pixel(k, 0, 0, 0) + images.pixel(k, 0, 0, 1);
      BOOST_TEST(i > before);
      before = i;
      ++seen[std::size_t(i)];
      BOOST_TEST(images.label(k) == i % 7);
    }
    if (split == dim::Split::test) BOOST_TEST((images.size() > 70 && images.size() < 130));
  }
  BOOST_TEST((seen == std::vector<int>(std::size_t(count), 1)));
  const std::string few = put_counting<std::uint8_t>(directory / "few.npy", {1, 5, 5});
  BOOST_TEST(has(error_of([&] { read_npy_images("npy:" + few, FolderPart::test); }),
                 "as a hash of its number has it, is for measuring, and of its 1 none is; add images"));
}

BOOST_AUTO_TEST_CASE(labels_of_integers) {
  const TemporaryDirectory directory;
  const std::string images = put_counting<std::uint8_t>(directory / "x.npy", {4, 5, 5}),
                    labels = directory / "y.npy", spec = "npy:" + images + "," + labels;
  put_labels(labels, {2, -1, 0, 2});
  const dim::Images labelled = all_of(spec);
  BOOST_TEST(labelled.classes() == 3);
  BOOST_TEST(labelled.labels() == (std::vector<int>{2, -1, 0, 2}));
  put_labels(labels, {-1, -1, -1, -1});
  BOOST_TEST(all_of(spec).classes() == 0);
  BOOST_TEST(all_of("npy:" + images).classes() == 0);
  put(labels, npy_bytes(">u2", false, "(4,)", std::string("\0\1\1\0\0\0\0\0", 8)));
  BOOST_TEST(all_of(spec).labels() == (std::vector<int>{1, 256, 0, 0}));

  const auto why = [&] { return why_not(directory, spec); };
  put_labels(labels, {0, 1, 2});
  BOOST_TEST(
      why() ==
      "DIR/y.npy holds an array of shape (3,), which is no label for each of the 4 images of DIR/x.npy; "
      "labels are an array of shape (4,)");
  put_labels(labels, {0, 1, -2, 1});
  BOOST_TEST(why() ==
             "DIR/y.npy has the label -2 for image 2, counted from 0; labels count from 0 to at most 65535, "
             "and -1 is for one that isn't known");
  put_labels(labels, {0, 1, 2, std::numeric_limits<std::int64_t>::max()});
  BOOST_TEST(has(why(), "has the label 9223372036854775807 for image 3,"));
  put_counting<std::uint8_t>(labels, {4, 1});
  BOOST_TEST(has(why(), "DIR/y.npy holds an array of shape (4, 1), which is no label for each"));
  put_counting<float>(labels, {4});
  BOOST_TEST(why() ==
             "DIR/y.npy holds numbers of type <f4, which are no labels; convert them with "
             "array.astype('<i8')");
  std::filesystem::remove(labels);
  BOOST_TEST(why() == "cannot open DIR/y.npy: No such file or directory; check the path");
}

BOOST_AUTO_TEST_CASE(what_is_no_array_of_images_is_refused) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.npy";
  const auto why = [&] { return why_not(directory, "npy:" + path); };
  BOOST_TEST(why() == "cannot open DIR/x.npy: No such file or directory; check the path");
  for (const auto& [sizes, said] : {std::pair{std::vector<long>{25}, "(25,)"},
                                    {{5, 25}, "(5, 25)"},
                                    {{1, 2, 3, 4, 5}, "(1, 2, 3, 4, 5)"},
                                    {{}, "()"}}) {
    put_counting<std::uint8_t>(path, sizes);
    BOOST_TEST(why() == "DIR/x.npy holds an array of shape " + std::string(said) +
                            "; bring it into the shape (N, H, W), (N, C, H, W) or (N, H, W, C) by "
                            "array.reshape");
  }
  put_counting<std::uint8_t>(path, {0, 28, 28});
  BOOST_TEST(why() == "DIR/x.npy holds no images, since its shape is (0, 28, 28); name another file");
  put_counting<std::uint8_t>(path, {10, 28, 0, 3});
  BOOST_TEST(has(why(), "DIR/x.npy holds no images, since its shape is (10, 28, 0, 3)"));
  put_counting<std::uint8_t>(path, {10, 5, 5});
  put(path, contents(path).substr(0, 300));
  BOOST_TEST(has(why(), "DIR/x.npy: the header announces 250 bytes of numbers, but the file holds 172"));
  put(path, "hello, this is no array");
  BOOST_TEST(has(why(), "DIR/x.npy: this is not a .npy file"));
  put(path, npy_bytes("<f2", false, "(1, 1, 1)", "xx"));
  BOOST_TEST(has(why(), "'<f2' cannot be read; convert it with array.astype('<f4')"));
  BOOST_TEST(why_not(directory, "npy:" + directory.path()) == "DIR is not a regular file; name one");
}

// An array of three dimensions may hold gray images or signals of several channels: the spec says which.
BOOST_AUTO_TEST_CASE(signals_are_images_of_one_line) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.npy";
  const auto shape = [&](const std::vector<long>& sizes, const std::string& name) {
    put_counting<std::uint8_t>(path, sizes);
    return to_string(all_of(name + ":" + path).shape());
  };
  BOOST_TEST(shape({5, 40}, "signals") == "1x1x40");
  BOOST_TEST(shape({5, 3, 40}, "signals") == "3x1x40");
  BOOST_TEST(shape({5, 3, 40}, "signals@cl") == "3x1x40");
  BOOST_TEST(shape({5, 40, 3}, "signals@lc,0..250") == "3x1x40");
  BOOST_TEST(shape({5, 40, 3}, "npy") == "1x40x3");
  for (const bool turned : {false, true}) {
    put_counting<std::uint8_t>(path, turned ? std::vector<long>{4, 7, 3} : std::vector<long>{4, 3, 7});
    const dim::Images signals = all_of((turned ? "signals@lc:" : "signals:") + path);
    for (int i = 0; i < 4; ++i)
      for (int c = 0; c < 3; ++c)
        for (int x = 0; x < 7; ++x)
          BOOST_TEST(int(signals.pixel(i, c, 0, x)) == 21 * i + (turned ? 3 * x + c : 7 * c + x));
  }
  put_counting<std::uint8_t>(path, {5, 2, 3, 40});
  BOOST_TEST(
      why_not(directory, "signals:" + path) ==
      "DIR/x.npy holds an array of shape (5, 2, 3, 40); bring it into the shape (N, L) or (N, C, L), or by "
      "signals@lc: (N, L, C), by array.reshape");
  put_counting<float>(path, {5, 2, 40}, 250, 0.01F);
  BOOST_TEST(why_not(directory, "signals:" + path) ==
             "DIR/x.npy has 1.01 in signal 1, channel 0, sample 21 (each counted from 0), which is outside "
             "0..1; say in "
             "what range all of them are by signals@LOW..HIGH:, or correct it");
  BOOST_TEST(is_npy("signals:x"));
  BOOST_TEST(is_npy("signals@lc:x"));
  BOOST_TEST(!is_npy("signalsx:x"));
  BOOST_TEST(normal("signals@lc:./a//x.npy,b/../y.npy") == "signals@lc:a/x.npy,y.npy");
  BOOST_TEST(data_title("signals:a/heartbeats.npy") == "heartbeats");
  BOOST_TEST(
      has(why_not(directory, "signals:"), " names no file of signals: write signals:SIGNALS.npy, or "));
  BOOST_TEST(
      has(why_not(directory, "signals@chw:x.npy"),
          " is none of cl, lc and LOW..HIGH; write, for example, signals@lc:FILE or signals@0..4095:FILE"));
}

BOOST_AUTO_TEST_CASE(specs_of_arrays) {
  BOOST_TEST(is_npy("npy:x"));
  BOOST_TEST(is_npy("npy@0..1:x"));
  BOOST_TEST(!is_npy("npyx:x"));
  BOOST_TEST(!is_npy("folder:npy"));
  BOOST_TEST(normal("npy@chw:./a//x.npy,b/../y.npy") == "npy@chw:a/x.npy,y.npy");
  BOOST_TEST(normal("npy:/a/x.npy") == "npy:/a/x.npy");
  BOOST_TEST(data_title("npy@0..1:a/my cells.npy,y.npy") == "my cells");
  const TemporaryDirectory none;
  for (const char* spec : {"npy", "npy:", "npy:,y.npy"})
    BOOST_TEST(
        has(why_not(none, spec), " names no file of images: write npy:IMAGES.npy, or npy:IMAGES.npy,"));
  BOOST_TEST(has(why_not(none, "npy:x.npy,"), " names no file of labels: write "));
  for (const char* option :
       {"", "nchw", "1..0", "0..0", "0..x", "0..nan", "0..inf", "..1", "0..", "0-1", "chw,"})
    BOOST_TEST(
        has(why_not(none, "npy@" + std::string(option) + ":x.npy"),
            " is none of chw, hwc and LOW..HIGH; write, for example, npy@chw:FILE or npy@0..4095:FILE"),
        option);
  BOOST_TEST(has(why_not(none, "npy@chw,hwc:x.npy"), " says twice where the channels are; say it once"));
  BOOST_TEST(has(why_not(none, "npy@0..1,0..2:x.npy"), " says twice what the range is; say it once"));
}

// Images of a size for which an encoder is planned, from arrays to a report.
BOOST_AUTO_TEST_CASE(learns_from_arrays) {
  const TemporaryDirectory directory;
  const long count = 300;
  std::vector<std::uint16_t> numbers;
  std::vector<std::int64_t> labels;
  for (long i = 0; i < count; ++i) {
    labels.push_back(i % 30 == 0 ? -1 : i % 3);
    for (long k = 0; k < 2 * 12 * 14; ++k) numbers.push_back(std::uint16_t(i % 3 * 1000 + k * i % 97 * 20));
  }
  dim::write_npy(directory / "cells.npy", numbers.data(), {count, 2, 12, 14});
  put_labels(directory / "types.npy", labels);
  const std::string run = directory / "run",
                    spec = "npy@0..4095:" + directory.path() + "/./cells.npy," + directory / "types.npy";
  const Ran trained =
      run_dim("train --data " + spec + " --units 8 --batch 20 --epochs 1 --augment crop,flip --out " + run);
  BOOST_TEST(trained.status == 0, trained.error);
  BOOST_TEST(has(contents(run + "/run.json"), "\"basic-2x12x14\""));
  BOOST_TEST(has(contents(run + "/run.json"),
                 "\"npy@0..4095:" + directory.path() + "/cells.npy," + directory.path() + "/types.npy\""));
  const std::string measured =
      output_of("evaluate " + run + " --probes knn,linear,rankme,retrieval --baselines untrained,pixels");
  BOOST_TEST(has(measured, "10 images are left out, since their labels are not known"), measured);
  output_of("report " + run);
  const std::string page = contents(run + "/report.html");
  BOOST_TEST(has(page, " on cells"));
  BOOST_TEST(!has(page, "--limit"));
  BOOST_TEST(has(page, "Logistic regression on y"));
  BOOST_TEST(!has(page, "Among the measures stands"));
  const Ran tuned = run_dim("finetune " + run + " --labels 1 --steps 2");
  BOOST_TEST(tuned.status == 0, tuned.error);
  for (const std::string split : {"train", "test", "all"})
    output_of("features " + run + " --split " + split + " --feature y --out " + directory / (split + ".npy"));
  const auto rows = [&](const char* name) { return dim::read_npy(directory / name).shape[0]; };
  BOOST_TEST(rows("all.npy") == count);
  BOOST_TEST(rows("train.npy") + rows("test.npy") == count);
  BOOST_TEST(has(output_of("info " + run), "npy@0..4095:"));
  // As an array, the same rows as those of features.
  output_of("embed " + run + " " + spec + " --out " + directory / "embedded.npy");
  BOOST_TEST((contents(directory / "embedded.npy") == contents(directory / "all.npy")));
  BOOST_TEST(contents(directory / "embedded.npy.txt").starts_with("0\n1\n2\n"));
  BOOST_TEST(has(run_dim("embed " + run + " " + spec + " x.png --out " + directory / "z.csv").error,
                 "is a set of data, which has a file of representations of its own; embed it alone"));
  put(directory / "x.png", png_of(ramps(12, 14), PNG_FORMAT_RGB));
  BOOST_TEST(has(run_dim("neighbours " + run + " " + directory / "x.png").error,
                 "image files can't be brought into the shape 2x12x14"));
  BOOST_TEST(has(run_dim("features " + run + " --data cifar10:x --split all --out z.npy").error,
                 "--split all is for data as arrays (npy:), and these are cifar10:x"));
  numbers[5] ^= 1024;
  dim::write_npy(directory / "cells.npy", numbers.data(), {count, 2, 12, 14});
  BOOST_TEST(has(run_dim("report " + run).error, "has other training images"));
}

// Signals, from arrays to a report; what makes no sense of them is refused in a sentence.
BOOST_AUTO_TEST_CASE(learns_from_signals) {
  const TemporaryDirectory directory;
  const long count = 300;
  std::vector<float> numbers;
  std::vector<std::int64_t> labels;
  for (long i = 0; i < count; ++i) {
    labels.push_back(i % 3);
    for (long k = 0; k < 2 * 60; ++k) numbers.push_back(float(std::sin(double(i + k % 60 * (1 + i % 3)))));
  }
  dim::write_npy(directory / "waves.npy", numbers.data(), {count, 2, 60});
  put_labels(directory / "types.npy", labels);
  const std::string run = directory / "run",
                    spec = "signals@-1..1:" + directory / "waves.npy" + "," + directory / "types.npy",
                    command = "train --data " + spec + " --units 8 --batch 20 --epochs 1 --task both --out ";
  const std::string said = output_of(command + run + " --augment crop,resized-crop,occlusion --views 2");
  BOOST_TEST(has(said,
                 "plan     that for signals, as no ready encoder takes 2x1x60: map 64x1x15, conv 128x1x3, fc "
                 "1024, y 64"),
             said);
  BOOST_TEST(has(said, " signals of 2x1x60, seen without"), said);
  BOOST_TEST(has(said, "\ntest     every tenth, by a hash of its name, is kept for dim evaluate\n"), said);
  BOOST_TEST(has(contents(run + "/run.json"), "\"basic-2x1x60\""));
  const std::string measured =
      output_of("evaluate " + run +
                " --probes knn,linear,rankme,alignment,retrieval --baselines untrained,supervised,pixels");
  BOOST_TEST(has(measured, "retrieval"), measured);
  output_of("report " + run);
  const std::string page = contents(run + "/report.html");
  BOOST_TEST(has(page, "--probes svm"));
  BOOST_TEST(!has(page, "reconstruction"));  // which are of images alone
  output_of("cluster " + run + " " + spec + " -k 3 --out " + directory / "groups.csv");
  output_of("duplicates " + run + " " + spec + " --out " + directory / "same.csv");
  output_of("map " + run + " " + spec + " --out " + directory / "map.html");
  BOOST_TEST(output_of("neighbours " + run + " 12 -k 3 --of " + spec).starts_with("1.0000  12\n"));
  output_of("features " + run + " --split all --feature conv --out " + directory / "conv.npy");
  BOOST_TEST((dim::read_npy(directory / "conv.npy").shape == std::vector<long>{count, 128, 1, 3}));
  BOOST_TEST(has(output_of("info " + run), "Conv<128, {1, 8}, {1, 4}, {0, 2}> to 128x1x3"));
  BOOST_TEST(has(run_dim("evaluate " + run + " --probes reconstruction").error,
                 "y of 64 numbers an image of 3x32x32 or 1x28x28"));
  BOOST_TEST(has(run_dim(command + directory / "flipped --augment crop,flip").error,
                 "a flip would run signals, images of 2x1x60, backwards; leave it out"));
  put(directory / "x.png", "none");
  BOOST_TEST(has(run_dim("embed " + run + " " + directory / "x.png --out " + directory / "x.npy").error,
                 "image files can't be brought into the shape 2x1x60"));
}

// Arrays are searched, grouped and embedded by the numbers of their images.
BOOST_AUTO_TEST_CASE(images_of_an_array_have_numbers_as_names) {
  const SmallCifar cifar;
  cifar.train("run");
  const std::string run = cifar.run("run"), image = cifar.run("image.png"), csv = cifar.run("x.csv"),
                    spec = "npy:" + put_counting<std::uint8_t>(cifar.run("x.npy"), {20, 32, 32, 3});
  dim::ByteImage picture{32, 32, 3, {}};
  for (int i = 0; i < 32 * 32 * 3; ++i)
    picture.bytes.push_back(std::uint8_t((7 * 32 * 32 * 3 + i) % 251));  // image 7 of the array
  put(image, png_of(picture, PNG_FORMAT_RGB));
  const std::string found = output_of("neighbours " + run + " " + image + " --of " + spec + " -k 2");
  BOOST_TEST(found.starts_with("1.0000  7\n"), found);
  BOOST_TEST(has(output_of("neighbours " + run + " " + image + " -k 1"), "  test/"));  // of the run's data
  BOOST_TEST(output_of("neighbours " + run + " test/7 -k 1").starts_with("1.0000  test/7\n"));
  check_fails("neighbours " + run + " test/70000",
              "there is no file 'test/70000', and none of the 100 images to search is called so; the first "
              "of them is "
              "test/0, the last test/99");
  for (const std::string command : {"embed ", "cluster "}) {
    output_of(command + run + " " + spec + " --out " + csv);
    const std::string text = contents(csv);
    BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 21, text);
    BOOST_TEST(has(text, "\n19,"), text);
  }
  BOOST_TEST(
      has(run_dim("embed " + run + " npy:" + cifar.run("none.npy") + " --out " + csv).error, "cannot open "));
  const std::string array = cifar.run("x.npy"), before = contents(array),
                    read = "--out " + array + " is a file that is read, and stays as it is";
  BOOST_TEST(has(run_dim("embed " + run + " " + spec + " --out " + array).error, read));
  BOOST_TEST(has(run_dim("features " + run + " --data " + spec + " --split all --out " + array).error, read));
  BOOST_TEST((contents(array) == before));
  put_counting<std::uint8_t>(array, {20, 8, 8});
  BOOST_TEST(has(run_dim("embed " + run + " " + spec + " --out " + csv).error, "takes images of 3x32x32"));
}

// Where some labels are not known, those held out have one, and so have the first of the others.
BOOST_AUTO_TEST_CASE(images_with_labels_are_held_out) {
  const TemporaryDirectory directory;
  std::vector<std::int64_t> labels;
  for (long i = 0; i < 480; ++i) labels.push_back(i % 4 == 0 ? i % 3 : -1);
  const std::string images = put_counting<std::uint8_t>(directory / "x.npy", {480, 5, 5});
  const dim::Images some = all_of("npy:" + images + "," + put_labels(directory / "y.npy", labels));
  const HeldOut split = hold_out(some, 1000);
  BOOST_TEST(split.held_out.size() == 12);
  BOOST_TEST(split.trained_on.size() == 468);
  for (long i = 0; i < 12; ++i) BOOST_TEST(split.held_out.label(i) >= 0);
  for (long i = 0; i < 108; ++i) BOOST_TEST(split.trained_on.label(i) >= 0);
  BOOST_TEST(split.trained_on.label(108) == -1);
  BOOST_TEST(labelled_images(some).size() == 120);
  BOOST_TEST(hold_out(some.part(0, 80), 1000).held_out.size() == 0);  // too few labels
  BOOST_TEST(
      has(error_of([&] { labelled_images(some.part(1, 4)); }), "none of 3 images of a part of the data"));
}

// Shells expand a tilde only at the beginning of a word.
BOOST_AUTO_TEST_CASE(a_tilde_before_labels_is_the_home_folder) {
  const TemporaryDirectory directory;
  put_counting<std::uint8_t>(directory / "x.npy", {20, 8, 8});
  put_labels(directory / "y.npy", {0, 1});
  const Ran ran =
      shell("HOME=" + directory.path() + "; export HOME; \"$dim\" train --data 'npy:~/x.npy,~/y.npy'");
  BOOST_TEST(has(ran.error, directory / "y.npy" + " holds an array of shape (2,)"), ran.error);
}

BOOST_AUTO_TEST_SUITE_END()
