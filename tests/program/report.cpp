#include <cstring>
#include <dim/io/npy.hpp>
#include <filesystem>
#include <sstream>

#include "../../examples/dim/data/data.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(report)

using namespace tests;

/// A run of one epoch, measured by kNN, with class names that must be escaped in HTML.
struct Run : SmallCifar {
  std::string path = run("a");

  explicit Run(const std::string& of_encoder = "") {
    std::string names;
    for (int i = 0; i < 9; ++i) names += "frog " + std::to_string(i) + "\n";
    put(directory / "batches.meta.txt", names + "<b>cat & co</b>\n");
    train("a", "--epochs 1" + of_encoder);
  }

  std::string id() const { return program::read_data_set(spec, 0).id; }
  /// Records a decoder's value and saves an array as its images; returns the file's path.
  std::string reconstruct(const std::vector<float>& numbers, const std::vector<long>& shape) const {
    const std::string protocol = "decoder-mse-1-epoch-ms-ssim-wang-2003-2-scales-from-0-to-1",
                      file = path + "/reconstructions-4-" + id() + "-225-" + protocol + ".npy";
    put(path + "/metrics.jsonl", contents(path + "/metrics.jsonl") +
                                     R"({"step":4,"split":"test","protocol":")" + protocol +
                                     R"(","feature":"y","name":"ms_ssim","value":0.5,"data":")" + id() +
                                     R"(","train_images":225,"test_images":60})" + "\n");
    dim::write_npy(file, numbers.data(), shape);
    return file;
  }
};

BOOST_AUTO_TEST_CASE(all_sections_in_one_file) {
  const Run run(" --encoder basic32x32");  // with which the report compares the paper's figures
  run_dim("evaluate " + run.path + " --probes knn --features y");
  run.reconstruct(std::vector<float>(2 * 5 * 3 * 32 * 32, 0.5F), {2, 5, 3, 32, 32});
  const Ran ran = run_dim("report " + run.path + " --threads 1");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.output, run.path + "/report.html: "));
  const std::string page = contents(run.path + "/report.html");
  BOOST_TEST(page.size() < 3'000'000);
  for (const char* id : {"settings", "measures", "training", "map", "neighbours", "filters",
                         "reconstructions", "prior", "confusion"})
    BOOST_TEST(has(page, "<section id=\"" + std::string(id) + "\">"), id);
  for (const char* loaded : {"http:", "https:", "<script", "<link", "@import", "url("})
    BOOST_TEST(!has(page, loaded), loaded);
  BOOST_TEST(has(page, "data:image/png;base64,iVBORw0KGgo"));
  BOOST_TEST(has(page, "&lt;b&gt;cat &amp; co&lt;/b&gt;"));
  BOOST_TEST(!has(page, "<b>"));
  for (const char* part :
       {"<span>--units 64</span>", "<span>--epochs 1</span>", "knn-20-cosine", "untrained encoder",
        "paper, DIM(L) NCE, 1,000 epochs</td><td>75.21", "--probes linear,svm,mlp"})
    BOOST_TEST(has(page, part), part);
  BOOST_TEST(!has(page, "\u2020"));

  BOOST_TEST(run_dim("report " + run.path + " --threads 3 --out " + run.run("b.html")).status == 0);
  BOOST_TEST((contents(run.run("b.html")) == page));

  BOOST_TEST(has(page, "203 of the 225 training images"));
  BOOST_TEST(has(page, "y, held-out, knn-20-cosine-held-out-among-100"));
  BOOST_TEST(!has(page, "--best"));
  BOOST_TEST(run_dim("report " + run.path + " --best --out " + run.run("best.html")).status == 0);
  BOOST_TEST(has(contents(run.run("best.html")), "<span>--best</span>"));
}

BOOST_AUTO_TEST_CASE(measures_stand_in_the_columns_of_the_extended_comparison) {
  const Run run(" --encoder basic32x32");  // with which the report compares the paper's figures
  std::string lines = contents(run.path + "/metrics.jsonl");
  const auto add = [&](const std::string& protocol, const std::string& name, const std::string& value) {
    lines += R"({"step":4,"split":"test","protocol":")" + protocol + R"(","feature":"y","name":")" + name +
             R"(","value":)" + value + "}\n";
  };
  add("decoder-mse-1-epoch-ms-ssim-wang-2003-2-scales-from-0-to-1", "ssim", "0.25");
  add("decoder-mse-1-epoch-ms-ssim-wang-2003-2-scales-from-0-to-1", "ms_ssim", "0.625");
  add("labels-1-percent-mlp-200-on-conv-2000-steps", "accuracy", "0.25");
  add("labels-10-percent-mlp-200-on-conv-2000-steps", "accuracy", "0.5");
  // If both lengths were measured, the published one is shown.
  add("mine-pixels-perceptron-512-128-20000-steps", "mutual_information", "11.5");
  add("mine-pixels-perceptron-512-128-20000-steps", "trusted", "0");
  add("mine-pixels-perceptron-128-32-1000-steps", "mutual_information", "3.5");
  add("ndm-1000-200-15-epochs", "total_correlation", "9.25");
  add("ndm-1000-200-15-epochs", "trusted", "0");
  add("ndm-1000-200-15-epochs", "gaussian_total_correlation", "4.125");
  add("ndm-sigmoid-1000-200-15-epochs", "total_correlation", "-0.0004");
  lines +=
      R"({"epoch":1,"step":4,"split":"held-out","protocol":"knn-x","feature":"y","name":"accuracy","value":0.5})"
      "\n";
  put(run.path + "/metrics.jsonl", lines);
  BOOST_TEST(run_dim("report " + run.path).status == 0);
  const std::string page = contents(run.path + "/report.html");
  BOOST_TEST(has(page, "--labels 0.01,0.1</span> <span>--steps 2000</span>"));
  for (const char* part : {"<td>0.625</td><td>11.50?</td><td>9.25?</td><td>0.00</td><td>4.12</td>",
                           "<code>ndm-sigmoid-1000-200-15-epochs</code>",
                           "<td>0.37</td><td>45.09</td><td>9.18</td><td>0.18</td>", "y, held-out, knn-x"})
    BOOST_TEST(has(page, part), part);
}

// In the order of the fractions, not of their recording, and beside the network trained from scratch.
BOOST_AUTO_TEST_CASE(fine_tuning_has_a_table) {
  const Run run;
  std::string lines = contents(run.path + "/metrics.jsonl");
  const auto add = [&](const std::string& percent, const std::string& value, const std::string& more = "") {
    lines += R"({"step":4,"split":"test","protocol":"labels-)" + percent +
             R"(-percent-mlp-200-on-conv-2000-steps","feature":"conv","name":"accuracy","value":)" + value +
             R"(,"data":")" + run.id() + R"(","train_images":225,"test_images":60)" + more + "}\n";
  };
  add("10", "0.5");
  add("1.23456", "0.25");
  add("1.23456", "0.125", R"(,"baseline":"from-scratch")");
  put(run.path + "/metrics.jsonl", lines);
  output_of("report " + run.path);
  const std::string page = contents(run.path + "/report.html");
  const std::size_t first = page.find("<td>1.23456 % of 225</td><td>2,000</td><td>25.00</td><td>12.50</td>"),
                    second = page.find("<td>10 % of 225</td><td>2,000</td><td>50.00</td><td>\u2013</td>");
  BOOST_TEST(has(page, "<section id=\"labels\">"));
  BOOST_TEST(first < second);
  BOOST_TEST(second != page.npos);
}

/// The part of a page between two strings.
std::string between(const std::string& page, const std::string& from, const std::string& to) {
  const std::size_t begin = page.find(from);
  BOOST_REQUIRE(begin != page.npos);
  return page.substr(begin, page.find(to, begin) - begin);
}

BOOST_AUTO_TEST_CASE(results_come_before_settings) {
  const Run run;
  run_dim("evaluate " + run.path + " --probes knn --features y --baselines untrained,pixels");
  output_of("report " + run.path);
  const std::string page = contents(run.path + "/report.html");
  std::size_t at = 0;
  for (const char* part :
       {"By nearest neighbours y tells the class of ",
        " % of the test images, y of an untrained "
        "encoder of ",
        "the pixels themselves of ", "id=\"measures\"", "id=\"training\"", "id=\"confusion\"",
        "id=\"settings\"", "This page was made by dim 0.2.0, ", "The encoder\u2019s file is of 2"}) {
    at = page.find(part, at);
    BOOST_TEST_REQUIRE(at != page.npos, part);
  }
  for (const std::string& part : {program::build_text(), program::processor_text()})
    BOOST_TEST(has(page, part));
}

// Rows of one block are measured on equally many images, the best of them is bold, and the page begins with it.
BOOST_AUTO_TEST_CASE(what_is_compared_is_alike) {
  const Run run;
  std::string lines = contents(run.path + "/metrics.jsonl");
  const auto add = [&](const std::string& feature, const std::string& value, int images,
                       const std::string& more = "") {
    lines += R"({"step":4,"split":"test","protocol":"knn-20-cosine","feature":")" + feature +
             R"(","name":"accuracy","value":)" + value + R"(,"data":")" + run.id() + R"(","train_images":)" +
             std::to_string(images) + R"(,"test_images":60)" + more + "}\n";
  };
  add("conv", "0.5", 225);
  add("y", "0.25", 100);
  add("conv", "0.125", 225, R"(,"baseline":"untrained")");
  add("conv", "0.75", 225, R"(,"baseline":"supervised")");
  add("y", "0.375", 100, R"(,"baseline":"untrained")");
  add("pixels", "0.0625", 100, R"(,"baseline":"pixels")");
  put(run.path + "/metrics.jsonl", lines);
  output_of("report " + run.path);
  const std::string page = contents(run.path + "/report.html"),
                    all = between(page, "knn-20-cosine; fitted on 225 images, measured on 60",
                                  "knn-20-cosine; fitted on 100"),
                    some = between(page, "knn-20-cosine; fitted on 100 images, measured on 60", "</table>");
  BOOST_TEST(
      has(all,
          "<td>this run, 1 epoch</td><td><strong>50.00</strong></td><td>\u2013</td><td>\u2013</td><td></td>"),
      all);
  BOOST_TEST(has(all, "<td>untrained encoder</td><td>12.50</td>"), all);
  BOOST_TEST(has(all, "<td>the encoder trained with labels</td><td>75.00</td>"), all);
  BOOST_TEST(has(some, "<td>this run, 1 epoch</td><td>\u2013</td><td>\u2013</td><td>25.00</td>"), some);
  BOOST_TEST(
      has(some, "<td>untrained encoder</td><td>\u2013</td><td>\u2013</td><td><strong>37.50</strong></td>"),
      some);
  BOOST_TEST(has(some, "<td>6.25</td>"), some);
  BOOST_TEST(has(page, "Not all rows are of as many images"));
  BOOST_TEST(has(
      page,
      "y tells the class of 25.00 % of the test images, y of an untrained encoder of 37.50 %, the "
      "pixels themselves of 6.25 %. y beats pixels by 18.8 \u00b1 6.4 points in k nearest neighbours, but "
      "not the untrained encoder (-12.5 \u00b1 8.4). conv beats"));
}

BOOST_AUTO_TEST_CASE(the_confusion_matrix_says_how_it_differs_from_the_table) {
  const Run run;
  output_of("evaluate " + run.path + " --probes linear --features y --baselines none");
  output_of("report " + run.path);
  const std::string alike = contents(run.path + "/report.html");
  BOOST_TEST(!has(alike, "Among the measures stands"));
  BOOST_TEST(has(alike, "<p class=\"note wide\">The table is wider than this screen"));
  std::string lines = contents(run.path + "/metrics.jsonl");
  const std::size_t at = lines.rfind("\"train_images\":225");
  put(run.path + "/metrics.jsonl",
      lines.replace(at, std::strlen("\"train_images\":225"), "\"train_images\":99"));
  output_of("report " + run.path);
  BOOST_TEST(has(contents(run.path + "/report.html"),
                 " %: of a probe that was fitted on 99 images and measured on 100."));
}

// For a run of one epoch the page shows the course of training, and the code's accuracy beside that without training.
BOOST_AUTO_TEST_CASE(curves_of_a_short_run_have_points) {
  const Run run;
  output_of("report " + run.path);
  const std::string page = contents(run.path + "/report.html"),
                    training = between(page, "id=\"training\"", "</section>");
  BOOST_TEST(has(training, "means over the steps of each tenth of an epoch"));
  const std::string prior = between(training, "<figcaption>Losses of prior matching", "</figure>");
  long points = 0;
  for (std::size_t at = 0; (at = prior.find("<circle", at)) != prior.npos; ++at) ++points;
  BOOST_TEST(points == 8);  // four steps, for the encoder and the adversary
  BOOST_TEST(!has(training, "Loss, local"));
  for (const char* part :
       {"class=\"error\"", "untrained encoder</li>", "raw pixels</li>", "samples of 22 held-out images"})
    BOOST_TEST(has(training, part), part);

  // A run whose tenths were not recorded, or not to the end.
  std::istringstream lines(contents(run.path + "/metrics.jsonl"));
  std::string epochs;
  for (std::string line; std::getline(lines, line);)
    if (!has(line, "tenth")) epochs += line + "\n";
  put(run.path + "/metrics.jsonl", epochs);
  output_of("report " + run.path);
  BOOST_TEST(has(contents(run.path + "/report.html"), "means over the steps of each epoch"));
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_is_left_out) {
  const SmallCifar cifar;
  cifar.train("a", "--epochs 1 --estimator dv --prior none --encoder basic32x32");
  const Ran ran = run_dim("report " + cifar.run("a"));
  BOOST_TEST(ran.status == 0, ran.error);
  const std::string page = contents(cifar.run("a/report.html"));
  BOOST_TEST(!has(page, "id=\"reconstructions\""));
  BOOST_TEST(!has(page, "id=\"labels\""));
  BOOST_TEST(!has(page, "Extended comparison"));
  BOOST_TEST(!has(page, "Losses of prior matching"));
  BOOST_TEST(has(page, "<td>weight of the prior, gamma</td><td>\u2013</td>"));
  BOOST_TEST(!has(page, "--penalty"));
  BOOST_TEST(has(page, "--probes knn,linear,svm,mlp"));
  BOOST_TEST(has(page, "72.66\u2020"));
  BOOST_TEST(has(page, "Not confirmed"));
}

// A hundred classes are too many for a matrix, for colours and for one row of neighbours each.
BOOST_AUTO_TEST_CASE(of_many_classes_some_are_shown) {
  const TemporaryDirectory directory;
  const auto of_100 = [](long count, std::uint64_t seed) {
    std::string bytes, of_10 = records(count, seed);
    for (long i = 0; i < count; ++i) {
      bytes += char(i % 20);
      bytes += char(i % 100);
      bytes += of_10.substr(std::size_t(i * 3073 + 1), 3072);
    }
    return bytes;
  };
  put(directory / "train.bin", of_100(225, 1));
  put(directory / "test.bin", of_100(200, 2));
  const std::string run = directory / "a";
  output_of("train --data cifar100:" + directory.path() + " --units 64 --batch 50 --epochs 1 --out " + run);
  output_of("report " + run);
  const std::string page = contents(run + "/report.html");
  for (const char* part : {"Of 100 classes the pairs that are confused most.", "other classes",
                           "each of the first 20 classes", "CIFAR-100"})
    BOOST_TEST(has(page, part), part);
  long strips = 0;
  for (std::size_t at = 0; (at = page.find("<div class=\"strip\">", at)) != page.npos; ++at) ++strips;
  BOOST_TEST(strips == 20);
  BOOST_TEST(page.size() < 3'000'000);
}

// Nothing is bold there, since nothing is won; and values from few labels stand in no table.
BOOST_AUTO_TEST_CASE(what_needs_no_labels_has_a_table) {
  const Run run;
  std::string lines = contents(run.path + "/metrics.jsonl");
  const auto add = [&](const std::string& protocol, const std::string& name, const std::string& value,
                       const std::string& images, const std::string& more = "") {
    lines += R"({"step":4,"split":"test","protocol":")" + protocol + R"(","feature":"y","name":")" + name +
             R"(","value":)" + value + R"(,"data":")" + run.id() + R"(","train_images":)" + images + more +
             "}\n";
  };
  add("rankme-at-most-2000-images", "rank_me", "41.5", R"(225,"test_images":4001)");
  add("rankme-at-most-2000-images", "rank_me", "12.5", R"(225,"test_images":4001)",
      R"(,"baseline":"untrained")");
  put(run.path + "/metrics.jsonl", lines);
  output_of("report " + run.path);
  const std::string page = contents(run.path + "/report.html");
  for (const char* part :
       {"<h3>Without labels</h3>", "<code>rankme-at-most-2000-images; of 1,334 test images</code>",
        "<td>this run, 1 epoch</td><td>\u2013</td><td>\u2013</td><td>41.500</td>",
        "<td>untrained encoder</td><td>\u2013</td><td>\u2013</td><td>12.500</td>",
        " y uses about 41.5 dimensions by RankMe (untrained encoder 12.5). Without labels nothing says"})
    BOOST_TEST(has(page, part), part);
  add("knn-20-cosine-4-labels-per-class", "accuracy", "0.25", R"(40,"test_images":100)");
  put(run.path + "/metrics.jsonl", lines);
  output_of("report " + run.path);
  BOOST_TEST(!has(contents(run.path + "/report.html"), "Not all rows are of as many images"));
}

// Each value has the command that produces it.
BOOST_AUTO_TEST_CASE(commands_say_how_many_images_and_where_they_are) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"),
                    measured = "evaluate " + run + " --features y --baselines none --probes ";
  output_of(measured + "knn");
  output_of(measured + "linear --limit 60");
  output_of("finetune " + run + " --labels 0.5 --steps 3 --limit 60");
  const TemporaryDirectory moved;
  std::filesystem::copy(cifar.directory.path(), moved.path());
  output_of("report " + run + " --data cifar10:" + moved.path());
  const std::string page = contents(run + "/report.html"),
                    data = "<span>--data cifar10:" + moved.path() + "</span>";
  for (const std::string& part :
       {"<span>--probes knn</span> <span>--features y</span> <span>--baselines none</span> <span>--protocol "
        "quick</span> " +
            data,
        "<span>--probes linear</span> <span>--features y</span> <span>--baselines none</span> "
        "<span>--protocol "
        "quick</span> <span>--limit 60</span> " +
            data,
        "<span>--labels 0.5</span> <span>--steps 3</span> <span>--limit 60</span> " + data,
        std::string("<td>50 % of 60</td><td>3</td>"), "<pre><span>dim report " + run + "</span> " + data,
        "<pre><span>dim train</span> " + data, std::string("Not all rows are of as many images")})
    BOOST_TEST(has(page, part), part);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reported_is_said) {
  const Run run;
  {
    const TemporaryDirectory other;
    std::filesystem::copy(run.directory.path(), other.path());
    put(other / "data_batch_3.bin", records(45, 33));
    check_fails("report " + run.path + " --data cifar10:" + other.path(),
                "a report shows a run on the data that it was trained on, and cifar10:" + other.path() +
                    " has other training images: give --data only where they have moved");
  }
  check_fails(
      "report " + run.run("b"),
      run.run("b") +
          " is not the folder of a run: it has no run.json; name one that `dim train --out` has made");
  const std::string long_name(300, 'x');
  check_fails("report " + long_name, "cannot look for " + long_name +
                                         "/run.json: File name too long; check the path and its permissions");
  check_fails("report " + run.path + " --out " + run.run("nowhere/x.html"),
              "cannot open " + run.run("nowhere/") +
                  ": No such file or directory; check the path, and create its directory first");

  check_fails(
      "report " + run.path + " --data cifar100:nowhere",
      "a report shows a run on the data that it was trained on, which are cifar10, not cifar100: give "
      "--data only where they have moved");

  const std::string file = run.reconstruct({1, 1}, {2});
  check_fails("report " + run.path,
              file +
                  " is not an array (2, n, 3, 32, 32), images and their reconstructions: "
                  "delete it, and have `dim evaluate` write it again");
  put(file, "");
  BOOST_TEST(has(run_dim("report " + run.path).error, ": delete it, and have `dim evaluate` write it again"));

  const std::string metrics = contents(run.path + "/metrics.jsonl");
  put(run.path + "/metrics.jsonl", metrics + "{\"value\":}\n");
  const long lines = std::count(metrics.begin(), metrics.end(), '\n');
  check_fails(
      "report " + run.path,
      run.path + "/metrics.jsonl, line " + std::to_string(lines + 1) +
          ": byte 9: expected a digit or another value; correct it, or use another copy, or delete the line");

  std::filesystem::remove(run.path + "/encoder.safetensors");
  put(run.path + "/metrics.jsonl", metrics);
  check_fails("report " + run.path, run.path +
                                        " has no encoder.safetensors: the `dim train` command that made "
                                        "the folder writes it again");
}

BOOST_AUTO_TEST_SUITE_END()
