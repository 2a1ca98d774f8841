#include <dim/io/json.hpp>
#include <dim/io/safetensors.hpp>
#include <sstream>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(train)

using namespace tests;

BOOST_AUTO_TEST_CASE(says_what_it_does_and_where_it_is) {
  const Pictures pictures;
  const Ran ran = pictures.train("a", "--epochs 2");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.output, "203 pictures of 3x32x32, seen without their labels, and 22 held out"));
  BOOST_TEST(has(ran.output, "goal     local, jsd, dot 64, prior uniform, f32, seed 1"));
  BOOST_TEST(has(ran.output, " MiB for training, "));
  BOOST_TEST(has(ran.output, "\nceiling  local 1.386 nats, more than which no batch can show\n"));
  BOOST_TEST(has(ran.output, "epoch 1/2  local "));
  BOOST_TEST(has(ran.output, "epoch 2/2  local "));
  BOOST_TEST(has(ran.output, " images/s"));
  BOOST_TEST(!has(ran.output, "\r"));  // no bar where there is no terminal
  for (const char* name :
       {"encoder.safetensors", "best.safetensors", "last.safetensors", "metrics.jsonl", "run.json"})
    BOOST_TEST(!contents(pictures.run("a") + "/" + name).empty(), name);
  const std::string metrics = contents(pictures.run("a/metrics.jsonl"));
  BOOST_TEST(has(
      metrics, R"({"epoch":2,"step":8,"split":"train","protocol":"mean-of-epoch","name":"local_jsd_loss",)"));
  BOOST_TEST(has(metrics, R"("name":"local_jsd_ceiling","value":1.386)"));
  BOOST_TEST(
      has(ran.output, "done     " + pictures.run("a") +
                          " holds encoder.safetensors, best.safetensors, last.safetensors, metrics.jsonl, "
                          "run.json\n"));
  BOOST_TEST(has(pictures.train("b", "--epochs 1 --held-out 0").output,
                 " holds encoder.safetensors, last.safetensors, metrics.jsonl, run.json\n"));
}

// The widest there are: two terms, a prior, held-out pictures.
BOOST_AUTO_TEST_CASE(lines_fit_a_terminal_of_80_columns) {
  const Pictures pictures;
  for (const char* const options : {"--epochs 1 --task both --estimator kl", "--epochs 1 --estimator nce"}) {
    std::istringstream lines(pictures.train(std::string("a") + options[11], options).output);
    bool behind = false;  // the first epoch's line
    for (std::string line; std::getline(lines, line);) {
      behind = (behind || line.starts_with("epoch")) && !line.starts_with("best");
      if (behind) BOOST_TEST(line.size() <= 79u, line);
    }
  }
}

// Twelve epochs of four steps: of ten each step, of the others none.
BOOST_AUTO_TEST_CASE(parts_of_the_first_epochs_are_recorded) {
  const Pictures pictures;
  pictures.train("a", "--epochs 12 --held-out 0 --prior none");
  std::istringstream lines(contents(pictures.run("a/metrics.jsonl")));
  std::vector<long> parts, epochs;
  double sum = 0, mean = 0;
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("name").string() != "local_jsd_loss") continue;
    const bool part = line.at("protocol").string() == "mean-of-tenth-of-epoch";
    (part ? parts : epochs).push_back(line.at("step").integer());
    BOOST_TEST(line.at("epoch").integer() == (line.at("step").integer() - 1) / 4 + 1);
    BOOST_TEST(line.at("steps").integer() == (part ? 1 : 4));
    if (line.at("epoch").integer() == 1) (part ? sum : mean) += line.at("value").number();
  }
  BOOST_TEST(parts.size() == 40u);
  BOOST_TEST(parts.back() == 40);
  BOOST_TEST(epochs.size() == 12u);
  BOOST_TEST(std::abs(sum / 4 - mean) < 1e-9 * std::abs(mean));
}

// Of an epoch of 22 steps there are ten parts of two steps or three.
BOOST_AUTO_TEST_CASE(an_epoch_has_ten_parts) {
  const Pictures pictures;
  run_dim("train --data " + pictures.spec +
          " --units 64 --batch 10 --epochs 1 --held-out 5 --prior none --out " + pictures.run("a"));
  std::istringstream lines(contents(pictures.run("a/metrics.jsonl")));
  std::vector<long> ends, counts;
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("protocol").string() != "mean-of-tenth-of-epoch" ||
        line.at("name").string() != "local_jsd_loss")
      continue;
    ends.push_back(line.at("step").integer());
    counts.push_back(line.at("steps").integer());
  }
  BOOST_TEST((ends == std::vector<long>{3, 5, 7, 9, 11, 14, 16, 18, 20, 22}));
  BOOST_TEST((counts == std::vector<long>{3, 2, 2, 2, 2, 3, 2, 2, 2, 2}));
}

BOOST_AUTO_TEST_CASE(estimates_that_are_worse_than_none_are_warned_of) {
  const Pictures pictures;
  const std::string none = " nats, where scores that know nothing have 0: ";
  const Ran ran = pictures.train("a", "--epochs 6 --prior none --rate 1e3");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.error, "dim: warning: the local estimate fell from "), ran.error);
  BOOST_TEST(has(ran.error, none + "begin anew with a lower --rate and another --out if it falls on\n"),
             ran.error);
  BOOST_TEST(has(ran.error, "dim: warning: the local estimate of the last epoch is "), ran.error);
  BOOST_TEST(
      has(ran.error, none + "train for more epochs, or begin anew with a lower --rate if it does not rise\n"),
      ran.error);
  const Ran good = pictures.train("b", "--epochs 12 --rate 1e-3");
  BOOST_TEST(good.error == program::slow_build_notice(), good.output);
}

// Of 22 pictures of ten classes chance gets 23 % right often enough.
BOOST_AUTO_TEST_CASE(a_best_that_is_chance_is_said_to_be) {
  const Pictures pictures;
  const std::string few = pictures.train("a", "--epochs 1 --limit 100").output;
  BOOST_TEST(
      has(few, " of the 10 held-out pictures right, which says nothing: guesses reach 28.97 % by luck"), few);
}

BOOST_AUTO_TEST_CASE(goes_on_bit_for_bit) {
  const Pictures pictures;
  pictures.train("whole", "--epochs 3 --threads 1");
  pictures.train("parts", "--epochs 1 --threads 2");
  const Ran resumed = pictures.train("parts", "--epochs 3 --threads 2");
  BOOST_TEST(has(resumed.output, "last.safetensors at step 4 of 12"));
  for (const char* name : {"/last.safetensors", "/encoder.safetensors", "/best.safetensors"})
    BOOST_TEST((contents(pictures.run("whole") + name) == contents(pictures.run("parts") + name)), name);
  BOOST_TEST(
      (contents(pictures.run("whole/metrics.jsonl")) == contents(pictures.run("parts/metrics.jsonl"))));
}

// Killed when the second epoch was recorded and not yet saved.
BOOST_AUTO_TEST_CASE(an_epoch_that_was_not_saved_is_recorded_once) {
  const Pictures pictures;
  pictures.train("whole", "--epochs 3 --threads 1");
  pictures.train("parts", "--epochs 1 --threads 1");
  const std::string saved = contents(pictures.run("parts/last.safetensors"));
  output_of("evaluate " + pictures.run("parts") + " --probes knn --features y --baselines none");
  pictures.train("parts", "--epochs 2 --threads 1");
  put(pictures.run("parts/last.safetensors"), saved);
  BOOST_TEST(
      has(pictures.train("parts", "--epochs 3 --threads 1").output, "last.safetensors at step 4 of 12"));
  std::string rest;  // without what was measured in between
  std::istringstream lines(contents(pictures.run("parts/metrics.jsonl")));
  for (std::string line; std::getline(lines, line);)
    if (has(line, "\"epoch\"")) rest += line + "\n";
  BOOST_TEST(rest == contents(pictures.run("whole/metrics.jsonl")));
  BOOST_TEST(has(contents(pictures.run("parts/metrics.jsonl")), "knn-20-cosine\""));
}

BOOST_AUTO_TEST_CASE(keeps_the_encoder_that_is_best_on_held_out_pictures) {
  const Pictures pictures;
  const Ran ran = pictures.train("a", "--epochs 6 --rate 1e-3");
  BOOST_TEST(ran.status == 0, ran.error);
  std::istringstream lines(contents(pictures.run("a/metrics.jsonl")));
  double best = -1;
  long step = 0, measured = 0;
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("split").string() != "held-out") continue;
    ++measured;
    BOOST_TEST(line.at("protocol").string() == "knn-20-cosine-held-out-among-half");
    const double value = line.at("value").number();
    if (value > best) best = value, step = line.at("step").integer();
  }
  BOOST_TEST(measured == 6);
  BOOST_TEST(has(ran.output, "best.safetensors is of step " + std::to_string(step) + ", with"), ran.output);
  BOOST_TEST(has(
      run_dim("evaluate " + pictures.run("a") + " --best --probes knn --features y --baselines none").output,
      "best.safetensors"));
  BOOST_TEST(has(contents(pictures.run("a/metrics.jsonl")),
                 "{\"step\":" + std::to_string(step) + ",\"split\":\"test\",\"protocol\":\"knn-20-cosine\""));

  // Who trains on all pictures has none left to judge by.
  const Ran all = pictures.train("all", "--held-out 0");
  BOOST_TEST(has(all.output, "225 pictures of 3x32x32, seen without their labels, and 0 held out"));
  BOOST_TEST(!has(all.output, "kNN"));
  check_fails("features " + pictures.run("all") + " --best --out " + pictures.run("x.npy"),
              pictures.run("all") +
                  " has no best.safetensors: it held no pictures out of its training, or has not come to the "
                  "end of an "
                  "epoch; leave --best out");
}

BOOST_AUTO_TEST_CASE(a_best_encoder_of_another_protocol_is_not_compared_with) {
  const Pictures pictures;
  pictures.train("a");
  const std::string best = pictures.run("a/best.safetensors");
  const dim::Safetensors file = dim::read_safetensors(best);
  for (const std::string protocol : {"another", "knn-20-cosine-held-out-among-half"}) {
    dim::Metadata metadata = file.metadata();
    metadata["protocol"] = protocol;
    metadata["right"] = "22";  // all that are held out: nothing could be better
    dim::write_safetensors(best, file.tensors(), metadata);
    const Ran ran = pictures.train("a", protocol == "another" ? "--epochs 2" : "--epochs 3");
    BOOST_TEST(
        has(ran.output, "best.safetensors is of step " + std::to_string(protocol == "another" ? 8 : 4)),
        ran.output);
  }
}

BOOST_AUTO_TEST_CASE(goes_on_bit_for_bit_within_an_epoch) {
  const Pictures pictures;
  const std::string log = pictures.run("log"), command = "\"$dim\" train --data " + pictures.spec +
                                                         " --units 64 --batch 50 --out " +
                                                         pictures.run("parts") + " --epochs 100000 >" + log;
  long step = 0;
  for (int tries = 0; step % 4 == 0 && tries < 20; ++tries) {
    shell("rm -f " + log + "; " + command + " & until grep -q '^epoch' " + log +
          "; do sleep 0.01; done; sleep 0." + std::to_string(10 + 4 * tries) + "; kill -TERM $!; wait $!");
    const std::string output = contents(log), stopped = "stopped at step ";
    BOOST_TEST_REQUIRE(has(output, stopped), output);
    step = std::stol(output.substr(output.find(stopped) + stopped.size()));
  }
  BOOST_TEST_REQUIRE(step % 4 != 0);
  const std::string epochs = "--epochs " + std::to_string(step / 4 + 1);
  BOOST_TEST(pictures.train("parts", epochs).status == 0);
  BOOST_TEST(pictures.train("whole", epochs).status == 0);
  for (const char* name :
       {"/last.safetensors", "/encoder.safetensors", "/best.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(pictures.run("whole") + name) == contents(pictures.run("parts") + name)), name);
}

// A cosine is asked for as one, and interrupted; extended, it is followed by another.
BOOST_AUTO_TEST_CASE(a_schedule_is_gone_on_with_bit_for_bit) {
  const Pictures pictures;
  const std::string log = pictures.run("log"),
                    options =
                        " --schedule cosine:warm-up=1 --rate 1e-3 --weight-decay 0.1 --clip 5 --epochs ",
                    command = "\"$dim\" train --data " + pictures.spec + " --units 64 --batch 50 --out " +
                              pictures.run("parts") + options + "8 >" + log;
  shell(command + " & " + until_said("^epoch", log) + "kill -TERM $!; wait $!");
  BOOST_TEST_REQUIRE(has(contents(log), "stopped at step "), contents(log));
  BOOST_TEST(has(contents(log), "rate     0.001, cosine:warm-up=1, weight decay 0.1, gradients up to 5\n"));
  BOOST_TEST(pictures.train("parts", options + "10").status == 0);
  BOOST_TEST(pictures.train("whole", options + "8").status == 0);
  const std::string whole = contents(pictures.run("whole/last.safetensors"));
  BOOST_TEST(pictures.train("whole", options + "8").status == 0);
  BOOST_TEST((contents(pictures.run("whole/last.safetensors")) == whole));
  BOOST_TEST(pictures.train("whole", options + "10").status == 0);
  for (const char* name :
       {"/last.safetensors", "/encoder.safetensors", "/best.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(pictures.run("whole") + name) == contents(pictures.run("parts") + name)), name);

  output_of("report " + pictures.run("whole"));
  const std::string page = contents(pictures.run("whole/report.html"));
  for (const char* part :
       {"<span>--schedule cosine:warm-up=1</span> <span>--weight-decay 0.1</span> <span>--clip 5</span>",
        "<span>--epochs 8</span>", "<span>--epochs 10</span>", "<td>cosine:warm-up=1</td>"})
    BOOST_TEST(has(page, part), part);

  // As a settings file of before there were schedules, and as another run.
  const std::string settings = contents(pictures.run("whole/run.json"));
  BOOST_TEST(has(settings, R"("schedule":"cosine:warm-up=1","weight_decay":0.1,"clip":5.0,)"));
  const Ran other = pictures.train("whole", "--rate 1e-3 --epochs 11");
  BOOST_TEST(
      has(other.error, R"((schedule "cosine:warm-up=1" there and "constant" here, weight_decay 0.1 there)"));
  std::string before = settings;
  const std::string added = R"("schedule":"cosine:warm-up=1","weight_decay":0.1,"clip":5.0,)";
  put(pictures.run("whole/run.json"), before.erase(before.find(added), added.size()));
  BOOST_TEST(pictures.train("whole", "--rate 1e-3 --epochs 11").status == 0);
}

BOOST_AUTO_TEST_CASE(a_schedule_that_leaves_no_room_leaves_no_folder) {
  const Pictures pictures;
  const Ran ran = pictures.train("a", "--epochs 2 --schedule cosine:warm-up=2");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "a cosine over 2 epochs can't begin with 2 of warm-up"), ran.error);
  BOOST_TEST(pictures.train("a", "--epochs 2 --schedule cosine").status == 0);
}

// No file of the program's may grow for a while, as on a full disk; what it prints goes through a pipe.
BOOST_AUTO_TEST_CASE(a_full_disk_ends_no_training) {
  const Pictures pictures;
  const std::string log = pictures.run("log"), run = pictures.run("a"),
                    start = "rm -f " + log + " " + run + ".pipe; mkfifo " + run + ".pipe; cat " + run +
                            ".pipe >" + log + " & \"$dim\" train --data " + pictures.spec +
                            " --units 64 --batch 50 --out " + run + " --threads 1 --epochs 100000 >" + run +
                            ".pipe 2>&1 & " + until_said("^epoch", log) + "prlimit --pid $! --fsize=1:; " +
                            until_said("later", log);
  const auto stopped_at = [&] {
    const std::string output = contents(log), stopped = "stopped at step ";
    BOOST_TEST_REQUIRE(has(output, stopped), output);
    return std::stol(output.substr(output.find(stopped) + stopped.size()));
  };

  // There is room again: nothing is missing of what came about meanwhile.
  Ran ran = shell(start + "prlimit --pid $! --fsize=unlimited:; " + until_said("written now", log) +
                  "kill -TERM $!; wait $!");
  std::string output = contents(log);
  BOOST_TEST(has(output, ": File too large; make room there, or use another disk (" + run), output);
  BOOST_TEST(has(output, " is as it was before); training goes on, and it is kept to be written later\n"),
             output);
  const std::string epochs = "--epochs " + std::to_string(stopped_at() / 4 + 1);
  BOOST_TEST(pictures.train("a", epochs).status == 0);
  BOOST_TEST(pictures.train("whole", epochs).status == 0);
  for (const char* name :
       {"/last.safetensors", "/encoder.safetensors", "/best.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(pictures.run("whole") + name) == contents(run + name)), name);

  // There is none till the end.
  const std::string before = contents(run + "/last.safetensors"), metrics = contents(run + "/metrics.jsonl");
  ran = shell(start + "kill -TERM $!; wait $!");
  output = contents(log);
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(!has(output, "stopped at"), output);
  BOOST_TEST(
      has(output.substr(output.rfind("dim: ")), ": File too large; make room there, or use another disk ("),
      output);
  BOOST_TEST((contents(run + "/last.safetensors") == before));
  BOOST_TEST((contents(run + "/metrics.jsonl").rfind(metrics, 0) == 0));
}

BOOST_AUTO_TEST_CASE(other_settings_are_refused) {
  const Pictures pictures;
  pictures.train("a");
  const std::string before = contents(pictures.run("a/last.safetensors"));
  const Ran ran = pictures.train("a", "--seed 2 --estimator nce");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(ran.error ==
             program::slow_build_notice() + ("dim: " + pictures.run("a")) +
                 " holds a run with other settings (estimator \"jsd\" there and \"nce\" here, seed "
                 "\"1\" there and \"2\" here): give the same ones to go on with it, or another --out\n");
  BOOST_TEST((contents(pictures.run("a/last.safetensors")) == before));
}

BOOST_AUTO_TEST_CASE(a_folder_written_otherwise_is_the_same) {
  const Pictures pictures;
  const std::string rest = " --units 64 --batch 50 --epochs 1 --out " + pictures.run("a");
  output_of("train --data " + pictures.spec + "/" + rest);
  BOOST_TEST(has(output_of("train --data " + pictures.spec + rest), "resumed"));
}

// The folder isn't what a run is; the pictures are.
BOOST_AUTO_TEST_CASE(data_may_move_and_may_not_change) {
  const Pictures pictures;
  const std::string rest = " --units 64 --batch 50 --out " + pictures.run("a") + " --epochs ";
  output_of("train --data " + pictures.spec + rest + "1");
  const TemporaryDirectory moved;
  std::filesystem::copy(pictures.directory.path(), moved.path(), std::filesystem::copy_options::recursive);
  BOOST_TEST(has(output_of("train --data cifar10:" + moved.path() + rest + "2"), "resumed"));
  BOOST_TEST(has(contents(pictures.run("a/run.json")), moved.path()));
  const std::string checkpoint = contents(pictures.run("a/last.safetensors"));
  put(moved / "data_batch_2.bin", records(45, 77));
  const Ran ran = run_dim("train --data cifar10:" + moved.path() + rest + "3");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "holds a run with other settings (data_checksum "), ran.error);
  BOOST_TEST((contents(pictures.run("a/last.safetensors")) == checkpoint));
}

BOOST_AUTO_TEST_CASE(a_trained_encoder_is_not_begun_over) {
  const Pictures pictures;
  pictures.train("a", "--epochs 1 --held-out 0");
  const std::string encoder = contents(pictures.run("a/encoder.safetensors")),
                    checkpoint = contents(pictures.run("a/last.safetensors"));
  std::remove(pictures.run("a/last.safetensors").c_str());
  const Ran ran = pictures.train("a", "--epochs 2 --held-out 0");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "holds a trained encoder and no last.safetensors to go on from: put that back"),
             ran.error);
  BOOST_TEST((contents(pictures.run("a/encoder.safetensors")) == encoder));

  // The other way round nothing is lost.
  put(pictures.run("a/last.safetensors"), checkpoint);
  std::remove(pictures.run("a/encoder.safetensors").c_str());
  check_fails("features " + pictures.run("a") + " --out " + pictures.run("x.npy"),
              pictures.run("a") +
                  " has no encoder.safetensors: the `dim train` command that made the folder "
                  "writes it again");
  BOOST_TEST(pictures.train("a", "--epochs 1 --held-out 0").status == 0);
  BOOST_TEST((contents(pictures.run("a/encoder.safetensors")) == encoder));
}

// All files stay of one step: the weights are finite here, and Adam's moments are not.
BOOST_AUTO_TEST_CASE(what_is_broken_is_written_nowhere) {
  const Pictures pictures;
  const Ran ran = pictures.train("a", "--epochs 3 --rate 1e3");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, ": begin anew with a lower --rate and another --out; "), ran.error);
  BOOST_TEST(!has(ran.output, "epoch 3"));
  const auto steps = [&](const char* file) {
    const dim::Safetensors read = dim::read_safetensors(pictures.run("a/") + file);
    return read.metadata().at("steps");
  };
  BOOST_TEST(steps("encoder.safetensors") == steps("last.safetensors"));
}

BOOST_AUTO_TEST_CASE(numbers_that_cannot_be_recorded_are_not_measured) {
  const Pictures pictures;
  pictures.train("a");
  const std::string metrics = pictures.run("a/metrics.jsonl"),
                    checkpoint = contents(pictures.run("a/last.safetensors"));
  std::filesystem::remove(metrics);
  std::filesystem::create_directory(metrics);
  for (const Ran& ran :
       {pictures.train("a", "--epochs 2"), run_dim("finetune " + pictures.run("a") + " --steps 3")}) {
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "metrics.jsonl"), ran.error);
    BOOST_TEST(!has(ran.output, "epoch"));
  }
  BOOST_TEST((contents(pictures.run("a/last.safetensors")) == checkpoint));
}

BOOST_AUTO_TEST_CASE(a_damaged_best_encoder_may_be_deleted) {
  const Pictures pictures;
  pictures.train("a");
  // The damage may have fallen on the names that ask for a checksum.
  std::string unchecked = contents(pictures.run("a/best.safetensors"));
  for (const std::string name : {"dim.checksum", "dim.format"}) unchecked[unchecked.find(name)] = 'x';
  for (const std::string& damaged : {std::string(), unchecked}) {
    put(pictures.run("a/best.safetensors"), damaged);
    BOOST_TEST(has(pictures.train("a", "--epochs 2").error,
                   ", or delete it: the best of the epochs to come takes its place"));
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these take more than any such limit
// Under one limit the arrays of training can't be had, under the other they can, and not what comes after them.
BOOST_AUTO_TEST_CASE(too_little_memory_is_said_and_costs_nothing) {
  const Pictures pictures;
  const std::string train = "\"$dim\" train --data " + pictures.spec +
                            " --units 64 --batch 50 --epochs 1 --threads 1 --out " + pictures.run("a"),
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
  const std::string encoder = contents(pictures.run("a") + "/encoder.safetensors");
  BOOST_TEST(shell(in_60_megabytes).status == 1);
  BOOST_TEST((contents(pictures.run("a") + "/encoder.safetensors") == encoder));
}
#endif

BOOST_AUTO_TEST_CASE(brain_floats_are_another_run) {
  const Pictures pictures;
  pictures.train("f32");
  const Ran ran = pictures.train("bf16", "--precision bf16");
  BOOST_TEST(has(ran.output, "prior uniform, bf16, seed 1"));
  BOOST_TEST(
      (contents(pictures.run("f32/last.safetensors")) != contents(pictures.run("bf16/last.safetensors"))));
  BOOST_TEST(has(pictures.train("bf16").error, "(precision \"bf16\" there and \"f32\" here)"));
  BOOST_TEST(has(pictures.train("a", "--precision f16").error,
                 "--precision f16 is not known; choose one of f32, bf16"));
}

BOOST_AUTO_TEST_CASE(damaged_runs_are_refused) {
  const Pictures pictures;
  pictures.train("a");
  const std::string checkpoint = pictures.run("a/last.safetensors"), settings = pictures.run("a/run.json");
  std::string bytes = contents(checkpoint);
  bytes[bytes.size() / 2] ^= 1;
  put(checkpoint, bytes);
  Ran ran = pictures.train("a", "--epochs 2");
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
    ran = pictures.train("a", "--epochs 2");
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "dim: " + settings), ran.error);
    if (damaged == "{}")
      BOOST_TEST(has(ran.error, "add it, or put back the file that `dim train` wrote\n"), ran.error);
  }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_without_its_settings_is_not_gone_on_with) {
  const Pictures pictures;
  pictures.train("a");
  std::remove(pictures.run("a/run.json").c_str());
  for (const char* file : {"last.safetensors", "best.safetensors", "encoder.safetensors"}) {
    // Numbers and other encoders of an earlier run would pass for this one's.
    const Ran ran = pictures.train("a", "--estimator nce --epochs 2");
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "holds files of a run and no run.json"), ran.error);
    std::remove(pictures.run("a/" + std::string(file)).c_str());
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_trained_is_said) {
  const Pictures pictures;
  const std::string command = "train --data " + pictures.spec + " --out " + pictures.run("a");
  check_fails(command + " --limit 10 --held-out 0",
              "a batch of 64 cannot be drawn from 10 pictures; take a smaller batch or more pictures");
  for (const std::string units : {"0", "-1", "8193"})
    check_fails(command + " --units " + units,
                "--units " + units + " can't be; give a number from 1 to 8192");
  check_fails(command + " --estimator kld",
              "--estimator kld is not known; choose one of jsd, nce, dv, kl, rkl, h2, x2");
  check_fails(command + " --task all", "--task all is not known; choose one of local, global, both");
  check_fails(
      command + " --encoder basic28x28",
      "encoder basic28x28 takes pictures of 1x28x28 (channels x height x width) and the data are 3x32x32: "
      "name other --data, or train without --encoder, which takes the one that fits");
  check_fails(
      command + " --units 64 --rate 1e30 --epochs 3",
      "the local loss of step 2 is not a number: begin anew at a lower rate, or look for pictures with "
      "numbers that are not finite");
  put(pictures.run("file"), "");
  const Ran ran = pictures.train("file/a");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "dim: cannot make the folder " + pictures.run("file/a")), ran.error);
}

// One that cannot be read is a matter of usage: status 2, and a sentence on what is wrong.
BOOST_AUTO_TEST_CASE(command_lines_that_cannot_be_read) {
  for (const std::string line : {"",
                                 "learn",
                                 "train",
                                 "train --data",
                                 "train --data cifar10:x --batch 1",
                                 "train --data cifar10:x --epochs 0",
                                 "train --data cifar10:x --rate -1",
                                 "train --data cifar10:x --rate nan",
                                 "train --data cifar10:x --gamma inf",
                                 "train --data cifar10:x --schedule cosin",
                                 "train --data cifar10:x --schedule steps:0",
                                 "train --data cifar10:x --weight-decay -1",
                                 "train --data cifar10:x --clip nan",
                                 "train --data cifar10:x --seed -1",
                                 "train --data cifar10:x --seed 18446744073709551616",
                                 "train --data cifar10:x --limit 9223372036854775808",
                                 "finetune x --steps 99999999999999999999",
                                 "train --data cifar10:x --threads 9999",
                                 "train --data cifar10:x extra",
                                 "train --data cifar10:x --epoch 3",
                                 "evaluate",
                                 "features",
                                 "features x",
                                 "info a b"}) {
    const Ran ran = run_dim(line);
    BOOST_TEST(ran.status == 2, line << ": status " << ran.status);
    BOOST_TEST(ran.error.rfind("dim: ", 0) == 0, ran.error);
    BOOST_TEST(ran.error.find('\n') == ran.error.size() - 1, ran.error);
  }
  BOOST_TEST(
      run_dim("train --data cifar10:x --rate -1").error ==
      "dim: --rate: -1 is no finite number above 0; see dim --help, or dim train --help and its like\n");
  for (const auto& [line, unknown] : {std::pair{"train --dat x", "--dat"},
                                      {"train --data x --epoch 3", "--epoch"},
                                      {"features x --ou y", "--ou"},
                                      {"learn --data x", "learn"}})
    BOOST_TEST(run_dim(line).error ==
               std::string("dim: ") + unknown +
                   " is not known; see dim --help, or dim train --help and its like\n");
  for (const auto& [options, without] : {std::pair{"--score concat --units 64", "--score dot"},
                                         {"--alpha 1", "--task global or both"},
                                         {"--task global --beta 1", "--task local or both"},
                                         {"--prior none --gamma 1", "a prior"},
                                         {"--prior none --penalty 1", "a prior"}}) {
    const Ran ran = run_dim(std::string("train --data cifar10:x ") + options);
    BOOST_TEST(ran.status == 2);
    BOOST_TEST(has(ran.error, std::string("counts only with ") + without + "; leave it out"), ran.error);
  }
  for (const std::string line : {"--help", "train --help", "evaluate --help", "--version"})
    BOOST_TEST(run_dim(line).status == 0, line);
}

BOOST_AUTO_TEST_SUITE_END()
