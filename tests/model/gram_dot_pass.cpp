#include <boost/test/unit_test.hpp>

#include "dot.hpp"

BOOST_AUTO_TEST_SUITE(gram_dot_pass)

using namespace tests::dot_product;

BOOST_AUTO_TEST_CASE(gradients) {
  check_all_gradients<HeadForm::gram>();
}

// Sizes that fill no vector, no tile and no strip, and one that needs two strips.
template <int Units, int Features, int Codes>
void check_against_direct(PairSizes sizes) {
  const auto exact = outcome<HeadForm::direct, double, Units, Features, Codes>(sizes);
  const auto gram = outcome<HeadForm::gram, double, Units, Features, Codes>(sizes);
  const auto direct32 = outcome<HeadForm::direct, float, Units, Features, Codes>(sizes);
  const auto gram32 = outcome<HeadForm::gram, float, Units, Features, Codes>(sizes);
  BOOST_TEST_REQUIRE(gram.size() == exact.size());
  for (std::size_t i = 0; i < exact.size(); ++i) {
    BOOST_TEST(error(gram[i], exact[i]) < 1e-13, exact[i].name);
    const double loss = error(gram32[i], exact[i]), usual = error(direct32[i], exact[i]);
    BOOST_TEST(loss < 3 * usual,
               exact[i].name << ": " << loss << " in float, " << usual << " by the direct form");
  }
}
BOOST_AUTO_TEST_CASE(nothing_but_rounding_differs_from_the_direct_form) {
  check_against_direct<37, 13, 7>({.images = 5, .locations = 9, .globals = 2, .threads = 2});
  check_against_direct<16, 31, 5>({.images = 7, .locations = 4, .globals = 3, .threads = 2});
  check_against_direct<260, 19, 8>({.images = 6, .locations = 50, .globals = 1, .threads = 2});
}

// Rounding G and C loses no more than rounding z and its gradient.
BOOST_AUTO_TEST_CASE(brain_floats_lose_as_much_as_in_the_direct_form) {
  const PairSizes sizes{.images = 6, .locations = 50, .globals = 1, .threads = 2};
  const auto exact = outcome<HeadForm::direct, double, 260, 19, 8>(sizes);
  const auto direct = outcome<HeadForm::direct, float, 260, 19, 8>(sizes, 1, Precision::bf16);
  const auto gram = outcome<HeadForm::gram, float, 260, 19, 8>(sizes, 1, Precision::bf16);
  for (std::size_t i = 0; i < exact.size(); ++i)
    BOOST_TEST(error(gram[i], exact[i]) < 2 * error(direct[i], exact[i]), exact[i].name);
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const auto run = [](int threads) {
    return outcome<HeadForm::gram, float, 260, 19, 8>(
        {.images = 6, .locations = 50, .globals = 1, .threads = threads});
  };
  const auto expected = run(1);
  for (const int threads : {2, 5}) BOOST_TEST((run(threads) == expected), threads << " threads");
}

// With weights of 0 there is no variance, and only rounding is subtracted from rounding.
BOOST_AUTO_TEST_CASE(rows_without_variance) {
  for (const double scale : {0., 1e-6}) {
    const PairSizes sizes{.images = 4, .locations = 5, .globals = 1, .threads = 2};
    const auto direct = outcome<HeadForm::direct, double, 9, 4, 3>(sizes, scale);
    const auto gram = outcome<HeadForm::gram, double, 9, 4, 3>(sizes, scale);
    for (std::size_t i = 0; i < direct.size(); ++i)
      for (std::size_t k = 0; k < direct[i].values.size(); ++k)
        BOOST_TEST(
            std::abs(gram[i].values[k] - direct[i].values[k]) <= 1e-9 * std::abs(direct[i].values[k]) + 1e-20,
            direct[i].name);
  }
}

BOOST_AUTO_TEST_CASE(one_checkpoint_serves_both_forms) {
  const Entries direct = pass_of<HeadForm::direct, float>(8, {5, 2, 1}, 3).entries(),
                gram = pass_of<HeadForm::gram, float>(8, {5, 2, 1}, 3).entries();
  BOOST_TEST_REQUIRE(gram.parameters.size() == direct.parameters.size());
  for (std::size_t i = 0; i < direct.parameters.size(); ++i) {
    BOOST_TEST(gram.parameters[i].name == direct.parameters[i].name);
    BOOST_TEST(gram.parameters[i].offset == direct.parameters[i].offset);
  }
  BOOST_TEST_REQUIRE(gram.statistics.size() == direct.statistics.size());
  for (std::size_t i = 0; i < direct.statistics.size(); ++i)
    BOOST_TEST(gram.statistics[i].name == direct.statistics[i].name);
}

BOOST_AUTO_TEST_CASE(less_memory_where_there_are_many_rows) {
  const auto bytes = [](auto pass) {
    const Counts counts = pass.counts();
    return Bound<decltype(pass), float>(1, std::move(pass), counts,
                                        PairSizes{.images = 64, .locations = 64, .globals = 1})
        .bytes();
  };
  BOOST_TEST(bytes(pass_of<HeadForm::gram, float>(128, {16, 1, 1}, 8)) <
             0.9 * double(bytes(pass_of<HeadForm::direct, float>(128, {16, 1, 1}, 8))));
}

BOOST_AUTO_TEST_SUITE_END()
