// The program `dim`, run as a user runs it, on small sets of images in CIFAR-10's format.
#pragma once
#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <dim/core/random.hpp>

#include "../../examples/dim/terminal/instructions.hpp"
#include "../io/temporary.hpp"

namespace tests {

/// What a command printed, and its exit status: 128 + n if signal n ended it.
struct Ran {
  int status;
  std::string output, error;
};

/// Runs a line of shell, in which $dim stands for the program.
inline Ran shell(const std::string& line) {
  const TemporaryDirectory directory;
  const std::string output = directory / "output", error = directory / "error";
  put(directory / "line.sh", "dim='" DIM_PROGRAM "'\n" + line + "\n");
  const std::string command = "sh " + (directory / "line.sh") + " >" + output + " 2>" + error + " </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(output),
          contents(error)};
}
inline Ran run_dim(const std::string& arguments) {
  return shell("exec \"$dim\" " + arguments);
}

/// A line of shell that waits until the output in `log` of the last command in the background matches `pattern`, or
/// the command has ended; one that hasn't said it after a minute is killed.
inline std::string until_said(const std::string& pattern, const std::string& log) {
  return "turns=0; while kill -0 $! 2>/dev/null && ! grep -qs '" + pattern + "' " + log +
         "; do sleep 0.01; turns=$((turns + 1)); [ $turns -lt 5000 ] || kill -KILL $!; done; ";
}

/// The output of a command that must succeed.
inline std::string output_of(const std::string& arguments) {
  const Ran ran = run_dim(arguments);
  BOOST_TEST(ran.status == 0, ran.error);
  return ran.output;
}

/// Checks that the program fails with this sentence and status 1, and prints nothing else on standard error, apart
/// from the notice of a slow build.
inline void check_fails(const std::string& arguments, const std::string& sentence) {
  const Ran ran = run_dim(arguments);
  BOOST_TEST(ran.status == 1, arguments << ": status " << ran.status);
  BOOST_TEST(ran.error == program::slow_build_notice() + ("dim: " + sentence + "\n"));
}

/// `count` records of CIFAR-10: class k is a wave of pitch k across the image, with noise.
inline std::string records(long count, std::uint64_t seed) {
  std::string bytes;
  const dim::Random random{seed};
  std::uint64_t next = 0;
  for (long i = 0; i < count; ++i) {
    const int label = int(i % 10);
    const double start = 6.28 * double(random.uniform(next++));
    bytes += char(label);
    for (int k = 0; k < 3 * 32 * 32; ++k) {
      const double wave = std::sin(start + 0.15 * (label + 1) * (k % 32));
      bytes += char(static_cast<unsigned char>(127 + 90 * wave + 30 * double(random.uniform(next++))));
    }
  }
  return bytes;
}

/// A folder with 225 training images, of which training holds out 22, and 100 test images; and an encoder for them of
/// the plan of basic32x32 with few filters, which trains in a tenth of the time.
struct SmallCifar {
  TemporaryDirectory directory;
  std::string spec = "cifar10:" + directory.path(),
              encoder = " --encoder " + (directory / "small.json") + " ";

  SmallCifar() {
    put(directory / "small.json",
        R"({"version": 1, "pixels": [-1, 1], "shapes": {"image": [3, 32, 32]}, "layers": [
      {"kind": "Conv", "filters": 16, "height": 4, "width": 4, "stride": 2, "padding": 1, "bias": false},
      {"kind": "BatchNorm"}, {"kind": "Leaky", "slope": 0},
      {"kind": "Conv", "filters": 32, "height": 4, "width": 4, "stride": 2, "padding": 1, "bias": false},
      {"kind": "BatchNorm"}, {"kind": "Leaky", "slope": 0},
      {"kind": "Conv", "filters": 64, "height": 4, "width": 4, "stride": 2, "padding": 1, "bias": false},
      {"kind": "BatchNorm"}, {"kind": "Leaky", "slope": 0},
      {"kind": "Linear", "units": 128, "bias": false}, {"kind": "BatchNorm"}, {"kind": "Leaky", "slope": 0},
      {"kind": "Linear", "units": 64, "bias": true}], "slots": {"map": 6, "conv": 9, "fc": 12, "code": 13}})");
    for (int i = 1; i <= 5; ++i)
      put(directory / ("data_batch_" + std::to_string(i) + ".bin"), records(45, std::uint64_t(i)));
    put(directory / "test_batch.bin", records(100, 6));
  }
  std::string run(const std::string& name) const { return directory / name; }
  /// Trains into the folder run(name), the small encoder for an epoch unless the arguments say otherwise.
  Ran train(const std::string& name, const std::string& arguments = "") const {
    return run_dim("train --data " + spec + (has(arguments, "--encoder") ? "" : encoder) +
                   " --units 64 --batch 50 --out " + run(name) + " " + arguments +
                   (has(arguments, "--epochs") ? "" : " --epochs 1"));
  }
};

}  // namespace tests
