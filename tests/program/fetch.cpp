#include "program.hpp"

#ifndef DIM_CAN_FETCH

BOOST_AUTO_TEST_SUITE(fetch)

BOOST_AUTO_TEST_CASE(what_is_missing_is_said) {
  tests::check_fails(
      "fetch cifar10 data",
      "there is no dim-fetch beside dim, which is built where libcurl, libarchive and OpenSSL are: install "
      "libcurl4-openssl-dev, libarchive-dev and libssl-dev and build again, or get "
      "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz and put what it holds into data/");
}

BOOST_AUTO_TEST_SUITE_END()

#else

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <dim/io/file.hpp>

#include "../../examples/dim/fetch/download.hpp"
#include "../../examples/dim/fetch/fetch_set.hpp"
#include "../../examples/dim/terminal/progress.hpp"
#include "../../examples/dim/terminal/signals.hpp"
#include "file_server.hpp"

BOOST_AUTO_TEST_SUITE(fetch)

using namespace tests;

/// What an archive holds: contents, or the target of a link.
struct ArchiveEntry {
  std::string name, text;
  unsigned kind = AE_IFREG;
};

std::string archive_of(const std::vector<ArchiveEntry>& entries, bool zip) {
  const TemporaryDirectory directory;
  archive* const writer = archive_write_new();
  if (zip) {
    archive_write_set_format_zip(writer);
  } else {
    archive_write_set_format_ustar(writer);
    archive_write_add_filter_gzip(writer);
  }
  BOOST_TEST_REQUIRE(archive_write_open_filename(writer, (directory / "archive").c_str()) == ARCHIVE_OK);
  for (const ArchiveEntry& each : entries) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, each.name.c_str());
    archive_entry_set_filetype(entry, each.kind);
    archive_entry_set_perm(entry, 0755);
    if (each.kind == AE_IFLNK)
      archive_entry_set_symlink(entry, each.text.c_str());
    else
      archive_entry_set_size(entry, long(each.text.size()));
    BOOST_TEST_REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    if (each.kind == AE_IFREG) archive_write_data(writer, each.text.data(), each.text.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  return contents(directory / "archive");
}

/// Bytes that cannot be compressed.
std::string noise(long count) {
  std::string bytes;
  const dim::Random random{7};
  for (long i = 0; i < count; ++i) bytes += char(random.below(256, std::uint64_t(i)));
  return bytes;
}

std::string sum_of(const std::string& bytes) {
  const TemporaryDirectory directory;
  put(directory / "bytes", bytes);
  return program::sha256_of(directory / "bytes");
}

/// A set called "small" of one archive, which is served, with the folder small-bin of two files.
struct SmallSet {
  const std::string train = noise(300000), test = noise(50000), name;
  const std::string archive;
  const FileServer server;
  const TemporaryDirectory directory;

  explicit SmallSet(bool zip = false)
      : name(zip ? "small.zip" : "small.tar.gz"),
        archive(archive_of({{"small-bin/", "", AE_IFDIR},
                            {"small-bin/train.bin", train},
                            {"./small-bin/more/test.bin", test}},
                           zip)),
        server(std::map<std::string, std::string>{{name, archive}}) {}

  program::PublishedSet set(const std::string& how = "good") const {
    return {"small",     "Small",
            "small-bin", {{server.address(how, name), long(archive.size()), sum_of(archive)}},
            true,        {{"train.bin", 300000}, {"more/test.bin", 0}}};
  }
  std::string part() const { return directory / (name + ".part"); }
  bool is_whole() const {
    return contents(directory / "small-bin/train.bin") == train &&
           contents(directory / "small-bin/more/test.bin") == test && directory.files() == 1;
  }
  /// Fetches it and returns what was printed, or the error.
  std::string fetch(const std::string& how = "good") const { return fetch(set(how)); }
  std::string fetch(const program::PublishedSet& set) const {
    const TemporaryDirectory printed;
    std::fflush(stdout);
    const int before = ::dup(STDOUT_FILENO);
    const int file = ::open((printed / "output").c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(file, STDOUT_FILENO);
    const std::string error = error_of([&] { program::fetch_set(set, directory.path()); });
    std::fflush(stdout);
    ::dup2(before, STDOUT_FILENO);
    ::close(before);
    ::close(file);
    return error.empty() ? contents(printed / "output") : error;
  }
};

BOOST_AUTO_TEST_CASE(a_set_is_fetched_once) {
  for (const bool zip : {false, true}) {
    const SmallSet small(zip);
    const std::string folder = small.directory.path(), rest = " Small: dim train --data small:" + folder;
    BOOST_TEST(small.fetch() == "fetch    " + small.server.address("good", small.name) +
                                    ", 342 KiB\ndone     " + folder + "/small-bin holds" + rest + "\n");
    BOOST_TEST(small.is_whole());
    BOOST_TEST(small.fetch() ==
               "found    " + folder + "/small-bin has all files, by name and size, of" + rest + "\n");
    BOOST_TEST(small.server.requests() == "good 0\n");
    // The folder itself may be named, too.
    BOOST_TEST(program::complete_folder(small.set(), folder + "/small-bin") == folder + "/small-bin");
  }
}

BOOST_AUTO_TEST_CASE(it_goes_on_where_it_stopped) {
  const SmallSet small;
  const std::string half = std::to_string(small.archive.size() / 2);
  const std::string error = small.fetch("cut");
  BOOST_TEST(has(error, "the transfer from " + small.server.host() + " broke off after 171 KiB of 342 KiB: "),
             error);
  BOOST_TEST(has(error, "; the same command goes on from there"), error);
  BOOST_TEST((contents(small.part()) == small.archive.substr(0, small.archive.size() / 2)));
  BOOST_TEST(small.directory.files() == 1);
  BOOST_TEST(has(small.fetch(), "resumed  at 171 KiB of 342 KiB\n"));
  BOOST_TEST(small.is_whole());
  BOOST_TEST(small.server.requests() == "cut 0\ngood " + half + "\n");
}

BOOST_AUTO_TEST_CASE(servers_that_only_send_whole_files) {
  for (const char* const how : {"whole", "elsewhere"}) {
    const SmallSet small;
    put(small.part(), small.archive.substr(0, 1000));
    BOOST_TEST(has(small.fetch(how), "resumed  at the beginning, since " + small.server.host() +
                                         " sends files only as a whole\n"));
    BOOST_TEST(small.is_whole());
    BOOST_TEST(small.server.requests() == std::string(how) + " 1000\n" + how + " 0\n");
  }
}

BOOST_AUTO_TEST_CASE(redirections_are_followed) {
  const SmallSet small;
  small.fetch("moved");
  BOOST_TEST(small.is_whole());
}

/// Is there nothing in the folder, or only the part?
bool nothing_passes_for_whole(const SmallSet& small) {
  return small.directory.files() == (std::filesystem::exists(small.part()) ? 1 : 0);
}

BOOST_AUTO_TEST_CASE(what_servers_and_networks_do_wrong) {
  const SmallSet small;
  const std::string host = small.server.host();
  const auto address = [&](const char* how) { return small.server.address(how, small.name); };
  const std::vector<std::pair<std::string, std::string>> sentences{
      {"none", host + " answers 404 to " + address("none") + "; get the file elsewhere, put it at " +
                   small.directory / small.name + " and fetch again"},
      {"busy", host + " answers 503 to " + address("busy") + "; fetch it again later"},
      {"page", address("page") + " has 5 bytes instead of "},
      {"more", address("more") + " goes on beyond its "},
      {"unsaid", "the transfer from " + host + " broke off after 171 KiB of 342 KiB: "}};
  for (const auto& [how, sentence] : sentences) {
    const std::string error = small.fetch(how);
    BOOST_TEST(has(error, sentence), how << ": " << error);
    BOOST_TEST(nothing_passes_for_whole(small), how);
    std::filesystem::remove(small.part());
  }
  program::PublishedSet set = small.set();
  set.files[0].address = "http://127.0.0.1:1/" + small.name;
  BOOST_TEST(has(small.fetch(set), "cannot reach 127.0.0.1:1: "));
  BOOST_TEST(small.directory.files() == 0);
}

BOOST_AUTO_TEST_CASE(a_wrong_sum) {
  const SmallSet small;
  std::string other = small.archive;
  other[5000] ^= 1;
  put(small.part(), other.substr(0, 10000));
  const std::string expected = "what came from " + small.server.address("good", small.name) +
                               " has the SHA-256 " + sum_of(other) + " instead of " + sum_of(small.archive) +
                               ", and was thrown away; fetch it again";
  BOOST_TEST(small.fetch() == expected);
  BOOST_TEST(small.directory.files() == 0);
  small.fetch();
  BOOST_TEST(small.is_whole());
}

BOOST_AUTO_TEST_CASE(a_part_that_is_longer_than_the_file) {
  const SmallSet small;
  put(small.part(), small.archive + "more");
  small.fetch();
  BOOST_TEST(small.is_whole());
}

// The user's own, from elsewhere.
BOOST_AUTO_TEST_CASE(an_archive_that_is_there) {
  const SmallSet small;
  const std::string own = small.directory / small.name;
  put(own, small.archive + "x");
  BOOST_TEST(small.fetch() == own + " is there, but is not what is published at " +
                                  small.server.address("good", small.name) +
                                  "; move it away, and fetch again");
  put(own, small.archive);
  small.fetch();
  BOOST_TEST((contents(own) == small.archive));
  BOOST_TEST((contents(small.directory / "small-bin/train.bin") == small.train));
  BOOST_TEST(small.server.requests() == "");
}

BOOST_AUTO_TEST_CASE(an_incomplete_folder_that_is_there) {
  const SmallSet small;
  std::filesystem::create_directory(small.directory / "small-bin");
  put(small.directory / "small-bin/train.bin", "few");
  BOOST_TEST(small.fetch() ==
             small.directory / "small-bin" +
                 " is there, but its train.bin has 3 bytes instead of 300,000; move it away, and "
                 "fetch again");
  BOOST_TEST(contents(small.directory / "small-bin/train.bin") == "few");
}

BOOST_AUTO_TEST_CASE(paths_that_lead_out) {
  const TemporaryDirectory outside;
  for (const ArchiveEntry& evil : {ArchiveEntry{"../evil", "text"},
                                   {"small-bin/../../evil", "text"},
                                   {outside / "evil", "text"},
                                   {"small-bin/link", "/tmp", AE_IFLNK},
                                   {"../evil/", "", AE_IFDIR}}) {
    const std::string archive = archive_of({{"small-bin/train.bin", "text"}, evil}, false);
    const FileServer server(std::map<std::string, std::string>{{"evil.tar.gz", archive}});
    const program::PublishedFile file{server.address("good", "evil.tar.gz"), long(archive.size()),
                                      sum_of(archive)};
    const TemporaryDirectory directory;
    const std::string folder = directory / "a";
    const std::string error = error_of([&] {
      program::fetch_set({"evil", "Evil", "small-bin", {file}, true, {{"train.bin", 0}}}, folder);
    });
    BOOST_TEST(has(error, folder + "/evil.tar.gz.part holds "), error);
    BOOST_TEST(has(error, "'" + evil.name + "', which "), error);
    BOOST_TEST(directory.files() == 1);
    BOOST_TEST(outside.files() == 0);
    for (const char* const name : {"small-bin", "small-bin.part", "evil"})
      BOOST_TEST(!std::filesystem::exists(folder + "/" + name), name);
  }
}

BOOST_AUTO_TEST_CASE(damaged_archives_and_those_that_lack_something) {
  const SmallSet small;
  const auto error_with = [&](const std::string& archive) {
    program::PublishedSet set = small.set();
    set.files[0].bytes = long(archive.size());
    set.files[0].sha256 = sum_of(archive);
    put(small.directory / small.name, archive);
    return small.fetch(set);
  };
  const std::string own = small.directory / small.name;
  BOOST_TEST(has(error_with(small.archive.substr(0, 100000)), "cannot unpack " + own + ": "));
  BOOST_TEST(has(error_with("no archive"), "cannot unpack " + own + ": "));
  BOOST_TEST(error_with(archive_of({{"small-bin/train.bin", small.train}}, false)) ==
             "of small-bin in small.tar.gz it has no more/test.bin; the published file has changed");
  BOOST_TEST(small.directory.files() == 1);
}

/// Limits the length of files, as a full disk would, while it exists.
class ShortFiles {
 public:
  explicit ShortFiles(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~ShortFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

BOOST_AUTO_TEST_CASE(a_full_disk) {
  const SmallSet small;
  const program::PublishedSet set = small.set();
  {
    const ShortFiles few(100000);
    const std::string error = small.fetch(set);
    BOOST_TEST(has(error, "cannot write " + small.part() + ": "), error);
    BOOST_TEST(has(error, "; make room there, or use another disk; the same command then goes on from there"),
               error);
  }
  BOOST_TEST((contents(small.part()) == small.archive.substr(0, 100000)));
  put(small.directory / small.name, small.archive);
  {
    const ShortFiles few(100000);
    const std::string error = small.fetch(set);
    BOOST_TEST(has(error, "cannot write " + small.directory / "small-bin.part/small-bin/train.bin" + ": "),
               error);
  }
  BOOST_TEST(!std::filesystem::exists(small.directory / "small-bin"));
  BOOST_TEST(!std::filesystem::exists(small.directory / "small-bin.part"));
  std::filesystem::remove(small.directory / small.name);
  small.fetch(set);
  BOOST_TEST(small.is_whole());
}

BOOST_AUTO_TEST_CASE(folders_that_cannot_be_made) {
  const SmallSet small;
  put(small.directory / "file", "");
  const std::string folder = small.directory / "file/data";
  const std::string error = error_of([&] { program::fetch_set(small.set(), folder); });
  BOOST_TEST(has(error, "cannot write " + small.directory / "file"), error);
}

BOOST_AUTO_TEST_CASE(an_interrupt_keeps_the_part) {
  const SmallSet small;
  const program::PublishedSet set = small.set("stalled");
  const TemporaryDirectory printed;
  const pid_t child = ::fork();
  BOOST_TEST_REQUIRE(child >= 0);
  if (child == 0) {
    program::defer_signals();
    if (!std::freopen((printed / "output").c_str(), "w", stdout)) ::_exit(98);
    try {
      program::fetch_set(set, small.directory.path());
    } catch (const program::Stopped&) {
      program::end_if_requested();
    }
    ::_exit(99);
  }
  const auto size = [&] {
    std::error_code code;
    const auto bytes = std::filesystem::file_size(small.part(), code);
    return code ? 0 : bytes;
  };
  for (int turns = 0; turns < 3000 && size() < small.archive.size() / 2; ++turns) ::usleep(10000);
  const program::Clock clock;
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  BOOST_TEST(clock.seconds() < 30);  // it does not wait until the server counts as dead
  BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT));
  BOOST_TEST(has(contents(printed / "output"),
                 "stopped at 171 KiB of 342 KiB: the same command goes on from there"));
  BOOST_TEST(nothing_passes_for_whole(small));
}

// One command at a time writes to a folder.
BOOST_AUTO_TEST_CASE(two_at_once) {
  const SmallSet small;
  const dim::File other(small.directory.path(), O_RDONLY | O_DIRECTORY);
  BOOST_TEST_REQUIRE(::flock(other.descriptor(), LOCK_EX) == 0);
  BOOST_TEST(small.fetch() ==
             "another dim fetch is writing to " + small.directory.path() + "; wait until it is done");
}

BOOST_AUTO_TEST_CASE(sets_of_files_that_stay_packed) {
  const std::string images = noise(3000), labels = noise(20);
  const FileServer server({{"images.gz", images}, {"labels.gz", labels}});
  program::PublishedSet set{"plain",
                            "Plain",
                            "plain",
                            {{server.address("good", "images.gz"), 3000, sum_of(images)},
                             {server.address("cut", "labels.gz"), 20, sum_of(labels)}},
                            false,
                            {{"images.gz", 3000}, {"labels.gz", 20}}};
  const TemporaryDirectory directory;
  BOOST_TEST(has(error_of([&] { program::fetch_set(set, directory.path()); }), " broke off after "));
  BOOST_TEST((contents(directory / "plain/images.gz") == images));
  BOOST_TEST(!std::filesystem::exists(directory / "plain/labels.gz"));
  BOOST_TEST(program::complete_folder(set, directory.path()) == "");
  set.files[1].address = server.address("good", "labels.gz");
  program::fetch_set(set, directory.path());
  BOOST_TEST((contents(directory / "plain/labels.gz") == labels));
  BOOST_TEST(program::complete_folder(set, directory.path()) == directory / "plain");
  BOOST_TEST(server.requests() == "good 0\ncut 0\ngood 10\n");
  put(directory / "plain/labels.gz", "other");
  BOOST_TEST(has(error_of([&] { program::fetch_set(set, directory.path()); }),
                 directory / "plain/labels.gz" + " is there, but is not what is published at "));
}

BOOST_AUTO_TEST_CASE(the_command) {
  check_fails("fetch emnist data",
              "data set emnist is not known; choose one of cifar10, cifar100, stl10, tiny-imagenet, mnist, "
              "fashion-mnist");
  check_fails("fetch cifar10 ''", "no folder is named; name one, as in dim fetch cifar10 data");
  BOOST_TEST(run_dim("fetch cifar10").status == 2);
  // What is published has been thought through for each.
  for (const program::PublishedSet& set : program::published_sets()) {
    BOOST_TEST(!set.parts.empty());
    for (const program::PublishedFile& file : set.files) {
      BOOST_TEST(file.sha256.size() == 64U);
      BOOST_TEST(file.sha256.find_first_not_of("0123456789abcdef") == std::string::npos);
    }
  }
  // A whole set that is there already is found, without a network.
  const TemporaryDirectory data;
  std::filesystem::create_directory(data / "mnist");
  for (const auto& part : program::published_set("mnist")->parts)
    put(data / ("mnist/" + part.name), std::string(std::size_t(part.bytes), ' '));
  BOOST_TEST(output_of("fetch mnist " + data.path() + "/") ==
             "found    " + data / "mnist" +
                 " has all files, by name and size, of MNIST: dim train --data mnist:" + data.path() + "\n");
}

BOOST_AUTO_TEST_SUITE_END()

#endif
