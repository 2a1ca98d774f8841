#include <boost/test/unit_test.hpp>
#include <dim/model/basic.hpp>
#include <dim/model/dcgan.hpp>

BOOST_AUTO_TEST_SUITE(dcgan)

using namespace dim;

BOOST_AUTO_TEST_CASE(as_basic32x32_but_for_its_start) {
  using Net = encoders::Dcgan<>;
  using Basic = encoders::Basic32x32;
  BOOST_TEST((Net::map == Basic::map && Net::conv == Basic::conv && Net::fc == Basic::fc &&
              Net::code == Basic::code));
  const Entries entries = Net::entries(), basic = Basic::entries();
  BOOST_TEST_REQUIRE(entries.parameters.size() == basic.parameters.size());
  for (std::size_t i = 0; i < basic.parameters.size(); ++i) {
    BOOST_TEST(entries.parameters[i].name == basic.parameters[i].name);
    BOOST_TEST(entries.parameters[i].array.shape() == basic.parameters[i].array.shape());
  }
  static_assert(std::is_same_v<Net::Initialisation, DcganInitialisation>);
  static_assert(std::is_same_v<Net::Maps::layer<2>, LeakyReLU>);
}
BOOST_AUTO_TEST_CASE(width) {
  BOOST_TEST((encoders::Dcgan<8>::map == Shape{16, 8, 8}));
  BOOST_TEST((encoders::Dcgan<8>::conv == Shape{32, 4, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
