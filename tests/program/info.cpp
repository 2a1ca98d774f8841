#include "program.hpp"

BOOST_AUTO_TEST_SUITE(info)

using namespace tests;

BOOST_AUTO_TEST_CASE(how_it_was_built_and_what_a_run_holds) {
  const Ran bare = run_dim("info");
  BOOST_TEST(has(bare.output, program::build_text() + ", "));
  BOOST_TEST(has(bare.output, program::processor_text()));
  BOOST_TEST(program::build_text().rfind("dim 0.2.0, ", 0) == 0u);
  BOOST_TEST(has(bare.output, "no vector instructions") == !bare.error.empty());
  BOOST_TEST(bare.error == program::slow_build_notice());
  const SmallCifar cifar;
  cifar.train("a", "--epochs 1 --estimator nce --encoder basic32x32");
  const Ran ran = run_dim("info " + cifar.run("a"));
  BOOST_TEST(ran.status == 0, ran.error);
  for (const char* line : {"  estimator     \"nce\"", "  data_checksum \"", "  steps         4",
                           "  image         3x32x32, bytes scaled to [-1, 1]",
                           "  maps.0                       Conv<64, 4, 2, 1> to 64x16x16",
                           "  summary.6                    Linear<64> to 64x1x1",
                           "  gives         map 128x8x8, conv 256x4x4, fc 1024x1x1, y 64x1x1",
                           "  maps.0.weight                64 x 3 x 4 x 4"})
    BOOST_TEST(has(ran.output, line), line);
  const Ran none = run_dim("info " + cifar.run("b"));
  BOOST_TEST(none.status == 1);
  BOOST_TEST(none.output == "");
}

// A full disk where the output should go.
BOOST_AUTO_TEST_CASE(what_cannot_be_printed_is_no_success) {
  const SmallCifar cifar;
  cifar.train("a", "--epochs 1");
  for (const std::string& command :
       {std::string("--help"), std::string("--version"), std::string("train --help"), std::string("info"),
        "info " + cifar.run("a"),
        "evaluate " + cifar.run("a") + " --probes knn --features y --baselines none",
        "features " + cifar.run("a") + " --out " + cifar.run("y.npy"), "report " + cifar.run("a")}) {
    const Ran ran = shell("exec \"$dim\" " + command + " >/dev/full");
    BOOST_TEST(ran.status == 1, command);
    BOOST_TEST(has(ran.error, "dim: some of the output could not be written"), command << ": " << ran.error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
