#include <boost/test/unit_test.hpp>
#include <climits>
#include <dim/cpu/available_threads.hpp>
#include <filesystem>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(available_threads)

using dim::cpu::detail::cpu_quota, dim::cpu::detail::whole_cores;

BOOST_AUTO_TEST_CASE(there_is_one_at_least) {
  BOOST_TEST(dim::available_threads() >= 1);
}

BOOST_AUTO_TEST_CASE(parts_of_cores_are_rounded_up) {
  BOOST_TEST(whole_cores("200000", "100000") == 2);
  BOOST_TEST(whole_cores("150000", "100000") == 2);
  BOOST_TEST(whole_cores("1000", "100000") == 1);
  BOOST_TEST(whole_cores("99999999999999", "1") == INT_MAX);
  for (const char* none : {"max", "-1", "0", "", "words"}) BOOST_TEST(whole_cores(none, "100000") == INT_MAX);
  for (const char* none : {"", "0", "-1", "words"}) BOOST_TEST(whole_cores("", none) == INT_MAX);
}

/// A folder with the files of /proc and /sys that a quota is read from.
struct Groups : TemporaryDirectory {
  explicit Groups(const std::string& list) { write("/proc/self/cgroup", list); }

  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path() + file).parent_path());
    put(path() + file, text);
  }
  int quota() const { return cpu_quota(path()); }
};

BOOST_AUTO_TEST_CASE(the_quota_of_version_2) {
  const Groups groups("0::/user/job\n");
  BOOST_TEST(groups.quota() == INT_MAX);
  groups.write("/sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
  BOOST_TEST(groups.quota() == INT_MAX);
  groups.write("/sys/fs/cgroup/user/job/cpu.max", "350000 100000\n");
  BOOST_TEST(groups.quota() == 4);
  groups.write("/sys/fs/cgroup/user/cpu.max", "100000 50000\n");  // the quota of an enclosing group
  BOOST_TEST(groups.quota() == 2);
  groups.write("/sys/fs/cgroup/cpu.max",
               "50000 100000\n");  // where a container sees its own group as the root
  BOOST_TEST(groups.quota() == 1);
}

BOOST_AUTO_TEST_CASE(the_quota_of_version_1) {
  const Groups groups("3:cpuset:/\n2:cpu,cpuacct:/docker/0123\n0::/\n");
  BOOST_TEST(groups.quota() == INT_MAX);
  groups.write("/sys/fs/cgroup/cpu/docker/0123/cpu.cfs_quota_us", "-1\n");
  groups.write("/sys/fs/cgroup/cpu/docker/0123/cpu.cfs_period_us", "100000\n");
  BOOST_TEST(groups.quota() == INT_MAX);
  groups.write("/sys/fs/cgroup/cpu/docker/0123/cpu.cfs_quota_us", "250000\n");
  BOOST_TEST(groups.quota() == 3);
}

BOOST_AUTO_TEST_CASE(what_is_no_list_of_groups_sets_no_limit) {
  for (const char* list : {"", "\n", "words\n", "1:cpu\n", ":::::\n", "0::\n", "1:cpu:relative\n"})
    BOOST_TEST(Groups(list).quota() == INT_MAX);
  BOOST_TEST(cpu_quota("/nowhere") == INT_MAX);
}

BOOST_AUTO_TEST_SUITE_END()
