// With scikit-learn 1.2: silhouette_samples(x, labels).
#include "dim/evaluate/silhouettes.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(silhouettes)

using namespace tests;
using dim::Cpu, dim::Features;

const std::vector<double> x = {-1, 0,  5,  9,  -9, -7, 6, 9,  -5, -4, 7,  -1, -4, 6,  -5, -2,
                               3,  1,  -8, -9, 7,  5,  6, 1,  6,  -3, -1, 5,  -7, -4, -7, -1,
                               9,  -7, -2, -2, 8,  -6, 0, -5, -9, 5,  -8, -4, 0,  0,  -7, 9};
const std::vector<int> labels = {0, 0, 0, 1, 2, 0, 0, 1, 2, 2, 1, 4};  // none of 3, and one of 4

BOOST_AUTO_TEST_CASE(as_scikit_learn_has_them) {
  const std::vector<double> expected = {0.060823218357529234, 0.11900131711253172,   0.17296380968181518,
                                        0.3640294300401752,   -0.003641302803204186, 0.03233858735686813,
                                        -0.27424988257895844, 0.20500183738351915,   0.45992487870395854,
                                        0.49908647924377936,  0.5187036090981274,    0.0};
  const std::vector<float> floats(x.begin(), x.end());
  const std::vector<double> found =
                                dim::silhouettes(Cpu{2}, Features<double>{x.data(), 12, 4, labels.data()}, 5),
                            same = dim::silhouettes(Cpu{1},
                                                    Features<float>{floats.data(), 12, 4, labels.data()}, 6);
  BOOST_TEST_REQUIRE(found.size() == 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    BOOST_TEST(std::abs(found[i] - expected[i]) < 1e-13);
    BOOST_TEST(same[i] == found[i]);
  }
  const std::vector<double> equal(8, 3);  // no distance is above 0
  for (const double each :
       dim::silhouettes(Cpu{1}, Features<double>{equal.data(), 4, 2, labels.data() + 1}, 3))
    BOOST_TEST(each == 0);
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Set<float> set = clouds<float>(300, 21, 4, 5, 6);
  const std::vector<double> one = dim::silhouettes(Cpu{1}, set.features(), 4);
  for (const int threads : {2, 7}) BOOST_TEST((dim::silhouettes(Cpu{threads}, set.features(), 4) == one));
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const auto fails = [](const Features<double>& features, int clusters,
                        const std::vector<std::string>& parts) {
    BOOST_CHECK_EXCEPTION(dim::silhouettes(Cpu{1}, features, clusters), dim::Error, says(parts));
  };
  const Features<double> all{x.data(), 12, 4, labels.data()};
  fails(all, 4, {"row 11", "label 4", "outside [0, 4)"});
  fails(all.part(0, 3), 5, {"all features are of one cluster", "two or more"});
  fails(Features<double>{x.data(), 12, 4}, 5, {"no labels"});
  fails({}, 5, {"no given features"});
  std::vector<double> bad = x;
  bad[5] = 1e200;
  fails({bad.data(), 12, 4, labels.data()}, 5, {"squares overflow", "scale the features"});
}

BOOST_AUTO_TEST_SUITE_END()
