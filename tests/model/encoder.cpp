#include <boost/test/unit_test.hpp>
#include <dim/layers/batch_norm.hpp>
#include <dim/layers/conv.hpp>
#include <dim/layers/leaky.hpp>
#include <dim/model/encoder.hpp>

BOOST_AUTO_TEST_SUITE(encoder)

using namespace dim;

struct Maps : Sequential<Conv<6, 4, 2, 1>, BatchNorm, ReLU> {};  // (6, 4, 6)
struct Summary : Sequential<Conv<8, 3>, BatchNorm, ReLU, Linear<12>, ReLU, Linear<7>, Linear<5>> {
};  // (8, 2, 4) ...
using Net = Encoder<Shape{2, 8, 12}, Maps, Summary>;

BOOST_AUTO_TEST_CASE(representations) {
  BOOST_TEST((Net::image == Shape{2, 8, 12}));
  BOOST_TEST((Net::map == Shape{6, 4, 6}));
  BOOST_TEST((Net::conv == Shape{8, 2, 4}));
  BOOST_TEST((Net::fc == Shape{7, 1, 1}));
  BOOST_TEST((Net::code == Shape{5, 1, 1}));
  BOOST_TEST(Net::has_fc);
}

// One Linear: the input of the first is the input of the last.
BOOST_AUTO_TEST_CASE(a_single_linear) {
  using Single = Encoder<Shape{2, 8, 12}, Maps, Sequential<Conv<8, 3>, ReLU, Linear<5>>>;
  BOOST_TEST((Single::conv == Shape{8, 2, 4}));
  BOOST_TEST((Single::fc == Shape{8, 2, 4}));
}

// No Linear: several codes per image, each for a part of it.
BOOST_AUTO_TEST_CASE(a_map_of_codes) {
  using Several = Encoder<Shape{2, 8, 12}, Maps, Sequential<Conv<8, 3>, ReLU, Conv<5, 1>>>;
  BOOST_TEST((Several::conv == Several::map));
  BOOST_TEST(!Several::has_fc);
  BOOST_TEST(!Several::fc.valid());
  BOOST_TEST((Several::code == Shape{5, 2, 4}));
}

BOOST_AUTO_TEST_CASE(names_are_those_of_pytorch) {
  const Entries entries = Net::entries();
  std::vector<std::string> names, statistics;
  for (const auto& entry : entries.parameters) names.push_back(entry.name);
  for (const auto& entry : entries.statistics) statistics.push_back(entry.name);
  BOOST_TEST(names == (std::vector<std::string>{"maps.0.weight", "maps.1.weight", "maps.1.bias",
                                                "summary.0.weight", "summary.1.weight", "summary.1.bias",
                                                "summary.3.weight", "summary.3.bias", "summary.5.weight",
                                                "summary.5.bias", "summary.6.weight", "summary.6.bias"}));
  BOOST_TEST(statistics == (std::vector<std::string>{"maps.1.running_mean", "maps.1.running_var",
                                                     "summary.1.running_mean", "summary.1.running_var"}));
  BOOST_TEST((entries.parameters[0].array.shape() == std::vector<long>{6, 2, 4, 4}));
  BOOST_TEST((entries.parameters[6].array.shape() == std::vector<long>{12, 64}));
  long end = 0;
  for (const auto& [name, parameter, offset] : entries.parameters) {
    BOOST_TEST(offset == end);
    end += parameter.size();
  }
  BOOST_TEST(end == (counts<Maps>(Net::image) + counts<Summary>(Net::map)).parameters);
}

BOOST_AUTO_TEST_CASE(linear_layers_of_a_chain) {
  static_assert(detail::find_linear<Summary::Parts>() == std::array{3, 6});
  static_assert(detail::find_linear<Maps::Parts>() == std::array{-1, -1});
}

BOOST_AUTO_TEST_SUITE_END()
