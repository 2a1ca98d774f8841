#include "net.hpp"

#include <charconv>
#include <dim/cpu/backend.hpp>
#include <dim/io/file.hpp>
#include <dim/model/encoder_description.hpp>

namespace program {

using dim::Error;
using dim::Json;

namespace {

using NetReader = dim::DescriptionReader<dim::Cpu, float>;

constexpr const char* planned_prefix = "basic-";

/// A file is written by hand, and a misspelt name would be passed over.
void require_known(const Json& object, const std::string& what, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  for (const Json::Member& member : object.object())
    if (std::find(names.begin(), names.end(), member.name) == names.end())
      throw Error(what, " has ", dim::in_quotes(member.name), ", which is none of ", list);
}

/// JSON with spaces behind commas and colons.
std::string spaced(const Json& value) {
  std::string text;
  bool quoted = false, escaped = false;
  for (const char c : value.dump()) {
    text += c;
    if (c == '"' && !escaped) quoted = !quoted;
    escaped = c == '\\' && !escaped;
    if (!quoted && (c == ',' || c == ':')) text += ' ';
  }
  return text;
}

/// The shape in the name of a planned encoder; an invalid one if it holds none.
dim::Shape shape_in(const std::string& name) {
  int sizes[3] = {0, 0, 0};
  const char *at = name.data() + std::string(planned_prefix).size(), *const end = name.data() + name.size();
  for (int i = 0; i < 3; ++i) {
    const auto [next, error] = std::from_chars(at, end, sizes[i]);
    if (error != std::errc() || (i < 2 ? next == end || *next != 'x' : next != end)) return {};
    at = next + 1;
  }
  const dim::Shape shape{sizes[0], sizes[1], sizes[2]};
  return shape.valid() && planned_name(shape) == name ? shape : dim::Shape{};
}

/// The convolutions of a planned encoder, each of which makes the map smaller by its stride.
struct Plan {
  int kernel, stride, padding;
  const char* remedy;  // for images that are too small
};
constexpr Plan images_plan{4, 2, 1, "scale them to 6 pixels a side or more"};
constexpr Plan signals_plan{8, 4, 2,
                            "give signals of 12 samples or more; --data signals@lc:FILE is for arrays "
                            "(N, L, C), whose channels come last"};

}  // namespace

bool is_net_file(const std::string& name) {
  return name.ends_with(".json");
}

Json read_net(const std::string& path) {
  const auto bytes = dim::read_file(path);
  const Json net = Json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
  try {
    require_known(net, "it", {"version", "pixels", "initialisation", "shapes", "layers", "slots"});
    if (const Json* slots = net.find("slots")) require_known(*slots, "slots", {"map", "conv", "fc", "code"});
    const EncoderGraph encoder = NetReader::read(net);
    if (const dim::Shape map = encoder.shapes().map; map.area() == 1)
      throw Error(
          "its map, ", to_string(map),
          ", has one location, and local features are those of several; let its slot be that of a layer "
          "before");
    return describe(encoder);
  } catch (const Error& error) {
    throw Error(path, ": ", error.what(),
                " (`dim info --encoder basic32x32 --json` prints an encoder to start from)");
  }
}

EncoderGraph graph_of(const Json& net) {
  return NetReader::read(net, "run.json");
}

std::string net_text(const Json& net) {
  const int map = int(net.at("slots").at("map").integer());
  std::string rows;
  long end = 0;  // the slot of the last layer's output
  const Json::Array& layers = net.at("layers").array();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    Json::Object row;
    for (const Json::Member& member : layers[i].object())
      if (!(member.name == "path" && member.value == Json(dim::usual_path(int(i), map))) &&
          !(member.name == "from" && member.value == Json(end)) &&
          !(member.name == "to" && member.value == Json(i + 1)))
        row.push_back(member);
    end = layers[i].at("to").integer();
    rows += (i ? ",\n    " : "\n    ") + spaced(row);
  }
  std::string text;
  for (const Json::Member& member : net.object())
    text += (text.empty() ? "{\n  \"" : ",\n  \"") + member.name + "\": " +
            (member.name == "layers"   ? "[" + rows + "\n  ]"
             : member.name == "shapes" ? spaced(Json::Object{{"image", member.value.at("image")}})
                                       : spaced(member.value));
  return text + "\n}\n";
}

std::string planned_name(dim::Shape images) {
  return planned_prefix + to_string(images);
}

bool is_planned(const std::string& name) {
  return name.starts_with(planned_prefix);
}

Json planned_net(const std::string& name) {
  const dim::Shape image = shape_in(name);
  if (!image.valid())
    throw Error("--encoder ", name, " names no shape of images; write basic-3x48x48 for 3 channels, 48x48");
  const Plan plan = is_signal(image) ? signals_plan : images_plan;
  int side = is_signal(image) ? image.width : std::min(image.height, image.width), convolutions = 0;
  for (; side / plan.stride >= 3; side /= plan.stride) ++convolutions;
  if (convolutions == 0)
    throw Error("no encoder takes images of ", to_string(image),
                " (channels x height x width): ", plan.remedy);
  Json::Array layers;
  const auto add = [&](Json::Object layer) {
    layers.push_back(std::move(layer));
    layers.push_back(Json::Object{{"kind", "BatchNorm"}});
    layers.push_back(Json::Object{{"kind", "Leaky"}, {"slope", 0.0}});
  };
  constexpr long most_filters = 512;  // of basic64x64; at 512 pixels a side, 4,096 would take gigabytes
  for (int i = 0; i < convolutions; ++i)
    add({{"kind", "Conv"},
         {"filters", std::min(most_filters, 64L << i)},
         {"height", is_signal(image) ? 1 : plan.kernel},
         {"width", plan.kernel},
         {"stride", is_signal(image) ? Json(Json::Array{1, plan.stride}) : Json(plan.stride)},
         {"padding", is_signal(image) ? Json(Json::Array{0, plan.padding}) : Json(plan.padding)},
         {"bias", false}});
  const int conv = 3 * convolutions, map = convolutions > 1 ? conv - 3 : conv;
  add({{"kind", "Linear"}, {"units", 1024}, {"bias", false}});
  layers.push_back(Json::Object{{"kind", "Linear"}, {"units", 64}, {"bias", true}});
  const Json net = Json::Object{
      {"version", 1},
      {"pixels", Json::Array{-1, 1}},
      {"shapes", Json::Object{{"image", Json::Array{image.channels, image.height, image.width}}}},
      {"layers", std::move(layers)},
      {"slots", Json::Object{{"map", map}, {"conv", conv}, {"fc", conv + 3}, {"code", conv + 4}}}};
  try {
    return describe(NetReader::read(net));
  } catch (const Error& error) {
    throw Error("--encoder ", name, ": ", error.what());
  }
}

}  // namespace program
