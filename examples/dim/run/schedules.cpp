#include "schedules.hpp"

#include <charconv>
#include <dim/io/file.hpp>

namespace program {
namespace {

using dim::Error;

/// "name=value", or a value alone.
struct Part {
  std::string name, value;
};

std::vector<Part> parts_of(const std::string& list) {
  std::vector<Part> parts;
  for (std::size_t begin = 0, end = 0; end != list.npos; begin = end + 1) {
    end = list.find(',', begin);
    const std::string part = list.substr(begin, end - begin);
    const std::size_t equals = part.find('=');
    if (equals == part.npos) {
      parts.push_back({"", part});
      continue;
    }
    const std::string name = part.substr(0, equals);
    for (const Part& before : parts)
      if (before.name == name) throw Error(name + " is given twice; give it once");
    parts.push_back({name, part.substr(equals + 1)});
  }
  return parts;
}

template <class Number>
Number number_of(const Part& part) {
  Number number{};
  const char* const last = part.value.data() + part.value.size();
  const auto [end, error] = std::from_chars(part.value.data(), last, number);
  if (part.value.empty() || error != std::errc() || end != last)
    throw Error(dim::in_quotes(part.value) + " is not a " +
                (std::is_integral_v<Number> ? "whole number" : "number") +
                (part.name.empty() ? "" : " for " + part.name));
  return number;
}

[[noreturn]] void throw_unknown(const Part& part, const std::string& choice, const std::string& known) {
  throw Error(dim::in_quotes(part.name + (part.name.empty() ? "" : "=") + part.value) +
              " is not an option of " + choice + "; it has " + known);
}

dim::AnySchedule parsed(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string choice = text.substr(0, colon);
  const std::vector<Part> parts = colon == text.npos ? std::vector<Part>{} : parts_of(text.substr(colon + 1));
  if (choice == "constant") {
    if (colon != text.npos) throw Error("constant has no options; leave out what follows it, and the colon");
    return dim::ConstantSchedule{};
  }
  if (choice == "cosine") {
    dim::CosineSchedule cosine;
    for (const Part& part : parts)
      if (part.name == "warm-up")
        cosine.warm_up = number_of<double>(part);
      else
        throw_unknown(part, choice, "warm-up=EPOCHS");
    return cosine;
  }
  if (choice == "steps") {
    dim::StepSchedule steps;
    for (const Part& part : parts)
      if (part.name.empty())
        steps.milestones.push_back(number_of<long>(part));
      else if (part.name == "factor")
        steps.factor = number_of<double>(part);
      else
        throw_unknown(part, choice, "epochs and factor=F");
    if (steps.milestones.empty()) throw Error("steps has no epochs; give some, as in steps:50,100");
    return steps;
  }
  if (choice == "plateau") {
    dim::PlateauSchedule plateau;
    for (const Part& part : parts)
      if (part.name == "patience")
        plateau.patience = number_of<long>(part);
      else if (part.name == "factor")
        plateau.factor = number_of<double>(part);
      else if (part.name == "least")
        plateau.least = number_of<double>(part);
      else
        throw_unknown(part, choice, "patience=EPOCHS, factor=F and least=NATS");
    return plateau;
  }
  throw Error(
      "it is not known; choose constant, cosine, steps or plateau, with options after a colon, as in "
      "steps:50,100");
}

}  // namespace

dim::AnySchedule schedule_of(const std::string& text) {
  try {
    const dim::AnySchedule schedule = parsed(text);
    dim::check_schedule(schedule);
    return schedule;
  } catch (const Error& error) {
    throw Error("the schedule " + dim::in_quotes(text) + ": " + error.what());
  }
}

std::string text_of(const dim::AnySchedule& schedule) {
  std::string text = "constant", parts;
  const auto part = [&](const std::string& name, const std::string& value) {
    parts += (parts.empty() ? ":" : ",") + name + value;
  };
  if (const auto* const cosine = std::get_if<dim::CosineSchedule>(&schedule)) {
    text = "cosine";
    if (cosine->warm_up != 0) part("warm-up=", dim::exact_decimal(cosine->warm_up));
  } else if (const auto* const steps = std::get_if<dim::StepSchedule>(&schedule)) {
    text = "steps";
    for (const long milestone : steps->milestones) part("", std::to_string(milestone));
    if (steps->factor != dim::StepSchedule{}.factor) part("factor=", dim::exact_decimal(steps->factor));
  } else if (const auto* const plateau = std::get_if<dim::PlateauSchedule>(&schedule)) {
    const dim::PlateauSchedule usual;
    text = "plateau";
    if (plateau->patience != usual.patience) part("patience=", std::to_string(plateau->patience));
    if (plateau->factor != usual.factor) part("factor=", dim::exact_decimal(plateau->factor));
    if (plateau->least != usual.least) part("least=", dim::exact_decimal(plateau->least));
  }
  return text + parts;
}

}  // namespace program
