#include "../../examples/dim/run/settings.hpp"

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(settings)

using namespace tests;
using program::TrainSettings;

BOOST_AUTO_TEST_CASE(what_was_kept_is_read_again) {
  TrainSettings settings;
  settings.data = "cifar10:/data";
  settings.data_checksum = "12345678";
  settings.encoder = "basic32x32";
  settings.gamma = -0.5;
  settings.seed = ~0ULL;
  const TrainSettings read = TrainSettings::of(dim::Json::parse(settings.identity().dump()));
  BOOST_TEST((read.identity() == settings.identity()));
}

/// The identity of a default run, in which `name` has another value.
dim::Json with(const std::string& name, dim::Json value) {
  dim::Json::Object identity = TrainSettings().identity().object();
  for (auto& member : identity)
    if (member.name == name) member.value = std::move(value);
  return identity;
}

// As somebody may have edited run.json.
BOOST_AUTO_TEST_CASE(what_train_would_refuse_is_refused) {
  BOOST_TEST(error_of([] { TrainSettings::of(TrainSettings().identity()); }) == "");
  for (const auto& [name, value, said] : std::vector<std::tuple<std::string, dim::Json, std::string>>{
           {"task", "all", "task all is not known; choose one of local, global, both"},
           {"score", "", "score  is not known"},
           {"estimator", "kld", "estimator kld is not known; choose one of jsd, nce"},
           {"prior", "Uniform", "prior Uniform is not known"},
           {"precision", "f16", "precision f16 is not known; choose one of f32, bf16"},
           {"rate", 0, "rate is 0, which is not a finite number above 0; correct it"},
           {"rate", -1e-4, "which is not a finite number above 0"},
           {"penalty", -1, "penalty is -1, which is not a finite number from 0 on; correct it"},
           {"units", 0, "units is 0, which is not from 1 to 8192"},
           {"batch", 1, "batch is 1, which is not from 2 to 65536"},
           {"limit", -1, "limit is -1"},
           {"held_out", -1, "held_out is -1"},
           {"seed", "-1", "the seed '-1' is not a whole number"},
           {"alpha", "1", "alpha: expected a number"},
           {"rate", nullptr, "rate: expected a number"},
           {"batch", 8.5, "batch: expected an integer"},
           {"schedule", 1, "schedule: expected a string"},
           {"encoder", 1, "encoder: expected a string"}}) {
    const dim::Json settings = with(name, value);
    const std::string error = error_of([&] { TrainSettings::of(settings); });
    BOOST_TEST(has(error, said), name << ": " << error);
  }
}

// Whichever command reads it, the error names the file.
BOOST_AUTO_TEST_CASE(every_command_refuses_them) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"), file = run + "/run.json";
  std::string text = contents(file);
  put(file, text.replace(text.find("\"nce\""), 5, "\"kld\""));
  for (const std::string& command :
       {"info " + run, "features " + run + " --out " + cifar.run("y.npy"), "report " + run, "evaluate " + run,
        "finetune " + run,
        "train --data " + cifar.spec + cifar.encoder + " --units 64 --batch 50 --out " + run})
    check_fails(command,
                file +
                    ": estimator kld is not known; choose one of jsd, nce, dv, kl, rkl, h2, x2, or put "
                    "back the file that `dim train` wrote");
}

BOOST_AUTO_TEST_CASE(few_images_are_seen_more_often) {
  for (const auto& [images, epochs] : {std::pair{1L, 1000L},
                                       {99L, 1000L},
                                       {300L, 334L},
                                       {9'999L, 11L},
                                       {10'000L, 10L},
                                       {50'000L, 10L},
                                       {10'000'000L, 10L}})
    BOOST_TEST(program::usual_epochs(images) == epochs);
}

BOOST_AUTO_TEST_SUITE_END()
