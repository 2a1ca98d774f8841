// Charts as inline SVG, in the colours of the page that contains them.
#pragma once
#include <string>
#include <vector>

namespace program {

/// A point of a chart, in the units of its axes, and how far its error bar reaches above and below it; 0: no bar.
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

/// Round numbers, at most `most` of them and at least `least_step` apart, that span [low, high] from within.
std::vector<double> ticks(double low, double high, int most, double least_step = 0);

/// Options of a line chart: a vertical axis from 0, ticks at whole numbers on the horizontal axis, and the least
/// extent of the vertical axis.
struct LineOptions {
  bool y_from_zero = false, whole_x = false;
  double least_height = 0;
};

/// Lines over x, with dots if there are few points, and a legend of the lines that have a name. Without any finite
/// point it is empty, like the other charts.
std::string line_chart(const Labels& labels, const std::vector<Series>& lines,
                       const LineOptions& options = {});

/// A histogram: `density` for equal bins of [low, high], with reference lines over it.
std::string histogram(const Labels& labels, double low, double high, const std::vector<double>& density,
                      const std::vector<Series>& lines);

/// Points on a square without units: a colour and a shape for each of the first ten series, grey for the others.
std::string scatter(const std::string& title, const std::vector<Series>& classes);

}  // namespace program
