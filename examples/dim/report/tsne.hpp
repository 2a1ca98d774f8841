// t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 2008): features on a plane, such that
// neighbours stay neighbours.
#pragma once
#include <cstdint>
#include <dim/cpu/cpu.hpp>
#include <dim/evaluate/features.hpp>
#include <vector>

namespace program {

/// How t-SNE is done. Exaggeration as van der Maaten, "Accelerating t-SNE using tree-based algorithms", JMLR 2014,
/// has it; the step is N / (4 exaggeration), at least 50 (Belkina et al., 2019).
struct TsneOptions {
  double perplexity = 30;  ///< effective number of neighbours, at most (N - 1) / 3
  int iterations = 750;
  int exaggerated = 250;  ///< iterations at the start with P times `exaggeration` and momentum 0.5, then 0.8
  double exaggeration = 12;
  std::uint64_t seed = 1;  ///< of the start, for features without two principal components
};

/// Features on a plane.
struct TsneMap {
  std::vector<float> x, y;  ///< (N) each, around 0
  double divergence = 0;    ///< KL(P || Q) in nats
};

/// Maps features to a plane, exactly: all pairs, 8 N^2 bytes. With p(j|i) proportional to exp(-b(i) |x(i) - x(j)|^2),
/// b(i) such that its entropy is ln(perplexity), and P(i, j) = (p(j|i) + p(i|j)) / 2N, it descends KL(P || Q) for
/// Q(i, j) proportional to 1 / (1 + |y(i) - y(j)|^2). It starts from the features' first two principal components,
/// which preserves large distances better (Kobak and Berens 2019, "The art of using t-SNE for single-cell
/// transcriptomics"). The same bits for any number of threads. Throws dim::Error for features that are missing or not
/// finite.
TsneMap tsne(const dim::Cpu& cpu, const dim::Features<float>& features, const TsneOptions& options = {});

}  // namespace program
