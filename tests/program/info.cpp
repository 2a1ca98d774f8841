#include "program.hpp"

BOOST_AUTO_TEST_SUITE(info)

using namespace tests;

BOOST_AUTO_TEST_CASE(how_it_was_built_and_what_a_run_holds) {
  const Ran bare = run_dim("info");
  BOOST_TEST(has(bare.output, "dim 0.1.0, "));
  BOOST_TEST(has(bare.output, "no vector instructions") == !bare.error.empty());
  BOOST_TEST(bare.error == program::slow_build_notice());
  const Pictures pictures;
  pictures.train("a", "--epochs 1 --estimator nce");
  const Ran ran = run_dim("info " + pictures.run("a"));
  BOOST_TEST(ran.status == 0, ran.error);
  for (const char* line :
       {"  estimator     \"nce\"", "  data_checksum \"", "  steps         4", "  maps.0.weight                64 x 3 x 4 x 4"})
    BOOST_TEST(has(ran.output, line), line);
  BOOST_TEST(run_dim("info " + pictures.run("b")).status == 1);
}

BOOST_AUTO_TEST_SUITE_END()
