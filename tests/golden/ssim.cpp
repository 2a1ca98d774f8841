#include <dim/evaluate/ssim.hpp>

#include "vectors.hpp"

BOOST_AUTO_TEST_SUITE(ssim)

namespace {

using namespace tests::golden;

/// Images (N, C, H, W) in [0, 1], and the same in [-1, 1]. The library gives no gradient.
Check similarity_of(int scales, const SsimOptions& options = {}) {
  return [=](const Case& test) {
    in_both([&](auto zero) {
      using T = decltype(zero);
      const std::vector<long> shape = test.shape("in.a");
      const Shape image{int(shape[1]), int(shape[2]), int(shape[3])};
      std::vector<T> a = channels_last(test.read<T>("in.a"), image),
                     b = channels_last(test.read<T>("in.b"), image);
      const auto view = [&](const std::vector<T>& x) { return Batch<const T>{x.data(), shape[0], image, 0}; };
      const auto check = [&](double lowest, double range) {
        SsimOptions own = options;
        own.lowest = lowest, own.range = range;
        test.check("out.y", T(ms_ssim(Cpu{2}, view(a), view(b), scales, own)));
      };
      check(0, 1);
      for (std::vector<T>* const images : {&a, &b})
        for (T& number : *images) number = 2 * number - 1;
      check(-1, 2);
    });
    for (const char* gradient : {"grad.a", "grad.b"})
      if (test.has(gradient)) test.leave_out(gradient);
  };
}

const Claims claims("ssim", {{"ssim_valid", similarity_of(1)},
                             {"ssim_zero_padded_sigma11", similarity_of(1, {.sigma = 11, .padding = 5})},
                             {"ms_ssim_2scale_32px", similarity_of(2)},
                             {"ms_ssim_5scale_176px", similarity_of(5)},
                             {"ms_ssim_identical", similarity_of(2)}});

}  // namespace

BOOST_AUTO_TEST_CASE(cases) {
  run_group("ssim");
}

BOOST_AUTO_TEST_SUITE_END()
