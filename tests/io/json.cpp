#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <dim/io/json.hpp>
#include <limits>

#include "temporary.hpp"

BOOST_AUTO_TEST_SUITE(json)

using dim::Json;

namespace {

// The message with which a text is refused; empty if it is accepted.
std::string refusal(std::string_view text) {
  return error_of([&] { Json::parse(text, "file.json"); });
}

std::string twice(std::string_view text) {
  return Json::parse(text).dump();
}

}  // namespace

BOOST_AUTO_TEST_CASE(writes_without_white_space) {
  const Json value = Json::Object{{"name", "x"},
                                  {"flags", Json::Array{true, false, nullptr}},
                                  {"count", 3},
                                  {"rate", 0.1},
                                  {"empty", Json::Array{}},
                                  {"nothing", Json::Object{}}};
  const std::string text =
      R"({"name":"x","flags":[true,false,null],"count":3,"rate":0.1,"empty":[],"nothing":{}})";
  BOOST_TEST(value.dump() == text);
  BOOST_TEST((Json::parse(text) == value));
  BOOST_TEST((Json::parse(" {\t\"a\" :\r\n[ 1 , 2 ] } ") == Json(Json::Object{{"a", Json::Array{1, 2}}})));
}

BOOST_AUTO_TEST_CASE(gives_numbers_back_exactly) {
  constexpr long most = std::numeric_limits<long>::max(), least = std::numeric_limits<long>::min();
  for (const long whole : {0L, -1L, most, least, (1L << 53) + 1}) {
    BOOST_TEST(Json::parse(Json(whole).dump()).integer() == whole);
  }
  using Limits = std::numeric_limits<double>;
  for (const double real : {0.0, 1.0, -2.0, 0.1, 1e22, 1e23, 1.0 / 3, Limits::max(), Limits::min(),
                            Limits::denorm_min(), 123456789012345678.0}) {
    const Json again = Json::parse(Json(real).dump());
    BOOST_TEST((again == Json(real)));
  }
  BOOST_TEST(Json(1.0).dump() == "1.0");
  BOOST_TEST(Json(1e300).dump() == "1e+300");
  BOOST_TEST(Json(0.1f).dump() == "0.10000000149011612");
  BOOST_TEST(std::signbit(Json::parse("-0").number()));
  BOOST_TEST(Json::parse("1E2").number() == 100.0);
  BOOST_TEST(Json(7).number() == 7.0);
}

BOOST_AUTO_TEST_CASE(refuses_numbers_that_would_change) {
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "1e999", "-1e999", "1e-999"}) {
    BOOST_TEST(has(refusal(text), "out of range"), text);
  }
  BOOST_TEST(has(error_of([] { const Json large(std::numeric_limits<std::uint64_t>::max()); }),
                 "18446744073709551615"));
  for (const double real :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    BOOST_TEST(has(error_of([&] { Json(real).dump(); }), "no NaN"));
  }
}

BOOST_AUTO_TEST_CASE(escapes_strings) {
  const std::string nasty("\"\\/\b\f\n\r\t\x01\x1F\0 \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\x7F", 22);
  BOOST_TEST(Json(nasty).dump() ==
             "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u0000 \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\x7F\"");
  BOOST_TEST(Json::parse(Json(nasty).dump()).string() == nasty);
  BOOST_TEST(twice(R"("\u00e4\u20AC\ud83d\uDE00\u0000\/")") ==
             "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\\u0000/\"");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_json) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{a:1}",
                           "{1:2}",
                           "'a'",
                           "\"",
                           "\"\\",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\\u+123\"",
                           "\"\\u-123\"",
                           "\"\\ud800\"",
                           "\"\\ud800\\n\"",
                           "\"\\ud800\\u0041\"",
                           "\"\\udc00\"",
                           "\"\n\"",
                           "\"\t\"",
                           "tru",
                           "nul",
                           "True",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "nan",
                           "+1",
                           "01",
                           "-",
                           "-01",
                           "1.",
                           ".5",
                           "1e",
                           "1e+",
                           "0x10",
                           "1_000",
                           "--1",
                           "1 2",
                           "[]]",
                           "// note\n1",
                           "[1]x",
                           "\v1",
                           "\xEF\xBB\xBF"
                           "1",
                           "]",
                           "}",
                           ":",
                           ","}) {
    BOOST_TEST(has(refusal(text), "file.json: byte "), text);
  }
  BOOST_TEST(has(refusal(std::string_view("1\0", 2)), "byte 1"));
  BOOST_TEST(has(refusal(std::string_view("\"a\0b\"", 5)), "byte 2: control character"));
  BOOST_TEST(has(refusal("[1, 2, x]"), "byte 7"));
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_utf8) {
  for (const char* text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\x80",
                           "\xE2\x82", "\xE2\x82(", "\xED\xA0\x80", "\xF0\x8F\x80\x80", "\xF4\x90\x80\x80",
                           "\xF5\x80\x80\x80", "\xF0\x9F\x98", "\xFF", "\xFE"}) {
    BOOST_TEST(has(refusal("\"" + std::string(text) + "\""), "byte 1: this is not UTF-8"));
    BOOST_TEST(has(error_of([&] { Json(text).dump(); }), "not UTF-8"));
  }
  for (const char* text : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    BOOST_TEST(twice(Json(text).dump()) == "\"" + std::string(text) + "\"");
  }
}

BOOST_AUTO_TEST_CASE(refuses_a_name_that_occurs_twice) {
  BOOST_TEST(has(refusal(R"({"a":1,"b":2,"a":3})"), "'a' twice"));
  BOOST_TEST(has(refusal(R"({"a":1,"\u0061":3})"), "'a' twice"));
  BOOST_TEST(refusal(R"({"a":{"a":1}})") == "");
  BOOST_TEST(has(error_of([] { Json(Json::Object{{"a", 1}, {"a", 2}}).dump(); }), "occurs twice"));
}

BOOST_AUTO_TEST_CASE(limits_depth_and_number_of_values) {
  const auto nested = [](int depth) {
    return std::string(std::size_t(depth), '[') + std::string(std::size_t(depth), ']');
  };
  BOOST_TEST(twice(nested(65)) == nested(65));
  BOOST_TEST(has(refusal(nested(66)), "deeper"));
  BOOST_TEST(has(refusal(std::string(10'000'000, '[')), "deeper"));
  Json deep;
  for (int i = 0; i < 66; ++i) deep = Json(Json::Array{deep});
  BOOST_TEST(has(error_of([&] { deep.dump(); }), "deeper"));
  std::string flat = "[0";
  for (int i = 0; i < 1'000'000; ++i) flat += ",0";
  BOOST_TEST(has(refusal(flat + "]"), "more than 1000000 values"));
}

BOOST_AUTO_TEST_CASE(reads_and_sets_members) {
  Json settings;
  settings.set("rate", 0.5);
  settings.set("name", "first");
  settings.set("name", "second");
  BOOST_TEST(settings.dump() == R"({"rate":0.5,"name":"second"})");
  BOOST_TEST(settings.at("name").string() == "second");
  BOOST_TEST(settings.find("absent") == nullptr);
  BOOST_TEST(has(error_of([&] { settings.at("absent"); }), "'absent'"));
  BOOST_TEST(error_of([&] { settings.at("name").integer(); }) ==
             "expected an integer but found a string; correct it");
  BOOST_TEST(has(error_of([&] { settings.at("rate").integer(); }), "found a number"));
  BOOST_TEST(has(error_of([] { Json(3).set("a", 1); }), "expected an object"));
}

BOOST_AUTO_TEST_SUITE_END()
