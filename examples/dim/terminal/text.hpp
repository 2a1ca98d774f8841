// Numbers and words as people and shells read them.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace program {

/// A number with so many decimals; a value that rounds to zero has no sign.
std::string fixed(double value, int digits);

/// A number of nats with three decimals, or with three significant digits if it is very large, as in diverging
/// training.
std::string nats(double value);

/// The parts separated by two spaces, on lines of at most `width` characters unless a single part is longer; all
/// lines but the first begin with two spaces.
std::string in_lines(const std::vector<std::string>& parts, std::size_t width = 79);

/// A fraction of 1 in percent with two decimals, and its deviation if there is one; a dash if there is no value.
std::string percent(const std::optional<double>& part, const std::optional<double>& deviation = {});

/// A whole number with commas between thousands.
std::string grouped(long value);

/// A word quoted for the shell if necessary.
std::string quoted(const std::string& word);

/// Text with a question mark for each control character, so that a name from anywhere stays on its line.
std::string printable(std::string text);

/// A word of a CSV file (RFC 4180), quoted if necessary.
std::string csv_word(const std::string& word);

/// A path, alone or after a name and a colon as in cifar10:~/data, with a leading tilde replaced by the home folder.
/// Shells replace it only at the beginning of a word.
std::string with_home(std::string text);

/// "1:07" or "2:03:20".
std::string duration(double seconds);

/// Throws dim::Error unless `value` is one of `allowed`; `what` names the option.
void require_one_of(const std::string& what, const std::string& value,
                    const std::vector<std::string>& allowed);

/// The status to end with after printing: 0, or 1 and a word on the standard error if part of the output was lost.
int status_of_printing();

}  // namespace program
