#include "../../examples/dim/run/run_lock.hpp"

#include <csignal>
#if defined(__linux__)
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(run_lock)

using namespace tests;
using program::RunFolder, program::RunLock;

/// Runs `dim train` until it is killed or the test ends.
class Training {
 public:
  Training(const SmallCifar& cifar, const std::string& name) {
    const std::string log = cifar.run(name + ".log");
    const Ran ran =
        shell("\"$dim\" train --data " + cifar.spec + cifar.encoder + " --units 64 --batch 50 --out " +
              cifar.run(name) + " --threads 1 --epochs 100000 >" + log + " 2>&1 & " +
              until_said("^epoch", log) + "echo $!");
    BOOST_TEST_REQUIRE(has(contents(log), "epoch"), contents(log));
    process_ = std::stoi(ran.output);
  }
  Training(const Training&) = delete;
  ~Training() { kill(); }

  void kill() {
    if (process_ > 0) ::kill(process_, SIGKILL);
    process_ = 0;
  }
  pid_t process() const { return process_; }

 private:
  pid_t process_ = 0;
};

BOOST_AUTO_TEST_CASE(one_command_writes_in_a_folder) {
  const SmallCifar cifar;
  Training training(cifar, "a");
  const std::string run = cifar.run("a"), encoder = contents(run + "/encoder.safetensors"),
                    refused = run + " is being written by 'dim train (process " +
                              std::to_string(training.process());
  for (const Ran& ran :
       {cifar.train("a", "--epochs 100000"), run_dim("evaluate " + run), run_dim("finetune " + run)}) {
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "dim: " + refused + " on "), ran.error);
    BOOST_TEST(has(ran.error, ")': wait until that has ended, or work in another folder\n"), ran.error);
    BOOST_TEST(ran.output == "");
  }
  for (const std::string& reader :
       {"info " + run, "report " + run, "features " + run + " --out " + cifar.run("x.npy")})
    BOOST_TEST(run_dim(reader).status == 0);

  training.kill();  // like kill -9
  const std::string command = "evaluate " + run + " --probes knn --features y --baselines none";
  for (Ran ran = run_dim(command); ran.status != 0; ran = run_dim(command))
    BOOST_TEST_REQUIRE(has(ran.error, refused), ran.error);  // it takes a while to die
  BOOST_TEST(!std::filesystem::exists(run + "/lock"));
}

// Nothing is there yet except the other command's lock.
BOOST_AUTO_TEST_CASE(a_folder_that_another_command_is_making) {
  const SmallCifar cifar;
  const RunFolder run(cifar.run("a"));
  run.make();
  {
    const RunLock lock(run, "a test");
    const Ran ran = cifar.train("a");
    BOOST_TEST(ran.status == 1);
    BOOST_TEST(has(ran.error, "'a test (process " + std::to_string(::getpid()) + " on "), ran.error);
    put(cifar.run("a/lock"), "");
    BOOST_TEST(has(cifar.train("a").error, " is being written by another command: wait until "));
  }
  BOOST_TEST(std::filesystem::is_empty(cifar.run("a")));
  put(cifar.run("a/lock"), "what a killed one left");
  BOOST_TEST(cifar.train("a").status == 0);
  BOOST_TEST(!std::filesystem::exists(cifar.run("a/lock")));
}

// A lock that can only be read, like another user's, holds all the same.
BOOST_AUTO_TEST_CASE(another_users_lock) {
  const SmallCifar cifar;
  const RunFolder run(cifar.run("a"));
  run.make();
  using std::filesystem::perms, std::filesystem::permissions;
  permissions(cifar.directory.path(), perms(0755));
  permissions(run.path(), perms(0777));
  const RunLock lock(run, "a test");
  permissions(run.path() + "/lock", perms(0444));
  const uid_t user = ::geteuid(), nobody = 65534;
  if (user == 0) BOOST_TEST_REQUIRE(::seteuid(nobody) == 0);  // since permissions do not stop root
  const std::string said = error_of([&] { RunLock(run, "another test"); });
  if (user == 0) BOOST_TEST_REQUIRE(::seteuid(user) == 0);
  BOOST_TEST(has(said, run.path() + " is being written by 'a test "), said);
}

// After a lock was removed by hand, the next command gets its own, which the first one leaves alone.
BOOST_AUTO_TEST_CASE(a_lock_that_is_another_ones_stays) {
  const SmallCifar cifar;
  const RunFolder run(cifar.run("a"));
  run.make();
  auto first = std::make_unique<RunLock>(run, "first");
  std::filesystem::remove(run.path() + "/lock");
  const RunLock second(run, "second");
  first.reset();
  BOOST_TEST(has(error_of([&] { RunLock(run, "third"); }), "'second (process "));
}

BOOST_AUTO_TEST_CASE(a_lock_that_cannot_be_made_is_said) {
  const SmallCifar cifar;
  std::filesystem::create_directories(cifar.run("a/lock"));
  const Ran ran = cifar.train("a");
  BOOST_TEST(ran.status == 0);
  BOOST_TEST(has(ran.error, "make sure that no other command writes to " + cifar.run("a") + " meanwhile\n"),
             ran.error);
}

#if defined(__linux__)
/// Makes flock fail in this process, as on a file system without locks. Returns false if that is not possible.
bool refuse_locks() {
  sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_flock, 0, 1),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOLCK),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program{4, filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

BOOST_AUTO_TEST_CASE(a_file_system_without_locks_is_said) {
  const SmallCifar cifar;
  const std::string said = cifar.run("said"), out = cifar.run("a");
  const pid_t child = ::fork();
  BOOST_TEST_REQUIRE(child >= 0);
  if (child == 0) {
    if (!refuse_locks()) ::_exit(99);
    const std::string command = "exec '" DIM_PROGRAM "' train --data " + cifar.spec + cifar.encoder +
                                " --units 64 --batch 50 --epochs 1 --out " + out + " >/dev/null 2>" + said;
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(98);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 99) {
    BOOST_TEST_MESSAGE("SKIPPED: no system call can be made to fail here");
    return;
  }
  BOOST_TEST(status == 0);
  BOOST_TEST(has(contents(said),
                 out + "/lock cannot be locked: No locks available; make sure that no other command "),
             contents(said));
}
#endif

BOOST_AUTO_TEST_SUITE_END()
