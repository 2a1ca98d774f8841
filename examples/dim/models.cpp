#include "models.hpp"

#include "encoders.hpp"

namespace program {
namespace {

struct NamedEncoder {
  const char* name;
  std::unique_ptr<AnyEncoder> (*make)();
};
const NamedEncoder encoders[] = {
    {"basic32x32", make_basic32x32}, {"basic28x28", make_basic28x28}, {"dcgan32x32", make_dcgan32x32}};

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

}  // namespace program
