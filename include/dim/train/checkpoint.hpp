// Trainers and encoders in files.
#pragma once
#include <charconv>
#include <cmath>

#include "../io/safetensors.hpp"
#include "trainer.hpp"

namespace dim::inline DIM_ABI {

/// The arrays of a network as a checkpoint has them: every parameter in its logical order.
template <class B, class T>
class LogicalArrays {
 public:
  explicit LogicalArrays(const B& backend) : backend_(backend) {}

  /// Adds the parameters in `values`, each named prefix + name. Throws Error for one that is not finite.
  void add_parameters(const Entries& entries, const T* values, const std::string& prefix = "") {
    std::vector<T> stored;
    for (const auto& [name, parameter, offset] : entries.parameters) {
      stored.resize(std::size_t(parameter.size()));
      download(backend_, values + offset, stored.data(), parameter.size());
      arrays_.emplace_back(std::size_t(parameter.size()));
      for (long i = 0; i < parameter.size(); ++i)
        arrays_.back()[std::size_t(i)] = stored[std::size_t(position(backend_, parameter, i))];
      require_finite(arrays_.back(), prefix + name);
      tensors_.push_back(make_tensor(prefix + name, arrays_.back().data(), parameter.shape()));
    }
  }
  void add_statistics(const Entries& entries, const T* values) {
    for (const auto& [name, statistic, offset] : entries.statistics) {
      arrays_.emplace_back(std::size_t(statistic.size));
      download(backend_, values + offset, arrays_.back().data(), statistic.size);
      require_finite(arrays_.back(), name);
      tensors_.push_back(make_tensor(name, arrays_.back().data(), {statistic.size}));
    }
  }
  const std::vector<Tensor>& tensors() const { return tensors_; }

  /// Throws Error unless the file holds so many arrays.
  static void require_count(const Safetensors& file, std::size_t count) {
    if (file.tensors().size() != count)
      throw Error(file.source() + " holds " + std::to_string(file.tensors().size()) +
                  " arrays where this network has " + std::to_string(count) + advice);
  }
  /// Reads back what add_parameters wrote. Throws Error if the file has it not or in another shape.
  static void read_parameters(const B& backend, const Safetensors& file, const Entries& entries, T* values,
                              const std::string& prefix = "") {
    std::vector<T> stored;
    for (const auto& [name, parameter, offset] : entries.parameters) {
      const std::span<const T> from = find(file, prefix + name, parameter.shape());
      stored.resize(from.size());
      for (long i = 0; i < parameter.size(); ++i)
        stored[std::size_t(position(backend, parameter, i))] = from[std::size_t(i)];
      upload(backend, stored.data(), values + offset, parameter.size());
    }
  }
  static void read_statistics(const B& backend, const Safetensors& file, const Entries& entries, T* values) {
    for (const auto& [name, statistic, offset] : entries.statistics) {
      const std::span<const T> from = find(file, name, {statistic.size});
      upload(backend, from.data(), values + offset, statistic.size);
    }
  }

 private:
  static constexpr const char* advice =
      ": use the encoder, the objective and the optimizer that it was made with";

  static void require_finite(std::span<const T> values, const std::string& name) {
    for (const T value : values)
      if (!std::isfinite(value))
        throw Error("training has broken: " + name +
                    " holds a number that is not finite, and nothing was saved; go on from the last "
                    "checkpoint with a lower learning rate");
  }
  static std::span<const T> find(const Safetensors& file, const std::string& name,
                                 const std::vector<long>& shape) {
    const Tensor& tensor = file.at(name);
    if (tensor.shape != shape || tensor.dtype != dtype_of<T>())
      throw Error(file.source() + ": " + name + " has another shape or type than this network's" + advice);
    return tensor.template values<T>();
  }

  B backend_;
  std::vector<std::vector<T>> arrays_;
  std::vector<Tensor> tensors_;
};

/// What the optimizer's k-th array for a parameter is called: this, then the parameter's name.
inline std::string moment_name(int k) {
  return "moment" + std::to_string(k) + ".";
}

/// A whole number among a file's metadata. Throws Error where there is none of that name.
inline std::uint64_t metadata_number(const Safetensors& file, const std::string& name) {
  const auto found = file.metadata().find(name);
  const std::string text = found == file.metadata().end() ? "" : found->second;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Error(file.source() + ": its metadata give no " + name +
                ": this is no file that training has written");
  return value;
}

/// Writes all that a trainer knows, atomically: parameters, statistics, moments, number of steps. A trainer
/// that reads it goes on bit for bit. `settings` are kept beside it as metadata. Throws Error, with the file as
/// it was, where it cannot be written or a number to be written is not finite.
template <class B, class T>
void save(const BasicTrainer<B, T>& trainer, const std::string& path, Metadata settings = {}) {
  const Entries entries = trainer.entries();
  LogicalArrays<B, T> arrays(trainer.backend());
  arrays.add_parameters(entries, trainer.weights().parameters);
  arrays.add_statistics(entries, trainer.weights().statistics);
  for (int k = 0; k < moments(trainer.options().optimizer); ++k)
    arrays.add_parameters(entries, trainer.moments() + k * trainer.counts().parameters, moment_name(k));
  settings["steps"] = std::to_string(trainer.steps());
  settings["seed"] = std::to_string(trainer.options().seed);
  write_safetensors(path, arrays.tensors(), settings);
}

/// Reads what `save` wrote for a trainer of the same encoder, objective, optimizer and seed. Throws Error,
/// with the trainer unfit for use, where the file is damaged or another's.
template <class B, class T>
void load(BasicTrainer<B, T>& trainer, const std::string& path) {
  const Safetensors file = read_safetensors(path);
  if (!file.has_checksum())
    throw Error(
        path +
        ": it has no checksum, which every checkpoint is written with: it is damaged, or was written again "
        "by another program; use another copy");
  const Entries entries = trainer.entries();
  using Arrays = LogicalArrays<B, T>;
  if (metadata_number(file, "seed") != trainer.options().seed)
    throw Error(path + ": made with seed " + file.metadata().at("seed") + ", not " +
                std::to_string(trainer.options().seed) + ": go on with the seed that it was begun with");
  const std::size_t arrays = 1 + std::size_t(moments(trainer.options().optimizer));
  Arrays::require_count(file, arrays * entries.parameters.size() + entries.statistics.size());
  Arrays::read_parameters(trainer.backend(), file, entries, trainer.weights().parameters);
  Arrays::read_statistics(trainer.backend(), file, entries, trainer.weights().statistics);
  for (int k = 0; k < moments(trainer.options().optimizer); ++k)
    Arrays::read_parameters(trainer.backend(), file, entries,
                            trainer.moments() + k * trainer.counts().parameters, moment_name(k));
  trainer.set_steps(long(metadata_number(file, "steps")));
}

/// Writes an encoder alone, atomically, with PyTorch's names and shapes. Throws Error.
template <class B, class T>
void save(const FrozenEncoder<B, T>& encoder, const std::string& path, const Metadata& settings = {}) {
  LogicalArrays<B, T> arrays(encoder.backend());
  arrays.add_parameters(encoder.entries(), encoder.weights().parameters);
  arrays.add_statistics(encoder.entries(), encoder.weights().statistics);
  write_safetensors(path, arrays.tensors(), settings);
}

/// An encoder of its own weights: those that it starts with before any training.
template <class B, class T>
FrozenEncoder<B, T> untrained(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder,
                              std::uint64_t seed) {
  return FrozenEncoder<B, T>::owning(
      backend, std::move(encoder),
      [&](AnyEncoder<B, T>& made, const Weights<T>& weights) { made.initialise(backend, seed, weights); });
}

/// An encoder from a file that `save` wrote. Throws Error.
template <class B, class T>
FrozenEncoder<B, T> load_encoder(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder,
                                 const Safetensors& file) {
  FrozenEncoder<B, T> frozen = untrained(backend, std::move(encoder), 0);
  using Arrays = LogicalArrays<B, T>;
  const Entries entries = frozen.entries();
  Arrays::require_count(file, entries.parameters.size() + entries.statistics.size());
  Arrays::read_parameters(backend, file, entries, frozen.weights().parameters);
  Arrays::read_statistics(backend, file, entries, frozen.weights().statistics);
  return frozen;
}

/// The same from a path.
template <class B, class T>
FrozenEncoder<B, T> load_encoder(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder,
                                 const std::string& path) {
  return load_encoder<B, T>(backend, std::move(encoder), read_safetensors(path));
}

/// The same for an encoder that is known at compile time.
template <class Net, class B = Cpu, class T = float>
FrozenEncoder<B, T> load_encoder(const std::string& path, const B& backend = {}) {
  return load_encoder<B, T>(backend, std::make_unique<EncoderPass<Net, B, T>>(), path);
}

}  // namespace dim::inline DIM_ABI
