// What a user waits for: seconds and memory of the compiler, with the flags that this project's programs have.
#include <benchmark/benchmark.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

const std::string sources = DIM_SOURCES;

const char eigen[] = R"(
#include <Eigen/Dense>
#include <cstdio>
int main() { std::printf("%f\n", Eigen::MatrixXd::Identity(2, 2).sum()); })";

const char xtensor[] = R"(
#include <cstdio>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
int main() { std::printf("%f\n", xt::sum(xt::eye<double>(2))()); })";

const char headers_of_both[] = R"(
#include <Eigen/Core>
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif
)";

const char training[] = R"(
#include <dim/cpu/backend.hpp>
#include <dim/data/images.hpp>
#include <dim/model/basic.hpp>
#include <dim/train/trainer.hpp>
)";

const char hello[] = R"(
#include <cstdio>
#include <dim/dim.hpp>
int main() { std::printf("%d\n", DIM_VERSION); })";

/// The first program of README.md, as it stands there.
std::string readme_example() {
  std::ostringstream text;
  text << std::ifstream(sources + "/README.md").rdbuf();
  const std::string all = text.str(), fence = "```cpp\n";
  const std::size_t begin = all.find(fence), end = all.find("```\n", begin + 1);
  if (begin == std::string::npos || end == std::string::npos)
    throw std::runtime_error("README.md holds no program");
  return all.substr(begin + fence.size(), end - begin - fence.size());
}

/// A unit that takes its kernels from dim::compiled, or is one of that.
std::string unit(const std::string& path) {
  return (path.rfind("src/", 0) == 0 ? "" : "#define DIM_COMPILED\n") + ("#include \"" + sources) + "/" +
         path + "\"\n";
}

/// What the compiler and the processes that it started took: seconds of a core, and the largest one's bytes.
struct Cost {
  double cpu_seconds = 0, bytes = 0;
};

Cost compile(const std::string& text, const char* how) {
  std::FILE* const source = std::tmpfile();
  std::fwrite(text.data(), 1, text.size(), source);
  std::rewind(source);
  const char* const arguments[] = {DIM_COMPILER, "@" DIM_FLAGS, "-std=c++20", how,         "-x",   "c++",
                                   "-c",         "-",           "-o",         "/dev/null", nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(source), STDIN_FILENO);
  pid_t child = 0;
  int status =
      posix_spawn(&child, DIM_COMPILER, &actions, nullptr, const_cast<char* const*>(arguments), environ);
  rusage usage{};
  if (status == 0) wait4(child, &status, 0, &usage);
  posix_spawn_file_actions_destroy(&actions);
  std::fclose(source);
  if (status != 0) throw std::runtime_error("the compiler failed");
  const auto seconds = [](timeval time) { return double(time.tv_sec) + 1e-6 * double(time.tv_usec); };
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime), 1024 * double(usage.ru_maxrss)};
}

/// compile_time/NAME/front_end, or O2, or O3 for a compiler's flag: wall time, and what one run of it cost.
void add(const std::string& name, const std::string& text, const char* how) {
  const std::string level = std::string(how) == "-fsyntax-only" ? "front_end" : how + 1;
  const auto run = [=](benchmark::State& state) {
    Cost cost;
    for (auto _ : state) cost = compile(text, how);
    state.counters["cpu_seconds"] = cost.cpu_seconds;
    state.counters["peak_memory"] = {cost.bytes, benchmark::Counter::kDefaults, benchmark::Counter::kIs1024};
  };
  benchmark::RegisterBenchmark(("compile_time/" + name + "/" + level).c_str(), run)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  add("eigen_and_xtensor_headers", headers_of_both, "-fsyntax-only");
  add("training_headers", training, "-fsyntax-only");
  for (const char* const how : {"-fsyntax-only", "-O2"}) {
    add("eigen", eigen, how);
    add("xtensor", xtensor, how);
    add("dim.hpp", hello, how);
    add("readme_example", readme_example(), how);
  }
  add("readme_example_and_dim_compiled", "#define DIM_COMPILED\n" + readme_example(), "-O2");
  for (const char* const path : {"src/float.cpp", "src/double.cpp", "examples/dim/run/models.cpp"})
    add(path, unit(path), "-O3");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
