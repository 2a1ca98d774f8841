#include "epoch_log.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "../terminal/text.hpp"
#include "monitor.hpp"

namespace program {
namespace {

/// A term of the run's objective, with its name.
struct Named {
  const char* name;
  const dim::Measured& measured;
};
std::vector<Named> terms(const TrainSettings& settings, const dim::Losses& losses) {
  std::vector<Named> named;
  if (settings.task != "global") named.push_back({"local", losses.local});
  if (settings.task != "local") named.push_back({"global", losses.global});
  return named;
}

/// "local 1.234, global 1.203 nats" and "prior 0.693".
std::vector<std::string> parts(const TrainSettings& settings, const dim::Losses& losses) {
  std::string estimates;
  for (const auto& [name, measured] : terms(settings, losses))
    estimates += (estimates.empty() ? "" : ", ") + (name + (" " + nats(measured.estimate)));
  std::vector<std::string> found{estimates + " nats"};
  if (settings.prior != "none") found.push_back("prior " + nats(losses.prior.encoder));
  return found;
}

const char* const next_to_nothing = " nats, where scores that know nothing have 0: ";

}  // namespace

std::string EpochMeans::text() const {
  const auto& [local, global, prior] = means_;
  char buffer[320];
  std::snprintf(buffer, sizeof buffer, "%ld %a %a %a %a %a %a %a %a %a", count_, local.loss, local.estimate,
                local.ceiling, global.loss, global.estimate, global.ceiling, prior.encoder, prior.adversary,
                prior.penalty);
  return buffer;
}

EpochMeans EpochMeans::of(const std::string& text) {
  EpochMeans means;
  auto& [local, global, prior] = means.means_;
  if (std::sscanf(text.c_str(), "%ld %la %la %la %la %la %la %la %la %la", &means.count_, &local.loss,
                  &local.estimate, &local.ceiling, &global.loss, &global.estimate, &global.ceiling,
                  &prior.encoder, &prior.adversary, &prior.penalty) != 10 ||
      means.count_ < 0)
    throw dim::Error("expected the means of an epoch, a count and nine numbers, and found " +
                     dim::in_quotes(text) + "; resume from a checkpoint that `dim train` has written");
  return means;
}

EpochLog::EpochLog(const TrainSettings& settings, const RunFolder& run, long steps, long steps_per_epoch,
                   const EpochMeans& means, const EpochMeans& part, Saves& saves)
    : settings_(settings),
      run_(run),
      each_(steps_per_epoch),
      saves_(saves),
      means_(means),
      part_(part),
      step_(steps),
      before_(means.steps()),
      bar_(std::in_place, title(steps / each_ + 1), each_, steps % each_) {}

void EpochLog::add(const dim::Losses& losses, long step) {
  if (trained_ == 0 && !previous_) print_ceilings(losses);
  means_.add(losses);
  part_.add(losses);
  step_ = step;
  if (const long in_epoch = (step - 1) % each_; (in_epoch + 1) * 10 / each_ > in_epoch * 10 / each_) {
    if (step <= 10 * each_) record(part_protocol, part_);
    part_ = {};
  }
  trained_ = clock_.seconds();
  std::vector<std::string> line = parts(settings_, *means_);
  line.push_back(speed());
  bar_->show((step - 1) % each_ + 1, in_lines(line, std::string::npos));
}

EpochRecord EpochLog::end_epoch(std::optional<double> held_out, const std::string& held_out_protocol) {
  const long epoch = step_ / each_;
  EpochRecord recorded{record(epoch_protocol, means_, held_out, held_out_protocol), clock_.seconds()};
  bar_.reset();
  std::vector<std::string> line = parts(settings_, *means_);
  line.insert(line.begin(), title(epoch));
  if (held_out) line.push_back("kNN " + percent(*held_out) + " %");
  line.push_back(speed());
  line.push_back(duration(recorded.seconds));
  std::printf("%s\n", in_lines(line).c_str());
  if (previous_) {
    const auto before = terms(settings_, *previous_), now = terms(settings_, *means_);
    for (std::size_t i = 0; i < now.size(); ++i) {
      const double from = before[i].measured.estimate, to = now[i].measured.estimate;
      if (to < std::min(-1.0, from))
        std::fprintf(
            stderr,
            "dim: warning: the %s estimate fell from %s to %s%sbegin anew with a lower --rate and another "
            "--out if it falls on\n",
            now[i].name, nats(from).c_str(), nats(to).c_str(), next_to_nothing);
    }
  }
  previous_ = *means_;
  return recorded;
}

void EpochLog::warn() const {
  if (!previous_) return;
  for (const auto& [name, measured] : terms(settings_, *previous_))
    if (measured.estimate < 0)
      std::fprintf(
          stderr,
          "dim: warning: the %s estimate of the last epoch is %s%strain for more epochs, or begin anew with "
          "a lower --rate if it does not rise\n",
          name, nats(measured.estimate).c_str(), next_to_nothing);
}

void EpochLog::print_ceilings(const dim::Losses& losses) const {
  std::string text;
  for (const auto& [name, measured] : terms(settings_, losses))
    if (!std::isinf(measured.ceiling))
      text += (text.empty() ? "" : ", ") + (name + (" " + nats(measured.ceiling)));
  if (!text.empty()) std::printf("ceiling  %s nats, more than which no batch can show\n", text.c_str());
}

void EpochLog::begin_epoch() {
  means_ = {};
  before_ = 0;
  clock_ = {};
  bar_.emplace(title(step_ / each_ + 1), each_);
}

std::string EpochLog::title(long epoch) const {
  return "epoch " + std::to_string(epoch) + "/" + std::to_string(settings_.epochs);
}

std::string EpochLog::speed() const {
  return fixed(double((means_.steps() - before_) * settings_.batch) / trained_, 0) + " images/s";
}

std::vector<dim::Json> EpochLog::record(const char* protocol, const EpochMeans& means,
                                        std::optional<double> held_out,
                                        const std::string& held_out_protocol) const {
  const long epoch = (step_ - 1) / each_ + 1;
  std::vector<dim::Json> lines;
  const auto add = [&](const dim::Json::Object& line) {
    saves_.record(run_, line);
    lines.emplace_back(line);
  };
  const auto line = [&](const std::string& name, double value) {
    add({{"epoch", epoch},
         {"step", step_},
         {"split", "train"},
         {"protocol", protocol},
         {"name", name},
         {"value", value},
         {"steps", means.steps()}});
  };
  const auto measured = [&](const std::string& name, const dim::Measured& of) {
    line(name + "_loss", of.loss);
    line(name + "_estimate", of.estimate);
    if (!std::isinf(of.ceiling)) line(name + "_ceiling", of.ceiling);
  };
  for (const auto& [name, of] : terms(settings_, *means)) measured(name + ("_" + settings_.estimator), of);
  if (held_out)
    add({{"epoch", epoch},
         {"step", step_},
         {"split", "held-out"},
         {"protocol", held_out_protocol},
         {"feature", "y"},
         {"name", "accuracy"},
         {"value", *held_out}});
  if (settings_.prior == "none") return lines;
  const dim::PriorLosses& prior = (*means).prior;
  line("prior_encoder_loss", prior.encoder);
  line("prior_adversary_loss", prior.adversary);
  line("prior_gradient_penalty", prior.penalty);
  return lines;
}

}  // namespace program
