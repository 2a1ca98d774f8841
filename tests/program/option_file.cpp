#include "../../examples/dim/terminal/option_file.hpp"

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(option_file)

using namespace tests;

BOOST_AUTO_TEST_CASE(lines_are_names_and_values) {
  const TemporaryDirectory folder;
  put(folder / "a.conf",
      "# for a test\n\n  epochs=20 \r\nout = \"runs/a # 1, \"\ndata = folder:my  pictures\nx = y");
  const auto options = program::read_options(folder / "a.conf");
  BOOST_TEST_REQUIRE(options.size() == 4u);
  const std::vector<std::string> expected{
      "epochs", "20", "out", "runs/a # 1, ", "data", "folder:my  pictures", "x", "y"};
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(options[i].name == expected[2 * i]);
    BOOST_TEST(options[i].value == expected[2 * i + 1]);
    BOOST_TEST(options[i].line == long(i + 3));
  }
}

BOOST_AUTO_TEST_CASE(other_lines_are_refused) {
  const TemporaryDirectory folder;
  const std::string file = folder / "a.conf";
  for (const auto& [line, said] :
       {std::pair{"epochs 20", "'epochs 20' is not an option; write it as in epochs = 20"},
        {"[train]", "'[train]' is not an option; write it as in epochs = 20"},
        {"= 20", "'= 20' is not an option; write it as in epochs = 20"},
        {"epochs =", "'epochs' has no value; give one, or delete the line"},
        {"seed = 2", "'seed' is also in line 1; delete one of them"},
        {"out = \"a", "the value of 'out' does not end where its quotes do; correct them"},
        {"out = \"a\" b", "the value of 'out' does not end where its quotes do; correct them"},
        {"out = a # b",
         "the value of 'out' contains #; put a comment on a line of its own, or the value in double "
         "quotes"}}) {
    put(file, std::string("seed = 1\n") + line + "\nbatch = 5\n");
    BOOST_TEST(error_of([&] { program::read_options(file); }) == file + ", line 2: " + said);
  }
  BOOST_TEST(has(error_of([&] { program::read_options(folder / "none"); }), "none: No such file"));
}

BOOST_AUTO_TEST_CASE(the_command_line_wins) {
  const SmallCifar cifar;
  const std::string file = cifar.run("a.conf");
  put(file, "data = " + cifar.spec + "\nencoder = \"" + cifar.run("small.json") +
                "\"\nunits = 16\nbatch = 50\ntemperature = 2\nepochs = 2\nseed = 7\naugment = crop,flip\ncsv "
                "= true\n");
  const Ran ran = run_dim("train --epochs 1 --config " + file + " --seed 3 --out " + cifar.run("a"));
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(
      has(ran.output,
          "goal     local, nce at temperature 2, dot 16, prior uniform, f32, seed 3\nviews    crop,flip\n"),
      ran.output);
  BOOST_TEST(has(ran.output, "\nepoch 1/1 "), ran.output);
  BOOST_TEST(has(ran.output, "metrics.csv"), ran.output);

  // And back: the run's own settings make the same run.
  const std::string options = output_of("info " + cifar.run("a") + " --options");
  const std::string rest =
                        "units = 16\ntemperature = 2.0\nbatch = 50\naugment = \"crop,flip\"\nseed = "
                        "\"3\"\nepochs = 1\n",
                    // What it says is in the run, wherever the file has gone.
      note = "# " + cifar.run("small.json") + " may have changed; what it said is printed by dim info " +
             cifar.run("a") + " --json\n",
                    names = "data = \"" + cifar.spec + "\"\nencoder = \"" + cifar.run("small.json") + "\"\n";
  BOOST_TEST(options == note + names + rest);
  put(file, options);
  BOOST_TEST(has(output_of("train --config " + file + " --out " + cifar.run("a")), "\nresumed "));

  const std::string net = output_of("info " + cifar.run("a") + " --json");
  put(cifar.run("again.json"), net);
  BOOST_TEST(output_of("info --json --encoder " + cifar.run("again.json")) == net);

  put(file, "\xEF\xBB\xBFprobes = knn\nfeatures = fc,y\nbaselines = none\nagain = false\n");
  const std::string measured =
      output_of("evaluate --config " + file + " " + cifar.run("a") + " --features y");
  BOOST_TEST(has(measured, "\nknn "), measured);
  BOOST_TEST(!has(measured, "linear"), measured);
  BOOST_TEST(!has(contents(cifar.run("a/metrics.jsonl")), "\"fc\""));
}

BOOST_AUTO_TEST_CASE(what_is_no_option_is_named_with_its_file) {
  const SmallCifar cifar;
  const std::string file = cifar.run("a.conf");
  const auto check_said = [&](const std::string& command, const std::string& lines, const std::string& said) {
    put(file, lines);
    const Ran ran = run_dim(command + " --config " + file);
    BOOST_TEST(ran.status == 2);
    BOOST_TEST(ran.error == "dim: " + file + said + "; see dim --help or dim COMMAND --help\n");
  };
  const std::string no_option = " is not an option of dim train that a file can set";
  check_said("train", "data = x\nepocs = 3\n", ", line 2: 'epocs'" + no_option);
  check_said("train", "help = true\n", ", line 1: 'help'" + no_option);
  check_said("train", "config = b.conf\n", ", line 1: 'config'" + no_option);
  check_said("train --data x", "csv = maybe\n", ", line 1: 'csv' is true or false, and not 'maybe'");
  check_said("train --data x", "rate = -1\n", ", line 1: --rate: -1 is not a finite number above 0");
  check_said("evaluate x", "epochs = 3\n",
             ", line 1: 'epochs' is not an option of dim evaluate that a file can set");
  BOOST_TEST(
      has(run_dim("train --config " + cifar.run("none")).error, "No such file or directory; check the path"));
}

BOOST_AUTO_TEST_SUITE_END()
