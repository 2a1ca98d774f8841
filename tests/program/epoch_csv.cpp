#include "../../examples/dim/commands/epoch_csv.hpp"

#include <sstream>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(epoch_csv)

using namespace tests;

/// The cells of a CSV file without quotes.
std::vector<std::vector<std::string>> cells(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::size_t begin = 0;
    for (std::size_t end; (end = line.find(',', begin)) != line.npos; begin = end + 1)
      rows.back().push_back(line.substr(begin, end - begin));
    rows.back().push_back(line.substr(begin));
  }
  return rows;
}

/// The same without the seconds, which differ from run to run.
std::string without_seconds(const std::string& text) {
  std::string rest;
  for (const auto& row : cells(text))
    for (std::size_t i = 0; i < row.size(); ++i)
      if (i != 2) rest += row[i] + (i + 1 < row.size() ? "," : "\n");
  return rest;
}

const std::string
    line_1 =
        R"({"epoch":1,"step":4,"split":"train","protocol":"mean-of-epoch","name":"loss","value":0.1}
)",
    line_2 =
        R"({"epoch":1,"step":4,"split":"held-out","protocol":"knn","feature":"y","name":"accuracy","value":0.25}
)",
    part =
        R"({"epoch":2,"step":5,"split":"train","protocol":"mean-of-tenth-of-epoch","name":"loss","value":7.0}
)",
    measure = R"({"step":4,"split":"test","protocol":"knn","name":"accuracy","value":0.5}
)";

BOOST_AUTO_TEST_CASE(has_the_whole_epochs_of_the_metrics) {
  const TemporaryDirectory folder;
  const program::RunFolder run(folder.path());
  program::Saves saves("testing");
  put(run.metrics(), line_1 + line_2 + measure + part);
  program::EpochCsv table(run);
  const std::string one = "epoch,step,seconds,loss,held-out_accuracy\n1,4,,0.1,0.25\n";
  BOOST_TEST(contents(run.epoch_csv()) == one);
  // A value that is missing leaves its cell empty.
  table.add({{dim::Json::parse(R"({"epoch":2,"step":8,"split":"train","name":"loss","value":1e-9})")}, 1.5},
            saves);
  saves.finish();
  BOOST_TEST(contents(run.epoch_csv()) == one + "2,8,1.500,1e-09,\n");

  // The second epoch has not been saved: as in metrics.jsonl, it is no more.
  program::EpochCsv again(run);
  BOOST_TEST(contents(run.epoch_csv()) == one);
}

BOOST_AUTO_TEST_CASE(seconds_are_kept) {
  const TemporaryDirectory folder;
  const program::RunFolder run(folder.path());
  put(run.metrics(), line_1);
  put(run.epoch_csv(), "epoch,step,seconds,loss\n1,4,12.345,0.1\n2,8,1.000,0.2\n");
  program::EpochCsv table(run);
  BOOST_TEST(contents(run.epoch_csv()) == "epoch,step,seconds,loss\n1,4,12.345,0.1\n");
}

BOOST_AUTO_TEST_CASE(another_file_of_that_name_stays) {
  const TemporaryDirectory folder;
  const program::RunFolder run(folder.path());
  for (const std::string text :
       {"my notes\n", "epoch;step;seconds\n", "epoch,step,seconds,loss\n1;4;1,5;0,1\n"}) {
    put(run.epoch_csv(), text);
    const std::string said = error_of([&] { program::EpochCsv table(run); });
    BOOST_TEST(has(said, text.starts_with("epoch,") ? "/metrics.csv, line 2: '" : "/metrics.csv, line 1: '"),
               said);
    BOOST_TEST(has(said, "' is not from `dim train --csv`, which would write over it; move the file away"),
               said);
    BOOST_TEST(contents(run.epoch_csv()) == text);
  }
}

BOOST_AUTO_TEST_CASE(is_written_by_training) {
  const SmallCifar cifar;
  const Ran ran = cifar.train("whole", "--epochs 3 --csv");
  BOOST_TEST(has(ran.output, " last.safetensors, metrics.csv, metrics.jsonl, run.json\n"), ran.output);
  const std::string whole = contents(cifar.run("whole/metrics.csv"));
  const auto rows = cells(whole);
  BOOST_TEST_REQUIRE(rows.size() == 4u);
  BOOST_TEST(
      (rows[0] == std::vector<std::string>{"epoch", "step", "seconds", "local_nce_loss", "local_nce_estimate",
                                           "local_nce_ceiling", "held-out_accuracy", "prior_encoder_loss",
                                           "prior_adversary_loss", "prior_gradient_penalty"}));
  const std::string metrics = contents(cifar.run("whole/metrics.jsonl"));
  for (std::size_t i = 1; i < rows.size(); ++i) {
    BOOST_TEST(rows[i][0] == std::to_string(i));
    BOOST_TEST(rows[i][1] == std::to_string(4 * i));
    BOOST_TEST(std::stod(rows[i][2]) > 0);
    BOOST_TEST(has(metrics, "\"name\":\"local_nce_loss\",\"value\":" + rows[i][3]));
    BOOST_TEST(has(metrics, "\"name\":\"accuracy\",\"value\":" + rows[i][6]));
  }

  // Killed after the second epoch was recorded and before it was saved.
  cifar.train("parts", "--epochs 1 --csv");
  const std::string saved = contents(cifar.run("parts/last.safetensors")),
                    first = contents(cifar.run("parts/metrics.csv"));
  cifar.train("parts", "--epochs 2 --csv");
  put(cifar.run("parts/last.safetensors"), saved);
  cifar.train("parts", "--epochs 3");
  const std::string parts = contents(cifar.run("parts/metrics.csv"));
  BOOST_TEST(parts.starts_with(first));
  BOOST_TEST(without_seconds(parts) == without_seconds(whole));
}

BOOST_AUTO_TEST_SUITE_END()
