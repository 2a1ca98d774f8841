#include "image_folder.hpp"

#include <algorithm>
#include <cstdio>
#include <dim/cpu/cpu.hpp>
#include <dim/io/checksum.hpp>
#include <dim/io/file.hpp>
#include <filesystem>
#include <map>

#include "../terminal/progress.hpp"
#include "../terminal/text.hpp"
#include "image_file.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using dim::Error;

/// Whether the end of a file's name is one of these, in small or capital letters.
bool ends_in(const fs::path& path, std::initializer_list<const char*> ends) {
  std::string own = path.extension().string();
  for (char& c : own) c = char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return std::find(ends.begin(), ends.end(), own) != ends.end();
}
bool is_image_name(const fs::path& path) {
  return ends_in(path, {".jpg", ".jpeg", ".png"});
}
/// Is the file an image of a kind that is not read, or under a name by which it isn't found?
bool is_other_image_name(const fs::path& path) {
  return ends_in(path, {".jpe", ".jfif", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif",
                        ".jp2", ".jxl"});
}

bool is_of_test(const std::string& name) {
  return dim::checksum(dim::bytes_of(name)) % 10 == 0;
}

/// The image, (H, W, 3), as one of that shape; of one channel it is the brightness (ITU-R BT.601).
dim::ByteImage fitted(const dim::ByteImage& image, dim::Shape shape) {
  const dim::ByteImage colour = dim::resized(shape.height == shape.width ? dim::centre_square(image) : image,
                                             shape.height, shape.width);
  if (shape.channels == 3) return colour;
  dim::ByteImage gray{colour.height, colour.width, 1, {}};
  for (std::size_t i = 0; i < colour.bytes.size(); i += 3)
    gray.bytes.push_back(std::uint8_t(
        (299 * colour.bytes[i] + 587 * colour.bytes[i + 1] + 114 * colour.bytes[i + 2] + 500) / 1000));
  return gray;
}

/// The images of those files that can be read. Throws Error for samples that are no pictures.
FileImages decode(const std::string& folder, const std::vector<std::string>& names, dim::Shape shape,
                  ImageCache* cache) {
  if (is_signal(shape) || (shape.channels != 1 && shape.channels != 3))
    throw Error("image files can't be brought into the shape ", to_string(shape),
                " (channels x height x width), which the encoder takes; give it arrays (npy: or signals:)");
  const Clock clock;
  std::vector<CachedFile> cached(names.size());
  if (cache) cached = cache->find(folder, names, shape);
  std::vector<std::size_t> decoded;  // those that are not in the cache, of which the readable ones stay
  for (std::size_t i = 0; i < names.size(); ++i)
    if (cached[i].slot < 0) decoded.push_back(i);

  const std::size_t size = std::size_t(shape.size());
  const auto bytes = std::make_shared<std::vector<std::uint8_t>>();
  bytes->reserve(names.size() * size);  // which becomes memory only where it is used
  bytes->resize(decoded.size() * size);
  const auto at = [&](std::size_t i) { return bytes->begin() + long(i * size); };
  std::vector<std::string> problems(names.size());
  dim::for_each_piece(dim::Cpu(), std::ssize(decoded), 1, [&](long n, long) {
    const std::size_t i = decoded[std::size_t(n)];
    try {
      const auto file = dim::read_file(folder + names[i]);
      if (cache) cached[i].content = dim::checksum(file);
      const dim::ByteImage image =
          fitted(decode_image(file, folder + names[i], std::max(shape.height, shape.width)), shape);
      std::copy(image.bytes.begin(), image.bytes.end(), at(std::size_t(n)));
    } catch (const std::exception& error) {  // of memory, too: one image is too large, and the others are not
      problems[i] = printable(*error.what() ? error.what() : folder + names[i]);
    }
  });
  FileImages result;
  std::vector<CachedFile> files;
  std::size_t readable = 0;  // of those decoded
  for (std::size_t i = 0, n = 0; i < names.size(); ++i) {
    const bool is_decoded = cached[i].slot < 0;
    if (is_decoded && problems[i].empty() && n != readable) std::copy_n(at(n), size, at(readable));
    readable += is_decoded && problems[i].empty();
    n += is_decoded;
    if (!problems[i].empty()) {
      result.unreadable.push_back(problems[i]);
      continue;
    }
    result.names.push_back(names[i]);
    files.push_back(std::move(cached[i]));
  }
  if (files.empty()) return result;
  const auto mapped = readable == 0 ? cache->images(files) : std::nullopt;
  if (mapped) {
    result.images = *mapped;
  } else {
    bytes->resize(files.size() * size);
    for (std::size_t i = files.size(); i-- > 0;) {  // from the end, since images move there
      if (files[i].slot >= 0)
        cache->read(files[i], &*at(i));
      else if (--readable != i)
        std::copy_n(at(readable), size, at(i));
    }
    result.images = dim::Images::shared({bytes, bytes->data()}, bytes->size(), std::ssize(files), shape,
                                        dim::Strides::pixels(shape));
  }
  if (cache) cache->add(std::move(files), mapped ? nullptr : bytes, clock.seconds());
  return result;
}

/// The first folder of a path; empty where it has none.
std::string first_folder(const std::string& name) {
  const std::size_t slash = name.find('/');
  return slash == name.npos ? "" : name.substr(0, slash);
}

/// "3 links (such as cats/1.jpg)", with the first of the names.
std::string such_as(const std::vector<std::string>& names, const std::string& one, const std::string& more) {
  return grouped(long(names.size())) + " " + (names.size() == 1 ? one : more) +
         (names.size() == 1 ? " (" : " (such as ") + printable(names.front()) + ")";
}

/// What is left out of a folder with the sub-folders train and test, and why images that seem to have classes have none.
std::vector<std::string> notes_on(const std::string& folder, const std::vector<std::string>& in_neither,
                                  const std::vector<std::string>& of_no_class, std::size_t classes) {
  std::vector<std::string> notes;
  if (!in_neither.empty())
    notes.push_back("left out of " + folder + ": " + such_as(in_neither, "image file", "image files") +
                    " in neither its train nor its test; to use them, move them there");
  if (!of_no_class.empty() && classes > 1)
    notes.push_back("the images of " + folder + " have no labels, since " +
                    such_as(of_no_class, "of them", "of them") + (of_no_class.size() == 1 ? " is" : " are") +
                    " in no sub-folder; move them into those of their classes, or away");
  return notes;
}

}  // namespace

ImageNames image_names(const std::string& folder) {
  std::error_code code;
  const fs::path root = fs::canonical(folder, code);
  if (code || !fs::is_directory(root, code))
    throw Error(folder + " is no folder that can be read; name one that holds JPEG or PNG files");
  ImageNames found;
  std::vector<std::string> links, closed, others;
  // Links to folders are not followed, so that there is an end.
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, code);
  for (const fs::recursive_directory_iterator end; !code && at != end; at.increment(code)) {
    const std::string name = at->path().string().substr(root.string().size() + (root == "/" ? 0 : 1));
    const bool named = is_image_name(at->path());
    std::error_code unknown;
    if (at->is_symlink(unknown)) {
      const std::string target = fs::canonical(at->path(), unknown).string();
      const bool leads_out = unknown || (target + "/").rfind(root.string() + "/", 0) != 0;
      if (leads_out && (named || fs::is_directory(at->path(), unknown))) links.push_back(name);
      if (leads_out) continue;
    }
    if (at->is_directory(unknown)) {
      if (!at->is_symlink(unknown) && (fs::directory_iterator(at->path(), unknown), unknown))
        closed.push_back(name);
    } else if (named) {
      found.names.push_back(name);
    } else if (is_other_image_name(at->path())) {
      others.push_back(name);
    }
  }
  if (code) throw Error("cannot list ", folder, ": ", code.message(), "; check its permissions and the disk");
  std::sort(found.names.begin(), found.names.end());

  std::string left_out;
  const auto leave_out = [&](std::vector<std::string>& names, const char* one, const char* more,
                             const std::string& why, const std::string& remedy) {
    if (names.empty()) return;
    std::sort(names.begin(), names.end());
    const std::string text = such_as(names, one, more) + why + "; " + remedy;
    found.notes.push_back("left out of " + folder + ": " + text);
    if (left_out.empty()) left_out = text;
  };
  leave_out(links, "link", "links", " leading out of it or nowhere", "to use the files, copy them into it");
  leave_out(closed, "sub-folder", "sub-folders", " that cannot be listed",
            "to use what is there, change the permissions");
  leave_out(others, "image file", "image files", " whose name ends in none of .jpg, .jpeg and .png",
            "to use them, convert them to JPEG or PNG");
  if (found.names.empty() && !left_out.empty())
    throw Error(folder, " holds no image files that can be read, but ", left_out);
  if (found.names.empty())
    throw Error(folder, " holds no file whose name ends in .jpg, .jpeg or .png; name another folder");
  return found;
}

FileImages read_folder(const std::string& folder, FolderPart part, dim::Shape shape, ImageCache* cache) {
  const auto [all, links] = image_names(folder);
  const auto in = [](const char* name) {
    return [name](const std::string& path) { return first_folder(path) == name; };
  };
  const bool parted =
      std::any_of(all.begin(), all.end(), in("train")) && std::any_of(all.begin(), all.end(), in("test"));
  std::map<std::string, int> classes;  // of both parts, so that their labels mean the same
  const auto class_of = [&](const std::string& name) {
    const std::string within = parted ? name.substr(name.find('/') + 1) : name;
    return first_folder(within);
  };
  std::vector<std::string> wanted, in_neither, of_no_class;
  for (const std::string& name : all) {
    const std::string first = first_folder(name);
    if (parted && first != "train" && first != "test") {
      in_neither.push_back(name);
      continue;
    }
    const std::string label = class_of(name);
    if (label.empty())
      of_no_class.push_back(name);
    else
      classes[label] = 0;
    const bool test = parted ? first == "test" : is_of_test(name);
    if (part == FolderPart::all || test == (part == FolderPart::test)) wanted.push_back(name);
  }
  if (wanted.empty())
    throw Error("every tenth image of " + folder +
                ", as a hash of its name has it, is for measuring, and of its " + grouped(long(all.size())) +
                (part == FolderPart::test ? " none is" : " all are") +
                "; add images, or put some into a sub-folder test and the others into train");
  FileImages files = decode(folder + "/", wanted, shape, cache);
  if (files.names.empty())
    throw Error("none of the " + std::to_string(wanted.size()) + " image files " +
                (part == FolderPart::test ? "for measuring " : "") + "in " + folder + " could be read" +
                (files.unreadable.empty() ? "" : ": " + files.unreadable.front()));
  if (part != FolderPart::test) {
    files.notes = notes_on(folder, in_neither, of_no_class, classes.size());
    files.notes.insert(files.notes.end(), links.begin(), links.end());
  }
  if (!of_no_class.empty() || classes.size() < 2) return files;
  std::vector<std::string> class_names;
  for (auto& [name, label] : classes) {
    label = int(class_names.size());
    class_names.push_back(name);
  }
  std::vector<int> labels;
  for (const std::string& name : files.names) labels.push_back(classes.at(class_of(name)));
  const int count = int(class_names.size());
  files.images = files.images.with_labels(std::move(labels), count, std::move(class_names));
  return files;
}

FileImages read_files(const std::vector<std::string>& paths, dim::Shape shape, ImageCache* cache) {
  FileImages files = decode("", paths, shape, cache);
  if (files.names.empty())
    throw Error(files.unreadable.empty() ? "no file is named" : files.unreadable.front());
  return files;
}

void tell_left_out(const FileImages& files) {
  for (const std::string& note : files.notes) std::fprintf(stderr, "dim: %s\n", note.c_str());
  constexpr std::size_t shown = 5;
  const std::size_t count = files.unreadable.size();
  if (count == 0) return;
  std::fprintf(stderr, "dim: %s of %s image files could not be read and are left out%s\n",
               grouped(long(count)).c_str(), grouped(long(count + files.names.size())).c_str(),
               count > shown ? ", the first of them:" : ":");
  for (std::size_t i = 0; i < std::min(shown, count); ++i)
    std::fprintf(stderr, "  %s\n", files.unreadable[i].c_str());
}

}  // namespace program
