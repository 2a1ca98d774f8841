// Whether a representation is any good, in sentences.
#pragma once
#include <string>
#include <vector>

#include "../run/metrics.hpp"

namespace program {

/// A difference of two accuracies in points of a percent, and its standard error.
struct Difference {
  double points, error;

  /// Whether it is further from 0 than two standard errors: 1 above, -1 below, 0 not.
  int sign() const { return points > 2 * error ? 1 : points < -2 * error ? -1 : 0; }
};
/// The standard error sqrt(p (1 - p) / n) of the part p, in [0, 1], of n images. A p of 0 or 1 is taken as that of one image
/// more or less, since it would have none.
double standard_error(double part, long images);
/// Of one accuracy from another, each measured on so many images, with the error of both if they are independent: as they are
/// measured on the same images, rather too large an error.
Difference difference(double accuracy, double other, long images);

/// What these measures, those of an encoder in one state and of its baselines, say: by k nearest neighbours, logistic
/// regression and a small network, whether y, fc and conv beat pixels and the untrained encoder, and by how much; without
/// accuracies, what RankMe, uniformity and retrieval are beside those of the baselines, and what that doesn't mean. Of
/// values by several protocols the published one counts, and only those measured on as many images are compared.
/// `protocol_end` is the end of the protocols' names, after those of probes. Empty if there is nothing to compare.
std::vector<std::string> verdict(const std::vector<Metric>& measures, const std::string& protocol_end = "");

}  // namespace program
