#include <dim/io/npy.hpp>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(features)

using namespace tests;

BOOST_AUTO_TEST_CASE(written_as_numpy_has_them) {
  const Pictures pictures;
  pictures.train("a");
  const std::string command = "features " + pictures.run("a") + " --out " + pictures.run("x.npy");
  BOOST_TEST(run_dim(command).status == 0);
  BOOST_TEST((dim::read_npy(pictures.run("x.npy")).shape == std::vector{100L, 64L}));
  BOOST_TEST(run_dim(command + " --split train --feature conv").status == 0);
  BOOST_TEST((dim::read_npy(pictures.run("x.npy")).shape == std::vector{225L, 256L, 4L, 4L}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_said) {
  const Pictures pictures;
  pictures.train("a");
  const std::string command = "features " + pictures.run("a") + " --out ";
  check_fails(command + "x.npy --split all", "--split all is not known; choose one of train, test");
  check_fails(command + "x.npy --feature z", "--feature z is not known; choose one of conv, fc, y");
  check_fails(command + pictures.run("nowhere/x.npy"),
              "cannot open " + pictures.run("nowhere/") +
                  ": No such file or directory; check the path, and create its directory first");
}

BOOST_AUTO_TEST_SUITE_END()
