#include "dim/data/sampler.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "../io/temporary.hpp"

using namespace dim;

BOOST_AUTO_TEST_SUITE(sampler)

std::vector<long> epoch_of(Sampler& sampler, long epoch) {
  std::vector<long> indices;
  for (long b = 0; b < sampler.batches_per_epoch(); ++b)
    for (long i : sampler.batch(epoch, b)) indices.push_back(i);
  return indices;
}

BOOST_AUTO_TEST_CASE(without_replacement) {
  Sampler sampler{103, 10, 1};
  BOOST_TEST(sampler.batches_per_epoch() == 10);
  std::set<std::vector<long>> orders;
  std::set<long> ever;
  for (long epoch = 0; epoch < 20; ++epoch) {
    const auto indices = epoch_of(sampler, epoch);
    const std::set<long> distinct(indices.begin(), indices.end());
    BOOST_TEST(indices.size() == 100U);
    BOOST_TEST(distinct.size() == 100U);
    BOOST_TEST(*distinct.begin() >= 0);
    BOOST_TEST(*distinct.rbegin() < 103);
    ever.insert(distinct.begin(), distinct.end());
    orders.insert(indices);
  }
  BOOST_TEST(orders.size() == 20U);
  BOOST_TEST(ever.size() == 103U);  // other images are left out each time
}

BOOST_AUTO_TEST_CASE(a_resumed_run_has_the_same_batches) {
  Sampler from_the_start{50, 8, 7};
  std::vector<std::vector<long>> epochs;
  for (long epoch = 0; epoch < 5; ++epoch) epochs.push_back(epoch_of(from_the_start, epoch));
  for (long epoch : {4, 0, 2})
    for (long number : {5, 0, 3}) {
      Sampler resumed{50, 8, 7};
      const auto batch = resumed.batch(epoch, number);
      BOOST_TEST(batch.size() == 8U);
      BOOST_TEST(std::equal(batch.begin(), batch.end(), epochs[std::size_t(epoch)].begin() + 8 * number));
      BOOST_TEST(epoch_of(from_the_start, epoch) == epochs[std::size_t(epoch)]);
    }
  Sampler other_seed{50, 8, 8};
  BOOST_TEST(epoch_of(other_seed, 0) != epochs[0]);
}

BOOST_AUTO_TEST_CASE(batches_may_be_taken_out_of_order) {
  Sampler sampler{6, 3, 1};
  const auto first = sampler.batch(0, 0), second = sampler.batch(0, 1);
  std::vector<long> all(first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  BOOST_TEST(all == epoch_of(sampler, 0));
}

BOOST_AUTO_TEST_CASE(permutations_are_equally_likely) {
  Sampler sampler{4, 4, 3};
  std::map<std::vector<long>, int> counts;
  for (long epoch = 0; epoch < 24000; ++epoch) ++counts[epoch_of(sampler, epoch)];
  BOOST_TEST(counts.size() == 24U);
  double chi_squared = 0;
  for (const auto& [order, count] : counts) chi_squared += (count - 1e3) * (count - 1e3) / 1e3;
  BOOST_TEST(chi_squared < 49.7);  // 23 degrees of freedom: above it once in 1000
}

BOOST_AUTO_TEST_CASE(no_allocation_after_construction) {
  Sampler sampler{100, 10, 1};
  const long* before = sampler.batch(0, 0).data();
  BOOST_TEST(sampler.batch(1, 0).data() == before);
  BOOST_TEST(sampler.batch(1, 3).data() == before + 30);
}

template <class Call>
void check_refused(const Call& call, const std::string& text) {
  const std::string message = error_of(call);
  BOOST_TEST(has(message, text), "'" << message << "' should speak of '" << text << "'");
}

BOOST_AUTO_TEST_CASE(refusals) {
  check_refused([] { Sampler(10, 1, 0); }, "a batch of 1 is too small");
  check_refused([] { Sampler(10, 0, 0); }, "a batch of 0 is too small");
  check_refused([] { Sampler(10, -3, 0); }, "a batch of -3 is too small");
  check_refused([] { Sampler(10, 11, 0); }, "a batch of 11 cannot be drawn from 10 images");
  check_refused([] { Sampler(-5, 2, 0); }, "from -5");
  check_refused([] { Sampler(0, 2, 0); }, "from 0");
  Sampler sampler{10, 3, 0};
  check_refused([&] { sampler.batch(0, 3); }, "batch 3 of epoch 0");
  check_refused([&] { sampler.batch(0, -1); }, "batch -1");
  check_refused([&] { sampler.batch(-1, 0); }, "epoch -1");
}

BOOST_AUTO_TEST_SUITE_END()
