#include "program.hpp"

BOOST_AUTO_TEST_SUITE(progress)

using namespace tests;

// On a terminal, which script(1) provides, a long command says what it is doing; elsewhere it is silent for the first
// seconds.
BOOST_AUTO_TEST_CASE(a_report_says_what_it_is_at) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string report = "report " + cifar.run("a");
  BOOST_TEST(run_dim(report).error == program::slow_build_notice());
  if (shell("command -v script").status != 0) {
    BOOST_TEST_MESSAGE("SKIPPED: there is no script(1), which makes a terminal");
    return;
  }
  const Ran ran = shell("script -qec \"$dim " + report + "\" /dev/null");
  BOOST_TEST(ran.status == 0, ran.output);
  std::size_t at = 0;
  for (const char* part :
       {"dim report: reading the images, after 0:0", "dim report: encoding images, 225 of 325, after 0:0",
        "dim report: Map of y, after 0:0", "dim report: Settings, after 0:0", "report.html: "}) {
    at = ran.output.find(part, at);
    BOOST_TEST_REQUIRE(at != ran.output.npos, part << ": " << ran.output);
  }
}

BOOST_AUTO_TEST_SUITE_END()
