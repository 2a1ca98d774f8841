#include <boost/test/unit_test.hpp>
#include <dim/io/checksum.hpp>
#include <span>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(checksum)

namespace {

std::uint64_t hash(std::string_view text, std::uint64_t seed = 0) {
  return dim::checksum(std::as_bytes(std::span(text)), seed);
}

}  // namespace

// Values of the reference implementation, which cover every branch: no byte, single bytes, 4, 8 and 32.
BOOST_AUTO_TEST_CASE(is_xxh64) {
  BOOST_TEST(hash("") == 0xEF46DB3751D8E999u);
  BOOST_TEST(hash("a") == 0xD24EC4F1A98C6E5Bu);
  BOOST_TEST(hash("abc") == 0x44BC2CF5AD770999u);
  BOOST_TEST(hash("Nobody inspects the spammish repetition") == 0xFBCEA83C8A378BF1u);
  BOOST_TEST(hash("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?-"
                  "0123456789abcdefghijklmnopqrstuvwx",
                  0x123456789ABCDEF0) == 0x476C06F886FB074Du);
}

BOOST_AUTO_TEST_CASE(notices_every_bit) {
  std::vector<std::byte> data(101, std::byte{42});
  const std::uint64_t before = dim::checksum(data);
  for (std::size_t bit = 0; bit < 8 * data.size(); ++bit) {
    data[bit / 8] ^= std::byte(1 << bit % 8);
    BOOST_TEST(dim::checksum(data) != before);
    data[bit / 8] ^= std::byte(1 << bit % 8);
  }
  BOOST_TEST(dim::checksum(data) == before);
}

BOOST_AUTO_TEST_SUITE_END()
