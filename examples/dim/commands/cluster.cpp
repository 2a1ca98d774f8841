// `dim cluster`: groups of images whose representations lie close together.
#include <algorithm>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/k_means.hpp>
#include <dim/evaluate/silhouettes.hpp>
#include <dim/io/file.hpp>
#include <numeric>

#include "../run/kept_codes.hpp"
#include "../run/run_folder.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"
#include "views.hpp"

namespace program {
namespace {

/// Numbers clusters by their size, the largest first.
std::vector<int> by_size(const std::vector<int>& clusters, int k) {
  std::vector<long> members(std::size_t(k), 0);
  for (const int cluster : clusters) ++members[std::size_t(cluster)];
  std::vector<int> order(members.size()), place(members.size()), renamed;
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return members[std::size_t(a)] > members[std::size_t(b)]; });
  for (std::size_t i = 0; i < order.size(); ++i) place[std::size_t(order[i])] = int(i);
  for (const int cluster : clusters) renamed.push_back(place[std::size_t(cluster)]);
  return renamed;
}

/// The class that most of a cluster's images with a label have, and how many per cent of these: "coat, 81.2 %"; of equally
/// frequent ones the first.
std::string most_frequent_class(const KeptCodes& all, const std::vector<int>& clusters, int cluster) {
  std::vector<long> counts(all.classes.size(), 0);
  for (std::size_t i = 0; i < clusters.size(); ++i)
    if (const int label = all.label(long(i)); clusters[i] == cluster && label >= 0)
      ++counts[std::size_t(label)];
  const auto most = std::max_element(counts.begin(), counts.end());
  if (most == counts.end() || *most == 0) return "-";
  return all.classes[std::size_t(most - counts.begin())] + ", " +
         fixed(100 * double(*most) / double(std::accumulate(counts.begin(), counts.end(), 0L)), 1) + " %";
}

}  // namespace

void cluster(const ClusterSettings& settings) {
  if (!settings.out.empty()) require_output(settings.out, {".csv"});
  const RunFolder run(settings.run);
  const KeptCodes all =
      kept_codes(run, load_frozen(encoder_file(run, settings.best), settings.threads), settings);
  const dim::Cpu cpu = dim::Cpu::with_threads(settings.threads);
  dim::KMeans k_means;
  k_means.fit(cpu, all.features(), {.k = settings.k, .seed = settings.seed});
  const std::vector<int> clusters = by_size(k_means.clusters(), settings.k);

  // Of some of the images, since it takes all their distances.
  dim::Features<float> some = viewed(all.features());
  const long step = viewed_step(all.count());
  std::vector<int> labels;
  for (long i = 0; i < some.count; ++i) labels.push_back(clusters[std::size_t(i * step)]);
  some.labels = labels.data();
  std::vector<double> silhouettes;
  if (*std::max_element(labels.begin(), labels.end()) > *std::min_element(labels.begin(), labels.end()))
    silhouettes = dim::silhouettes(cpu, some, settings.k);
  /// Of a cluster, or for -1 of all.
  const auto silhouette = [&](int cluster) {
    double sum = 0;
    long count = 0;
    for (std::size_t i = 0; i < silhouettes.size(); ++i)
      if (cluster < 0 || labels[i] == cluster) sum += silhouettes[i], ++count;
    return count > 0 ? fixed(sum / double(count), 3) : "-";
  };

  const bool labelled = !all.classes.empty();
  std::printf("%7s  %7s  %10s%s\n", "cluster", "images", "silhouette",
              labelled ? "  most frequent class" : "");
  for (int c = 0; c < settings.k; ++c)
    std::printf("%7d  %7ld  %10s%s\n", c, long(std::count(clusters.begin(), clusters.end(), c)),
                silhouette(c).c_str(),
                labelled ? ("  " + most_frequent_class(all, clusters, c)).c_str() : "");
  std::printf("\nmean silhouette %s of %s images, from -1 to 1; inertia %.6g, best of %d starts%s\n",
              silhouette(-1).c_str(), grouped(some.count).c_str(), k_means.inertia(),
              dim::KMeansOptions{}.restarts,
              k_means.converged() ? "" : ", which was still falling after the last round");
  all.tell();
  if (settings.out.empty()) return;
  std::string text = "name,cluster\n";
  for (std::size_t i = 0; i < clusters.size(); ++i)
    text += csv_word(all.files.names[i]) + "," + std::to_string(clusters[i]) + "\n";
  defer_signals();  // until it is whole
  dim::write_file_atomically(settings.out, {dim::bytes_of(text)});
  std::printf("%s: the cluster of each of %s images\n", settings.out.c_str(), grouped(all.count()).c_str());
}

}  // namespace program
