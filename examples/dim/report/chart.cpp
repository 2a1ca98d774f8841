#include "chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "../terminal/text.hpp"
#include "page.hpp"

namespace program {
namespace {

constexpr int colours = 10;

std::string number(double value, int digits = 1) {
  std::string text = fixed(value, digits);
  if (digits > 0) text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// Colour k of the style sheet.
std::string colour(std::size_t k) {
  return k < colours ? "var(--c" + std::to_string(k) + ")" : "var(--soft)";
}

/// The smallest interval that contains all added values.
struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;

  void add(double value) { low = std::min(low, value), high = std::max(high, value); }
  bool empty() const { return low > high; }
  double width() const { return high - low; }
  /// Makes it wide enough to be drawn.
  void open() {
    if (width() > 1e-9 * std::max(std::abs(low), std::abs(high))) return;
    const double by = high == 0 ? 1 : std::abs(high) / 2;
    low -= by, high += by;
  }
};

bool finite(const Point& point) {
  return std::isfinite(point.x) && std::isfinite(point.y) && std::isfinite(point.error);
}

/// The axes of a chart, and the position of a point in it.
class Frame {
 public:
  Frame(const Labels& labels, Range x, Range y, bool whole_x = false)
      : labels_(labels), x_(x), y_(y), least_step_(whole_x ? 1 : 0) {
    x_.open();
    y_.open();
    vertical_ = ticks(y_.low, y_.high, 6);
    std::size_t longest = 0;
    for (const double tick : vertical_) longest = std::max(longest, tick_text(tick, vertical_).size());
    left_ = 14 + 7 * double(longest);
  }

  std::string place(const Point& point) const {
    return number(across(point.x)) + "," + number(down(point.y));
  }
  double across(double x) const { return left_ + (x - x_.low) / x_.width() * (right - left_); }
  double down(double y) const { return bottom - (y - y_.low) / y_.width() * (bottom - top); }

  /// The figure around `content`.
  std::string figure(const std::string& content, const std::string& legend) const {
    std::string html =
        "<figure><figcaption>" + escape(labels_.title) +
        "</figcaption>\n<svg class=\"chart\" viewBox=\"0 0 440 270\" role=\"img\" aria-label=\"" +
        escape(labels_.title) + "\">\n" + text(left_, 14, "start", labels_.y);
    for (const double tick : vertical_) {
      html += "<path class=\"grid\" d=\"M" + number(left_) + "," + number(down(tick)) + "H" + number(right) +
              "\"/>";
      html += text(left_ - 6, down(tick) + 4, "end", tick_text(tick, vertical_));
    }
    const std::vector<double> horizontal = ticks(x_.low, x_.high, 7, least_step_);
    for (const double tick : horizontal) {
      html += "<path class=\"frame\" d=\"M" + number(across(tick)) + "," + number(bottom) + "v4\"/>";
      html += text(across(tick), bottom + 17, "middle", tick_text(tick, horizontal));
    }
    html += text((left_ + right) / 2, bottom + 35, "middle", labels_.x) + "\n" + content;
    html += "<path class=\"frame\" d=\"M" + number(left_) + "," + number(top) + "V" + number(bottom) + "H" +
            number(right) + "\"/>\n</svg>\n";
    return html + legend + "</figure>\n";
  }

 private:
  static constexpr double right = 428, top = 24, bottom = 230;

  static std::string text(double x, double y, const char* anchor, const std::string& what) {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
           escape(what) + "</text>";
  }
  /// A tick's number with as many digits as distinguish it from its neighbours.
  static std::string tick_text(double tick, const std::vector<double>& all) {
    const double step = all.size() > 1 ? all[1] - all[0] : 1;
    if (std::abs(tick) >= 1e6 || step < 1e-4) {
      char buffer[32];
      std::snprintf(buffer, sizeof buffer, "%.3g", tick);
      return buffer;
    }
    return fixed(tick, std::max(0, int(std::ceil(-std::log10(step) - 1e-9))));
  }

  const Labels& labels_;
  Range x_, y_;
  double least_step_;
  std::vector<double> vertical_;
  double left_ = 0;
};

std::string polyline(const Frame& frame, const Series& line, std::size_t k) {
  std::string path, dots, bars;
  const bool few = line.points.size() <= (line.dashed ? 1 : 40);
  for (const Point& point : line.points) {
    if (!finite(point)) continue;
    path += (path.empty() ? "M" : "L") + frame.place(point);
    if (point.error > 0)
      bars += "M" + frame.place({point.x, point.y - point.error}) + "V" +
              number(frame.down(point.y + point.error));
    if (few)
      dots += "<circle cx=\"" + number(frame.across(point.x)) + "\" cy=\"" + number(frame.down(point.y)) +
              "\" r=\"3\" style=\"fill:" + colour(k) + "\"/>";
  }
  return "<path class=\"series" + std::string(line.dashed ? " dashed" : "") +
         "\" style=\"stroke:" + colour(k) + "\" d=\"" + path + "\"/>" +
         (bars.empty() ? ""
                       : "<path class=\"error\" style=\"stroke:" + colour(k) + "\" d=\"" + bars + "\"/>") +
         dots + "\n";
}

std::string legend(const std::vector<std::pair<std::string, std::string>>& entries) {
  if (entries.empty()) return "";
  std::string html = "<ul class=\"legend\">";
  for (const auto& [sample, name] : entries)
    html += "<li><svg width=\"22\" height=\"12\" aria-hidden=\"true\">" + sample + "</svg>" + escape(name) +
            "</li>";
  return html + "</ul>\n";
}

std::string line_sample(const Series& line, std::size_t k) {
  return "<path class=\"series" + std::string(line.dashed ? " dashed" : "") +
         "\" style=\"stroke:" + colour(k) + "\" d=\"M0,6H22\"/>";
}

/// The marker of a class around a point: disc, square, triangle, diamond, triangle on its tip.
std::string marker(double x, double y, std::size_t k) {
  static const char* const forms[] = {"m-2.8,0a2.8,2.8 0 1,0 5.6,0a2.8,2.8 0 1,0-5.6,0", "m-2.5,-2.5h5v5h-5z",
                                      "m0,-3.4l3.2,5.6h-6.4z", "m0,-3.6l3,3.6l-3,3.6l-3,-3.6z",
                                      "m0,3.4l3.2,-5.6h-6.4z"};
  return "M" + number(x) + "," + number(y) + forms[k % std::size(forms)];
}

}  // namespace

std::vector<double> ticks(double low, double high, int most, double least_step) {
  std::vector<double> places;
  if (!(high > low) || !std::isfinite(high - low)) return places;
  const double power = std::pow(10, std::floor(std::log10((high - low) / most)));
  double step = power;
  const auto count = [&] { return std::floor(high / step + 1e-9) - std::ceil(low / step - 1e-9) + 1; };
  for (const double factor : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0}) {
    step = std::max(least_step, factor * power);
    if (count() <= most) break;
  }
  const double first = std::ceil(low / step - 1e-9);
  for (int k = 0; k < most && (first + k) * step <= high + 1e-9 * step; ++k)
    places.push_back((first + k) * step);
  return places;
}

std::string line_chart(const Labels& labels, const std::vector<Series>& lines, const LineOptions& options) {
  Range x, y;
  for (const Series& line : lines)
    for (const Point& point : line.points)
      if (finite(point)) x.add(point.x), y.add(point.y - point.error), y.add(point.y + point.error);
  if (x.empty()) return "";
  if (options.y_from_zero) y.add(0);
  if (const double missing = options.least_height - y.width(); missing > 0) {
    y.add(y.high + missing / 2);
    y.add(y.low - missing / 2);
  }
  const Frame frame(labels, x, y, options.whole_x);
  std::string content;
  std::vector<std::pair<std::string, std::string>> entries;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    content += polyline(frame, lines[k], k);
    if (!lines[k].name.empty()) entries.push_back({line_sample(lines[k], k), lines[k].name});
  }
  return frame.figure(content, legend(entries));
}

std::string histogram(const Labels& labels, double low, double high, const std::vector<double>& density,
                      const std::vector<Series>& lines) {
  Range x{low, high}, y{0, 0};
  for (const double value : density)
    if (std::isfinite(value)) y.add(value);
  for (const Series& line : lines)
    for (const Point& point : line.points)
      if (finite(point)) y.add(point.y);
  if (density.empty() || y.high <= 0) return "";
  const Frame frame(labels, x, y);
  const double width = (high - low) / double(density.size());
  std::string path;
  for (std::size_t k = 0; k < density.size(); ++k) {
    if (!std::isfinite(density[k])) continue;
    const double left = frame.across(low + double(k) * width);
    path += "M" + number(left) + "," + number(frame.down(0)) + "V" + number(frame.down(density[k])) + "H" +
            number(frame.across(low + double(k + 1) * width)) + "V" + number(frame.down(0)) + "z";
  }
  std::string content = "<path class=\"bar\" style=\"fill:" + colour(0) + "\" d=\"" + path + "\"/>\n";
  std::vector<std::pair<std::string, std::string>> entries{
      {"<rect class=\"bar\" style=\"fill:" + colour(0) + "\" width=\"22\" height=\"12\"/>", "this run"}};
  for (std::size_t k = 0; k < lines.size(); ++k) {
    content += polyline(frame, lines[k], k + 1);
    entries.push_back({line_sample(lines[k], k + 1), lines[k].name});
  }
  return frame.figure(content, legend(entries));
}

std::string scatter(const std::string& title, const std::vector<Series>& classes) {
  Range x, y;
  for (const Series& each : classes)
    for (const Point& point : each.points)
      if (finite(point)) x.add(point.x), y.add(point.y);
  if (x.empty()) return "";
  x.open();
  y.open();
  // As wide as the page, and as high as the points then need, within reason.
  constexpr double width = 640, margin = 8;
  const double height = std::clamp(y.width() / x.width(), 0.4, 1.0) * (width - 2 * margin) + 2 * margin;
  const double scale = std::min((width - 2 * margin) / x.width(), (height - 2 * margin) / y.width());
  const auto place = [&](double value, const Range& range, double extent) {
    return extent / 2 + (value - (range.low + range.high) / 2) * scale;
  };
  std::string content;
  std::vector<std::pair<std::string, std::string>> entries;
  for (std::size_t k = classes.size(); k-- > 0;) {  // the grey ones first, below the others
    std::string path;
    for (const Point& point : classes[k].points)
      if (finite(point)) path += marker(place(point.x, x, width), place(point.y, y, height), k);
    content += "<path class=\"dots\" style=\"fill:" + colour(k) + "\" d=\"" + path + "\"/>\n";
  }
  for (std::size_t k = 0; k < classes.size(); ++k)
    entries.push_back({"<path style=\"fill:" + colour(k) +
                           "\" transform=\"translate(11 6) scale(1.6)\" d=\"" + marker(0, 0, k) + "\"/>",
                       classes[k].name});
  return "<figure class=\"map\"><figcaption>" + escape(title) + "</figcaption>\n" + legend(entries) +
         "<svg class=\"chart\" viewBox=\"0 0 " + number(width) + " " + number(height) +
         "\" role=\"img\" aria-label=\"" + escape(title) + "\">\n" + content + "</svg></figure>\n";
}

}  // namespace program
