#include "tsne.hpp"

#include <algorithm>
#include <cmath>
#include <dim/core/random.hpp>
#include <dim/evaluate/principal_components.hpp>

namespace program {
namespace {

/// Sums are kept in so many lanes, and rows padded to a multiple of them, so that compilers can vectorise them.
constexpr long lanes = 16;

/// Squared distances of one feature to all, from the features' transpose (D, N).
void squared_distances(const dim::Features<float>& x, const std::vector<float>& transposed, long i,
                       float* to) {
  std::fill_n(to, x.count, 0.0F);
  for (long k = 0; k < x.size; ++k) {
    const float own = x(i, k);
    const float* const all = &transposed[std::size_t(k * x.count)];
    for (long j = 0; j < x.count; ++j) to[j] += (own - all[j]) * (own - all[j]);
  }
}

/// Turns squared distances from i into p(j|i) with the entropy ln(perplexity), by bisection of the precision b.
void to_probabilities(float* row, long count, long i, double perplexity) {
  double nearest = INFINITY, mean = 0;
  for (long j = 0; j < count; ++j)
    if (j != i) nearest = std::min(nearest, double(row[j])), mean += double(row[j]) / double(count - 1);
  const double spread = mean - nearest;
  double b = spread > 0 ? 1 / spread : 1, low = 0, high = INFINITY;
  std::vector<double> p(static_cast<std::size_t>(count));
  double sum = 1;
  for (int step = 0; step < 64; ++step) {
    sum = 0;
    double weighted = 0;
    for (long j = 0; j < count; ++j) {
      const double further = double(row[j]) - nearest;
      p[std::size_t(j)] = j == i ? 0 : std::exp(-b * further);
      sum += p[std::size_t(j)];
      weighted += p[std::size_t(j)] * further;
    }
    const double excess = std::log(sum) + b * weighted / sum - std::log(perplexity);
    if (std::abs(excess) < 1e-5) break;
    (excess > 0 ? low : high) = b;
    b = std::isinf(high) ? 2 * b : (low + high) / 2;
  }
  for (long j = 0; j < count; ++j) row[j] = float(p[std::size_t(j)] / sum);
}

/// P, (N, padded) row by row with zeros behind.
std::vector<float> joint_probabilities(const dim::Cpu& cpu, const dim::Features<float>& x, long padded,
                                       double perplexity) {
  std::vector<float> transposed(std::size_t(x.count * x.size)), given(std::size_t(x.count * x.count)),
      joint(std::size_t(x.count * padded));
  for (long i = 0; i < x.count; ++i)
    for (long k = 0; k < x.size; ++k) transposed[std::size_t(k * x.count + i)] = x(i, k);
  dim::for_each_block(cpu, x.count, [&](long i, int) {
    float* const row = &given[std::size_t(i * x.count)];
    squared_distances(x, transposed, i, row);
    to_probabilities(row, x.count, i, perplexity);
  });
  dim::for_each_piece(cpu, x.count, 16, [&](long begin, long end) {
    for (long j = 0; j < x.count; ++j)
      for (long i = begin; i < end; ++i)
        joint[std::size_t(i * padded + j)] =
            (given[std::size_t(i * x.count + j)] + given[std::size_t(j * x.count + i)]) / float(2 * x.count);
  });
  return joint;
}

/// The forces on a point: with w(j) = 1 / (1 + |y(i) - y(j)|^2), sum of w, of P w (y(i) - y(j)) and of w^2 (y(i) -
/// y(j)).
struct Forces {
  double weight, pull_x, pull_y, push_x, push_y;
};

Forces forces(const float* p, const float* x, const float* y, long padded, long i) {
  float weight[lanes] = {}, pull_x[lanes] = {}, pull_y[lanes] = {}, push_x[lanes] = {}, push_y[lanes] = {};
  for (long j = 0; j < padded; j += lanes)
    for (long k = 0; k < lanes; ++k) {
      const float dx = x[i] - x[j + k], dy = y[i] - y[j + k];
      const float w = 1 / (1 + dx * dx + dy * dy), pw = p[j + k] * w, ww = w * w;
      weight[k] += w;
      pull_x[k] += pw * dx;
      pull_y[k] += pw * dy;
      push_x[k] += ww * dx;
      push_y[k] += ww * dy;
    }
  Forces sum{};
  for (long k = 0; k < lanes; ++k) {
    sum.weight += double(weight[k]);
    sum.pull_x += double(pull_x[k]);
    sum.pull_y += double(pull_y[k]);
    sum.push_x += double(push_x[k]);
    sum.push_y += double(push_y[k]);
  }
  sum.weight -= 1;  // its own
  return sum;
}

/// One coordinate of all points, with the momentum and the gains of its descent (Jacobs, 1988).
class Coordinate {
 public:
  Coordinate(const std::vector<float>& start, long padded)
      : count_(std::ssize(start)),
        at_(std::size_t(padded), far),
        speed_(start.size()),
        gain_(start.size(), 1) {
    std::copy(start.begin(), start.end(), at_.begin());
  }
  const float* data() const { return at_.data(); }

  void step(const std::vector<double>& gradient, double rate, double momentum) {
    double mean = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      gain_[i] = gradient[i] * speed_[i] < 0 ? gain_[i] + 0.2 : std::max(0.01, 0.8 * gain_[i]);
      speed_[i] = momentum * speed_[i] - rate * gain_[i] * gradient[i];
      at_[i] += float(speed_[i]);
      mean += double(at_[i]) / double(count_);
    }
    for (std::size_t i = 0; i < gradient.size(); ++i) at_[i] -= float(mean);
  }
  std::vector<float> points() const { return {at_.begin(), at_.begin() + count_}; }

 private:
  static constexpr float far = 1e15F;  // where the padding of the rows exerts no force
  long count_;
  std::vector<float> at_;
  std::vector<double> speed_, gain_;
};

/// The start of the descent, for each coordinate: the features along their first two principal components, the first
/// scaled to deviation 1e-4; random values if the features do not vary along one.
std::vector<std::vector<float>> starts(const dim::Cpu& cpu, const dim::Features<float>& x,
                                       std::uint64_t seed) {
  const dim::PrincipalComponents components(cpu, x, std::min(2L, x.size));
  const std::vector<double> places = components(cpu, x);
  const double widest = components.deviations()[0];
  std::vector<std::vector<float>> starts;
  for (long k = 0; k < 2; ++k) {
    const bool varies = k < components.count() && components.deviations()[std::size_t(k)] > 1e-6 * widest;
    const dim::Random random{.seed = seed, .step = std::uint64_t(k)};
    starts.emplace_back();
    for (long i = 0; i < x.count; ++i)
      starts.back().push_back(float(1e-4 * (varies ? places[std::size_t(i * components.count() + k)] / widest
                                                   : random.normal(std::uint64_t(i)))));
  }
  return starts;
}

double divergence(const std::vector<float>& joint, const Coordinate& x, const Coordinate& y, long count,
                  long padded, double total) {
  double sum = 0;
  for (long i = 0; i < count; ++i)
    for (long j = 0; j < count; ++j) {
      const double p = double(joint[std::size_t(i * padded + j)]);
      const double dx = double(x.data()[i] - x.data()[j]), dy = double(y.data()[i] - y.data()[j]);
      if (p > 0) sum += p * std::log(p * total * (1 + dx * dx + dy * dy));
    }
  return sum;
}

}  // namespace

TsneMap tsne(const dim::Cpu& cpu, const dim::Features<float>& features, const TsneOptions& options) {
  dim::check_features(features, "given");
  const long count = features.count, padded = (count + lanes - 1) / lanes * lanes;
  if (count < 4) return {std::vector<float>(std::size_t(count)), std::vector<float>(std::size_t(count)), 0};
  const double perplexity = std::min(options.perplexity, double(count - 1) / 3);
  const std::vector<float> joint = joint_probabilities(cpu, features, padded, perplexity);

  const std::vector<std::vector<float>> start = starts(cpu, features, options.seed);
  Coordinate x(start[0], padded), y(start[1], padded);
  const double rate = std::max(50.0, double(count) / options.exaggeration / 4);
  std::vector<Forces> felt(static_cast<std::size_t>(count));
  std::vector<double> dx(felt.size()), dy(felt.size());
  double total = 0;
  for (int iteration = 0; iteration <= options.iterations; ++iteration) {
    dim::for_each_piece(cpu, count, 64, [&](long begin, long end) {
      for (long i = begin; i < end; ++i)
        felt[std::size_t(i)] = forces(&joint[std::size_t(i * padded)], x.data(), y.data(), padded, i);
    });
    total = 0;
    for (const Forces& of : felt) total += of.weight;
    if (iteration == options.iterations) break;
    const bool early = iteration < options.exaggerated;
    const double exaggeration = early ? options.exaggeration : 1;
    for (std::size_t i = 0; i < felt.size(); ++i) {
      dx[i] = 4 * (exaggeration * felt[i].pull_x - felt[i].push_x / total);
      dy[i] = 4 * (exaggeration * felt[i].pull_y - felt[i].push_y / total);
    }
    x.step(dx, rate, early ? 0.5 : 0.8);
    y.step(dy, rate, early ? 0.5 : 0.8);
  }
  return {x.points(), y.points(), divergence(joint, x, y, count, padded, total)};
}

}  // namespace program
