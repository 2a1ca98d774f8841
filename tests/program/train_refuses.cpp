#include <dim/io/safetensors.hpp>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(train_refuses)

using namespace tests;

BOOST_AUTO_TEST_CASE(other_settings_are_refused) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string before = contents(cifar.run("a/last.safetensors"));
  const Ran ran = cifar.train("a", "--seed 2 --estimator jsd");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(ran.error == program::slow_build_notice() + ("dim: " + cifar.run("a")) +
                              " holds a run with other settings (estimator nce there and jsd here, "
                              "temperature 8.0 there and - here, seed 1 there and 2 here): give the same "
                              "ones to go on with it, or another --out\n");
  BOOST_TEST((contents(cifar.run("a/last.safetensors")) == before));
}

BOOST_AUTO_TEST_CASE(a_folder_written_otherwise_is_the_same) {
  const SmallCifar cifar;
  const std::string rest = " --units 64 --batch 50 --epochs 1 --out " + cifar.run("a");
  output_of("train --data " + cifar.spec + "/" + cifar.encoder + rest);
  BOOST_TEST(has(output_of("train --data " + cifar.spec + cifar.encoder + rest), "resumed"));
}

// A run is identified by its images, not by their folder.
BOOST_AUTO_TEST_CASE(data_may_move_and_may_not_change) {
  const SmallCifar cifar;
  const std::string rest = " --units 64 --batch 50 --out " + cifar.run("a") + " --epochs ";
  output_of("train --data " + cifar.spec + cifar.encoder + rest + "1");
  const TemporaryDirectory moved;
  std::filesystem::copy(cifar.directory.path(), moved.path(), std::filesystem::copy_options::recursive);
  BOOST_TEST(has(output_of("train --data cifar10:" + moved.path() + cifar.encoder + rest + "2"), "resumed"));
  BOOST_TEST(has(contents(cifar.run("a/run.json")), moved.path()));
  const std::string checkpoint = contents(cifar.run("a/last.safetensors"));
  put(moved / "data_batch_2.bin", records(45, 77));
  const Ran ran = run_dim("train --data cifar10:" + moved.path() + cifar.encoder + rest + "3");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "holds a run on other training images than cifar10:" + moved.path()), ran.error);
  BOOST_TEST((contents(cifar.run("a/last.safetensors")) == checkpoint));
}

BOOST_AUTO_TEST_CASE(a_trained_encoder_is_not_begun_over) {
  const SmallCifar cifar;
  cifar.train("a", "--epochs 1 --held-out 0");
  const std::string encoder = contents(cifar.run("a/encoder.safetensors")),
                    checkpoint = contents(cifar.run("a/last.safetensors"));
  std::remove(cifar.run("a/last.safetensors").c_str());
  const Ran ran = cifar.train("a", "--epochs 2 --held-out 0");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "holds a trained encoder and no last.safetensors to go on from: put that back"),
             ran.error);
  BOOST_TEST((contents(cifar.run("a/encoder.safetensors")) == encoder));

  // The other way round nothing is lost.
  put(cifar.run("a/last.safetensors"), checkpoint);
  std::remove(cifar.run("a/encoder.safetensors").c_str());
  check_fails("features " + cifar.run("a") + " --out " + cifar.run("x.npy"),
              cifar.run("a") +
                  " has no encoder.safetensors: the `dim train` command that made the folder "
                  "writes it again");
  BOOST_TEST(cifar.train("a", "--epochs 1 --held-out 0").status == 0);
  BOOST_TEST((contents(cifar.run("a/encoder.safetensors")) == encoder));
}

// All files stay at one step: here the weights are finite, but Adam's moments are not.
BOOST_AUTO_TEST_CASE(what_is_broken_is_written_nowhere) {
  const SmallCifar cifar;
  const Ran ran = cifar.train("a", "--epochs 3 --rate 1e3");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, ": begin anew with a lower --rate and another --out; "), ran.error);
  BOOST_TEST(!has(ran.output, "epoch 3"));
  const auto steps = [&](const char* file) {
    const dim::Safetensors read = dim::read_safetensors(cifar.run("a/") + file);
    return read.metadata().at("steps");
  };
  BOOST_TEST(steps("encoder.safetensors") == steps("last.safetensors"));
}

BOOST_AUTO_TEST_CASE(numbers_that_cannot_be_recorded_are_not_measured) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string metrics = cifar.run("a/metrics.jsonl"),
                    checkpoint = contents(cifar.run("a/last.safetensors"));
  std::filesystem::remove(metrics);
  std::filesystem::create_directory(metrics);
  for (const Ran& ran :
       {cifar.train("a", "--epochs 2"), run_dim("finetune " + cifar.run("a") + " --steps 3")}) {
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "metrics.jsonl"), ran.error);
    BOOST_TEST(!has(ran.output, "epoch"));
  }
  BOOST_TEST((contents(cifar.run("a/last.safetensors")) == checkpoint));
}

BOOST_AUTO_TEST_CASE(a_damaged_best_encoder_may_be_deleted) {
  const SmallCifar cifar;
  cifar.train("a");
  // The damage may have hit the very names that ask for a checksum.
  std::string unchecked = contents(cifar.run("a/best.safetensors"));
  for (const std::string name : {"dim.checksum", "dim.format"}) unchecked[unchecked.find(name)] = 'x';
  for (const std::string& damaged : {std::string(), unchecked}) {
    put(cifar.run("a/best.safetensors"), damaged);
    BOOST_TEST(has(cifar.train("a", "--epochs 2").error,
                   ", or delete it: the best of the epochs to come takes its place"));
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these exceed any such limit

// Under one limit the arrays for training cannot be allocated; under the other they can, but not what follows.
BOOST_AUTO_TEST_CASE(too_little_memory_is_said_and_costs_nothing) {
  const SmallCifar cifar;
  const std::string train = "\"$dim\" train --data " + cifar.spec +
                            " --units 64 --batch 50 --epochs 1 --threads 1 --out " + cifar.run("a"),
                    in_60_megabytes = "ulimit -v 60000\n" + train,
                    in_200_megabytes = "ulimit -v 200000\n" + train;
  for (const auto& [line, said] : {std::pair{in_60_megabytes, "dim: out of memory: "},
                                   {in_200_megabytes, "dim: there is not enough memory;"}}) {
    const Ran ran = shell(line);
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, said), ran.error);
  }
  const Ran whole = shell(train);
  BOOST_TEST(whole.status == 0, whole.error);
  const std::string encoder = contents(cifar.run("a") + "/encoder.safetensors");
  BOOST_TEST(shell(in_60_megabytes).status == 1);
  BOOST_TEST((contents(cifar.run("a") + "/encoder.safetensors") == encoder));
}
#endif

BOOST_AUTO_TEST_CASE(damaged_runs_are_refused) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string checkpoint = cifar.run("a/last.safetensors"), settings = cifar.run("a/run.json");
  std::string bytes = contents(checkpoint);
  bytes[bytes.size() / 2] ^= 1;
  put(checkpoint, bytes);
  Ran ran = cifar.train("a", "--epochs 2");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "dim: " + checkpoint));

  const std::string text = contents(settings);
  const auto with = [&](const std::string& before, const std::string& after) {
    std::string other = text;
    return other.replace(other.find(before), before.size(), after);
  };
  BOOST_TEST_REQUIRE(has(text, "\"batch\":50"));
  for (const std::string& damaged :
       {text.substr(0, 20), std::string("{}"), with("\"seed\":\"1\"", "\"seed\":\"x\""),
        with("\"batch\":50", "\"batch\":0"), with("\"data_checksum\"", "\"checksum\""),
        with("\"held_out\":5000", "\"held_out\":-1")}) {
    put(settings, damaged);
    ran = cifar.train("a", "--epochs 2");
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "dim: " + settings), ran.error);
    if (damaged == "{}")
      BOOST_TEST(has(ran.error, "add it, or put back the file that `dim train` wrote\n"), ran.error);
  }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_without_its_settings_is_not_resumed) {
  const SmallCifar cifar;
  cifar.train("a");
  std::remove(cifar.run("a/run.json").c_str());
  for (const char* file : {"last.safetensors", "best.safetensors", "encoder.safetensors"}) {
    // Values and other encoders of an earlier run would be mistaken for this one's.
    const Ran ran = cifar.train("a", "--estimator nce --epochs 2");
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "holds files of a run and no run.json"), ran.error);
    std::remove(cifar.run("a/" + std::string(file)).c_str());
  }
}

BOOST_AUTO_TEST_SUITE_END()
