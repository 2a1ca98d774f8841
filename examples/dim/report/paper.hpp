// The paper's own numbers (Hjelm et al., "Learning deep representations by mutual information estimation and
// maximization", ICLR 2019), to stand beside those of a run.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "../run/settings.hpp"

namespace program {

/// How long the paper trains on CIFAR-10 and CIFAR-100, in epochs.
inline constexpr long paper_epochs = 1000;

/// A row of the paper's Table 1: test accuracies in % of its non-linear classifier on three representations.
struct PaperAccuracies {
  std::string data, model;
  std::optional<double> conv, fc, y;
  bool confirmed;  // false: recalled, not checked against the paper's text
};

/// A mean and its standard deviation.
struct PaperValue {
  double mean, deviation;
};

/// A row of the paper's extended comparison on CIFAR-10: test accuracies in % of linear support vector machines,
/// MS-SSIM of reconstructions, the mutual information of pictures and y by MINE, and the dependence of y's
/// dimensions (NDM), of y itself and of sigmoid(y).
struct PaperComparison {
  std::string model;
  PaperValue svm_conv, svm_fc, svm_y;
  double ms_ssim, mine, ndm, ndm_sigmoid;
};

/// Are data and encoder those that the paper has numbers of?
bool paper_measures(const TrainSettings& settings);

/// Rows of Table 1 beside which this run belongs: its objective's, if the paper has it, and the supervised one.
std::vector<PaperAccuracies> paper_accuracies(const TrainSettings& settings);

/// Rows of the extended comparison: those of DIM, if the run's data are CIFAR-10.
std::vector<PaperComparison> paper_comparisons(const TrainSettings& settings);

/// What the paper calls the run's objective, as "DIM(L) NCE"; in its extended comparison it is without estimator.
std::string objective_name(const TrainSettings& settings);

}  // namespace program
