// JSON (RFC 8259), strictly: settings, metrics, the header of a checkpoint.
#pragma once
#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "../core/error.hpp"
#include "file.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A named value in an object; a template only because a Json cannot be complete within itself.
template <class Value>
struct JsonMember {
  std::string name;
  Value value;
  friend bool operator==(const JsonMember&, const JsonMember&) = default;
};

/// A JSON value: null, a bool, an integer of 64 bits, another number, a string in UTF-8, an array, or an
/// object whose members keep their order. No name occurs twice in an object.
class Json {
 public:
  using Member = JsonMember<Json>;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  /// Deepest nesting of arrays and objects, and most values in a document: a short hostile text must exhaust neither
  /// stack nor memory.
  static constexpr int deepest = 64;
  static constexpr long most_values = 1'000'000;

  Json() = default;
  Json(std::nullptr_t) {}
  template <std::same_as<bool> Bool>
  Json(Bool value) : value_(value) {}
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  Json(Integer value) : value_(long(value)) {
    if (!std::in_range<long>(value)) {
      throw Error("the integer ", value, " is too large for JSON; write it as a string");
    }
  }
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  /// Parses a text that holds one value; `source`, such as a path, begins every message. Throws Error, with the
  /// offset in bytes, for text that is not strict JSON or not UTF-8, for a name that occurs twice, and for a number
  /// that exceeds a double or, without point and exponent, 64 bits.
  static Json parse(std::string_view text, const std::string& source = "JSON");

  /// The value as JSON without white space. A double has enough digits to be read back exactly, and a point or
  /// exponent, so that it stays a double. Throws Error for NaN and infinity, which JSON does not have, for strings
  /// that are not UTF-8, and for a name that occurs twice.
  std::string dump() const {
    std::string text;
    dump(text, 0);
    return text;
  }

  bool is_null() const { return value_.index() == 0; }
  bool is_array() const { return value_.index() == 5; }
  /// The value as the type named; Error if it is something else.
  bool boolean() const { return get<1>(); }
  long integer() const { return get<2>(); }
  /// Any number; an integer is rounded beyond 2^53.
  double number() const { return value_.index() == 2 ? double(integer()) : get<3>(); }
  const std::string& string() const { return get<4>(); }
  const Array& array() const { return get<5>(); }
  const Object& object() const { return get<6>(); }

  /// The member of that name of an object, or null if there is none.
  const Json* find(std::string_view name) const {
    for (const Member& member : object()) {
      if (member.name == name) return &member.value;
    }
    return nullptr;
  }
  /// The member of that name of an object; Error if there is none.
  const Json& at(std::string_view name) const {
    if (const Json* value = find(name)) return *value;
    throw Error("there is no ", in_quotes(name), "; add it");
  }
  /// Sets a member of an object; a new one comes last. A null value becomes an object.
  void set(std::string_view name, Json value) {
    if (is_null()) value_ = Object();
    object();  // throws if it is something else
    for (Member& member : std::get<Object>(value_)) {
      if (member.name != name) continue;
      member.value = std::move(value);
      return;
    }
    std::get<Object>(value_).push_back({std::string(name), std::move(value)});
  }

  friend bool operator==(const Json&, const Json&) = default;

  /// The first name that occurs twice, or null.
  static const std::string* repeated_name(const Object& members);
  /// Offset of the first byte that is not UTF-8 (RFC 3629), or npos.
  static std::size_t find_invalid_utf8(std::string_view text);

 private:
  using Value = std::variant<std::nullptr_t, bool, long, double, std::string, Array, Object>;

  template <std::size_t Index>
  const std::variant_alternative_t<Index, Value>& get() const {
    if (value_.index() == Index) return *std::get_if<Index>(&value_);
    static constexpr const char* kinds[] = {"null",     "true or false", "an integer", "a number",
                                            "a string", "an array",      "an object"};
    throw Error("expected ", kinds[Index], " but found ", kinds[value_.index()], "; correct it");
  }
  void dump(std::string& text, int depth) const;
  static void dump_string(std::string& text, std::string_view value);

  Value value_;
};

inline const std::string* Json::repeated_name(const Object& members) {
  std::vector<const std::string*> names;
  for (const Member& member : members) names.push_back(&member.name);
  std::sort(names.begin(), names.end(), [](auto a, auto b) { return *a < *b; });
  const auto same = std::adjacent_find(names.begin(), names.end(), [](auto a, auto b) { return *a == *b; });
  return same == names.end() ? nullptr : *same;
}

inline std::size_t Json::find_invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i), second = byte(i + 1);
    const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    // Overlong forms, surrogates and code points beyond U+10FFFF show in the second byte.
    const unsigned least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (length == 0 || first > 0xF4 || (length > 1 && (second < least || second > most))) return i;
    for (std::size_t k = 2; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

inline void Json::dump_string(std::string& text, std::string_view value) {
  if (find_invalid_utf8(value) != std::string_view::npos) {
    throw Error("the string ", in_quotes(value), " is not UTF-8, as JSON must be; convert it");
  }
  text += '"';
  for (const char c : value) {
    constexpr std::string_view special = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    constexpr std::string_view digits = "0123456789abcdef";
    if (const std::size_t i = special.find(c); i != std::string_view::npos) {
      text += {'\\', letters[i]};
    } else if (const auto code = static_cast<unsigned char>(c); code < 0x20) {
      text += {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 15]};
    } else {
      text += c;
    }
  }
  text += '"';
}

inline void Json::dump(std::string& text, int depth) const {
  if (depth > deepest) throw Error("a JSON value is nested deeper than 64; make it flatter");
  if (const auto* flag = std::get_if<bool>(&value_)) {
    text += *flag ? "true" : "false";
  } else if (const auto* whole = std::get_if<long>(&value_)) {
    text += std::to_string(*whole);
  } else if (const auto* real = std::get_if<double>(&value_)) {
    if (!std::isfinite(*real)) throw Error("JSON has no NaN and no infinity; leave it out, or write null");
    char buffer[32];
    const std::string_view digits(buffer, std::to_chars(buffer, buffer + sizeof buffer, *real).ptr);
    text += digits;
    if (digits.find_first_of(".e") == std::string_view::npos) text += ".0";
  } else if (const auto* characters = std::get_if<std::string>(&value_)) {
    dump_string(text, *characters);
  } else if (const auto* items = std::get_if<Array>(&value_)) {
    text += '[';
    for (const Json& item : *items) {
      if (&item != items->data()) text += ',';
      item.dump(text, depth + 1);
    }
    text += ']';
  } else if (const auto* members = std::get_if<Object>(&value_)) {
    if (const std::string* name = repeated_name(*members)) {
      throw Error("the name ", in_quotes(*name), " occurs twice in one object; rename one");
    }
    text += '{';
    for (const Member& member : *members) {
      if (&member != members->data()) text += ',';
      dump_string(text, member.name);
      text += ':';
      member.value.dump(text, depth + 1);
    }
    text += '}';
  } else {
    text += "null";
  }
}

namespace detail {
/// Reads JSON by recursive descent.
class JsonParser {
 public:
  JsonParser(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  Json document() {
    if (const auto invalid = Json::find_invalid_utf8(text_); invalid != std::string_view::npos) {
      at_ = invalid;
      fail("this is not UTF-8");
    }
    Json result = value(0);
    skip_space();
    if (at_ < text_.size()) fail("more text after the value");
    return result;
  }

 private:
  template <class... Parts>
  [[noreturn]] void fail(const Parts&... what) const {
    throw Error(source_, ": byte ", at_, ": ", what..., "; correct it, or use another copy");
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail("expected '", c, "'");
  }
  void skip_space() { at_ = (std::min)(text_.find_first_not_of(" \t\n\r", at_), text_.size()); }

  Json value(int depth) {
    if (depth > Json::deepest) fail("nested deeper than 64");
    if (++values_ > Json::most_values) fail("more than 1000000 values");
    skip_space();
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word("true", true);
      case 'f':
        return word("false", false);
      case 'n':
        return word("null", nullptr);
      default:
        return number();
    }
  }

  Json word(std::string_view name, Json meaning) {
    if (text_.substr(at_, name.size()) != name) fail("expected ", name);
    at_ += name.size();
    return meaning;
  }

  Json array(int depth) {
    Json::Array items;
    expect('[');
    skip_space();
    if (take(']')) return items;
    do {
      items.push_back(value(depth + 1));
      skip_space();
    } while (take(','));
    expect(']');
    return items;
  }

  Json object(int depth) {
    Json::Object members;
    expect('{');
    skip_space();
    if (take('}')) return members;
    do {
      skip_space();
      std::string name = string();
      skip_space();
      expect(':');
      members.push_back({std::move(name), value(depth + 1)});
      skip_space();
    } while (take(','));
    expect('}');
    if (const std::string* name = Json::repeated_name(members)) {
      fail("the object that ends here has ", in_quotes(*name), " twice");
    }
    return members;
  }

  void digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    if (at_ == begin) fail("expected a digit or another value");
  }

  Json number() {
    const std::size_t begin = at_;
    take('-');
    if (!take('0')) digits();
    const std::size_t end_of_whole = at_;
    if (take('.')) digits();
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      digits();
    }
    const std::string_view token = text_.substr(begin, at_ - begin);
    if (at_ == end_of_whole && token != "-0") return converted<long>(token);
    return converted<double>(token);
  }

  template <class Number>
  Json converted(std::string_view token) const {
    Number result = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), result);
    if (error != std::errc() || end != token.data() + token.size()) {
      fail("the number ", in_quotes(token), " is out of range");
    }
    return result;
  }

  unsigned code_unit() {
    unsigned code = 0;
    const std::string_view token = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), code, 16);
    if (token.size() < 4 || error != std::errc() || end != token.data() + 4) fail("expected four hex digits");
    at_ += 4;
    return code;
  }

  void escaped(std::string& result) {
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t i = letters.find(peek()); i != std::string_view::npos) {
      result += meanings[i];
      ++at_;
      return;
    }
    expect('u');
    unsigned code = code_unit();
    if (code >= 0xD800 && code < 0xDC00 && take('\\') && take('u')) {
      const unsigned low = code_unit();
      if (low < 0xDC00 || low > 0xDFFF) fail("half of a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xD800 && code < 0xE000) {
      fail("half of a surrogate pair");
    }
    if (code < 0x80) {
      result += char(code);
      return;
    }
    const int following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr unsigned heads[] = {0, 0xC0, 0xE0, 0xF0};
    result += char(heads[following] | (code >> (6 * following)));
    for (int k = following - 1; k >= 0; --k) result += char(0x80 | ((code >> (6 * k)) & 0x3F));
  }

  std::string string() {
    std::string result;
    expect('"');
    for (;;) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && peek() != '"' && peek() != '\\' &&
             static_cast<unsigned char>(peek()) >= 0x20) {
        ++at_;
      }
      result += text_.substr(begin, at_ - begin);
      if (take('"')) return result;
      if (!take('\\')) fail(at_ < text_.size() ? "control character in a string" : "the string does not end");
      escaped(result);
    }
  }

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
  long values_ = 0;
};
}  // namespace detail

inline Json Json::parse(std::string_view text, const std::string& source) {
  return detail::JsonParser(text, source).document();
}

}  // namespace DIM_ABI
}  // namespace dim
