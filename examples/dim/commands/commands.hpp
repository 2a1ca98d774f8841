// The commands of the program. Each throws dim::Error where it fails.
#pragma once
#include "../run/settings.hpp"

namespace program {

/// Trains an encoder, going on where the run's folder left off. Returns early, with all saved, if it is asked to end.
void train(TrainSettings settings);
/// Measures a run's representations, and beside them pixels, an untrained encoder and one trained with labels.
void evaluate(const EvaluateSettings& settings);
/// Trains a run's encoder on with some labels, and beside it one that starts with them.
void finetune(const FinetuneSettings& settings);
/// Writes a representation of a data set to a .npy file.
void features(const FeatureSettings& settings);
/// Writes a run's settings, numbers and pictures as one page of HTML.
void report(const ReportSettings& settings);
/// Prints how the program was built, and what a run's folder holds.
void info(const std::string& run);

}  // namespace program
