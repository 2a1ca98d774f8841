#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <dim/io/safetensors.hpp>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(signals)

using namespace tests;

std::string training(const SmallCifar& cifar, const std::string& epochs = "100000") {
  return "\"$dim\" train --data " + cifar.spec + cifar.encoder + " --units 64 --batch 50 --out " +
         cifar.run("a") + " --threads 1 --epochs " + epochs;
}

long saved_step(const SmallCifar& cifar) {
  return std::stol(dim::read_safetensors(cifar.run("a/last.safetensors")).metadata().at("steps"));
}

BOOST_AUTO_TEST_CASE(an_interrupt_saves) {
  const SmallCifar cifar;
  for (const auto& [signal, number] : {std::pair<std::string, int>{"INT", SIGINT},
                                       {"TERM", SIGTERM},
                                       {"HUP", SIGHUP},
                                       {"PIPE", SIGPIPE},
                                       {"XCPU", SIGXCPU}}) {
    const std::string log = cifar.run("log-" + signal);
    const Ran ran = shell(training(cifar) + " >" + log + " & " + until_said("^epoch", log) + "kill -" +
                          signal + " $!; wait $!");
    const std::string output = contents(log);
    BOOST_TEST(ran.status == 128 + number);
    BOOST_TEST_REQUIRE(has(output, "stopped at step "), signal);
    BOOST_TEST(has(output, "the same command goes on from there"));
    BOOST_TEST(has(output, "resumed") == (signal != "INT"));
    BOOST_TEST(has(output, "stopped at step " + std::to_string(saved_step(cifar)) + " of"), output);
  }
}

// A closed terminal and a reader that has gone arrive together, and more than once.
BOOST_AUTO_TEST_CASE(several_at_once_save) {
  const SmallCifar cifar;
  const std::string log = cifar.run("log");
  const Ran ran = shell(training(cifar) + " >" + log + " & " + until_said("^epoch", log) +
                        "kill -HUP $!; kill -PIPE $!; kill -HUP $!; kill -TERM $!; wait $!");
  BOOST_TEST(ran.status > 128);
  BOOST_TEST(has(contents(log), "stopped at step " + std::to_string(saved_step(cifar)) + " of"));
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_saves) {
  const SmallCifar cifar;
  const Ran ran = shell("{ " + training(cifar) + "; echo status $? >&2; } | sed /^epoch/q");
  BOOST_TEST(has(ran.error, "status " + std::to_string(128 + SIGPIPE)), ran.error);
  BOOST_TEST(saved_step(cifar) >= 4);  // perhaps by the rest of the same line
}

// Before the first step.
BOOST_AUTO_TEST_CASE(a_reader_that_goes_at_once_saves) {
  const SmallCifar cifar;
  const Ran ran = shell("{ " + training(cifar) + "; echo status $? >&2; } | sed /^data/q");
  BOOST_TEST(has(ran.error, "status " + std::to_string(128 + SIGPIPE)), ran.error);
  BOOST_TEST(saved_step(cifar) > 0);
}

/// Runs a line of shell on a terminal of its own, which is closed at the first epoch, and returns its status.
int on_a_terminal_that_is_closed(const std::string& line) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  BOOST_TEST_REQUIRE(terminal >= 0);
  BOOST_TEST_REQUIRE((::grantpt(terminal) == 0 && ::unlockpt(terminal) == 0));
  const std::string name = ::ptsname(terminal), script = "dim='" DIM_PROGRAM "'\n" + line;
  const pid_t child = ::fork();
  BOOST_TEST_REQUIRE(child >= 0);
  if (child == 0) {
    ::close(terminal);
    ::setsid();
    const int end = ::open(name.c_str(), O_RDWR);  // which makes it the terminal of this session
    for (int stream = 0; stream < 3; ++stream) ::dup2(end, stream);
    ::close(end);
    ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    ::_exit(98);
  }
  std::string said;
  char piece[256];
  for (long got; said.find("epoch 1/") == said.npos && (got = ::read(terminal, piece, sizeof piece)) > 0;)
    said.append(piece, std::size_t(got));
  ::close(terminal);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

BOOST_AUTO_TEST_CASE(a_closed_terminal_saves) {
  const SmallCifar cifar;
  const int status = on_a_terminal_that_is_closed("exec " + training(cifar));
  BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP));
  BOOST_TEST(saved_step(cifar) > 0);
}

// Nothing can be printed any more.
BOOST_AUTO_TEST_CASE(an_ignored_hangup_does_not_stop_training) {
  const SmallCifar cifar;
  const int status = on_a_terminal_that_is_closed("trap '' HUP; exec " + training(cifar, "5"));
  BOOST_TEST(WIFEXITED(status));
  BOOST_TEST(saved_step(cifar) == 20);
}

// The other commands record each value as soon as it is available, and end at once.
BOOST_AUTO_TEST_CASE(what_is_measured_is_recorded) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string evaluate =
      "\"$dim\" evaluate " + cifar.run("a") + " --probes knn,linear,mlp --features y --baselines none";
  const Ran ran = shell("{ " + evaluate + "; echo status $? >&2; } | sed /knn/q");
  BOOST_TEST(has(ran.error, "status " + std::to_string(128 + SIGPIPE)), ran.error);
  const Ran again = shell(evaluate);
  BOOST_TEST(again.status == 0, again.error);
  BOOST_TEST(has(again.output, " of 3 are in "), again.output);
  const std::string log = cifar.run("log");
  BOOST_TEST(shell(evaluate + " --again --protocol paper >" + log + " & " + until_said("^trained.*knn", log) +
                   "kill -HUP $!; wait $!")
                 .status == 128 + SIGHUP);
  BOOST_TEST(has(shell(evaluate).output, "3 of 3 are in "));
}

BOOST_AUTO_TEST_SUITE_END()
