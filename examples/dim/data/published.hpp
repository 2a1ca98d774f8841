// Data sets that others have published, as `dim fetch` gets them.
#pragma once
#include <string>
#include <vector>

namespace program {

/// A file on a server.
struct PublishedFile {
  std::string address;  // http or https
  long bytes;
  std::string sha256;  // 64 hexadecimal digits, lower case

  /// The last part of the address.
  std::string name() const { return address.substr(address.rfind('/') + 1); }
};

/// A data set, and where it is published.
struct PublishedSet {
  /// A file that the set's folder holds once the set is complete.
  struct Part {
    std::string name;  // a path within the folder
    long bytes;        // 0: any number
  };

  std::string name;                  // as in --data NAME:DIR
  std::string title;                 // "CIFAR-10"
  std::string folder;                // what the folder is called that holds it
  std::vector<PublishedFile> files;  // archives that hold this folder, or what belongs into it
  bool packed;                       // are they archives?
  std::vector<Part> parts;
};

/// All sets that can be fetched.
const std::vector<PublishedSet>& published_sets();
/// The one of that name, or null.
const PublishedSet* published_set(const std::string& name);

/// The folder that holds all parts of a set: `folder` itself, or the one in it that has the set's name; empty where neither
/// does.
std::string complete_folder(const PublishedSet& set, const std::string& folder);
/// Does the folder, or the one in it that has the set's name, hold any part of the set?
bool holds_any(const PublishedSet& set, const std::string& folder);
/// What the folder with the set's name lacks, "it has no train.bin"; empty where it lacks nothing.
std::string lack_of(const PublishedSet& set, const std::string& folder);

}  // namespace program
