// A process that ends with one of the faults that a guarded backend is meant to catch, or with none: its only
// argument says which.
#include <cstring>

#include "guarded.hpp"

int main(int count, char** arguments) {
  using guarded::Guarded;
  const Guarded backend(1);
  const dim::Memory<Guarded> memory(backend, 64);
  float* const inside = reinterpret_cast<float*>(memory.data());
  float outside[4] = {1, 2, 3, 4};
  const auto is = [&](const char* fault) { return count == 2 && std::strcmp(arguments[1], fault) == 0; };
  const auto batch = [](auto* data) {
    return dim::Batch<std::remove_pointer_t<decltype(data)>>{data, 4, {1, 1, 1}};
  };

  upload(backend, outside, inside, 4);
  copy(backend, dim::constant(batch(inside)), batch(inside), dim::Write::add);
  if (is("reads")) return inside[0] > 0 ? 0 : 2;  // neutral code reads
  if (is("writes")) inside[0] = 1;                // or writes
  if (is("hands-over"))                           // or gives a kernel its own array
    copy(backend, dim::constant(batch(inside)), batch(outside), dim::Write::overwrite);
  download(backend, inside, outside, 4);
  return is("none") && outside[3] == 8 ? 0 : 3;
}
