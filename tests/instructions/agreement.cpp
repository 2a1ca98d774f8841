// The same training, built for this machine, for AVX2 and for no vector instructions at all.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <dim/cpu/simd.hpp>
#include <sstream>
#include <vector>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(agreement)

/// The output of a program with so many threads.
std::string printed(const std::string& program, int threads) {
  const TemporaryDirectory directory;
  const std::string output = directory / "output";
  const std::string command = "'" + program + "' " + std::to_string(threads) + " >'" + output + "'";
  BOOST_TEST_REQUIRE(std::system(command.c_str()) == 0, command);
  return contents(output);
}
/// The output of training.cpp, built for `instructions`, and of measures.cpp.
std::string trained(const std::string& instructions, int threads) {
  return printed(DIM_TRAINING + instructions, threads);
}
std::string measured(const std::string& instructions, int threads) {
  return printed(DIM_MEASURES + instructions, threads);
}

/// One line of it.
struct Line {
  std::string name, checksum;
  std::vector<double> losses;

  explicit Line(const std::string& text) {
    std::istringstream words(text);
    words >> name >> checksum;
    for (double loss = 0; words >> loss;) losses.push_back(loss);
  }
};

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  for (const char* instructions : {"native", "avx2", "plain"})
    BOOST_TEST(trained(instructions, 1) == trained(instructions, 3));
}

BOOST_AUTO_TEST_CASE(avx512_and_avx2_agree_in_every_bit) {
  if (dim::cpu::register_bytes != 64) BOOST_TEST_MESSAGE("SKIPPED: this machine has no AVX-512, only AVX2");
  BOOST_TEST(trained("native", 1) == trained("avx2", 1));
}

BOOST_AUTO_TEST_CASE(measures_agree_in_every_bit) {
  const std::string expected = measured("native", 1);
  BOOST_TEST(expected != "");
  for (const int threads : {2, 7}) BOOST_TEST(measured("native", threads) == expected);
  for (const int threads : {1, 7}) BOOST_TEST(measured("avx2", threads) == expected);
}

// The plain build rounds sums more often: losses are close, and bits differ.
BOOST_AUTO_TEST_CASE(plain_agrees_to_rounding) {
  std::istringstream native(trained("native", 1)), plain(trained("plain", 1));
  std::string ours, theirs;
  long losses = 0;
  while (std::getline(native, ours)) {
    BOOST_TEST_REQUIRE(bool(std::getline(plain, theirs)));
    const Line expected(ours), got(theirs);
    BOOST_TEST(got.name == expected.name);
    BOOST_TEST(got.checksum != expected.checksum, got.name);
    BOOST_TEST_REQUIRE(got.losses.size() == expected.losses.size());
    const double tolerance = got.name == "brain" ? 0.05 : 1e-3;  // numbers of 8 bits may round to either side
    for (std::size_t i = 0; i < got.losses.size(); ++i, ++losses)
      BOOST_TEST(std::abs(got.losses[i] - expected.losses[i]) <= tolerance * std::abs(expected.losses[i]),
                 got.name << ", loss " << i << ": " << got.losses[i] << " and " << expected.losses[i]);
  }
  BOOST_TEST(losses == 10 * 10 * 5);
}

BOOST_AUTO_TEST_SUITE_END()
