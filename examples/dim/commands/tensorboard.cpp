#include "tensorboard.hpp"

#include <chrono>
#include <cstdio>
#include <dim/io/file.hpp>
#include <filesystem>

#include "../run/tfevents.hpp"

namespace program {
namespace {

/// Where no file is yet, with the time in the name, by whose order TensorBoard reads the files of a run.
std::string new_event_file(const std::string& folder, double seconds) {
  for (long time = long(seconds);; ++time) {
    char name[64];
    std::snprintf(name, sizeof name, "/events.out.tfevents.%010ld.dim", time);
    if (std::error_code code; !std::filesystem::exists(folder + name, code)) return folder + name;
  }
}

}  // namespace

void TensorBoardLog::add(const EpochRecord& epoch, Saves& saves) {
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  if (path_.empty()) {
    path_ = new_event_file(run_, now);
    bytes_ = version_event(now) + start_event(now, steps_ + 1);
  }
  std::vector<Scalar> scalars;
  for (const dim::Json& line : epoch.lines)
    if (const dim::Json& value = line.at("value"); !value.is_null())
      scalars.push_back({line.at("split").string() + "/" + line.at("name").string(), value.number()});
  bytes_ += scalars_event(now, epoch.lines.front().at("step").integer(), scalars);
  // Added at the end of the file, since TensorBoard keeps it open; a part that a full disk has cut off comes then, too.
  saves.replace(path_, [path = path_, bytes = bytes_] {
    const dim::File file(path, O_WRONLY | O_CREAT | O_APPEND);
    const std::size_t there = std::size_t(file.size());
    if (there < bytes.size()) file.write(dim::bytes_of(std::string_view(bytes).substr(there)));
  });
}

}  // namespace program
