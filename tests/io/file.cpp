#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <dim/io/file.hpp>

#include "temporary.hpp"

BOOST_AUTO_TEST_SUITE(file)

using dim::append_line, dim::bytes_of, dim::read_file, dim::write_file_atomically;

namespace {

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Limits the size of files in this process: like a full disk, on which a write is first cut short.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_;
  void (*handler_)(int);
};

}  // namespace

BOOST_AUTO_TEST_CASE(writes_pieces_and_reads_them) {
  const TemporaryDirectory directory;
  const std::string path = directory / "umlaut \xC3\xA4\n and space";
  const std::string zeros("a\0b", 3);
  write_file_atomically(path, {bytes_of("one, "), {}, bytes_of(zeros)});
  BOOST_TEST(text_of(read_file(path)) == "one, " + zeros);
  write_file_atomically(path, {});
  BOOST_TEST(read_file(path).empty());
  BOOST_TEST(directory.files() == 1);
}

BOOST_AUTO_TEST_CASE(writes_into_the_working_directory) {
  const TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  write_file_atomically("plain", {bytes_of("x")});
  std::filesystem::current_path(before);
  BOOST_TEST(contents(directory / "plain") == "x");
}

BOOST_AUTO_TEST_CASE(names_path_reason_and_remedy) {
  const TemporaryDirectory directory;
  const std::string absent = directory / "absent/file";
  for (const std::string& message : {error_of([&] { write_file_atomically(absent, {bytes_of("x")}); }),
                                     error_of([&] { append_line(absent, "x"); })}) {
    BOOST_TEST(has(message, directory / "absent"));
    BOOST_TEST(has(message, "No such file or directory"));
    BOOST_TEST(has(message, "create its directory first"));
  }
  BOOST_TEST(error_of([&] { read_file(absent); }) ==
             "cannot open " + absent + ": No such file or directory; check the path");
}

BOOST_AUTO_TEST_CASE(leaves_everything_but_regular_files_alone) {
  const TemporaryDirectory directory;
  BOOST_REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
  for (const std::string& path : {directory.path(), directory / "pipe"}) {
    BOOST_TEST(has(error_of([&] { read_file(path); }), path));
    BOOST_TEST(has(error_of([&] { write_file_atomically(path, {bytes_of("x")}); }), path));
    BOOST_TEST(has(error_of([&] { append_line(path, "x"); }), path));
  }
  BOOST_TEST(std::filesystem::is_fifo(directory / "pipe"));
  BOOST_TEST(directory.files() == 1);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_file) {
  const TemporaryDirectory directory;
  const std::string path = directory / "file", longer(5000, 'n');
  write_file_atomically(path, {bytes_of("old")});
  std::string message;
  {
    const FullDisk full(1000);
    message = error_of([&] { write_file_atomically(path, {bytes_of(longer), bytes_of(longer)}); });
  }
  BOOST_TEST(has(message, path));
  BOOST_TEST(has(message, "File too large; make room"));
  BOOST_TEST(contents(path) == "old");
  BOOST_TEST(directory.files() == 1);
}

BOOST_AUTO_TEST_CASE(follows_a_symbolic_link) {
  const TemporaryDirectory directory;
  write_file_atomically(directory / "target", {bytes_of("old")});
  std::filesystem::create_symlink("target", directory / "link");
  write_file_atomically(directory / "link", {bytes_of("new")});
  BOOST_TEST(std::filesystem::is_symlink(directory / "link"));
  BOOST_TEST(contents(directory / "target") == "new");
}

BOOST_AUTO_TEST_CASE(a_name_without_room_for_the_suffix_is_refused) {
  const TemporaryDirectory directory;
  const std::string path = directory / std::string(255, 'n');
  BOOST_TEST(has(error_of([&] { write_file_atomically(path, {bytes_of("x")}); }), "use a shorter name"));
  BOOST_TEST(directory.files() == 0);
}

BOOST_AUTO_TEST_CASE(a_second_writer_is_refused_and_a_dead_one_is_not) {
  const TemporaryDirectory directory;
  const std::string path = directory / "file";
  {
    const dim::File other = dim::detail::lock_temporary(path + ".tmp");
    other.write(bytes_of("half of what the other one wri"));
    BOOST_TEST(
        has(error_of([&] { write_file_atomically(path, {bytes_of("x")}); }), "being written by another"));
    BOOST_TEST(contents(path + ".tmp").size() == 30u);
  }
  write_file_atomically(path, {bytes_of("x")});
  BOOST_TEST(contents(path) == "x");
  BOOST_TEST(directory.files() == 1);
}

BOOST_AUTO_TEST_CASE(survives_kill_at_any_moment) {
  const TemporaryDirectory directory;
  const std::string path = directory / "file", old(300'000, 'a'), young(300'000, 'b');
  const auto inode = [&] {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
  };
  write_file_atomically(path, {bytes_of(old)});
  for (int kill_number = 0; kill_number < 30; ++kill_number) {
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      try {
        for (;;) {
          write_file_atomically(path, {bytes_of(young)});
          write_file_atomically(path, {bytes_of(old)});
        }
      } catch (...) {
        ::_exit(1);
      }
    }
    const auto has_been_replaced = [&, before = inode()] { return inode() != before; };
    for (int wait = 0; wait < 10'000 && !has_been_replaced(); ++wait) ::usleep(500);
    BOOST_TEST(has_been_replaced());
    ::usleep(useconds_t(137 * kill_number));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string found = contents(path);
    BOOST_TEST((found == old || found == young));
  }
  write_file_atomically(path, {bytes_of("still works")});
  BOOST_TEST(directory.files() == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_becomes_shorter_is_noticed) {
  const TemporaryDirectory directory;
  put(directory / "file", "1234");
  std::byte data[5];
  const dim::File file(directory / "file", O_RDONLY);
  BOOST_TEST(has(error_of([&] { file.read(data, 5, 0); }), "became shorter"));
}

BOOST_AUTO_TEST_CASE(appends_lines) {
  const TemporaryDirectory directory;
  const std::string path = directory / "metrics.jsonl";
  append_line(path, "first");
  append_line(path, "");
  append_line(path, "third");
  BOOST_TEST(contents(path) == "first\n\nthird\n");
  BOOST_TEST(has(error_of([&] { append_line(path, "two\nlines"); }), path));
}

BOOST_AUTO_TEST_CASE(drops_a_torn_line) {
  const TemporaryDirectory directory;
  const std::string path = directory / "metrics.jsonl";
  put(path, "{\"a\":1}\n{\"a\":");
  append_line(path, "{\"a\":2}");
  BOOST_TEST(contents(path) == "{\"a\":1}\n{\"a\":2}\n");
  put(path, "{\"a\":");
  append_line(path, "{\"a\":1}");
  BOOST_TEST(contents(path) == "{\"a\":1}\n");
  const std::string body(100'000, '\n'), tail(65'535, 'x');
  put(path, body + tail);
  append_line(path, "end");
  BOOST_TEST(contents(path) == body + "end\n");
}

BOOST_AUTO_TEST_CASE(does_not_cut_what_is_no_text) {
  const TemporaryDirectory directory;
  const std::string path = directory / "image", body = "\n" + std::string(65'536, 'x');
  put(path, body);
  BOOST_TEST(has(error_of([&] { append_line(path, "end"); }), "no newline"));
  BOOST_TEST(contents(path) == body);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_whole_lines) {
  const TemporaryDirectory directory;
  const std::string path = directory / "metrics.jsonl", line(700, 'x');
  append_line(path, line);
  std::string message;
  {
    const FullDisk full(1000);
    message = error_of([&] { append_line(path, line); });
  }
  BOOST_TEST(has(message, "make room"));
  BOOST_TEST(has(message, "(" + path + " has the lines that it had before)"));
  BOOST_TEST(contents(path) == line + "\n");
}

BOOST_AUTO_TEST_CASE(counts_bytes_without_overflow) {
  constexpr long huge = 1L << 40;
  BOOST_TEST(*dim::byte_count({3, 5}, 4) == 60);
  BOOST_TEST(*dim::byte_count({}, 8) == 8);
  BOOST_TEST(*dim::byte_count({7, 0}, 8) == 0);
  BOOST_TEST(!dim::byte_count({huge, huge}, 1));
  BOOST_TEST(!dim::byte_count({huge, huge, 0}, 1));
  BOOST_TEST(!dim::byte_count({1L << 61}, 4));
  BOOST_TEST(!dim::byte_count({-1, -1}, 4));
}

BOOST_AUTO_TEST_CASE(shows_hostile_text_harmlessly) {
  BOOST_TEST(dim::in_quotes("a\x1B[2J\n") == "'a?[2J?'");
  BOOST_TEST(dim::in_quotes(std::string(1000, 'x')) == "'" + std::string(80, 'x') + "...'");
}

BOOST_AUTO_TEST_SUITE_END()
