#include "page.hpp"

#include <dim/io/json.hpp>

namespace program {
namespace {

// Ten colours for classes or lines that can be distinguished with red-green colour blindness too (after Okabe and
// Ito, 2008), with a contrast of more than 3 to 1 on either background.
const char* const style = R"(
:root{color-scheme:light dark;--back:#fff;--ink:#1c1f23;--soft:#5a626b;--line:#d5d9de;--band:#f3f5f7;--mark:#e7f0fa;
--c0:#0072b2;--c1:#c97700;--c2:#00805d;--c3:#d1495b;--c4:#8a4fae;--c5:#7a6a00;--c6:#2b95d6;--c7:#cc5aa2;--c8:#6d1f3a;--c9:#163c5a}
@media(prefers-color-scheme:dark){:root{--back:#15181c;--ink:#e6e8eb;--soft:#a3abb4;--line:#3a4047;--band:#1e2329;--mark:#1d3044;
--c0:#5fb0ea;--c1:#f0a63c;--c2:#35c79c;--c3:#ff8593;--c4:#c79ae6;--c5:#d1c04f;--c6:#9ad6ff;--c7:#ff9bd8;--c8:#d8718f;--c9:#f2f2f2}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:72rem;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}h3{font-size:1.05rem;margin:1.75rem 0 .25rem}h2{font-size:1.25rem;margin:2.75rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
p{max-width:46rem;margin:.5rem 0}.note{color:var(--soft);font-size:.875rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:1rem 0;font-size:.9rem}nav a:only-child{display:none}a{color:var(--c0)}
code,pre{font-family:ui-monospace,monospace;font-size:.85rem}code{overflow-wrap:anywhere}
pre{margin:.5rem 0;padding:.75rem;background:var(--band);white-space:pre-wrap;overflow-x:auto}pre span{white-space:pre}
.scroll{overflow-x:auto;margin:.75rem 0;background:linear-gradient(90deg,var(--back) 40%,transparent) 0 0/3rem 100%,linear-gradient(270deg,var(--back) 40%,transparent) 100% 0/3rem 100%,
linear-gradient(90deg,var(--line),transparent) 0 0/1rem 100%,linear-gradient(270deg,var(--line),transparent) 100% 0/1rem 100%;background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
.wide{display:none}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--back)}thead th{white-space:normal;color:var(--soft);font-weight:600;vertical-align:bottom}
tr.group th{text-align:left;padding-top:1rem;font-weight:600;white-space:normal}tr.group span{display:block;position:sticky;left:.7rem;max-width:min(100%,calc(100vw - 4rem))}tr.group code{display:block;color:var(--soft);font-weight:400}
tr.own td,tr.own td:first-child{background:var(--mark)}tr.paper td{color:var(--soft)}
table.text td,table.text th{text-align:left}table.confusion th{white-space:nowrap}table.confusion td{padding:0;min-width:3.2rem}table.confusion td:first-child{padding:.25rem .7rem}
.share{display:block;padding:.25rem .7rem;background:rgb(45 130 205/calc(var(--share)*.6))}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem 2rem}
figure{margin:.75rem 0;max-width:46rem}figure.map{max-width:none}.map svg{max-height:46rem}figcaption{font-weight:600;font-size:.95rem}
svg.chart{display:block;width:100%;height:auto;overflow:visible}svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
.frame{stroke:var(--soft);fill:none}.grid{stroke:var(--line);fill:none}.series{fill:none;stroke-width:2;stroke-linejoin:round}
.error{fill:none;stroke-width:1}.dashed{stroke-dasharray:6 4}.bar{stroke:none;fill-opacity:.55}.dots{stroke:none;fill-opacity:.75}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1rem;margin:.25rem 0 0;padding:0;font-size:.875rem}
.legend li{display:flex;align-items:center;gap:.4rem}
img{image-rendering:pixelated;display:block;max-width:100%;height:auto}
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:1rem}.sheet figcaption{overflow-wrap:anywhere;font-weight:400}
.strip{display:grid;grid-template-columns:7rem minmax(0,1fr) 9rem;gap:.25rem 1rem;align-items:center;margin:.4rem 0;max-width:58rem}
.strip img{width:100%}.strip span:last-child{color:var(--soft);font-size:.875rem}
@media(max-width:40rem){.wide{display:block}th,td{padding:.25rem .45rem}td:first-child{white-space:normal;min-width:7rem}svg text{font-size:13px}
.strip{grid-template-columns:1fr auto}.strip img{grid-row:2;grid-column:1/3}}
)";

}  // namespace

std::string escape(std::string_view text) {
  std::string result;
  const bool valid = dim::Json::find_invalid_utf8(text) == text.npos;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c == '\'')
      result += "&#39;";
    else
      result += !valid && static_cast<unsigned char>(c) >= 0x80 ? '?' : c;
  }
  return result;
}

std::string paragraph(const std::string& html) {
  return "<p>" + html + "</p>\n";
}

std::string command(const std::string& text) {
  // Lines break only before an option.
  std::string html = "<span>" + escape(text) + "</span>";
  for (std::size_t at = 0; (at = html.find(" --", at)) != html.npos; at += 16)
    html.replace(at, 1, "</span> <span>");
  return "<pre>" + html + "</pre>\n";
}

Table::Table(const std::vector<std::string>& head, const std::string& kind)
    : columns_(head.size()), kind_(kind) {
  html_ = "<thead><tr>";
  for (const std::string& cell : head) html_ += "<th scope=\"col\">" + cell + "</th>";
  html_ += "</tr></thead>\n<tbody>\n";
}

void Table::group(const std::string& html) {
  html_ += "<tr class=\"group\"><th colspan=\"" + std::to_string(columns_) + "\"><span>" + html +
           "</span></th></tr>\n";
}

void Table::row(const std::vector<std::string>& cells, const std::string& kind) {
  html_ += kind.empty() ? "<tr>" : "<tr class=\"" + kind + "\">";
  for (const std::string& cell : cells) html_ += "<td>" + cell + "</td>";
  html_ += "</tr>\n";
}

std::string Table::html() const {
  return "<div class=\"scroll\"><table class=\"" + kind_ + "\">\n" + html_ + "</tbody></table></div>\n";
}

void Page::section(const std::string& id, const std::string& title, const std::string& html) {
  links_ += "<a href=\"#" + id + "\">" + title + "</a>\n";
  sections_ += "<section id=\"" + id + "\">\n<h2>" + title + "</h2>\n" + html + "</section>\n";
}

std::string Page::html() const {
  // The policy forbids the browser to load anything, whatever the page contains.
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
         "style-src "
         "'unsafe-inline'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         title_ + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<h1>" + title_ + "</h1>\n" +
         lead_ + "<nav>\n" + links_ + "</nav>\n" + sections_ + "</body>\n</html>\n";
}

}  // namespace program
