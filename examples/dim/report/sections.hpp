// The sections of a report, each as HTML; empty if the run has nothing to show there.
#pragma once
#include <dim/data/images.hpp>
#include <string>
#include <vector>

#include "../run/frozen.hpp"
#include "../run/metrics.hpp"
#include "../run/run_folder.hpp"

namespace program {

/// The data a report is made from.
struct ReportData {
  RunFolder run;
  TrainSettings settings;
  Metrics metrics;
  std::string encoder_file;     // of the last encoder, or of the best
  long steps, steps_per_epoch;  // for which it was trained
  long seen;                    // images that it was trained on
  dim::Images train, test;      // of the test's, those whose label is known, if any is
  std::string id;               // of the data set
  std::string moved_to;         // where its folder is, if not where the run says
  dim::Cpu cpu;
  dim::EncoderShapes shapes;
  std::vector<float> train_codes, test_codes;  // y, (N, D)

  /// The measures of the encoder and of its baselines.
  std::vector<Metric> measures() const { return metrics.at(steps, id); }
  /// The number of training images that probes are fitted on.
  long fitted() const;
  /// The number of values of y.
  long code_size() const { return shapes.code.size(); }
  /// The data set's own name.
  std::string data_title() const;
  /// How long the encoder was trained, as in "5 epochs" or "4.3 epochs".
  std::string length() const;
  /// The name of a class, or its number if it has no name.
  std::string class_name(int label) const;
};

/// The run's settings beside the paper's, the commands to make and measure the run, and the origin of the page.
std::string settings_section(const ReportData& data);
/// " --best" if the report is of the best encoder, for commands that measure the same one.
std::string best_flag(const ReportData& data);
/// The run's result in a few sentences of HTML, with the verdict on it; empty if nothing was measured.
std::string headline(const ReportData& data);
/// Accuracies of the probes as in the paper's Table 1, the measures of its extended comparison, and every value.
std::string measures_section(const ReportData& data);
/// Accuracies after fine-tuning with some of the labels, and after training from scratch with them: `dim finetune`.
std::string labels_section(const ReportData& data);
/// Losses, bounds with their ceilings, and probes, over the epochs.
std::string training_section(const ReportData& data);
/// Codes of test images in two dimensions, by t-SNE.
std::string map_section(const ReportData& data);
/// One test image of each class, and the images nearest to it in L1 distance of y.
std::string neighbours_section(const ReportData& data);
/// The filters of the first convolution.
std::string filters_section(const ReportData& data);
/// Test images and a decoder's reconstructions from their codes, if `dim evaluate` has kept them.
std::string reconstructions_section(const ReportData& data);
/// The distribution of y, beside the prior.
std::string histogram_section(const ReportData& data);
/// How often the linear probe predicts each class for each class.
std::string confusion_section(const ReportData& data);

}  // namespace program
