#include <dim/io/npy.hpp>
#include <dim/io/safetensors.hpp>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(features)

using namespace tests;

BOOST_AUTO_TEST_CASE(written_as_numpy_has_them) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command = "features " + cifar.run("a") + " --out " + cifar.run("x.npy");
  BOOST_TEST(run_dim(command).status == 0);
  BOOST_TEST((dim::read_npy(cifar.run("x.npy")).shape == std::vector{100L, 64L}));
  BOOST_TEST(run_dim(command + " --split train --feature conv").status == 0);
  BOOST_TEST((dim::read_npy(cifar.run("x.npy")).shape == std::vector{225L, 64L, 4L, 4L}));
}

// The file describes the encoder; for an older file that does not, the settings do.
BOOST_AUTO_TEST_CASE(with_and_without_a_description) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string file = cifar.run("a") + "/encoder.safetensors",
                    command = "features " + cifar.run("a") + " --out " + cifar.run("x.npy");
  BOOST_TEST(run_dim(command).status == 0);
  const std::string described = contents(cifar.run("x.npy"));
  const dim::Safetensors read = dim::read_safetensors(file);
  dim::Metadata metadata = read.metadata();
  BOOST_TEST(metadata.erase("description") == 1u);
  dim::write_safetensors(file, read.tensors(), metadata);
  BOOST_TEST(run_dim(command).status == 0);
  BOOST_TEST(contents(cifar.run("x.npy")) == described);
  BOOST_TEST(has(run_dim("info " + cifar.run("a")).output, "layers        not described, as in older files"));
  metadata["description"] = "{\"version\":2}";
  dim::write_safetensors(file, read.tensors(), metadata);
  for (const std::string& line : {command, "info " + cifar.run("a")})
    check_fails(line, file +
                          ": the description of its encoder can't be followed: it is of version 2, and this "
                          "library reads version 1 (it is damaged, or of another program or version; use "
                          "another copy, or open the file with the encoder's type)");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_said) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command = "features " + cifar.run("a") + " --out ";
  check_fails(command + "x.npy --split all", "--split all is not known; choose one of train, test");
  check_fails(command + "x.npy --feature z", "--feature z is not known; choose one of conv, fc, y");
  check_fails(command + cifar.run("nowhere/x.npy"),
              "cannot open " + cifar.run("nowhere/") +
                  ": No such file or directory; check the path, and create its directory first");
}

BOOST_AUTO_TEST_SUITE_END()
