#include "dim/evaluate/ndm.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(ndm)

using namespace tests;
using dim::Cpu, dim::InformationEstimate, dim::NdmOptions;

/// Normally distributed values, each pair of columns with correlation r: -((D - 1) ln(1 - r) + ln(1 + (D - 1) r)) / 2
/// nats.
Set<float> correlated(long count, long size, double r, std::uint64_t seed) {
  Set<float> set = clouds<float>(count, size, 1, 0, seed);
  for (long i = 0; i < count; ++i) {
    const double common = dim::Random{seed, dim::Purpose::user, 1}.normal(std::uint64_t(i));
    for (long j = 0; j < size; ++j) {
      float& x = set.data[std::size_t(i * size + j)];
      x = float(std::sqrt(r) * common + std::sqrt(1 - r) * double(x));
    }
  }
  return set;
}
double nats(long size, double r) {
  return -(double(size - 1) * std::log(1 - r) + std::log(1 + double(size - 1) * r)) / 2;
}

/// Options for a fit of one second.
NdmOptions quick() {
  return {.hidden = {64, 32}, .batch = 200, .rate = 3e-3, .epochs = 16, .milestones = {8, 12}};
}
InformationEstimate measured(const Set<float>& train, const Set<float>& test,
                             const NdmOptions& options = quick(), int threads = 2) {
  return dim::ndm(Cpu{threads}, train.features(), test.features(), options);
}

BOOST_AUTO_TEST_CASE(independent_columns_give_nothing) {
  const InformationEstimate found = measured(correlated(4000, 6, 0, 1), correlated(2000, 6, 0, 2));
  BOOST_TEST(std::abs(found.value) < 0.02);
  BOOST_TEST(found.trusted(), found.warning);
  BOOST_TEST(found.effective_samples > 1900);
  BOOST_TEST(found.steps == 16 * 20);
  BOOST_TEST(std::abs(found.ceiling - std::log(2000)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_duplicated_column_gives_much) {
  Set<float> train = correlated(4000, 6, 0, 1), test = correlated(2000, 6, 0, 2);
  for (Set<float>* set : {&train, &test})
    for (std::size_t i = 0; i < set->labels.size(); ++i) set->data[6 * i + 5] = set->data[6 * i];
  const InformationEstimate found = measured(train, test);
  BOOST_TEST(found.value > 1.5);
}

BOOST_AUTO_TEST_CASE(total_correlation_of_gaussians) {
  NdmOptions raw = quick();
  raw.epochs = 30;
  raw.milestones = {20, 25};
  NdmOptions sigmoid = raw;
  sigmoid.sigmoid = true;
  const Set<float> train = correlated(8000, 4, 0.5, 1), test = correlated(4000, 4, 0.5, 2);
  for (const NdmOptions& options : {raw, sigmoid}) {
    const InformationEstimate found = measured(train, test, options);
    BOOST_TEST(std::abs(found.value - nats(4, 0.5)) < 0.08, found.value << " for " << nats(4, 0.5));
    BOOST_TEST(std::abs(found.overfit()) < 0.1);
    BOOST_TEST((found.spread > 0.005 && found.spread < 0.05));
  }
}

BOOST_AUTO_TEST_CASE(the_sigmoid_is_taken_of_each_number) {
  const Set<float> train = correlated(400, 3, 0.5, 1), test = correlated(200, 3, 0.5, 2);
  const auto squashed = [](Set<float> set) {
    for (float& x : set.data) x = dim::sigmoid(x);
    return set;
  };
  NdmOptions options = quick();
  options.epochs = 2;
  const double raw = measured(train, test, options).value,
               expected = measured(squashed(train), squashed(test), options).value;
  options.sigmoid = true;
  BOOST_TEST(measured(train, test, options).value == expected);
  BOOST_TEST(expected != raw);
}

BOOST_AUTO_TEST_CASE(the_rate_falls_after_a_milestone) {
  const Set<float> train = correlated(400, 3, 0.5, 1), test = correlated(200, 3, 0.5, 2);
  const auto value = [&](long epochs, std::vector<long> milestones) {
    NdmOptions options = quick();
    options.epochs = epochs;
    options.milestones = std::move(milestones);
    return measured(train, test, options).value;
  };
  BOOST_TEST(value(1, {1}) == value(1, {}));
  BOOST_TEST(value(2, {1}) != value(2, {}));
}

BOOST_AUTO_TEST_CASE(lengths_of_the_papers_code) {
  const NdmOptions paper = NdmOptions::paper();
  BOOST_TEST(paper.hidden == (std::vector<long>{1000, 200}), boost::test_tools::per_element());
  BOOST_TEST(paper.batch == 10000);
  BOOST_TEST(paper.rate == 1e-4);
  BOOST_TEST(paper.epochs == 1000);
  BOOST_TEST(paper.milestones == (std::vector<long>{500, 750}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit_and_the_seed_does) {
  const Set<float> train = correlated(300, 5, 0.5, 1), test = correlated(100, 5, 0.5, 2);
  NdmOptions options = quick();
  options.epochs = 3;
  const InformationEstimate one = measured(train, test, options, 1), five = measured(train, test, options, 5);
  BOOST_TEST(one.value == five.value);
  BOOST_TEST(one.training == five.training);
  BOOST_TEST(one.spread == five.spread);
  options.seed = 2;
  BOOST_TEST(measured(train, test, options).value != one.value);
}

BOOST_AUTO_TEST_CASE(constant_and_single_columns_give_nothing) {
  Set<float> train = correlated(400, 3, 0, 1), test = correlated(200, 3, 0, 2);
  for (Set<float>* set : {&train, &test})
    for (std::size_t i = 0; i < set->labels.size(); ++i) set->data[3 * i] = set->data[3 * i + 1] = 0.1F;
  BOOST_TEST(std::abs(measured(train, test).value) < 0.02);
  BOOST_TEST(std::abs(measured(correlated(400, 1, 0, 1), correlated(200, 1, 0, 2)).value) < 0.1);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Set<float> good = correlated(20, 3, 0, 1);
  const auto fails = [](const Set<float>& train, const Set<float>& test, const NdmOptions& options,
                        std::vector<std::string> parts) {
    BOOST_CHECK_EXCEPTION(measured(train, test, options), dim::Error, says(parts));
  };
  Set<float> bad = good;
  bad.data[5] = std::numeric_limits<float>::infinity();
  fails(bad, good, {}, {"row 1", "column 2", "training"});
  fails(good, bad, {}, {"row 1", "column 2", "test"});
  fails(good, correlated(20, 4, 0, 1), {}, {"4 numbers", "3"});
  fails(correlated(7, 3, 0, 1), good, {}, {"7 training"});
  fails(good, correlated(7, 3, 0, 1), {}, {"7 test"});
  fails(good, good, {.batch = 1}, {"batches of 1"});
  fails(good, good, {.batch = (1L << 24) + 1}, {"batches of 16777217", "2 to 2^24"});
  fails(good, good, {.rate = 0}, {"rate 0"});
  fails(good, good, {.epochs = 0}, {"0 epochs"});
  fails(good, good, {.hidden = {0}}, {"1 to 2^24 units"});
  fails(good, good, {.rate = 1e30}, {"lower rate"});
  for (std::size_t i = 2; i < bad.data.size(); i += 3) bad.data[i] = i % 2 == 0 ? 3e38F : -3e38F;
  fails(bad, good, {}, {"too large", "sigmoid"});
}

BOOST_AUTO_TEST_SUITE_END()
