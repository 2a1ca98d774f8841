// `dim map`: images on a plane, such that similar ones are near each other.
#include <algorithm>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/io/file.hpp>

#include "../commands/commands.hpp"
#include "../commands/views.hpp"
#include "../data/data.hpp"
#include "../run/kept_codes.hpp"
#include "../run/run_folder.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "mosaic.hpp"
#include "page.hpp"
#include "tsne.hpp"

namespace program {
namespace {

constexpr int colours_of_map = 10;  // of the page's style sheet

// The card of a point, its image above its name, lies on the side of the point that is towards the middle of the map. It
// needs no script, which the page's policy forbids: a tap gives a point the focus.
const char* const map_style = R"(
.plot{position:relative;width:100%;max-width:46rem;margin:1rem 0;border:1px solid var(--line)}
.plot i,.key{--dot:radial-gradient(circle closest-side,var(--own) 92%,transparent);display:block;width:9px;height:9px;background:var(--dot)}
.plot i{position:absolute;margin:-5px;outline:0;cursor:pointer}
.plot .b,.key.b{--dot:linear-gradient(var(--own),var(--own))}.plot .b{width:8px;height:8px}
.plot i:hover,.plot i:focus{box-shadow:0 0 0 2px var(--back),0 0 0 4px var(--ink);border-radius:50%;z-index:1}.plot i:hover{z-index:2}
.plot i:hover::before,.plot i:focus::before,.plot i:hover::after,.plot i:focus::after{position:absolute;left:var(--aside);top:var(--down);box-sizing:border-box;width:122px;pointer-events:none}
.plot i:hover::before,.plot i:focus::before{content:"";height:var(--tall);width:var(--wide);margin:13px;z-index:1;image-rendering:pixelated;background-position:calc(var(--x)*-1*var(--wide)) calc(var(--y)*-1*var(--tall));background-repeat:no-repeat}
.plot i:hover::after,.plot i:focus::after{content:attr(aria-label);min-height:166px;max-height:166px;overflow:hidden;padding:114px 12px 6px;background:var(--back);border:1px solid var(--soft);border-radius:6px;color:var(--ink);font:normal 12px/1.3 system-ui,sans-serif;overflow-wrap:anywhere}
@media(max-width:40rem){.plot i{width:7px;height:7px;margin:-4px}.plot .b{width:6px;height:6px}}
)";

/// Places in (0, 100), and how high the map then is as a part of its width.
struct Plan {
  std::vector<double> across, down;
  double height;
};

Plan plan_of(const TsneMap& map) {
  const auto spread = [](const std::vector<float>& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return std::max(1e-6F, *high - *low);
  };
  // It may be rotated: the longer side goes across the page.
  const bool turned = spread(map.y) > spread(map.x);
  const std::vector<float>&x = turned ? map.y : map.x, &y = turned ? map.x : map.y;
  const auto within = [](const std::vector<float>& values, float extent) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double middle = (double(*low) + double(*high)) / 2;
    std::vector<double> places;
    for (const float value : values) places.push_back(50 + 94 * (double(value) - middle) / double(extent));
    return places;
  };
  const double height = std::clamp(double(spread(y)) / double(spread(x)), 0.4, 1.0);
  return {within(x, spread(x)), within(y, std::max(spread(y), spread(x) * float(height))), height};
}

std::string css_length(double value) {
  return fixed(value, 2) + "%";
}

/// The number of the colour of a class, and the class of the style sheet that gives it a form.
std::string look_of(int label) {
  const bool known = label >= 0 && label < colours_of_map;
  return std::string(label % 2 == 1 && known ? " class=\"b\"" : "") +
         " style=\"--own:" + (known ? "var(--c" + std::to_string(label) + ")" : "var(--soft)");
}

std::string legend_of_map(const std::vector<std::string>& classes) {
  if (classes.empty()) return "";
  std::string html = "<ul class=\"legend\">";
  const auto entry = [&](int label, const std::string& name) {
    std::string look = look_of(label);
    look = look.find("class") == look.npos ? " class=\"key\"" + look
                                           : " class=\"key b\"" + look.substr(look.find(" style"));
    html += "<li><span" + look + "\"></span>" + escape(name) + "</li>";
  };
  const int count = int(classes.size());
  for (int label = 0; label < std::min(count, colours_of_map); ++label)
    entry(label, classes[std::size_t(label)]);
  if (count > colours_of_map) entry(-1, "other classes");
  return html + "</ul>\n";
}

}  // namespace

void map(const MapSettings& settings) {
  if (!settings.out.empty()) require_output(settings.out, {".html"});
  const RunFolder run(settings.run);
  const TrainedEncoder trained = load_frozen(encoder_file(run, settings.best), settings.threads);
  const long size = shape_of(trained.encoder, run, settings.feature).size();
  if (size > 2048)
    throw dim::Error(settings.feature, " has ", size,
                     " numbers an image, whose principal components would take hours; map y or fc");
  const KeptCodes all = kept_codes(run, trained, settings);
  const long step = viewed_step(all.count()), count = viewed_count(all.count());
  const TsneMap found = tsne(dim::Cpu::with_threads(settings.threads), viewed(all.features()));
  const Plan plan = plan_of(found);

  constexpr long columns = 32;
  constexpr double shown = 96;  // pixels of the longer side of an image
  std::vector<long> some;
  for (long k = 0; k < count; ++k) some.push_back(k * step);
  const dim::Images images = all.images(some);
  std::vector<Tile> tiles;
  std::string points;
  for (long k = 0; k < count; ++k) {
    const std::size_t at = std::size_t(k), i = std::size_t(some[at]);
    const int label = all.label(some[at]);
    tiles.push_back(tile_of(images, k));
    const std::string name = all.files.names[i] + (label >= 0 ? ", " + all.classes[std::size_t(label)] : "");
    points += "<i tabindex=\"0\" role=\"img\" aria-label=\"" + escape(name) + "\"" +
              look_of(all.classes.empty() ? 0 : label) + ";left:" + css_length(plan.across[at]) +
              ";top:" + css_length(plan.down[at]) + ";--aside:" + (plan.across[at] < 50 ? "16px" : "-129px") +
              ";--down:" + (plan.down[at] < 50 ? "-4px" : "-154px") + ";--x:" + std::to_string(k % columns) +
              ";--y:" + std::to_string(k / columns) + "\"></i>\n";
  }
  const Mosaic mosaic = grid(tiles, columns, 0);
  const dim::Shape shape = images.shape();
  const double scale = shown / std::max(shape.height, shape.width), wide = scale * shape.width,
               tall = scale * shape.height;
  const auto pixels = [](double value) { return fixed(value, 2) + "px"; };
  const std::string title = data_title(is_data(settings.data) ? settings.data : "folder:" + settings.data);
  Page page("Map of " + escape(title));
  page.lead(paragraph(
      grouped(count) + (count < all.count() ? " of " + grouped(all.count()) : "") + " images of " +
      escape(settings.data) + ", placed so that those with similar " + settings.feature +
      " are near each other: t-SNE, started from the first two principal components, KL divergence " +
      fixed(found.divergence, 2) +
      " nats. Distances between groups and their sizes mean little. Point at a dot, or tap it, to see its "
      "image as the encoder does."));
  page.section(
      "map", "Map",
      "<style>" + std::string(map_style) + ".plot{--wide:" + pixels(wide) + ";--tall:" + pixels(tall) +
          "}.plot i:hover::before,.plot i:focus::before{background-image:url(" + mosaic.url() +
          ");background-size:" + pixels(double(std::min(columns, count)) * wide) + " auto}</style>\n" +
          legend_of_map(all.classes) + "<div class=\"plot\" style=\"aspect-ratio:1/" + fixed(plan.height, 3) +
          "\">\n" + points + "</div>\n");
  const std::string html = page.html(), path = settings.out.empty() ? run.path() + "/map.html" : settings.out;
  defer_signals();  // until it is whole
  dim::write_file_atomically(path, {dim::bytes_of(html)});
  std::printf("%s: %s images, %s KiB\n", path.c_str(), grouped(count).c_str(),
              grouped(std::ssize(html) / 1024).c_str());
  all.tell();
}

}  // namespace program
