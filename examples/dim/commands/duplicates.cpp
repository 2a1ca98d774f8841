// `dim duplicates`: images whose representations are almost the same.
#include <algorithm>
#include <cstdio>
#include <dim/core/decimal.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/similar_pairs.hpp>
#include <dim/io/file.hpp>

#include "../run/kept_codes.hpp"
#include "../run/run_folder.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"

namespace program {
namespace {

/// "1 group", "2 groups".
std::string count_of(long count, const std::string& what) {
  return grouped(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

void duplicates(const DuplicateSettings& settings) {
  constexpr std::size_t most_printed = 50;  // groups
  if (!settings.out.empty()) require_output(settings.out, {".csv"});
  const RunFolder run(settings.run);
  const KeptCodes all =
      kept_codes(run, load_frozen(encoder_file(run, settings.best), settings.threads), settings);
  const auto pairs =
      dim::similar_pairs(dim::Cpu::with_threads(settings.threads), all.features(), settings.above);
  const auto groups = dim::similar_groups(pairs, all.count());
  std::vector<float> closest(all.files.names.size(), -1);  // of each image, to another
  for (const auto& pair : pairs)
    for (const long i : {pair.first, pair.second})
      closest[std::size_t(i)] = std::max(closest[std::size_t(i)], pair.similarity);

  std::string text = "group,name,similarity\n";
  long images = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto& [similarity, members] = groups[g];
    images += std::ssize(members);
    if (g < most_printed) std::printf("%s\n", fixed(double(similarity), 4).c_str());
    for (const long i : members) {
      const std::string& name = all.files.names[std::size_t(i)];
      if (g < most_printed) std::printf("  %s\n", printable(name).c_str());
      text +=
          std::to_string(g) + "," + csv_word(name) + "," + dim::exact_decimal(closest[std::size_t(i)]) + "\n";
    }
  }
  if (groups.size() > most_printed)
    std::printf("... and %s more\n", count_of(std::ssize(groups) - long(most_printed), "group").c_str());
  std::printf("%s of %s images in %s, by pairs whose %s has a cosine similarity above %s\n",
              grouped(images).c_str(), grouped(all.count()).c_str(),
              count_of(std::ssize(groups), "group").c_str(), settings.feature.c_str(),
              dim::exact_decimal(settings.above).c_str());
  all.tell();
  if (settings.out.empty()) return;
  defer_signals();  // until it is whole
  dim::write_file_atomically(settings.out, {dim::bytes_of(text)});
  std::printf("%s: the group of each, and its similarity to the one most like it\n", settings.out.c_str());
}

}  // namespace program
