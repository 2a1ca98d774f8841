// How many threads the process may use.
#pragma once
#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "../core/config.hpp"

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Whether there are threads at all: whether the unit was compiled with -fopenmp.
#if defined(_OPENMP)
inline constexpr bool has_openmp = true;
#else
inline constexpr bool has_openmp = false;
#endif

namespace detail {

/// The first line of a file, or nothing if it can't be read.
inline std::string first_line(const std::string& path) {
  char line[4096] = "";
  if (std::FILE* const file = std::fopen(path.c_str(), "r")) {
    if (!std::fgets(line, sizeof line, file)) line[0] = '\0';
    std::fclose(file);
  }
  return line;
}

/// quota / period rounded up, at least 1; no limit unless both are numbers above 0.
inline int whole_cores(const char* quota, const char* period) {
  const double part = std::atof(quota) / std::atof(period);  // 0 for "max", or for nothing
  return part > 0 && part < INT_MAX ? int(part) + (part > int(part)) : INT_MAX;
}

/// The smallest quota of `group`, a path that begins with /, and of all groups around it, below `mount`.
template <class QuotaOf>
int least_quota(const std::string& mount, std::string group, const QuotaOf& quota_of) {
  int least = INT_MAX;
  for (;; group.resize(group.rfind('/'))) {
    least = (std::min)(least, quota_of(mount + group));
    if (group.find('/') == std::string::npos) return least;
  }
}

/// The number of cores that the control groups of this process allow it, rounded up; INT_MAX if they set no limit.
/// `root` holds /proc and /sys.
inline int cpu_quota(const std::string& root = "") {
  const std::string groups = root + "/sys/fs/cgroup";
  int least = INT_MAX;
  std::FILE* const file = std::fopen((root + "/proc/self/cgroup").c_str(), "r");
  if (!file) return least;
  char line[4096];  // hierarchy:controllers:path
  while (std::fgets(line, sizeof line, file)) {
    line[std::strcspn(line, "\n")] = '\0';
    char* const controllers = std::strchr(line, ':');
    char* const path = controllers ? std::strchr(controllers + 1, ':') : nullptr;
    if (!path) continue;
    const std::string listed = "," + std::string(controllers + 1, path) + ",", group = path + 1;
    if (listed == ",,") {  // version 2
      for (const char* mount : {"", "/unified"})
        least = (std::min)(least, least_quota(groups + mount, group, [](const std::string& folder) {
                             const std::string limit = first_line(folder + "/cpu.max");  // "max 100000"
                             const std::size_t space = (std::min)(limit.find(' '), limit.size());
                             return whole_cores(limit.substr(0, space).c_str(), limit.c_str() + space);
                           }));
    } else if (listed.find(",cpu,") != std::string::npos) {  // version 1
      for (const char* mount : {"/cpu", "/cpu,cpuacct"})
        least = (std::min)(least, least_quota(groups + mount, group, [](const std::string& folder) {
                             return whole_cores(first_line(folder + "/cpu.cfs_quota_us").c_str(),
                                                first_line(folder + "/cpu.cfs_period_us").c_str());
                           }));
    }
  }
  std::fclose(file);
  return least;
}

}  // namespace detail

/// The number of threads that the process may use: as OMP_NUM_THREADS or omp_set_num_threads say, else one for each
/// core that it may run on, up to a control group's quota; never more than OMP_THREAD_LIMIT. One without -fopenmp.
inline int available_threads() {
#if defined(_OPENMP)
  const int wanted = (std::min)(omp_get_max_threads(), omp_get_thread_limit());
  const bool by_default = !std::getenv("OMP_NUM_THREADS") && omp_get_max_threads() == omp_get_num_procs();
  if (!by_default) return (std::max)(1, wanted);
  static const int quota = detail::cpu_quota();  // which OpenMP ignores
  return (std::max)(1, (std::min)(wanted, quota));
#else
  return 1;
#endif
}

}  // namespace cpu

using cpu::available_threads;
using cpu::has_openmp;

}  // namespace DIM_ABI
}  // namespace dim
