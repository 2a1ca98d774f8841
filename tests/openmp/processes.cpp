// Threads under various environments, with a compiler without OpenMP, and after a fork().
#include <boost/test/unit_test.hpp>
#include <dim/cpu/cpu.hpp>
#include <string>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(processes)

/// The answer of process.cpp in an environment with only these `variables` of OpenMP's.
std::string answer(const std::string& question, const std::string& variables = "",
                   const std::string& program = DIM_PROCESS) {
  const TemporaryDirectory directory;
  const std::string output = directory / "output";
  const std::string command =
      "env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT -u OMP_PLACES -u OMP_PROC_BIND -u OMP_WAIT_POLICY " +
      variables + " '" + program + "' " + question + " >'" + output + "'";
  BOOST_TEST_REQUIRE(std::system(command.c_str()) == 0, command);
  return contents(output);
}

std::string threads(int available, int of_two) {
  return "available " + std::to_string(available) + ", used " + std::to_string(available) + ", of two " +
         std::to_string(of_two) + "\n";
}

BOOST_AUTO_TEST_CASE(the_environment_says_how_many) {
  BOOST_TEST(answer("threads", "OMP_NUM_THREADS=1") == threads(1, 2));
  BOOST_TEST(answer("threads", "OMP_NUM_THREADS=3") == threads(3, 2));
  BOOST_TEST(answer("threads", "OMP_NUM_THREADS=3 OMP_PLACES=cores OMP_PROC_BIND=true") == threads(3, 2));
  BOOST_TEST(answer("threads", "OMP_NUM_THREADS=5 OMP_THREAD_LIMIT=3") == threads(3, 2));
  BOOST_TEST(answer("threads", "OMP_THREAD_LIMIT=1") == threads(1, 1));
}

BOOST_AUTO_TEST_CASE(threads_keep_to_their_places) {
  const std::string first = answer("first-processor");
  BOOST_TEST(answer("places 2", "OMP_PLACES={" + first + "} OMP_PROC_BIND=true") == "1 processors\n");
}

BOOST_AUTO_TEST_CASE(the_program_says_how_many) {
  BOOST_TEST(answer("threads 3") == threads(3, 2));
  BOOST_TEST(answer("threads 1", "OMP_NUM_THREADS=4") == threads(1, 2));
}

BOOST_AUTO_TEST_CASE(no_environment_changes_a_bit) {
  const std::string one = answer("codes 1");
  BOOST_TEST(one.size() == 17);
  BOOST_TEST(answer("codes 0", "OMP_NUM_THREADS=3") == one);
  BOOST_TEST(answer("codes 7") == one);
  BOOST_TEST(answer("codes 16", "OMP_THREAD_LIMIT=2") == one);
  BOOST_TEST(answer("codes 4", "OMP_DYNAMIC=true OMP_WAIT_POLICY=passive") == one);
}

BOOST_AUTO_TEST_CASE(without_openmp_there_is_one_thread_and_the_same_bits) {
  const std::string serial = DIM_PROCESS "_serial";
  BOOST_TEST(answer("threads", "OMP_NUM_THREADS=3", serial) == threads(1, 1));
  BOOST_TEST(answer("codes 4", "", serial) == answer("codes 1"));
}

BOOST_AUTO_TEST_CASE(a_child_that_was_forked_computes_alone_and_ends) {
  for (const char* question : {"fork", "fork-and-return"}) {
    const std::string said = answer(question);
    BOOST_TEST(has(said, "child exited 0, then 2\n"), said);
  }
  BOOST_TEST(answer("fork-from-own-region") == "region of 2, child exited 0, then 2\n");
}

BOOST_AUTO_TEST_SUITE_END()
