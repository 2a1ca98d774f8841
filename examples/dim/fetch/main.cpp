// The program `dim-fetch NAME FOLDER`, which `dim fetch` becomes. It alone needs libcurl, libarchive and OpenSSL, with
// some forty libraries behind them that `dim` would otherwise load for every command.
#include <cstdio>
#include <exception>

#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "fetch_set.hpp"

using namespace program;

int main(int argc, char** argv) {
  const PublishedSet* const set = argc == 3 ? published_set(argv[1]) : nullptr;
  if (!set) {
    std::fputs("dim-fetch: this is a part of dim; call dim fetch\n", stderr);
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a file or a pipe also gets each line at once
  defer_signals();
  try {
    fetch_set(*set, argv[2]);
  } catch (const Stopped&) {
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dim: %s\n", error.what());
    return 1;
  }
  end_if_requested();
  return status_of_printing();
}
