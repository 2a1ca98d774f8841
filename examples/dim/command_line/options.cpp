#include "options.hpp"

#include <charconv>
#include <cmath>
#include <dim/io/json.hpp>

#include "../terminal/option_file.hpp"
#include "../terminal/text.hpp"

namespace program {
namespace {

/// A number for which fits(number) holds. CLI11's own ranges let NaN pass, and print the largest double with 309
/// digits.
CLI::Validator number(bool (*fits)(double), const std::string& what) {
  return CLI::Validator(
      [=](std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && fits(value) ? "" : text + " is not a " + what;
      },
      "");
}

/// A whole number in a range. CLI11 also reads -1 as 2^64 - 1, and anything too large as the largest value.
template <class Number>
CLI::Validator whole_number(Number least, Number most, const std::string& most_text) {
  return CLI::Validator(
      [=](std::string& text) {
        Number number{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        return error == std::errc() && end == text.data() + text.size() && number >= least && number <= most
                   ? ""
                   : text + " is not a whole number from " + std::to_string(least) + " to " + most_text;
      },
      "");
}

/// Sets those options of a command that its command line does not have and the file has.
void take_options(CLI::App& command, const std::string& file) {
  for (const auto& [name, value, line] : read_options(file)) {
    const std::string place = file + ", line " + std::to_string(line) + ": ";
    CLI::Option* const option = command.get_option_no_throw("--" + name);
    if (option == nullptr || !option->get_configurable())
      throw dim::Error(place + dim::in_quotes(name) + " is not an option of dim " + command.get_name() +
                       " that a file can set");
    if (!option->empty()) continue;
    const bool flag = option->get_expected_max() == 0;
    if (flag && value != "true" && value != "false")
      throw dim::Error(place + dim::in_quotes(name) + " is true or false, and not " + dim::in_quotes(value));
    if (flag && value == "false") continue;
    try {
      option->add_result(value);
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw dim::Error(place + error.what());
    }
  }
}

}  // namespace

const CLI::Validator positive =
    number([](double x) { return std::isfinite(x) && x > 0; }, "finite number above 0");
const CLI::Validator non_negative =
    number([](double x) { return std::isfinite(x) && x >= 0; }, "finite number from 0 on");
const CLI::Validator cosine = number([](double x) { return x >= -1 && x <= 1; }, "number from -1 to 1");
const CLI::Validator home(
    [](std::string& text) {
      text = with_home(text);
      return std::string();
    },
    "");
const CLI::Validator seed_number =
    whole_number<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max(), "2^64 - 1");

CLI::Validator whole(long least, long most) {
  return whole_number(least, most,
                      most == std::numeric_limits<long>::max() ? "2^63 - 1" : std::to_string(most));
}

void add_config(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--config",
          [&command](const std::string& file) {
            try {
              take_options(command, with_home(file));
            } catch (const dim::Error& error) {
              throw CLI::ValidationError(error.what());
            }
          },
          "a file with options, one a line, as in epochs = 20; those on the command line win")
      ->configurable(false);
}

void add_run(CLI::App& command, std::string& run) {
  command.add_option("run", run, "folder of the run")->required();
}
void add_data(CLI::App& command, std::string& data) {
  command.add_option("--data", data, "default: the data of the run")->transform(home);
}
void add_best(CLI::App& command, bool& best) {
  command.add_flag("--best", best, "the encoder that was best on held-out images, instead of the last");
}
void add_feature(CLI::App& command, std::string& feature) {
  command.add_option("--feature", feature, "conv, fc or y")->capture_default_str();
}
void add_threads(CLI::App& command, int& threads) {
  command.add_option("--threads", threads, "0: all cores")->check(whole(0, 1024));
}
void add_cache(CLI::App& command, std::string& cache) {
  command
      .add_option("--cache", cache,
                  "whether images.cache in the folder of the run keeps decoded image files for the next "
                  "command: always, never, or auto, if decoding took more than a second")
      ->capture_default_str();
}
void add_limit(CLI::App& command, long& limit) {
  command.add_option("--limit", limit, "only the first N images of each split; 0: all")->check(whole(0));
}

}  // namespace program
