#include <dim/io/json.hpp>
#include <sstream>

#include "../../examples/dim/terminal/text.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(compare)

using namespace tests;

/// The line that begins so; empty if there is none.
std::string line_of(const std::string& output, const std::string& begin) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(begin)) return line;
  return "";
}

/// A run's accuracy on test images, in percent.
double accuracy_of(const std::string& metrics) {
  std::istringstream lines(metrics);
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("split").string() == "test" && line.at("name").string() == "accuracy")
      return 100 * line.at("value").number();
  }
  return -1;
}

BOOST_AUTO_TEST_CASE(runs_are_beside_each_other) {
  const SmallCifar cifar;
  const std::string a = cifar.run("a"), b = cifar.run("b"), page = cifar.run("x.html"),
                    measures = " --probes knn --features y --baselines none";
  cifar.train("a", "--epochs 2 --estimator jsd");
  cifar.train("b", "--epochs 3 --estimator nce");
  output_of("evaluate " + a + measures);
  output_of("evaluate " + b + measures);
  const std::string output = output_of("compare " + a + " " + b + " --out " + page);
  BOOST_TEST(output.starts_with("A  " + a + "\nB  " + b + "\n\n"), output);
  BOOST_TEST(line_of(output, "epochs") == "epochs         2    3");
  BOOST_TEST(line_of(output, "estimator") == "estimator    jsd  nce");
  BOOST_TEST(line_of(output, "temperature") == "temperature    -  8.0");
  BOOST_TEST(line_of(output, "seed") == "");
  BOOST_TEST(has(output, page + ": "));
  BOOST_TEST(!has(output, "cannot be compared"), output);

  const double first = accuracy_of(contents(a + "/metrics.jsonl")),
               second = accuracy_of(contents(b + "/metrics.jsonl"));
  const std::string row = line_of(output, "knn of y");
  BOOST_TEST(has(row, " " + program::fixed(first, 2) + " +- "), row);
  BOOST_TEST(has(row, " " + program::fixed(second, 2) + " +- "), row);
  BOOST_TEST(has(row, program::fixed(second - first, 2) + " +- "), row);
  BOOST_TEST(line_of(output, "held-out knn of y").size() > 20u);
  BOOST_TEST(has(output, "\nby 2: knn-20-cosine on cifar10-"), output);
  // Numbers end below each other, and below the run's letter.
  const std::string settings = output.substr(0, output.find("knn of"));
  BOOST_TEST(line_of(output, "steps").size() == line_of(output, "epochs").size());
  BOOST_TEST(has(settings, "\n" + std::string(15, ' ') + "A    B\n"), settings);

  const std::string html = contents(page);
  for (const char* const part :
       {"<td>estimator</td><td>jsd</td><td>nce</td>", "<figcaption>local jsd loss</figcaption>",
        "<figcaption>local nce loss</figcaption>", "<figcaption>prior encoder loss</figcaption>",
        "<figcaption>Held-out accuracy, knn-20-cosine-held-out-among-100</figcaption>",
        "\u00b1 is one standard error"})
    BOOST_TEST(has(html, part), part);
  BOOST_TEST(has(html, "B, " + b + "</li>"));
  BOOST_TEST(has(html, "<td>" + program::fixed(first, 2) + " \u00b1 "));
  // The line of B has the colour of B also where A has none.
  const std::string nce = html.substr(html.find("<figcaption>local nce loss"));
  BOOST_TEST(has(nce.substr(0, nce.find("</figure>")), "stroke:var(--c1)\" d=\"M0"));
  output_of("compare " + b + " " + a + " --best --out " + page);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_compared_is_said) {
  const SmallCifar cifar;
  const std::string a = cifar.run("a"), b = cifar.run("b"),
                    measures = " --probes knn --features y --baselines none",
                    compared = "compare " + a + " " + b + " --out " + cifar.run("x.html");
  cifar.train("a");
  BOOST_TEST(has(run_dim("compare " + a + " " + b).error, "dim: " + b + " is not the folder of a run"));
  put(cifar.directory / "data_batch_2.bin", records(45, 77));
  cifar.train("b");
  std::string output = output_of(compared);
  BOOST_TEST(line_of(output, "data-checksum") != "");
  BOOST_TEST(has(output,
                 "\nLosses and held-out accuracies cannot be compared with those of A: B, trained on other "
                 "images or with others held out.\n"),
             output);
  BOOST_TEST(has(output, "\nRows of held-out knn of y cannot be compared with each other: A by 1; B by 2.\n"),
             output);

  output_of("evaluate " + b + measures);
  put(cifar.directory / "data_batch_2.bin", records(45, 2));
  output_of("evaluate " + a + measures);
  output = output_of(compared);
  BOOST_TEST(has(output, "\nRows of knn of y cannot be compared with each other: A by 3; B by 4.\n"), output);
  BOOST_TEST(has(contents(cifar.run("x.html")), "Rows of knn of y cannot be compared"));
}

BOOST_AUTO_TEST_CASE(runs_that_are_none_are_named) {
  const SmallCifar cifar;
  const std::string a = cifar.run("a"), b = cifar.run("b");
  BOOST_TEST(run_dim("compare " + a).status == 2);
  cifar.train("a");
  check_fails("compare " + a + " " + a + "/", a + "/ is named twice; name runs that differ");
  std::filesystem::copy(a, b);
  put(b + "/metrics.jsonl", "{\"value\":true}\n");
  BOOST_TEST(has(run_dim("compare " + a + " " + b).error, "dim: " + b + "/metrics.jsonl, line 1: "));
  std::filesystem::remove(b + "/metrics.jsonl");
  BOOST_TEST(has(output_of("compare " + a + " " + b + " --out " + cifar.run("x.html")), "\nepochs  1  -\n"));
  std::filesystem::remove(b + "/encoder.safetensors");
  BOOST_TEST(has(run_dim("compare " + a + " " + b).error, "dim: " + b + " has no encoder.safetensors"));
}

BOOST_AUTO_TEST_SUITE_END()
