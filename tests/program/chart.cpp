#include "../../examples/dim/report/chart.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(chart)

using program::line_chart, program::ticks;

BOOST_AUTO_TEST_CASE(ticks_are_round_and_within) {
  const auto is = [](const std::vector<double>& found, const std::vector<double>& wanted) {
    BOOST_REQUIRE(found.size() == wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) BOOST_TEST(std::abs(found[i] - wanted[i]) < 1e-12);
  };
  is(ticks(0, 10, 6), {0, 2, 4, 6, 8, 10});
  is(ticks(-1.3, 1.4, 6), {-1, -0.5, 0, 0.5, 1});
  is(ticks(1, 2, 7, 1), {1, 2});
  is(ticks(1, 100, 7, 1), {20, 40, 60, 80, 100});
  is(ticks(1, 1, 7), {});
  is(ticks(0, INFINITY, 7), {});
}

BOOST_AUTO_TEST_CASE(points_that_are_not_finite_are_left_out) {
  const std::string chart =
      line_chart({"t", "x", "y"}, {{"a", {{0, 1}, {1, NAN}, {2, 3}}}, {"b", {{0, INFINITY}}}});
  BOOST_TEST(!has(chart, "nan"));
  BOOST_TEST(!has(chart, "inf"));
  BOOST_TEST(has(chart, "circle"));
  BOOST_TEST(line_chart({"t", "x", "y"}, {{"a", {{0, NAN}}}}) == "");
  BOOST_TEST(program::scatter("t", {}) == "");
  BOOST_TEST(program::histogram({"t", "x", "y"}, 0, 1, {0, 0}, {}) == "");
  for (const std::string& bars :
       {program::histogram({"t", "x", "y"}, 0, 1, {1, NAN}, {}),
        program::histogram({"t", "x", "y"}, 0, 1, {1, 2}, {{"a", {{0, INFINITY}, {1, 1}}}}),
        line_chart({"t", "x", "y"}, {{"a", {{0, 1}, {1, 2, INFINITY}}}})}) {
    BOOST_TEST(has(bars, "<svg"));
    BOOST_TEST(!has(bars, "nan"));
    BOOST_TEST(!has(bars, "inf"));
  }
  BOOST_TEST(program::ticks(1e16, 1e16 + 4, 6).size() <= 6u);
}

BOOST_AUTO_TEST_CASE(a_constant_line_can_be_drawn) {
  for (const double value : {0.0, 5.0, -1e-8, 1e12})
    BOOST_TEST(!has(line_chart({"t", "x", "y"}, {{"a", {{1, value}}}}), "nan"));
}

BOOST_AUTO_TEST_CASE(error_bars_are_drawn_and_have_room) {
  const std::string bare = line_chart({"t", "x", "y"}, {{"a", {{0, 50}, {1, 51}}}}),
                    bars = line_chart({"t", "x", "y"}, {{"a", {{0, 50, 8}, {1, 51}}}});
  BOOST_TEST(!has(bare, "class=\"error\""));
  BOOST_TEST(has(bars, "class=\"error\""));
  for (const char* tick : {">45<", ">55<"}) {
    BOOST_TEST(!has(bare, tick));
    BOOST_TEST(has(bars, tick), bars);
  }
}

BOOST_AUTO_TEST_CASE(an_axis_may_have_a_least_height) {
  const std::string chart = line_chart({"t", "x", "y"}, {{"a", {{0, 50}, {1, 51}}}}, {.least_height = 10});
  for (const char* tick : {">46<", ">48<", ">50<", ">52<", ">54<"}) BOOST_TEST(has(chart, tick), chart);
  const std::string wide = line_chart({"t", "x", "y"}, {{"a", {{0, 0}, {1, 100}}}}, {.least_height = 10});
  BOOST_TEST(wide == line_chart({"t", "x", "y"}, {{"a", {{0, 0}, {1, 100}}}}));
}

BOOST_AUTO_TEST_CASE(names_are_escaped) {
  const std::string chart = line_chart({"<t>", "x&", "y"}, {{"<a>", {{0, 1}, {1, 2}}}, {"b", {{0, 1}}}});
  for (const char* part : {"&lt;t&gt;", "x&amp;", "&lt;a&gt;"}) BOOST_TEST(has(chart, part), part);
  BOOST_TEST(!has(chart, "<a>"));
}

BOOST_AUTO_TEST_SUITE_END()
