#include <boost/test/unit_test.hpp>
#include <dim/model/basic.hpp>

BOOST_AUTO_TEST_SUITE(basic)

using namespace dim;

template <class Net>
long parameters() {
  return (counts<typename Net::Maps>(Net::image) + counts<typename Net::Summary>(Net::map)).parameters;
}
template <class Net>
void check_shapes(Shape map, Shape conv) {
  BOOST_TEST((Net::map == map));
  BOOST_TEST((Net::conv == conv));
  BOOST_TEST((Net::fc == Shape{1024, 1, 1}));
  BOOST_TEST((Net::code == Shape{64, 1, 1}));
}

BOOST_AUTO_TEST_CASE(cifar) {
  BOOST_TEST(parameters<encoders::Basic32x32>() == 4'921'280);
  check_shapes<encoders::Basic32x32>({128, 8, 8}, {256, 4, 4});
}
BOOST_AUTO_TEST_CASE(mnist) {
  BOOST_TEST(parameters<encoders::Basic28x28>() == 6'696'960);
  check_shapes<encoders::Basic28x28>({128, 7, 7}, {128, 7, 7});
}
BOOST_AUTO_TEST_CASE(images_of_64_pixels) {
  BOOST_TEST(parameters<encoders::Basic64x64>() == 11'213'760);
  check_shapes<encoders::Basic64x64>({256, 8, 8}, {512, 4, 4});
}

BOOST_AUTO_TEST_SUITE_END()
