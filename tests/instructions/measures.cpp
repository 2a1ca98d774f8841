// Measures features, with as many threads as its argument says, and prints a line for each measure: its name, a
// checksum of all its results, and one of the results.
#include <cstdio>
#include <cstdlib>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/gaussian_total_correlation.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/principal_components.hpp>
#include <dim/io/checksum.hpp>
#include <span>

#include "../evaluate/sets.hpp"

namespace {

using namespace dim;

void print(const std::string& name, const std::vector<double>& numbers) {
  std::printf("%s %016llx %.17g\n", name.c_str(),
              static_cast<unsigned long long>(checksum(std::as_bytes(std::span(numbers)), 0)),
              numbers.back());
}

template <class T>
void measure(const Cpu& cpu, const std::string& type) {
  const tests::Set<T> set = tests::clouds<T>(1500, 101, 4, 1, 7);
  LinearProbe probe;
  probe.fit(cpu, set.features(), 4);
  std::vector<double> found = probe.parameters();
  found.insert(found.end(), probe.losses().begin(), probe.losses().end());
  print("linear-probe/" + type, found);

  tests::Set<T> mixed = set;
  for (std::size_t i = 1; i < mixed.data.size(); ++i) mixed.data[i] += T(0.5) * mixed.data[i - 1];
  print("total-correlation/" + type, {gaussian_total_correlation(cpu, mixed.features())});
  const PrincipalComponents components(cpu, mixed.features(), 101);
  found = components.directions();
  found.insert(found.end(), components.deviations().begin(), components.deviations().end());
  print("principal-components/" + type, found);
}

}  // namespace

int main(int count, char** arguments) {
  const Cpu cpu(count > 1 ? std::atoi(arguments[1]) : 1);
  measure<float>(cpu, "f32");
  measure<double>(cpu, "f64");
}
