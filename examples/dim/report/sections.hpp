// The sections of a report, each as HTML; empty where the run has nothing to show there.
#pragma once
#include <dim/data/images.hpp>
#include <string>
#include <vector>

#include "../run/frozen.hpp"
#include "../run/metrics.hpp"
#include "../run/run_folder.hpp"

namespace program {

/// What a report is made of.
struct ReportData {
  RunFolder run;
  TrainSettings settings;
  Metrics metrics;
  std::string encoder_file;     // the last encoder, or the best
  long steps, steps_per_epoch;  // that it was trained for
  long seen;                    // pictures that it was trained on
  dim::Images train, test;
  std::string id;        // of the data set
  std::string moved_to;  // where its folder is, if the run doesn't know
  dim::Cpu cpu;
  dim::EncoderShapes shapes;
  std::vector<float> train_codes, test_codes;  // y, (N, D)

  /// What was measured of the encoder and of its baselines.
  std::vector<Metric> measures() const { return metrics.at(steps, id); }
  /// Numbers of y.
  long code_size() const { return shapes.code.size(); }
  /// How the data set calls itself.
  std::string data_title() const;
  /// How long the encoder was trained, as "5 epochs" or "4.3 epochs".
  std::string length() const;
  /// The name of a class; its number where it has none.
  std::string class_name(int label) const;
};

/// The run's settings beside the paper's, the commands that make it and measure it, and what has made the page.
std::string settings_section(const ReportData& data);
/// " --best" where the report is of the best encoder, for commands that shall measure the same.
std::string best_flag(const ReportData& data);
/// What the run has come to, in a sentence or two of HTML; empty where no probe has measured y.
std::string headline(const ReportData& data);
/// Accuracies of the probes as in the paper's Table 1, the measures of its extended comparison, and every number.
std::string measures_section(const ReportData& data);
/// Accuracies of the encoder trained on with some labels, and of one that starts with them, as `dim finetune` has them.
std::string labels_section(const ReportData& data);
/// Losses, bounds with their ceilings, and what was probed, over the epochs.
std::string training_section(const ReportData& data);
/// Codes of test pictures in two dimensions, by t-SNE.
std::string map_section(const ReportData& data);
/// One test picture a class, and those nearest to it in L1 distance of y.
std::string neighbours_section(const ReportData& data);
/// The filters of the first convolution.
std::string filters_section(const ReportData& data);
/// Test pictures and what a decoder makes of their codes, if `dim evaluate` has kept them.
std::string reconstructions_section(const ReportData& data);
/// How y is distributed, beside the prior.
std::string histogram_section(const ReportData& data);
/// What the linear probe takes each class for.
std::string confusion_section(const ReportData& data);

}  // namespace program
