// Charts as inline SVG, in the colours of the page that they stand in.
#pragma once
#include <string>
#include <vector>

namespace program {

/// A place in a chart, in the units of its axes, and how far an error bar reaches above and below it; 0: there is none.
struct Point {
  double x, y, error = 0;
};

/// A line of a chart, or the points of a class. Points that are not finite are left out.
struct Series {
  std::string name;
  std::vector<Point> points;
  bool dashed = false;
};

/// Title and axes, units included.
struct Labels {
  std::string title, x, y;
};

/// Round numbers, at most `most` of them, from the first within [low, high] to the last, at least `least_step` apart.
std::vector<double> ticks(double low, double high, int most, double least_step = 0);

/// How a chart of lines is drawn: with 0 on the upright axis, with ticks at whole numbers on the other, and with so much
/// on the upright axis at least.
struct LineOptions {
  bool y_from_zero = false, whole_x = false;
  double least_height = 0;
};

/// Lines over x, with dots where there are few points, and a legend of those lines that have a name. Without any finite
/// point it is empty, as are the others.
std::string line_chart(const Labels& labels, const std::vector<Series>& lines,
                       const LineOptions& options = {});

/// A histogram: `density` of equal bins of [low, high], and lines of reference over it.
std::string histogram(const Labels& labels, double low, double high, const std::vector<double>& density,
                      const std::vector<Series>& lines);

/// Points on a square without units, a colour and a form for each of the first ten series, grey for the others.
std::string scatter(const std::string& title, const std::vector<Series>& classes);

}  // namespace program
