#include "../../examples/dim/run/tfevents.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(tfevents)

std::string hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes)
    for (const int digit : {byte >> 4 & 15, byte & 15}) text += "0123456789abcdef"[digit];
  return text;
}

// RFC 3720, B.4.
BOOST_AUTO_TEST_CASE(checksums_are_those_of_the_standard) {
  BOOST_TEST(program::crc32c("") == 0u);
  BOOST_TEST(program::crc32c("123456789") == 0xe3069283u);
  BOOST_TEST(program::crc32c(std::string(32, '\0')) == 0x8a9136aau);
  BOOST_TEST(program::crc32c(std::string(32, '\xff')) == 0x62a8ab43u);
}

// Written by TensorBoard 2.21's RecordWriter, from its messages serialised by protobuf 7.36.
BOOST_AUTO_TEST_CASE(bytes_are_those_of_tensorboard) {
  const double seconds = 1700000000.25, later = 1700000001.5;
  BOOST_TEST(hexadecimal(program::version_event(seconds)) ==
             "1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9");
  BOOST_TEST(hexadecimal(program::start_event(seconds, 5)) ==
             "0f000000000000006d532b090900001040fc54d94110053a0208014aa1e10c");
  BOOST_TEST(
      hexadecimal(program::scalars_event(later, 300, {{"train/loss", 0.1}, {"held-out/accuracy", -2.5}})) ==
      "3b000000000000001a23ac5c0900006040fc54d94110ac022a2d0a110a0a747261696e2f6c6f737315cdcccc3d0a180a"
      "1168656c642d6f75742f616363757261637915000020c09611abb7");
  // Numbers and lengths of several bytes, and a 0.
  BOOST_TEST(hexadecimal(program::scalars_event(later, 1L << 40, {{std::string(200, 'x'), 0}})) ==
             "e60000000000000071234f870900006040fc54d941108080808080202ad3010ad0010ac801" +
                 hexadecimal(std::string(200, 'x')) + "150000000021e19c02");
}

BOOST_AUTO_TEST_SUITE_END()
