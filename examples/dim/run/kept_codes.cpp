#include "kept_codes.hpp"

#include <cstdio>
#include <dim/core/config.hpp>
#include <dim/cpu/cpu.hpp>
#include <dim/io/checksum.hpp>
#include <dim/io/file.hpp>
#include <dim/io/safetensors.hpp>
#include <filesystem>

#include "../data/data.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "named_images.hpp"

namespace program {
namespace {

constexpr std::size_t most_kept_bytes = std::size_t(1) << 30;

std::string sixteen_digits(std::uint64_t checksum) {
  char text[24];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(checksum));
  return text;
}

/// A checksum of everything that becomes of a folder's images: names, bytes, and what is said of others.
std::uint64_t checksum_of_folder(const std::string& folder) {
  const ImageNames found = image_names(folder);
  std::vector<std::uint64_t> sums(found.names.size());
  dim::for_each_piece(dim::Cpu(), std::ssize(sums), 1, [&](long n, long) {
    const std::size_t i = std::size_t(n);
    const std::uint64_t of_name = dim::checksum(dim::bytes_of(found.names[i]));
    try {
      sums[i] = dim::checksum(dim::read_file(folder + "/" + found.names[i]), of_name);
    } catch (const dim::Error& error) {  // such a file is left out, for as long as that is why
      sums[i] = dim::checksum(dim::bytes_of(error.what()), of_name + 1);
    }
  });
  std::uint64_t sum = dim::checksum(std::as_bytes(std::span(sums)));
  for (const std::string& note : found.notes) sum = dim::checksum(dim::bytes_of(note), sum);
  return sum;
}

/// Texts as bytes, each with a zero at its end, which no path holds.
std::string with_zeros(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) bytes += text + '\0';
  return bytes;
}
dim::Tensor texts_tensor(const std::string& name, const std::string& bytes) {
  return dim::make_tensor(name, reinterpret_cast<const unsigned char*>(bytes.data()), {std::ssize(bytes)});
}
std::vector<std::string> texts_of(const dim::Tensor& tensor) {
  const auto bytes = tensor.values<unsigned char>();
  std::vector<std::string> texts;
  std::string text;
  for (const unsigned char byte : bytes) {
    if (byte != 0) {
      text += char(byte);
      continue;
    }
    texts.push_back(std::move(text));
    text.clear();
  }
  return texts;
}

/// Takes the codes from a file that was made from the same, and the names where they have not been read. Returns false
/// where they don't fit each other, which no file of this program does.
bool take(const dim::Safetensors& file, KeptCodes& codes) {
  const auto rows = file.at("codes").values<float>();
  if (!codes.folder.empty()) {
    codes.files.names = texts_of(file.at("names"));
    codes.files.unreadable = texts_of(file.at("unreadable"));
    codes.files.notes = texts_of(file.at("notes"));
    codes.classes = texts_of(file.at("classes"));
    const auto labels = file.at("labels").values<long>();
    codes.labels.assign(labels.begin(), labels.end());
  }
  if (rows.size() != codes.files.names.size() * std::size_t(codes.size)) return false;
  if (!codes.labels.empty() && codes.labels.size() != codes.files.names.size()) return false;
  for (const int label : codes.labels)
    if (label < -1 || label >= std::ssize(codes.classes)) return false;
  codes.rows.assign(rows.begin(), rows.end());
  return true;
}

/// The file of a run's folder in which codes of these images are kept. It is the same whatever DATA holds now, so that what
/// is out of date is replaced.
std::string kept_file(const RunFolder& run, const UseSettings& settings) {
  const std::string folder = folder_of(settings.data);
  std::error_code code;
  const std::string place =
      folder.empty() ? normal(settings.data) : std::filesystem::canonical(folder, code).string();
  return run.path() + "/codes-" + settings.feature + "-" +
         sixteen_digits(
             dim::checksum(dim::bytes_of(with_zeros({place, settings.split})), settings.best ? 1 : 0)) +
         ".safetensors";
}

/// Reads what is kept at `path` if it was made from what `key` says; else nothing, and a sentence on standard error if
/// the file is damaged.
std::optional<dim::Safetensors> read_kept(const std::string& path, const std::string& key) {
  std::error_code code;
  if (!std::filesystem::exists(path, code)) return std::nullopt;
  try {
    dim::Safetensors file = dim::read_safetensors(path);
    if (!file.has_checksum()) throw dim::Error(path, " has no checksum");
    const auto found = file.metadata().find("key");
    if (found == file.metadata().end() || found->second != key) return std::nullopt;
    return file;
  } catch (const dim::Error&) {
    std::fprintf(stderr, "dim: %s is damaged, or of another kind; it is made anew\n", path.c_str());
    return std::nullopt;
  }
}

/// Keeps tensors at `path`. Returns a sentence: that they are kept, or why not; `what` names them.
std::string keep(const std::string& path, const std::string& key, const std::vector<dim::Tensor>& tensors,
                 const std::string& what) {
  try {
    defer_signals();  // until it is whole
    dim::write_safetensors(path, tensors, {{"key", key}});
    return path + " keeps " + what + " for the next time";
  } catch (const dim::Error& error) {
    return what + " could not be kept for the next time: " + error.what();
  }
}

/// The names of the images' classes, or their numbers where they have none.
std::vector<std::string> classes_of(const dim::Images& images) {
  const auto names = images.class_names();
  std::vector<std::string> classes(names.begin(), names.end());
  for (int label = int(classes.size()); label < images.classes(); ++label)
    classes.push_back(std::to_string(label));
  return classes;
}

}  // namespace

dim::Images KeptCodes::images(const std::vector<long>& which) const {
  if (folder.empty() || files.images.size() > 0) return files.images.part(which);
  std::vector<std::string> paths;
  for (const long i : which) paths.push_back(folder + "/" + files.names[std::size_t(i)]);
  FileImages found = read_files(paths, shape);
  if (!found.unreadable.empty()) throw dim::Error(found.unreadable.front());
  return found.images;
}

void KeptCodes::tell() const {
  if (!note.empty()) std::printf("%s\n", printable(note).c_str());
}

KeptCodes kept_codes(const RunFolder& run, const TrainedEncoder& encoder, const UseSettings& settings) {
  const std::string& feature = settings.feature;
  KeptCodes codes;
  codes.shape = encoder.encoder.shapes().image;
  codes.size = shape_of(encoder.encoder, run, feature).size();
  codes.folder = folder_of(settings.data);
  const auto read = [&] {
    codes.files = named_images(settings.data, settings.split, codes.shape, cache_of(run, settings.cache));
    codes.classes = classes_of(codes.files.images);
    if (!codes.classes.empty()) codes.labels = codes.files.images.labels();
  };
  // Before they are decoded, so that files that change meanwhile are not taken for what was decoded.
  std::string images;
  if (codes.folder.empty()) {
    read();
    images = checksum_of(codes.files.images) + " " + to_string(codes.files.images.shape());
  } else {
    images = sixteen_digits(checksum_of_folder(codes.folder)) + " " + to_string(codes.shape);
  }
  codes.key = "dim " + std::to_string(DIM_VERSION) + ", encoder " + sixteen_digits(encoder.checksum) +
              ", images " + images + " " + settings.split + ", " + feature;

  const std::string path = kept_file(run, settings);
  if (const auto file = read_kept(path, codes.key); file && take(*file, codes)) {
    if (!codes.folder.empty()) tell_left_out(codes.files);
    return codes;
  }
  if (!codes.folder.empty()) read();
  codes.rows = features_of(encoder.encoder, feature, codes.files.images);
  if (codes.rows.size() * sizeof(float) > most_kept_bytes) return codes;
  const std::string names = with_zeros(codes.files.names), classes = with_zeros(codes.classes),
                    unreadable = with_zeros(codes.files.unreadable), notes = with_zeros(codes.files.notes);
  const std::vector<long> labels(codes.labels.begin(), codes.labels.end());
  codes.note = keep(path, codes.key,
                    {dim::make_tensor("codes", codes.rows.data(), {codes.count(), codes.size}),
                     dim::make_tensor("labels", labels.data(), {std::ssize(labels)}),
                     texts_tensor("names", names), texts_tensor("classes", classes),
                     texts_tensor("unreadable", unreadable), texts_tensor("notes", notes)},
                    "the images' " + feature);
  return codes;
}

}  // namespace program
