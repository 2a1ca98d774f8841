#include <boost/test/unit_test.hpp>

#include "../../examples/dim/report/page.hpp"
#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(report_page)

using namespace program;

BOOST_AUTO_TEST_CASE(text_is_escaped) {
  BOOST_TEST(escape("<a href=\"x\">&'</a>") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
  BOOST_TEST(escape("Käfer \u2013") == "Käfer \u2013");
  BOOST_TEST(escape("K\xE4"
                    "fer") == "K?fer");  // Latin-1
  BOOST_TEST(escape("") == "");
}

BOOST_AUTO_TEST_CASE(commands_break_before_options_only) {
  BOOST_TEST(
      command("dim train --data 'a b' --out <x>") ==
      "<pre><span>dim train</span> <span>--data &#39;a b&#39;</span> <span>--out &lt;x&gt;</span></pre>\n");
}

BOOST_AUTO_TEST_CASE(tables_have_a_head_groups_and_rows) {
  Table table({"name", "value"}, "text");
  table.group("first");
  table.row({"a", "1"});
  table.row({"b", "2"}, "own");
  BOOST_TEST(table.html() ==
             "<div class=\"scroll\"><table class=\"text\">\n<thead><tr><th scope=\"col\">name</th><th "
             "scope=\"col\">value</th></tr></thead>\n<tbody>\n<tr class=\"group\"><th "
             "colspan=\"2\"><span>first</span></th></tr>\n<tr><td>a</td><td>1</td></tr>\n<tr "
             "class=\"own\"><td>b</td><td>2</td></tr>\n</tbody></table></div>\n");
}

BOOST_AUTO_TEST_CASE(sections_are_linked_in_their_order) {
  Page page("title");
  page.lead("<p>lead</p>");
  page.section("one", "First", "<p>1</p>");
  page.section("two", "Second", "<p>2</p>");
  const std::string html = page.html();
  BOOST_TEST(has(html, "<title>title</title>"));
  BOOST_TEST(has(html, "default-src 'none'"));
  std::size_t at = 0;
  for (const char* part :
       {"<h1>title</h1>", "<p>lead</p>", "<a href=\"#one\">First</a>", "<a href=\"#two\">Second</a>",
        "<section id=\"one\">", "<p>1</p>", "<section id=\"two\">", "<p>2</p>", "</html>"}) {
    at = html.find(part, at);
    BOOST_TEST_REQUIRE(at != html.npos, part);
  }
}

BOOST_AUTO_TEST_SUITE_END()
