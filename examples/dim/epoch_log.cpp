#include "epoch_log.hpp"

#include <cmath>
#include <cstdio>

#include "monitor.hpp"
#include "text.hpp"

namespace program {
namespace {

/// "local 1.234 of at most 8.302": an estimate with its ceiling, if it has one.
std::string text(const char* name, const dim::Measured& measured) {
  char buffer[80];
  if (std::isinf(measured.ceiling))
    std::snprintf(buffer, sizeof buffer, "%s %.3f", name, measured.estimate);
  else
    std::snprintf(buffer, sizeof buffer, "%s %.3f of at most %.3f", name, measured.estimate,
                  measured.ceiling);
  return buffer;
}

std::string text(const TrainSettings& settings, const dim::Losses& losses) {
  std::string line;
  if (settings.task != "global") line += text("local", losses.local);
  if (settings.task == "both") line += ", ";
  if (settings.task != "local") line += text("global", losses.global);
  char buffer[80];
  std::snprintf(buffer, sizeof buffer, " nats  prior %.3f", losses.prior.encoder);
  return line + (settings.prior == "none" ? " nats" : buffer);
}

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
    throw dim::Error("the means of an epoch were expected, a count and nine numbers, and found was " +
                     dim::in_quotes(text) + ": go on from a checkpoint that `dim train` has written");
  return means;
}

EpochLog::EpochLog(const TrainSettings& settings, const RunFolder& run, long steps, long steps_per_epoch,
                   const EpochMeans& means)
    : settings_(settings),
      run_(run),
      each_(steps_per_epoch),
      means_(means),
      step_(steps),
      before_(means.steps()),
      bar_(std::in_place, title(steps / each_ + 1), each_, steps % each_) {}

void EpochLog::add(const dim::Losses& losses, long step) {
  means_.add(losses);
  step_ = step;
  trained_ = clock_.seconds();
  bar_->show((step - 1) % each_ + 1, text(settings_, *means_) + speed());
}

void EpochLog::end_epoch(std::optional<double> held_out, Saves& saves) {
  const long epoch = step_ / each_;
  record(epoch, held_out, saves);
  bar_.reset();
  char accuracy[32] = "";
  if (held_out) std::snprintf(accuracy, sizeof accuracy, "  kNN %.2f %%", 100 * *held_out);
  std::printf("%s  %s%s%s  %s\n", title(epoch).c_str(), text(settings_, *means_).c_str(), accuracy,
              speed().c_str(), duration(clock_.seconds()).c_str());
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
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "  %.0f images/s",
                double((means_.steps() - before_) * settings_.batch) / trained_);
  return buffer;
}

void EpochLog::record(long epoch, std::optional<double> held_out, Saves& saves) const {
  const auto line = [&](const std::string& name, double value) {
    saves.record(run_, {{"epoch", epoch},
                        {"step", epoch * each_},
                        {"split", "train"},
                        {"protocol", "mean-of-epoch"},
                        {"name", name},
                        {"value", value},
                        {"steps", means_.steps()}});
  };
  const auto measured = [&](const std::string& name, const dim::Measured& of) {
    line(name + "_loss", of.loss);
    line(name + "_estimate", of.estimate);
    if (!std::isinf(of.ceiling)) line(name + "_ceiling", of.ceiling);
  };
  const dim::Losses& losses = *means_;
  if (settings_.task != "global") measured("local_" + settings_.estimator, losses.local);
  if (settings_.task != "local") measured("global_" + settings_.estimator, losses.global);
  if (held_out)
    saves.record(run_, {{"epoch", epoch},
                        {"step", epoch * each_},
                        {"split", "held-out"},
                        {"protocol", Monitor::protocol},
                        {"feature", "y"},
                        {"name", "accuracy"},
                        {"value", *held_out}});
  if (settings_.prior == "none") return;
  line("prior_encoder_loss", losses.prior.encoder);
  line("prior_adversary_loss", losses.prior.adversary);
  line("prior_gradient_penalty", losses.prior.penalty);
}

}  // namespace program
