#include "models.hpp"

#include "encoders.hpp"
#include "objectives.hpp"

namespace program {
namespace {

struct NamedEncoder {
  const char* name;
  std::unique_ptr<AnyEncoder> (*make)();
};
const NamedEncoder encoders[] = {
    {"basic32x32", make_basic32x32}, {"basic28x28", make_basic28x28}, {"dcgan32x32", make_dcgan32x32}};

struct NamedScorer {
  const char* name;
  int units;
  std::unique_ptr<AnyObjective> (*make)(const TrainSettings&, const dim::EncoderShapes&);
};
const NamedScorer scorers[] = {
    {"dot", 64, make_with<dim::Dot<64>>},     {"dot", 128, make_with<dim::Dot<128>>},
    {"dot", 256, make_with<dim::Dot<256>>},   {"dot", 512, make_with<dim::Dot<512>>},
    {"dot", 1024, make_with<dim::Dot<1024>>}, {"dot", 2048, make_with<dim::Dot<2048>>},
    {"concat", 0, make_with<dim::Concat<>>}};

}  // namespace

std::unique_ptr<AnyEncoder> make_encoder(std::string& name, dim::Shape pictures) {
  std::vector<std::string> names;
  std::string taken;
  for (const NamedEncoder& encoder : encoders) {
    names.push_back(encoder.name);
    if (!name.empty() && name != encoder.name) continue;
    auto made = encoder.make();
    const dim::Shape wanted = made->shapes().image;
    if (taken.find(to_string(wanted)) == taken.npos)
      taken += (taken.empty() ? "" : " or ") + to_string(wanted);
    if (wanted == pictures) {
      name = encoder.name;
      return made;
    }
    if (!name.empty())
      throw dim::Error("encoder " + name + " takes pictures of " + to_string(wanted) +
                       " (channels x height x width) and the data are " + to_string(pictures) +
                       ": name other --data, or train without --encoder, which takes the one that fits");
  }
  if (!name.empty()) require_one_of("--encoder", name, names);
  throw dim::Error("no encoder takes pictures of " + to_string(pictures) +
                   " (channels x height x width): scale them to " + taken +
                   ", or write an encoder for them with the library");
}

std::unique_ptr<AnyObjective> make_objective(const TrainSettings& settings,
                                             const dim::EncoderShapes& shapes) {
  require_one_of("--task", settings.task, {"local", "global", "both"});
  require_one_of("--score", settings.score, {"dot", "concat"});
  for (const NamedScorer& scorer : scorers)
    if (settings.score == scorer.name && (scorer.units == 0 || settings.units == scorer.units))
      return scorer.make(settings, shapes);
  throw dim::Error("--units " + std::to_string(settings.units) +
                   " is not known; choose one of 64, 128, 256, 512, 1024, 2048");
}

}  // namespace program
