// How alike two images look: the structural similarity.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "../core/batch.hpp"
#include "../core/error.hpp"
#include "../cpu/cpu.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The window of SSIM, and the images' range. The defaults are those of Wang et al. 2004, for images in [-1, 1].
struct SsimOptions {
  long window = 11;    ///< pixels across, odd
  double sigma = 1.5;  ///< of the Gaussian window, in pixels
  long padding = 0;    ///< black pixels around: 5 in the published code of Deep InfoMax, with sigma 11
  double lowest = -1;  ///< the lowest number, which is black
  double range = 2;    ///< the largest difference of two numbers
};

namespace detail {

/// SSIM of two planes, and its factor for contrast and structure, both averaged over the positions of the window.
struct Similarity {
  double ssim = 0, structure = 0;
};

/// One plane of numbers, (H, W).
struct Plane {
  long height, width;
  std::vector<double> data;

  double at(long y, long x) const { return data[std::size_t(y * width + x)]; }
  /// The plane padded with zeros.
  Plane padded(long by) const {
    Plane result{height + 2 * by, width + 2 * by, {}};
    result.data.resize(std::size_t(result.height * result.width));
    for (long y = 0; y < height; ++y)
      std::copy_n(data.begin() + y * width, width, result.data.begin() + (y + by) * result.width + by);
    return result;
  }
  /// Means of 2 x 2 numbers; a last odd line or column is left out.
  Plane halved() const {
    Plane result{height / 2, width / 2, {}};
    for (long y = 0; y < result.height; ++y)
      for (long x = 0; x < result.width; ++x)
        result.data.push_back(
            (at(2 * y, 2 * x) + at(2 * y, 2 * x + 1) + at(2 * y + 1, 2 * x) + at(2 * y + 1, 2 * x + 1)) / 4);
    return result;
  }
  /// The product of two planes, number by number.
  friend Plane operator*(const Plane& a, const Plane& b) {
    Plane result = a;
    for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] *= b.data[i];
    return result;
  }
  /// Weighted sums over all positions of the window within the plane; it has as many rows and columns as weights.
  Plane blurred(const std::vector<double>& weights) const {
    const long size = long(weights.size());
    Plane across{height, width - size + 1, {}}, result{height - size + 1, across.width, {}};
    for (long y = 0; y < across.height; ++y)
      for (long x = 0; x < across.width; ++x) {
        double sum = 0;
        for (long k = 0; k < size; ++k) sum += weights[std::size_t(k)] * at(y, x + k);
        across.data.push_back(sum);
      }
    for (long y = 0; y < result.height; ++y)
      for (long x = 0; x < result.width; ++x) {
        double sum = 0;
        for (long k = 0; k < size; ++k) sum += weights[std::size_t(k)] * across.at(y + k, x);
        result.data.push_back(sum);
      }
    return result;
  }
};

/// Mean over the positions of the window of (Wang, Bovik, Sheikh and Simoncelli 2004, Eq. 13)
///
///     SSIM = (2 m_a m_b + c1) / (m_a^2 + m_b^2 + c1)  s,    s = (2 v_ab + c2) / (v_a + v_b + c2),
///
/// m being means and v (co)variances within the window, c1 = (0.01 range)^2 and c2 = (0.03 range)^2. Black is 0 here:
/// the first factor compares brightness, which makes no sense for means of opposite signs.
inline Similarity similarity(const Plane& a, const Plane& b, const SsimOptions& options) {
  std::vector<double> weights;
  double total = 0;
  for (long k = 0; k < options.window; ++k) {
    const double x = double(k - options.window / 2);
    weights.push_back(std::exp(-x * x / (2 * options.sigma * options.sigma)));
    total += weights.back();
  }
  for (double& weight : weights) weight /= total;
  const Plane x = a.padded(options.padding), y = b.padded(options.padding);
  const Plane mx = x.blurred(weights), my = y.blurred(weights), xx = (x * x).blurred(weights),
              yy = (y * y).blurred(weights), xy = (x * y).blurred(weights);
  const double c1 = std::pow(0.01 * options.range, 2), c2 = std::pow(0.03 * options.range, 2);
  Similarity sum;
  for (std::size_t i = 0; i < mx.data.size(); ++i) {
    const double m = mx.data[i], n = my.data[i];
    const double structure = (2 * (xy.data[i] - m * n) + c2) / (xx.data[i] - m * m + yy.data[i] - n * n + c2);
    sum.structure += structure;
    sum.ssim += structure * (2 * m * n + c1) / (m * m + n * n + c1);
  }
  const double count = double(mx.data.size());
  return {sum.ssim / count, sum.structure / count};
}

}  // namespace detail

/// Weights of the scales of MS-SSIM (Wang, Simoncelli and Bovik 2003).
inline constexpr std::array<double, 5> ms_ssim_weights{0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

/// Number of scales that fit into images of this size, each half as large as the one before, at most five.
inline int ms_ssim_scales(long height, long width, const SsimOptions& options = {}) {
  int scales = 0;
  for (long side = (std::min)(height, width);
       scales < 5 && side >= 1 && side + 2 * options.padding >= options.window; side /= 2)
    ++scales;
  return scales;
}

/// MS-SSIM of two batches of images (N, H, W, C), the mean over images and channels of
///
///     product over scales k of max(0, s_k)^w_k,   s_k = contrast and structure at scale k, at the last one SSIM,
///
/// with the first `scales` weights of Wang et al. 2003, scaled to a sum of 1, and means of 2 x 2 between scales. For
/// one scale it is SSIM itself, without the cut at 0. `lowest` is subtracted from the images first: images in [-1, 1]
/// give the same as those in [0, 1] with `lowest` 0 and `range` 1. The same bits for any number of threads. Throws
/// Error for batches of different sizes and for empty ones, for numbers that are not finite or more than 1000 times the
/// range away from `lowest`, for more scales than fit, and for options out of range.
template <class T>
double ms_ssim(const Cpu& cpu, const Batch<const T>& a, const Batch<const T>& b, int scales,
               const SsimOptions& options = {}) {
  const auto shape_of = [](const Batch<const T>& x) {
    return to_string(Shape{int(x.channels()), int(x.height()), int(x.width())});
  };
  if (a.count != b.count || a.height() != b.height() || a.width() != b.width() ||
      a.channels() != b.channels() || a.count < 1 || a.channels() < 1)
    throw Error("structural similarity was asked of ", a.count, " images of ", shape_of(a), " and ", b.count,
                " of ", shape_of(b),
                " (channels x height x width); give two batches of one size, with an image or more");
  const auto is_scale = [](double x) { return x >= 1e-6 && x <= 1e6; };
  if (options.window < 1 || options.window % 2 == 0 || !is_scale(options.sigma) || !is_scale(options.range) ||
      !(std::abs(options.lowest) <= 1e6) || options.padding < 0 || options.padding > 1024)
    throw Error(
        "a window of ", options.window, " pixels with sigma ", options.sigma, ", padding ", options.padding,
        ", lowest ", options.lowest, " and range ", options.range,
        " is impossible; take an odd one, sigma and range from 1e-6 to 1e6, a lowest number within 1e6 of 0 "
        "and a padding from 0 to 1024");
  const int fit = ms_ssim_scales(a.height(), a.width(), options);
  if (scales < 1 || scales > fit)
    throw Error(scales, " scales of a window of ", options.window, " pixels were asked of images of ",
                a.height(), " x ", a.width(), ", into which ", fit,
                " fit; ask for no more, or take a smaller window");
  double total = 0;
  for (int k = 0; k < scales; ++k) total += ms_ssim_weights[std::size_t(k)];
  const auto plane = [&options](const Batch<const T>& from, long n, long c) {
    detail::Plane result{from.height(), from.width(), {}};
    for (long y = 0; y < from.height(); ++y)
      for (long x = 0; x < from.width(); ++x) {
        const double number = double(from.at(n, y, x)[c]) - options.lowest;
        // Of larger ones the differences of squares, which variances are, would be lost.
        result.data.push_back(std::abs(number) <= 1000 * options.range ? number : std::nan(""));
      }
    return result;
  };
  std::vector<double> each(std::size_t(a.count * a.channels()));
  for_each_block(cpu, long(each.size()), [&](long i, int) {
    detail::Plane x = plane(a, i / a.channels(), i % a.channels()),
                  y = plane(b, i / a.channels(), i % a.channels());
    double product = 1;
    for (int k = 0; k < scales; ++k) {
      const detail::Similarity found = detail::similarity(x, y, options);
      const double factor = k + 1 < scales ? found.structure : found.ssim;
      product *=
          scales == 1 ? factor : std::pow((std::max)(factor, 0.0), ms_ssim_weights[std::size_t(k)] / total);
      if (k + 1 < scales) x = x.halved(), y = y.halved();
    }
    each[std::size_t(i)] = product;
  });
  double sum = 0;
  for (std::size_t i = 0; i < each.size(); ++i) {
    if (!std::isfinite(each[i]))
      throw Error("channel ", long(i) % a.channels(), " of image ", long(i) / a.channels(),
                  ", both counted from 0, has a structural similarity of ", each[i],
                  "; look for numbers that are not finite, or far out of range, in both batches");
    sum += each[i];
  }
  return sum / double(each.size());
}

/// SSIM of two batches of images, (N, H, W, C): ms_ssim of one scale.
template <class T>
double ssim(const Cpu& cpu, const Batch<const T>& a, const Batch<const T>& b,
            const SsimOptions& options = {}) {
  return ms_ssim(cpu, a, b, 1, options);
}

}  // namespace DIM_ABI
}  // namespace dim
