// The approximate search, against the exact one.
#include "../../examples/dim/run/code_index.hpp"

#include <dim/core/random.hpp>
#include <dim/cpu/backend.hpp>
#include <filesystem>
#include <limits>

#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(code_index)

using namespace tests;
using namespace program;

constexpr long size = 64;

/// Codes in 50 clusters, one after the other.
std::vector<float> clustered(long count, std::uint64_t seed) {
  const dim::Random centres{1}, random{seed};
  std::vector<float> x;
  for (long i = 0; i < count; ++i)
    for (long j = 0; j < size; ++j)
      x.push_back(float(centres.normal(std::uint64_t(i % 50 * size + j)) +
                        random.normal(std::uint64_t(i * size + j))));
  return x;
}
dim::Features<float> rows(const std::vector<float>& x) {
  return {x.data(), std::ssize(x) / size, size};
}

bool without_index() {
  return !error_of([] { require_index(); }).empty();
}

BOOST_AUTO_TEST_CASE(finds_what_the_exact_search_does) {
  if (without_index()) {
    BOOST_TEST_MESSAGE("SKIPPED: built without hnswlib");
    return;
  }
  constexpr long queries = 200, k = 9;
  const std::vector<float> codes = clustered(5000, 2), asked = clustered(queries, 3);
  const std::vector<std::byte> bytes = index_of(rows(codes));
  BOOST_TEST((index_of(rows(codes)) == bytes));
  const CodeIndex index(bytes, rows(codes));
  const dim::Cpu cpu{1};
  const auto exact = dim::NeighbourSearch<float>(cpu, rows(codes)).nearest(cpu, rows(asked), k);
  long hits = 0;
  for (long q = 0; q < queries; ++q) {
    const auto found = index.nearest(rows(asked).part(q, 1), k);
    BOOST_TEST_REQUIRE(std::ssize(found) == k);
    const auto begin = exact.begin() + q * k;
    for (const auto& each : found)
      for (auto of = begin; of != begin + k; ++of)
        if (of->index == each.index) {
          ++hits;
          BOOST_TEST(of->similarity == each.similarity);
        }
  }
  const double recall = double(hits) / double(queries * k);
  BOOST_TEST_MESSAGE("recall " << recall);
  BOOST_TEST(recall >= 0.95);
  BOOST_TEST(index.nearest(rows(asked).part(0, 1), 1000).size() == 1000u);
}

BOOST_AUTO_TEST_CASE(what_it_cannot_be_made_of_is_refused) {
  if (without_index()) return;
  std::vector<float> codes = clustered(100, 2);
  const std::vector<std::byte> bytes = index_of(rows(codes));
  const std::vector<float> fewer(codes.begin(), codes.end() - size);
  BOOST_TEST(
      has(error_of([&] { CodeIndex(bytes, rows(fewer)); }), "is of other than 99 codes of 64 numbers"));
  const dim::Bytes half = dim::Bytes(bytes).first(bytes.size() / 2);
  BOOST_TEST(
      has(error_of([&] { CodeIndex(half, rows(codes)); }), "hnswlib can't read the index of 100 codes"));
  std::fill(codes.begin(), codes.begin() + size, 0.0F);  // a code without a direction is like none
  const std::vector<std::byte> other = index_of(rows(codes));
  const auto found = CodeIndex(other, rows(codes)).nearest(rows(codes).part(1, 1), 100);
  BOOST_TEST(found.front().index == 1);
  codes[5] = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(has(error_of([&] { index_of(rows(codes)); }), "row 0, column 5"));
}

// Of a folder, with a search after each change.
BOOST_AUTO_TEST_CASE(kept_with_the_run) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"), images = cifar.run("images");
  std::filesystem::create_directory(images);
  const auto put_image = [&](int i) {
    dim::ByteImage image = ramps(32, 32);
    for (std::size_t n = 0; n < image.bytes.size(); ++n)
      image.bytes[n] = std::uint8_t(image.bytes[n] + 20 * std::size_t(i) * (n % 3 + 1));
    put(images + "/" + std::to_string(i) + ".png", png_of(image, PNG_FORMAT_RGB));
  };
  for (int i = 0; i < 12; ++i) put_image(i);
  const std::string exact = "neighbours " + run + " " + images + "/3.png -k 3 --of " + images,
                    search = exact + " --index";
  if (without_index()) {
    check_fails(search,
                "--index needs hnswlib, without which this program was built: install libhnswlib-dev and "
                "build again, or leave --index out, for an exact search");
    return;
  }
  const auto found_in = [](const std::string& output) {
    return output.substr(0, output.find("/neighbours.html shows them"));
  };
  const auto makes_it = [](const Ran& ran) { return has(ran.output, " keeps their index for "); };
  const auto file = [&] {
    std::string path;
    for (const auto& entry : std::filesystem::directory_iterator(run))
      if (entry.path().filename().string().starts_with("index-")) path = entry.path();
    return path;
  };
  const std::string before = found_in(output_of(exact));
  BOOST_TEST(file().empty());
  const Ran first = run_dim(search), second = run_dim(search);
  BOOST_TEST(first.status == 0, first.error);
  BOOST_TEST(has(first.output, "The search was approximate and may have missed some;"), first.output);
  BOOST_TEST(has(contents(run + "/neighbours.html"), "The search was approximate"));
  BOOST_TEST(has(first.error, "making an index of 12 codes, once"), first.error);
  BOOST_TEST(makes_it(first));
  BOOST_TEST(!makes_it(second));
  BOOST_TEST(second.error == "" + std::string(program::slow_build_notice()));
  BOOST_TEST(found_in(first.output) == before);
  BOOST_TEST(found_in(second.output) == before);
  BOOST_TEST(!has(output_of(exact), "approximate"));

  const std::string whole = contents(file());
  std::string bad = whole;
  bad[bad.size() - 20] = char(bad[bad.size() - 20] ^ 1);
  put(file(), bad);
  const Ran damaged = run_dim(search);
  BOOST_TEST(has(damaged.error, file()), damaged.error);
  BOOST_TEST(has(damaged.error, "; it is made anew\n"), damaged.error);
  BOOST_TEST(found_in(damaged.output) == before);
  BOOST_TEST((contents(file()) == whole));

  put_image(13);
  const Ran more = run_dim(search);
  BOOST_TEST(makes_it(more));
  BOOST_TEST(found_in(more.output) == found_in(output_of(exact)));
}

BOOST_AUTO_TEST_SUITE_END()
