// The commands of the program. Each throws dim::Error if it fails.
#pragma once
#include "../run/settings.hpp"

namespace program {

/// Trains an encoder, resuming where the run's folder left off. If asked to end, saves everything and returns early.
void train(TrainSettings settings);
/// Measures a run's representations, and for comparison pixels, an untrained encoder and a supervised one.
void evaluate(const EvaluateSettings& settings);
/// Continues to train a run's encoder with some labels, and for comparison trains one from scratch with them.
void finetune(const FinetuneSettings& settings);
/// Writes a representation of a data set to a .npy file.
void features(const FeatureSettings& settings);
/// Writes a representation of image files to a .npy, .csv or .jsonl file.
void embed(const EmbedSettings& settings);
/// Prints which images of a folder are nearest to one, and writes a page that shows them.
void neighbours(NeighbourSettings settings);
/// Prints groups of images whose representations lie close together, and writes which image is in which.
void cluster(const ClusterSettings& settings);
/// Prints which images have almost the same representation, and writes them as a .csv file.
void duplicates(const DuplicateSettings& settings);
/// Writes a page that shows images on a plane, similar ones near each other.
void map(const MapSettings& settings);
/// Writes a run's settings, measures and figures as one page of HTML.
void report(const ReportSettings& settings);
/// Gets a published data set.
void fetch(const FetchSettings& settings);
/// Prints how runs differ in settings and measures, and writes a page that shows it with their curves.
void compare(const CompareSettings& settings);
/// Prints how the program was built, and what a run's folder contains or what an encoder consists of; or that encoder
/// alone, as a file.
void info(const InfoSettings& settings);

}  // namespace program
