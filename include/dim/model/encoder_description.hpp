// Descriptions of encoders as JSON, and encoders built from them.
#pragma once
#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "../io/json.hpp"
#include "../layers/batch_norm.hpp"
#include "../layers/conv_transpose.hpp"
#include "../layers/dropout.hpp"
#include "../layers/identity.hpp"
#include "../layers/layer_norm.hpp"
#include "../layers/leaky.hpp"
#include "../layers/linear.hpp"
#include "../layers/max_pool.hpp"
#include "../layers/sigmoid.hpp"
#include "../layers/tanh.hpp"
#include "../layers/unflatten.hpp"
#include "initialise.hpp"
#include "interfaces.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {

/// The version of descriptions that is written, and the only one that is read.
inline constexpr int description_version = 1;

/// Writes a layer's numbers as members of its row.
class RowWriter final : public NumberTaker {
 public:
  explicit RowWriter(Json& row) : row_(row) {}
  void take(const char* name, bool value) override { row_.set(name, value); }
  void take(const char* name, int value) override { row_.set(name, value); }
  void take(const char* name, double value) override { row_.set(name, value); }
  void take(const char* name, Size value) override {
    row_.set(name, value.height == value.width ? Json(value.height) : Json::Array{value.height, value.width});
  }

 private:
  Json& row_;
};

inline Json description_of(Shape shape) {
  return Json::Array{shape.channels, shape.height, shape.width};
}
inline Json description_of(const EncoderShapes& shapes) {
  Json::Object members{{"image", description_of(shapes.image)},
                       {"map", description_of(shapes.map)},
                       {"conv", description_of(shapes.conv)}};
  if (shapes.fc.valid()) members.push_back({"fc", description_of(shapes.fc)});
  members.push_back({"code", description_of(shapes.code)});
  return members;
}

}  // namespace detail

/// The path of the layer at `index` unless a description says otherwise: as in an Encoder without Sums, whose map is
/// in slot `map`.
inline std::string usual_path(int index, int map) {
  return index < map ? "maps." + std::to_string(index) + "." : "summary." + std::to_string(index - map) + ".";
}

/// An encoder as JSON, from which anybody can build it again (docs/pytorch.md explains the format); null if a layer
/// is not one of the library's.
template <class B, class T>
Json describe(const EncoderGraph<B, T>& encoder) {
  Json::Array layers;
  for (const Stage<B, T>& stage : encoder.graph.stages()) {
    Json row, numbers{Json::Object()};
    detail::RowWriter writer(numbers);
    const char* const kind = stage.layer->describe(writer);
    if (!kind) return {};
    row.set("kind", kind);
    row.set("path", stage.path);
    row.set("from", stage.in);
    row.set("to", stage.out);
    for (const Json::Member& number : numbers.object()) row.set(number.name, number.value);
    layers.push_back(std::move(row));
  }
  Json::Object slots{{"map", encoder.map}, {"conv", encoder.conv}};
  if (encoder.fc >= 0) slots.push_back({"fc", encoder.fc});
  slots.push_back({"code", encoder.code});
  Json::Object description{{"version", detail::description_version}, {"pixels", Json::Array{-1, 1}}};
  if (encoder.initialise == &initialise<DcganInitialisation, B, T>)
    description.push_back({"initialisation", "dcgan"});
  description.push_back({"shapes", detail::description_of(encoder.shapes())});
  description.push_back({"layers", std::move(layers)});
  description.push_back({"slots", std::move(slots)});
  return description;
}

/// Builds an encoder from its description, which may be anybody's: the time and memory that this takes are bounded.
template <class B, class T>
class DescriptionReader {
 public:
  /// The most layers, and the most numbers in all activations of one image, and in all weights.
  static constexpr long most_layers = 4096, most_activations = 1L << 30, most_weights = 1L << 40;

  /// Throws Error if the description isn't one of an encoder.
  static EncoderGraph<B, T> read(const Json& description) { return DescriptionReader(description).encoder(); }
  /// The same for one that a file holds: errors begin with `source` and end with what to do about such a file.
  static EncoderGraph<B, T> read(const Json& description, const std::string& source) {
    try {
      return read(description);
    } catch (const Error& error) {
      throw Error(
          source, ": the description of its encoder can't be followed: ", error.what(),
          " (it is damaged, or of another program or version; use another copy, or open the file with "
          "the encoder's type)");
    }
  }

 private:
  explicit DescriptionReader(const Json& description)
      : description_(description), encoder_{.graph = Graph<B, T>({})} {}

  EncoderGraph<B, T> encoder() {
    const long found = description_.at("version").integer();
    if (found != detail::description_version)
      throw Error("it is of version ", found, ", and this library reads version ",
                  detail::description_version);
    const Json::Array& pixels = description_.at("pixels").array();
    if (pixels.size() != 2 || pixels[0].number() != -1 || pixels[1].number() != 1)
      throw Error("its pixels are not scaled to [-1, 1], as this library's are");
    const Json& shapes = description_.at("shapes");
    const Json::Array& image = shapes.at("image").array();
    if (image.size() != 3) throw Error("the shape of its images is not of three numbers");
    const Shape in{whole(image[0], most_channels), whole(image[1], most_side), whole(image[2], most_side)};
    if (!in.valid()) throw Error("its images have no pixels");
    encoder_ = {.graph = Graph<B, T>(in), .initialise = initialisation()};

    const Json& slots = description_.at("slots");
    for (const char* const name : {"map", "conv", "code"})
      if (!slots.find(name)) throw Error("its slots don't say where the ", name, " is; add it");
    map_ = whole(slots.at("map"), int(most_layers));
    const Json::Array& layers = description_.at("layers").array();
    if (layers.empty()) throw Error("it has no layers");
    if (std::ssize(layers) > most_layers) throw Error("it has more than ", most_layers, " layers");
    for (std::size_t i = 0; i < layers.size(); ++i) try {
        add(layers[i], int(i));
      } catch (const Error& error) {
        throw Error("layer ", i, ", counted from 0: ", error.what());
      }

    encoder_.code = encoder_.graph.end();
    if (slots.at("code").integer() != encoder_.code)
      throw Error("its code is slot ", slots.at("code").integer(), ", and the last layer gives slot ",
                  encoder_.code, ", which is the code");
    encoder_.map = kept(slots.at("map"));
    encoder_.conv = kept(slots.at("conv"));
    if (const Json* const fc = slots.find("fc")) encoder_.fc = kept(*fc);
    require_all_read();
    require_order();
    const Json given = detail::description_of(encoder_.shapes());
    for (const Json::Member& shape : given.object())
      if (const Json* const said = shapes.find(shape.name); said && *said != shape.value)
        throw Error("the shape of its ", shape.name, " is not the one that its layers give, ",
                    shape.value.dump());
    return std::move(encoder_);
  }

  // Nothing computed from numbers within these limits overflows an int, or a long where one is used.
  static constexpr int most_channels = 1 << 20, most_side = 1 << 15, most_number = 1 << 10;

  static int whole(const Json& value, int most) {
    const long number = value.integer();
    if (number < 0 || number > most) throw Error("the number ", number, " is not in 0..", most);
    return int(number);
  }
  static void read_number(const Json& value, const char*, bool& to) { to = value.boolean(); }
  static void read_number(const Json& value, const char*, double& to) { to = value.number(); }
  static void read_number(const Json& value, std::string_view name, int& to) {
    to = whole(value,
               name == "filters" || name == "units" || name == "channels" ? most_channels : most_number);
  }

  static void read_number(const Json& value, const char*, Size& to) { to = size(value); }
  /// A number for both height and width, or an array of the two.
  static Size size(const Json& value) {
    if (!value.is_array()) return whole(value, most_number);
    const Json::Array& both = value.array();
    if (both.size() != 2) throw Error(value.dump(), " is no height and width, [HEIGHT, WIDTH]");
    return {whole(both[0], most_number), whole(both[1], most_number)};
  }

  auto initialisation() const {
    const Json* const found = description_.find("initialisation");
    if (!found || found->string() == "torch") return &initialise<TorchInitialisation, B, T>;
    if (found->string() == "dcgan") return &initialise<DcganInitialisation, B, T>;
    throw Error("there is no initialisation ", in_quotes(found->string()), "; it is torch or dcgan");
  }

  using Layer = std::shared_ptr<const AnyLayer<B, T>>;

  template <class... Specs>
  static Layer made_of(const std::string& kind, const Json& row) {
    Layer layer;
    if ((made<Specs>(kind, row, layer) || ...)) return layer;
    std::string kinds;
    ((kinds += std::string(kinds.empty() ? "" : ", ") + Described<Specs>::kind), ...);
    throw Error("there is no layer ", in_quotes(kind), " in this version of the library; there are ", kinds);
  }
  template <class Spec>
  static bool made(const std::string& kind, const Json& row, Layer& layer) {
    if (kind != Described<Spec>::kind) return false;
    Spec spec{};
    std::vector<std::string_view> known{"kind", "path", "from", "to"};
    Described<Spec>::numbers(spec, [&](const char* name, auto& number) {
      read_number(row.at(name), name, number);
      known.push_back(name);
    });
    for (const Json::Member& member : row.object())
      if (std::find(known.begin(), known.end(), member.name) == known.end())
        throw Error("no ", kind, " has ", in_quotes(member.name), "; leave it out");
    layer = std::make_shared<LayerOf<B, T, Spec>>(spec);
    return true;
  }

  void add(const Json& row, int index) {
    Graph<B, T>& graph = encoder_.graph;
    const Layer layer =
        made_of<BatchNormSpec, ConvSpec, ConvTransposeSpec, DropoutSpec, Identity, LayerNormSpec, LeakySpec,
                LinearSpec, MaxPoolSpec, Sigmoid, Tanh, UnflattenSpec>(row.at("kind").string(), row);
    const Json *const named = row.find("path"), *const reads = row.find("from"),
                      *const gives = row.find("to");
    const std::string path = named ? named->string() : usual_path(index, map_);
    const int from = reads ? whole(*reads, index) : graph.end(),
              to = gives ? whole(*gives, index + 1) : index + 1;
    if (row.at("kind").string() == Described<LinearSpec>::kind) linears_.insert({to, index});
    const Shape in = graph.slots()[std::size_t(from)].shape;
    if (!layer->parameters(in).empty() && !paths_.insert(path).second)
      throw Error("another layer with weights has its path, ", in_quotes(path));
    graph.add_on(from, layer, path, to == index + 1 ? -1 : to);
    const Shape out = graph.slots().back().shape;
    if (out.channels > most_channels || out.height > most_side || out.width > most_side)
      throw Error("it gives ", to_string(out), ", which is more than any encoder needs");
    Size padding = 0;
    if (const Json* const given = row.find("padding")) padding = size(*given);
    activations_ += Batch<T>{nullptr, 1, in, padding}.sample() + out.size();
    if (activations_ > most_activations || graph.counts().parameters > most_weights)
      throw Error("the encoder is larger than any that can be run");
  }

  /// A slot that others read: neither the image nor the code, which lie in memory of their own.
  int kept(const Json& value) {
    Graph<B, T>& graph = encoder_.graph;
    const int slot = whole(value, int(graph.slots().size()) - 1);
    const auto gives = [&](const Stage<B, T>& stage) { return stage.out == slot; };
    if (slot == encoder_.code || std::none_of(graph.stages().begin(), graph.stages().end(), gives))
      throw Error("slot ", slot, " does not lie between image and code");
    graph.keep(slot);
    return slot;
  }

  /// Training would go wrong otherwise: nobody would write the gradient of such an output.
  void require_all_read() const {
    const auto& stages = encoder_.graph.stages();
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const auto reads = [&](const Stage<B, T>& stage) { return stage.in == stages[i].out; };
      if (stages[i].out != encoder_.code && std::none_of(stages.begin(), stages.end(), reads))
        throw Error("layer ", i, ", counted from 0: no layer reads what it gives");
    }
  }

  /// As the type Encoder has it: from an image to a map, and from that to a vector.
  void require_order() const {
    const int map = encoder_.map, conv = encoder_.conv, fc = encoder_.fc;
    if (!linears_.empty() && linears_.begin()->first <= map)
      throw Error("layer ", linears_.begin()->second,
                  ", counted from 0: a Linear gives no map, and the map, slot ", map,
                  ", is to come from it; give the map's slot before it");
    if (map > conv || (fc >= 0 && conv > fc))
      throw Error("its slots, map ", map, ", conv ", conv, fc >= 0 ? " and fc " + std::to_string(fc) : "",
                  ", are not in this order; name them as the layers come");
    if (!linears_.empty() && encoder_.shapes().code.area() > 1)
      throw Error("its code, ", to_string(encoder_.shapes().code),
                  ", is no vector, as that of an encoder with a Linear must be; add a Linear");
  }

  const Json& description_;
  EncoderGraph<B, T> encoder_;
  std::set<std::string> paths_;  // of layers with weights
  long activations_ = 0;
  int map_ = 0;                            // the slot
  std::set<std::pair<int, int>> linears_;  // the slot that each writes, and its number
};

}  // namespace DIM_ABI
}  // namespace dim
