#include "../../examples/dim/run/saves.hpp"

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(saves)

using namespace tests;
using program::RunFolder, program::Saves;

/// A file that can be written only while there is room.
struct Disk {
  bool has_room = false;
  std::string written;

  std::function<void()> write(const std::string& what) {
    return [this, what] {
      if (!has_room) throw dim::Error("no room for " + what);
      written += what + " ";
    };
  }
};

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_tried_again) {
  Disk disk;
  Saves saves("a test");
  saves.replace("a", disk.write("epoch 1"));
  saves.write();
  disk.has_room = true;
  saves.write();
  saves.finish();
  BOOST_TEST(disk.written == "epoch 1 ");  // once
}

BOOST_AUTO_TEST_CASE(the_last_of_a_file_counts) {
  Disk disk;
  Saves saves("a test");
  saves.replace("a", disk.write("a1"));
  saves.replace("b", disk.write("b1"));
  saves.write();
  saves.replace("a", disk.write("a2"));
  disk.has_room = true;
  saves.finish();
  BOOST_TEST(disk.written == "b1 a2 ");
}

BOOST_AUTO_TEST_CASE(lines_stay_in_their_order) {
  const TemporaryDirectory directory;
  const RunFolder run(directory / "run");
  Saves saves("a test");
  saves.record(run, {{"value", 1}});  // there is no such folder
  saves.replace("room", [&] { run.make(); });
  saves.record(run, {{"value", 2}});
  saves.write();
  BOOST_TEST(!std::filesystem::exists(run.metrics()));  // the second line must not overtake the first
  saves.finish();
  BOOST_TEST(contents(run.metrics()) == "{\"value\":1}\n{\"value\":2}\n");
}

// A failing measurement must not cost the epoch it belongs to: training submits its checkpoint first.
BOOST_AUTO_TEST_CASE(work_that_ends_by_an_error_is_written) {
  Disk disk{.has_room = true, .written = {}};
  const auto work = [&] {
    Saves saves("a test");
    saves.replace("a", disk.write("epoch 1"));
    throw dim::Error("the measurement failed");
  };
  BOOST_CHECK_THROW(work(), dim::Error);
  BOOST_TEST(disk.written == "epoch 1 ");
}

BOOST_AUTO_TEST_CASE(what_is_never_written_is_an_error) {
  Disk disk;
  Saves saves("a test");
  saves.replace("a", disk.write("epoch 1"));
  saves.write();
  BOOST_CHECK_EXCEPTION(saves.finish(), dim::Error,
                        [](const dim::Error& error) { return has(error.what(), "no room for epoch 1"); });
}

BOOST_AUTO_TEST_SUITE_END()
