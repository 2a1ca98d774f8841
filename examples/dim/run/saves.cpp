#include "saves.hpp"

#include <algorithm>
#include <cstdio>
#include <new>
#include <set>

#include "../terminal/signals.hpp"

namespace program {

Saves::~Saves() {
  try {
    if (const std::string failed = failure(); !failed.empty())
      std::fprintf(stderr, "dim: %s; what was to be written is lost\n", failed.c_str());
  } catch (...) {  // not enough memory for the message
  }
}

void Saves::replace(const std::string& path, std::function<void()> write) {
  std::erase_if(saves_, [&](const Save& save) { return save.path == path; });
  saves_.push_back({path, std::move(write)});
}

void Saves::record(const RunFolder& run, dim::Json::Object line) {
  saves_.push_back({run.metrics(), [&run, line = std::move(line)] { run.record(line); }});
}

void Saves::write() {
  const std::string failed = failure();
  if (!failed.empty()) {
    defer_signals();
    std::fprintf(stderr, "dim: %s; %s goes on, and it is kept to be written later\n", failed.c_str(),
                 work_.c_str());
  } else if (failed_) {
    std::fputs("dim: everything that could not be written before has now been written\n", stderr);
  }
  failed_ = !failed.empty();
}

void Saves::finish() {
  const std::string failed = failure();
  saves_.clear();
  if (!failed.empty()) throw dim::Error(failed + "; what was to be written is lost");
}

std::string Saves::failure() {
  std::string first;
  std::set<std::string> failed;  // so that lines of a file stay in order
  std::erase_if(saves_, [&](const Save& save) {
    if (failed.contains(save.path)) return false;
    try {
      save.write();
      return true;
    } catch (const std::bad_alloc&) {
      if (first.empty()) first = "there is not enough memory to write " + save.path;
    } catch (const dim::Error& error) {
      if (first.empty()) first = error.what();
    }
    failed.insert(save.path);
    return false;
  });
  return first;
}

}  // namespace program
