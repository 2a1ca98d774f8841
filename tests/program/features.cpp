#include <dim/io/npy.hpp>
#include <dim/io/safetensors.hpp>
#include <filesystem>

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

// As docs/pytorch.md has it: with the description, and nothing about steps.
BOOST_AUTO_TEST_CASE(of_an_encoder_that_pytorch_wrote) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"), file = run + "/encoder.safetensors",
                    command = "features " + run + " --out " + cifar.run("x.npy");
  output_of(command);
  const std::string before = contents(cifar.run("x.npy"));
  const dim::Safetensors read = dim::read_safetensors(file);
  dim::write_safetensors(file, read.tensors(), {{"description", read.metadata().at("description")}});
  output_of(command);
  BOOST_TEST((contents(cifar.run("x.npy")) == before));
  BOOST_TEST(has(output_of("info " + run), "  steps         not recorded\n"));
  output_of("evaluate " + run + " --probes knn --features y --baselines none");
  output_of("report " + run);
  std::filesystem::remove(run + "/last.safetensors");
  std::filesystem::remove(run + "/best.safetensors");
  BOOST_TEST(has(cifar.train("a").error, "holds a trained encoder and no last.safetensors"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_said) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command = "features " + cifar.run("a") + " --out ";
  check_fails(command + "x.npy --split all", "--split all is for data as arrays (npy:), and these are " +
                                                 cifar.spec +
                                                 "; choose train or test, or use dim embed for files");
  check_fails(command + "x.npy --split some", "--split some is not known; choose one of train, test, all");
  check_fails(command + "x.npy --feature z", "--feature z is not known; choose one of conv, fc, y");
  check_fails(command + "x.txt", "--out x.txt doesn't end in .npy, which is what is written");
  // Before the work, in which another error would have come.
  for (const std::string& other : {"features none --out " + cifar.run("nowhere/x.npy"),
                                   "embed none none.png --out " + cifar.run("nowhere/x.npy"),
                                   "neighbours none none.png --out " + cifar.run("nowhere/x.html"),
                                   "report none --out " + cifar.run("nowhere/x.html")})
    BOOST_TEST(has(run_dim(other).error, "cannot open " + cifar.run("nowhere/")), other);
  std::filesystem::create_directory(cifar.run("folder.html"));
  BOOST_TEST(has(run_dim("report none --out " + cifar.run("folder.html")).error, "is not a regular file"));
  for (const std::string other : {"report none --out ", "neighbours none none.png --out ",
                                  "map none none --out ", "compare none none --out "})
    BOOST_TEST(has(run_dim(other + "x.json").error, "x.json doesn't end in .html, which is what is written"),
               other);
  for (const std::string other : {"cluster none none --out ", "duplicates none none --out "}) {
    BOOST_TEST(has(run_dim(other + "x.npy").error, "x.npy doesn't end in .csv, which is what is written"),
               other);
    BOOST_TEST(has(run_dim(other + cifar.run("a/metrics.csv")).error, " is a run's own table of epochs"),
               other);
  }
  check_fails(command + cifar.run("nowhere/x.npy"),
              "cannot open " + cifar.run("nowhere/") +
                  ": No such file or directory; check the path, and create its directory first");
}

BOOST_AUTO_TEST_SUITE_END()
