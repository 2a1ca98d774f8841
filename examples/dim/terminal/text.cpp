#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <dim/core/error.hpp>

namespace program {

std::string fixed(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  const std::string text = buffer;
  const bool negative_zero = text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos;
  return negative_zero ? text.substr(1) : text;
}

std::string nats(double value) {
  if (!(std::abs(value) >= 1e5)) return fixed(value, 3);
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

std::string in_lines(const std::vector<std::string>& parts, std::size_t width) {
  std::string text;
  std::size_t begin = 0;  // of the current line
  for (const std::string& part : parts) {
    if (!text.empty() && text.size() + 2 + part.size() - begin > width) {
      text += '\n';
      begin = text.size();
    }
    text += (text.empty() ? "" : "  ") + part;
  }
  return text;
}

std::string percent(const std::optional<double>& part, const std::optional<double>& deviation) {
  if (!part) return "\u2013";
  return fixed(100 * *part, 2) + (deviation ? " \u00b1 " + fixed(100 * *deviation, 2) : "");
}

std::string grouped(long value) {
  std::string text = std::to_string(value);
  for (long place = long(text.size()) - 3; place > (value < 0 ? 1 : 0); place -= 3)
    text.insert(std::size_t(place), ",");
  return text;
}

std::string quoted(const std::string& word) {
  const char* const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+@%";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

std::string printable(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

std::string csv_word(const std::string& word) {
  if (word.find_first_of(",\"\r\n") == word.npos) return word;
  std::string quoted = "\"";
  for (const char c : word) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string with_home(std::string text) {
  const char* const home = std::getenv("HOME");
  const std::size_t colon = text.find(':'), at = text.starts_with('~') || colon == text.npos ? 0 : colon + 1;
  const bool own = text.compare(at, 2, "~/") == 0 || text.substr(at) == "~";
  return own && home ? text.replace(at, 1, home) : text;
}

std::string duration(double seconds) {
  const long all = std::max(0L, long(seconds + 0.5));
  char text[32];
  if (all < 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld", all / 60, all % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", all / 3600, all / 60 % 60, all % 60);
  return text;
}

void require_one_of(const std::string& what, const std::string& value,
                    const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  std::string list;
  for (const std::string& each : allowed) list += (list.empty() ? "" : ", ") + each;
  throw dim::Error(what + " " + value + " is not known; choose one of " + list);
}

int status_of_printing() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  std::fputs("dim: some of the output could not be written; make room, or print elsewhere\n", stderr);
  return 1;
}

}  // namespace program
