// The paper's own results (Hjelm et al., "Learning deep representations by mutual information estimation and
// maximization", ICLR 2019), shown beside those of a run.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "../run/settings.hpp"

namespace program {

/// How many epochs the paper trains on CIFAR-10 and CIFAR-100.
inline constexpr long paper_epochs = 1000;

/// A row of the paper's Table 1: test accuracies in % of its non-linear classifier on three representations.
struct PaperAccuracies {
  std::string data, model;
  std::optional<double> conv, fc, y;
  bool confirmed;  // false: from memory, not checked against the paper's text
};

/// A mean and its standard deviation.
struct PaperValue {
  double mean, deviation;
};

/// A row of the paper's extended comparison on CIFAR-10: test accuracies in % of linear support vector machines,
/// MS-SSIM of reconstructions, the mutual information of images and y by MINE, and the dependence between y's
/// dimensions (NDM), for y itself and for sigmoid(y).
struct PaperComparison {
  std::string model;
  PaperValue svm_conv, svm_fc, svm_y;
  double ms_ssim, mine, ndm, ndm_sigmoid;
};

/// Does the paper have results for this data set and encoder?
bool paper_measures(const TrainSettings& settings);

/// The rows of Table 1 to compare this run with: its objective's, if the paper has it, and the supervised one.
std::vector<PaperAccuracies> paper_accuracies(const TrainSettings& settings);

/// The rows of the extended comparison: those of DIM, if the run's data are CIFAR-10.
std::vector<PaperComparison> paper_comparisons(const TrainSettings& settings);

/// The paper's name for the run's objective, as in "DIM(L) NCE"; its extended comparison leaves out the estimator.
std::string objective_name(const TrainSettings& settings);

}  // namespace program
