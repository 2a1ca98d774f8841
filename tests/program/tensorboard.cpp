#include "../../examples/dim/commands/tensorboard.hpp"

#include "../../examples/dim/run/tfevents.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(tensorboard)

using namespace tests;

/// The files of events in a folder, in the order in which TensorBoard reads them.
std::vector<std::string> event_files(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (const std::string path = entry.path(); has(path, "/events.out.tfevents.")) found.push_back(path);
  std::sort(found.begin(), found.end());
  return found;
}

/// The events in a file, each without its time, which comes first.
std::vector<std::string> events(const std::string& bytes) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 8; ++i)
      length |= std::uint64_t(static_cast<unsigned char>(bytes.at(at + i))) << 8 * i;
    const std::string event = bytes.substr(at + 12, length), record = program::tf_record(event);
    BOOST_TEST_REQUIRE(event.size() >= 9u);
    BOOST_TEST((bytes.substr(at, record.size()) == record));
    found.push_back(event.substr(9));
    at += record.size();
  }
  return found;
}

/// The same for what is to be expected.
std::string only_event(const std::string& record) {
  return events(record).front();
}

program::EpochRecord epoch_of(long step, double loss) {
  return {{dim::Json(dim::Json::Object{
               {"epoch", step / 4}, {"step", step}, {"split", "train"}, {"name", "loss"}, {"value", loss}}),
           dim::Json::parse(R"({"epoch":1,"step":4,"split":"held-out","name":"accuracy","value":0.5})"),
           dim::Json::parse(R"({"epoch":1,"step":4,"split":"train","name":"other","value":null})")},
          1};
}

BOOST_AUTO_TEST_CASE(each_epoch_is_an_event) {
  const TemporaryDirectory folder;
  const program::RunFolder run(folder.path());
  program::Saves saves("testing");
  program::TensorBoardLog log(run, 4);
  BOOST_TEST(event_files(folder.path()).empty());
  log.add(epoch_of(8, 0.25), saves);
  saves.write();
  BOOST_TEST_REQUIRE(event_files(folder.path()).size() == 1u);
  const std::string file = event_files(folder.path()).front(), first = contents(file);
  log.add(epoch_of(12, 0.125), saves);
  saves.finish();
  BOOST_TEST(contents(file).starts_with(first));
  const auto found = events(contents(file));
  BOOST_TEST_REQUIRE(found.size() == 4u);
  BOOST_TEST((found[0] == only_event(program::version_event(0))));
  BOOST_TEST((found[1] == only_event(program::start_event(0, 5))));
  BOOST_TEST((found[2] ==
              only_event(program::scalars_event(0, 8, {{"train/loss", 0.25}, {"held-out/accuracy", 0.5}}))));
  BOOST_TEST((found[3] == only_event(program::scalars_event(
                              0, 12, {{"train/loss", 0.125}, {"held-out/accuracy", 0.5}}))));
}

// As when the disk was full: the rest of a record comes with the next one.
BOOST_AUTO_TEST_CASE(what_was_cut_off_is_added) {
  const TemporaryDirectory folder;
  const program::RunFolder run(folder.path());
  program::Saves saves("testing");
  program::TensorBoardLog log(run, 0);
  log.add(epoch_of(4, 0.25), saves);
  saves.write();
  const std::string file = event_files(folder.path()).front(), whole = contents(file);
  put(file, whole.substr(0, whole.size() - 7));
  log.add(epoch_of(8, 0.125), saves);
  saves.finish();
  BOOST_TEST(contents(file).starts_with(whole));
  BOOST_TEST(events(contents(file)).size() == 4u);
}

BOOST_AUTO_TEST_CASE(is_written_by_training_in_one_file_for_each_part) {
  const SmallCifar cifar;
  BOOST_TEST(cifar.train("a", "--epochs 1 --tensorboard").status == 0);
  BOOST_TEST(cifar.train("a", "--epochs 1 --tensorboard").status == 0);  // there is nothing to do
  BOOST_TEST(cifar.train("a", "--epochs 3 --tensorboard").status == 0);
  const auto files = event_files(cifar.run("a"));
  BOOST_TEST_REQUIRE(files.size() == 2u);
  BOOST_TEST(events(contents(files[0])).size() == 3u);
  const auto second = events(contents(files[1]));
  BOOST_TEST_REQUIRE(second.size() == 4u);
  BOOST_TEST((second[1] == only_event(program::start_event(0, 5))));
  for (const char* tag : {"train/local_nce_loss", "train/local_nce_estimate", "held-out/accuracy",
                          "train/prior_adversary_loss"})
    BOOST_TEST(has(second[3], tag), tag);
}

BOOST_AUTO_TEST_SUITE_END()
