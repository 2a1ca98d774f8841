#include "paper.hpp"

#include <cctype>

#include "../data/data.hpp"

namespace program {
namespace {

const PaperAccuracies table_one[] = {{"cifar10", "DIM(G)", 52.2, 52.84, 43.17, true},
                                     {"cifar10", "DIM(L) DV", 72.66, 70.60, 64.71, false},
                                     {"cifar10", "DIM(L) JSD", 73.25, 73.62, 66.96, true},
                                     {"cifar10", "DIM(L) NCE", 75.21, 75.57, 69.13, true},
                                     {"cifar10", "supervised", 75.39, {}, {}, true},
                                     {"cifar100", "DIM(G)", 27.68, 24.35, 19.98, true},
                                     {"cifar100", "DIM(L) DV", 48.52, 44.44, 39.27, false},
                                     {"cifar100", "DIM(L) JSD", 48.13, 45.92, 39.60, true},
                                     {"cifar100", "DIM(L) NCE", 49.74, 47.72, 41.61, true},
                                     {"cifar100", "supervised", 42.27, {}, {}, true}};

const PaperComparison comparisons[] = {
    {"DIM(G)", {46.8, 2.29}, {28.79, 7.29}, {29.08, 0.24}, 0.49, 49.63, 9.96, 0.35},
    {"DIM(L)", {63.25, 0.86}, {54.06, 3.6}, {49.62, 0.3}, 0.37, 45.09, 9.18, 0.18},
    {"DIM(L+G)", {57.55, 1.442}, {45.56, 4.18}, {18.63, 4.79}, 0.53, 101.65, 22.89, 0.5}};

}  // namespace

std::string objective_name(const TrainSettings& settings) {
  std::string name = settings.task == "local"    ? "DIM(L) "
                     : settings.task == "global" ? "DIM(G) "
                                                 : "DIM(L+G) ";
  for (const char letter : settings.estimator) name += char(std::toupper(static_cast<unsigned char>(letter)));
  return name;
}

bool paper_measures(const TrainSettings& settings) {
  const std::string data = data_name(settings.data);
  return (data == "cifar10" || data == "cifar100") && settings.encoder == "basic32x32";
}

std::vector<PaperAccuracies> paper_accuracies(const TrainSettings& settings) {
  std::vector<PaperAccuracies> found;
  if (!paper_measures(settings)) return found;
  // For DIM(G) the paper has one row, which names no estimator.
  const std::string mine = settings.task == "global" ? "DIM(G)" : objective_name(settings);
  for (const PaperAccuracies& row : table_one)
    if (row.data == data_name(settings.data) && (row.model == mine || row.model == "supervised"))
      found.push_back(row);
  return found;
}

std::vector<PaperComparison> paper_comparisons(const TrainSettings& settings) {
  if (!paper_measures(settings) || data_name(settings.data) != "cifar10") return {};
  return {std::begin(comparisons), std::end(comparisons)};
}

}  // namespace program
