// Numbers and words as people and shells read them.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace program {

/// A number with so many digits after the point; what rounds to zero has no sign.
std::string fixed(double value, int digits);

/// A number of nats with three digits after the point; a very large one, as training that diverges has, with three in all.
std::string nats(double value);

/// Parts with two spaces between, on lines of no more than `width` characters where a part allows it; those behind the
/// first begin with two spaces.
std::string in_lines(const std::vector<std::string>& parts, std::size_t width = 79);

/// A part of 1 in percent, with two digits, and its deviation where there is one; a dash where there is no number.
std::string percent(const std::optional<double>& part, const std::optional<double>& deviation = {});

/// A whole number with commas between thousands.
std::string grouped(long value);

/// A word of a command line as the shell takes it.
std::string quoted(const std::string& word);

/// A path, or one behind a name and a colon as in cifar10:~/data, with the home folder for a tilde that it begins with,
/// which shells leave where a word does not begin with it.
std::string with_home(std::string text);

/// "1:07" or "2:03:20".
std::string duration(double seconds);

}  // namespace program
