// Measures features, with as many threads as its argument says, and prints a line for each measure: its name, a
// checksum of all that it gives, and a number of it.
#include <cstdio>
#include <cstdlib>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/io/checksum.hpp>
#include <span>

#include "../evaluate/sets.hpp"

namespace {

using namespace dim;

void print(const char* name, const std::vector<double>& numbers) {
  std::printf("%s %016llx %.17g\n", name,
              static_cast<unsigned long long>(checksum(std::as_bytes(std::span(numbers)), 0)),
              numbers.back());
}

template <class T>
void measure(const Cpu& cpu, const char* name) {
  const tests::Set<T> set = tests::clouds<T>(1500, 101, 4, 1, 7);
  LinearProbe probe;
  probe.fit(cpu, set.features(), 4);
  std::vector<double> found = probe.parameters();
  found.insert(found.end(), probe.losses().begin(), probe.losses().end());
  print(name, found);
}

}  // namespace

int main(int count, char** arguments) {
  const Cpu cpu(count > 1 ? std::atoi(arguments[1]) : 1);
  measure<float>(cpu, "linear-probe/f32");
  measure<double>(cpu, "linear-probe/f64");
}
