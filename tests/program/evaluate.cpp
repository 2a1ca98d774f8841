#include <dim/io/npy.hpp>
#include <filesystem>
#include <sstream>

#include "../../examples/dim/data/data.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(evaluate)

using namespace tests;

BOOST_AUTO_TEST_CASE(every_number_stands_beside_its_baselines) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string encoder = contents(cifar.run("a/encoder.safetensors"));
  const Ran ran = run_dim("evaluate " + cifar.run("a") + " --probes knn,linear");
  BOOST_TEST(ran.status == 0, ran.error);
  for (const char* row : {"                           conv       fc        y   pixels", "trained     knn    ",
                          "untrained   linear ", "supervised  knn    ", "pixels      knn    "})
    BOOST_TEST(has(ran.output, row), row);
  BOOST_TEST(has(ran.output, "\nknn             knn-20-cosine\n"));
  const std::string metrics = contents(cifar.run("a/metrics.jsonl"));
  BOOST_TEST(has(metrics,
                 R"({"step":4,"split":"test","protocol":"knn-20-cosine","feature":"y","name":"accuracy",)"));
  BOOST_TEST(has(metrics, R"("baseline":"untrained")"));
  BOOST_TEST(has(metrics, R"("baseline":"pixels")"));
  BOOST_TEST((contents(cifar.run("a/encoder.safetensors")) == encoder));

  // The supervised encoder is kept: other probes measure the same one.
  const std::string supervised = "an encoder was trained with labels for 5 epochs";
  BOOST_TEST(has(ran.output, supervised));
  const Ran more =
      run_dim("evaluate " + cifar.run("a") + " --probes mlp --features y --baselines supervised");
  BOOST_TEST(more.status == 0, more.error);
  BOOST_TEST(!has(more.output, supervised));
  // An encoder whose values are all known is not trained again, even if its file is gone.
  std::remove(cifar.run("a/supervised.safetensors").c_str());
  const std::string known =
      output_of("evaluate " + cifar.run("a") + " --probes mlp --features y --baselines supervised");
  BOOST_TEST(has(known, "2 of 2 are in "));
  BOOST_TEST(!has(known, supervised));
  BOOST_TEST(
      has(run_dim("evaluate " + cifar.run("a") + " --probes knn --features y --baselines supervised --again")
              .output,
          supervised));
  BOOST_TEST(
      has(contents(cifar.run("a/metrics.jsonl")), R"({"step":20,"split":"test","protocol":"mlp-200-)"));
}

// Results are shown even if they can't be saved, and what could be saved is.
BOOST_AUTO_TEST_CASE(a_full_disk_ends_no_measuring) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"), metrics = contents(run + "/metrics.jsonl"),
                    command = "evaluate " + run + " --probes knn --features y --baselines supervised",
                    full = "{ (ulimit -f 0; exec \"$dim\" " + command + "); echo status $?; } 2>&1 | cat";
  const auto table = [](const std::string& output) {
    const std::size_t begin = output.find("\n\n");
    return output.substr(begin, output.find("\n\n", begin + 2) - begin);
  };
  const Ran ran = shell(full);
  for (const char* said :
       {"measuring goes on, and it is kept to be written later\n", "\ntrained     knn             %",
        "\nsupervised  knn             %", "status 1\n"})
    BOOST_TEST(has(ran.output, said), ran.output);
  BOOST_TEST(has(ran.output.substr(ran.output.rfind("dim: ")), ": File too large; make room there"),
             ran.output);
  BOOST_TEST(contents(run + "/metrics.jsonl") == metrics);
  const Ran again = run_dim(command);
  BOOST_TEST(again.status == 0, again.error);
  // The same table, for an encoder read from its file.
  BOOST_TEST(table(ran.output) == table(again.output));
  BOOST_TEST(has(output_of(command), "2 of 2 are in "));
}

// If asked to end while the disk is full, it writes what can be written by then.
BOOST_AUTO_TEST_CASE(a_signal_loses_nothing_that_was_kept) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"), log = cifar.run("log"), pipe = cifar.run("pipe"),
                    evaluate =
                        "evaluate " + run + " --features y --baselines none --protocol paper --probes knn";
  const Ran ran =
      shell("mkfifo " + pipe + "; cat " + pipe + " >" + log + " & (ulimit -S -f 0; exec \"$dim\" " +
            evaluate + ",mlp) >" + pipe + " 2>&1 & " + until_said("later", log) +
            "prlimit --pid $! --fsize=unlimited:; kill -HUP $!; wait $!");
  BOOST_TEST(ran.status == 128 + SIGHUP);
  BOOST_TEST(has(contents(log), "measuring goes on, and it is kept to be written later"), contents(log));
  BOOST_TEST(!has(contents(log), "lost"), contents(log));
  BOOST_TEST(has(output_of(evaluate), "1 of 1 are in "));
}

BOOST_AUTO_TEST_CASE(only_what_is_asked_for) {
  const SmallCifar cifar;
  cifar.train("a");
  const Ran ran =
      run_dim("evaluate " + cifar.run("a") + " --probes knn --features y --baselines none --limit 60");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.output, "fitted on 60 labelled images"));
  BOOST_TEST(!has(ran.output, "linear"));
  BOOST_TEST(!has(ran.output, "conv"));
  BOOST_TEST(!has(ran.output, "untrained"));
}

BOOST_AUTO_TEST_CASE(what_is_recorded_is_not_measured_again) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command =
                        "evaluate " + cifar.run("a") + " --probes knn,svm --features y --baselines none",
                    metrics = cifar.run("a/metrics.jsonl");
  BOOST_TEST(run_dim(command).status == 0);

  // A measurement that was interrupted while writing: one of the SVM's values is missing, another was cut off. The
  // value written for kNN cannot be a measured one.
  std::string text = contents(metrics);
  text.resize(text.rfind("\"name\":\"deviation\"") + 20);
  const std::size_t value = text.find("\"value\":", text.rfind("knn-20-cosine")) + 8;
  text.replace(value, text.find(',', value) - value, "0.9876");
  put(metrics, text);
  const Ran again = run_dim(command);
  BOOST_TEST(again.status == 0, again.error);
  BOOST_TEST(has(again.output, "1 of 2 are in " + metrics + " already"));
  BOOST_TEST(has(again.output, "98.76"));
  BOOST_TEST(has(contents(metrics), "\"name\":\"C\""));

  // A value that rounds to zero has no sign.
  text = contents(metrics);
  put(metrics, text.replace(text.find("0.9876"), 6, "-0.00001"));
  BOOST_TEST(!has(output_of(command), "-0.00"));
  BOOST_TEST(!has(output_of(command + " --again"), "already"));

  // For more labelled images nothing is known yet, nor for an encoder trained further.
  BOOST_TEST(!has(output_of(command + " --limit 60"), "already"));
  cifar.train("a", "--epochs 2");
  BOOST_TEST(!has(output_of(command), "already"));
}

// As with corrupted images in CIFAR-10's format.
BOOST_AUTO_TEST_CASE(other_images_of_the_same_name_are_measured_anew) {
  const SmallCifar cifar;
  cifar.train("a");
  const TemporaryDirectory other;
  std::filesystem::copy(cifar.directory.path(), other.path());
  const std::string command = "evaluate " + cifar.run("a") + " --probes knn --features y --baselines none";
  BOOST_TEST(!has(output_of(command), "already"));
  BOOST_TEST(has(output_of(command + " --data cifar10:" + other.path()), "1 of 1 are in "));
  put(other / "test_batch.bin", records(100, 7));
  BOOST_TEST(!has(output_of(command + " --data cifar10:" + other.path()), "already"));
  BOOST_TEST(has(output_of(command), "1 of 1 are in "));
}

BOOST_AUTO_TEST_CASE(data_that_moved_are_asked_for) {
  const SmallCifar cifar;
  cifar.train("a");
  for (const char* name : {"test_batch.bin", "data_batch_1.bin"})
    std::filesystem::remove(cifar.directory / name);
  for (const std::string command : {"evaluate ", "finetune ", "report "}) {
    const Ran ran = run_dim(command + cifar.run("a"));
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "/run.json has the data there: if they have moved, say where by --data\n"),
               ran.error);
  }
}

// The words are tested in verdict.cpp. Of 100 images, as the run's metrics have them.
BOOST_AUTO_TEST_CASE(a_verdict_comes_last) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command = "evaluate " + cifar.run("a") +
                              " --probes knn,linear --features y --baselines untrained,pixels",
                    metrics = cifar.run("a/metrics.jsonl");
  output_of(command);
  const auto with = [&](const char* own, const char* untrained, const char* pixels) {
    std::istringstream lines(contents(metrics));
    std::string text;
    for (std::string line; std::getline(lines, line); text += line + "\n") {
      if (!has(line, "knn-20-cosine\"") && !has(line, "logistic")) continue;
      const std::string value = has(line, "logistic") && !has(line, "baseline") ? "0.9"
                                : has(line, "\"untrained\"")                    ? untrained
                                : has(line, "\"pixels\"")                       ? pixels
                                                                                : own;
      const std::size_t at = line.find("\"value\":") + 8;
      line.replace(at, line.find(',', at) - at, value);
    }
    put(metrics, text);
    return output_of(command);
  };
  const std::string mixed = with("0.5", "0.5", "0.25"),
                    error = "\n+- is one standard error, for 100 test images;";
  BOOST_TEST(
      has(mixed,
          "\ny beats pixels by 25.0 +- 6.6 points in k nearest neighbours, but not the untrained encoder "
          "(0.0 +- 7.1); y beats pixels by 65.0 +- 5.3 points in logistic regression, and the untrained "
          "encoder by 40.0 +- 5.8.\nA baseline that is not beaten says little"),
      mixed);
  BOOST_TEST(has(mixed, error), mixed);
  const std::string better = with("0.8", "0.5", "0.25");
  BOOST_TEST(has(better, "points in k nearest neighbours and 65.0 +- 5.3 in logistic regression, and the"),
             better);
  BOOST_TEST(!has(better, "not beaten"), better);
  BOOST_TEST(has(better, error), better);
}

// They stand beside those of the baselines, and are found again.
BOOST_AUTO_TEST_CASE(some_measures_need_no_labels) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command = "evaluate " + cifar.run("a") +
                              " --probes rankme,uniformity,alignment,retrieval --baselines untrained,pixels "
                              "--threads ";
  const std::string one = output_of(command + "1"), metrics = contents(cifar.run("a/metrics.jsonl"));
  for (const char* row :
       {"                           conv       fc        y   pixels", "\ntrained     rankme ",
        "\nuntrained   uniformity ", "\npixels      alignment ", "\npixels      retrieval       %",
        "\nretrieval       retrieval-cosine-of-views-shifted-by-4-and-images-mirrored-at-most-2000-images\n",
        "\ny uses about ", "\nfc uses about ", "\nWithout labels nothing says whether"})
    BOOST_TEST(has(one, row), row << one);
  BOOST_TEST(has(
      metrics, R"("split":"test","protocol":"rankme-at-most-2000-images","feature":"y","name":"rank_me",)"));
  const std::string again = output_of(command + "1");
  BOOST_TEST(has(again, "28 of 28 are in "), again);
  const auto table = [](const std::string& output) { return output.substr(output.find("\n\n")); };
  BOOST_TEST(table(again) == table(one));
  BOOST_TEST(table(output_of(command + "3 --again")) == table(one));
}

BOOST_AUTO_TEST_CASE(few_labels_of_each_class) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"),
                    command = "evaluate " + run + " --features y --baselines untrained,pixels --probes ";
  output_of(command + "knn");
  const std::string few = output_of(command + "knn,linear --labels-per-class 4");
  BOOST_TEST(has(few, "fitted on 40 labelled images"), few);
  BOOST_TEST(!has(few, "already"), few);
  BOOST_TEST(has(few, "\nknn             knn-20-cosine-4-labels-per-class\n"), few);
  BOOST_TEST(has(few, "points in k nearest neighbours"), few);
  BOOST_TEST(has(contents(run + "/metrics.jsonl"),
                 R"("protocol":"knn-20-cosine-4-labels-per-class","feature":"y","name":"accuracy")"));
  BOOST_TEST(has(output_of(command + "knn --labels-per-class 4"), "3 of 3 are in "));
  BOOST_TEST(has(output_of("evaluate " + run + " --features y --baselines none --labels-per-class 9"),
                 "\ntrained     mlp "));
  check_fails(
      command + "knn --labels-per-class 1",
      "the probe knn needs at least 20 training images, and there are 10: give more, or leave it out by "
      "--probes");
  const Ran none = run_dim(command + "knn --labels-per-class 0");
  BOOST_TEST(none.status == 2);
  BOOST_TEST(has(none.error, "--labels-per-class: 0 is not a whole number from 1 to 2^63 - 1"), none.error);
  check_fails(command + "linear --labels-per-class 21",
              "21 labels of each class were asked for, and class 5 has 20 images; ask for at most that many");
  check_fails(
      command + "rankme --labels-per-class 4",
      "the probe rankme needs no labels, of which --labels-per-class says how many; leave one of both out");
}

BOOST_AUTO_TEST_CASE(codes_become_images) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command = "evaluate " + cifar.run("a") + " --limit 40 --probes reconstruction",
                    file = cifar.run("a/reconstructions-4-" + program::read_data_set(cifar.spec, 0).id +
                                     "-40-decoder-mse-1-epoch-ms-ssim-wang-2003-2-scales-from-0-to-1.npy");
  const Ran ran = run_dim(command + " --baselines none");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(!has(ran.output, " fc "));
  for (const char* name : {"ms_ssim", "ssim", "squared_error"})
    BOOST_TEST(
        has(contents(cifar.run("a/metrics.jsonl")),
            std::string(R"("protocol":"decoder-mse-1-epoch-ms-ssim-wang-2003-2-scales-from-0-to-1",)") +
                R"("feature":"y","name":")" + name + "\""));
  const dim::NpyArray shown = dim::read_npy(file);
  BOOST_TEST((shown.shape == std::vector<long>{2, 16, 3, 32, 32}));
  for (const float number : shown.values<float>()) BOOST_TEST_REQUIRE(std::abs(number) <= 1);

  const std::string of_the_run = contents(file);
  BOOST_TEST(run_dim(command + " --baselines untrained").status == 0);
  BOOST_TEST((contents(file) == of_the_run));
  // If they are missing they are made again.
  std::filesystem::remove(file);
  BOOST_TEST(!has(output_of(command + " --baselines none"), "already"));
  BOOST_TEST((contents(file) == of_the_run));
  BOOST_TEST(has(output_of(command + " --baselines none"), "1 of 1 are in "));
  // Images of a run on fewer are kept beside them.
  BOOST_TEST(
      run_dim("evaluate " + cifar.run("a") + " --limit 30 --probes reconstruction --baselines none").status ==
      0);
  BOOST_TEST((contents(file) == of_the_run));
  check_fails(command + " --features fc",
              "the probe reconstruction measures y of 64 numbers an image of 3x32x32 or 1x28x28 (channels x "
              "height x width), and nothing such was asked for; leave it out, or ask for that");
}

// All that can be measured, without a word on what can't.
BOOST_AUTO_TEST_CASE(codes_of_another_length) {
  const SmallCifar cifar;
  std::string encoder = contents(cifar.directory / "small.json");
  encoder.replace(encoder.find("\"units\": 64"), 11, "\"units\": 8");
  put(cifar.directory / "eight.json", encoder);
  cifar.train("a", "--encoder " + (cifar.directory / "eight.json"));
  const std::string command = "evaluate " + cifar.run("a") + " --baselines none --limit 60 --probes ";
  check_fails(command + "knn,reconstruction",
              "the probe reconstruction measures y of 64 numbers an image of 3x32x32 or 1x28x28 (channels x "
              "height x width), and nothing such was asked for; leave it out, or ask for that");
  const Ran all = run_dim("evaluate " + cifar.run("a") + " --baselines none --limit 60 --features y");
  BOOST_TEST(all.status == 0, all.error);
  BOOST_TEST(has(all.output, "ndm-sigmoid"), all.output);
  BOOST_TEST(!has(all.output, "reconstruction"), all.output);
}

BOOST_AUTO_TEST_CASE(information_is_measured_of_codes_alone) {
  const SmallCifar cifar;
  cifar.train("a");
  const Ran ran =
      run_dim("evaluate " + cifar.run("a") + " --probes mine,ndm,ndm-sigmoid --baselines none --limit 60");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.output, " warning: "), ran.output);  // with only 60 images
  BOOST_TEST(has(ran.output,
                 "; no gaussian_total_correlation: the correlation of 64 columns can't be told from 60"));
  BOOST_TEST(has(ran.output, "* cannot be trusted\n"));
  const std::string metrics = contents(cifar.run("a/metrics.jsonl"));
  for (
      const char* line :
      {R"("split":"train","protocol":"mine-pixels-perceptron-128-32-1000-steps","feature":"y","name":"mutual_information",)",
       R"("split":"test","protocol":"ndm-1000-200-15-epochs","feature":"y","name":"total_correlation",)",
       R"("split":"train","protocol":"ndm-1000-200-15-epochs","feature":"y","name":"training",)",
       R"("protocol":"ndm-sigmoid-1000-200-15-epochs","feature":"y","name":"trusted",)"})
    BOOST_TEST(has(metrics, line), line);
  BOOST_TEST(!has(metrics, R"("feature":"conv")"));

  // With more images than values there is one more result; it is not missed in runs recorded without it.
  const std::string gaussian =
      R"("split":"test","protocol":"ndm-1000-200-15-epochs","feature":"y","name":"gaussian_total_correlation",)";
  BOOST_TEST(!has(metrics, gaussian));
  const std::string command = "evaluate " + cifar.run("a") + " --probes ndm --baselines none";
  BOOST_TEST(has(output_of(command + " --limit 60"), "1 of 1 are in "));
  output_of(command);
  BOOST_TEST(has(contents(cifar.run("a/metrics.jsonl")), gaussian));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_measured_is_said) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a");
  check_fails(
      "evaluate " + run + " --probes svn",
      "--probes svn is not known; choose one of knn, linear, svm, mlp, rankme, uniformity, alignment, "
      "retrieval, reconstruction, mine, ndm, ndm-sigmoid");
  check_fails("evaluate " + run + " --features z", "--features z is not known; choose one of conv, fc, y");
  check_fails("evaluate " + run + " --probes knn --limit 10",
              "the probe knn needs at least 20 training images, and there are 10: give more, or "
              "leave it out by --probes");
  check_fails("evaluate " + run + " --baselines pixel",
              "--baselines pixel is not known; choose one of untrained, supervised, pixels, none");
  put(run + "/supervised.safetensors", "");
  BOOST_TEST(has(run_dim("evaluate " + run + " --probes knn --features y --baselines supervised").error,
                 ", or delete it: it is trained again"));
  check_fails("evaluate " + run + " --baselines none,untrained",
              "--baselines none stands alone: leave it out, or the others");
  check_fails("evaluate " + run + " --protocol long",
              "--protocol long is not known; choose one of quick, paper");
  check_fails(
      "evaluate " + cifar.run("b"),
      cifar.run("b") +
          " is not the folder of a run: it has no run.json; name one that `dim train --out` has made");
  for (const std::string bad : {"step 5", "[1]", "{\"step\":4}", "{\"value\":\"x\"}"}) {
    put(run + "/metrics.jsonl", "{\"value\":4}\n" + bad + "\n");
    const Ran damaged = run_dim("evaluate " + run + " --probes knn --baselines none");
    BOOST_TEST(damaged.status == 1);
    BOOST_TEST(has(damaged.error, run + "/metrics.jsonl, line 2: "), damaged.error);
    BOOST_TEST(has(damaged.error, ", or delete the line"), damaged.error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
