// Encoders in files.
#pragma once
#include "encoder_description.hpp"
#include "encoder_pass.hpp"
#include "frozen_encoder.hpp"
#include "logical_arrays.hpp"
#include "state_dict.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The name of an encoder's description in the metadata of its file.
inline constexpr const char* description_name = "description";

/// Writes an encoder alone, atomically, with PyTorch's names and shapes. The metadata are `settings` and the
/// encoder's description, unless it has a layer of a user's own. Throws Error.
template <class B, class T>
void save(const FrozenEncoder<B, T>& encoder, const std::string& path, Metadata settings = {}) {
  LogicalArrays<B, T> arrays(encoder.backend());
  arrays.add_parameters(encoder.entries(), encoder.weights().parameters);
  arrays.add_statistics(encoder.entries(), encoder.weights().statistics);
  settings.erase(description_name);
  if (const Json description = describe(encoder.graph()); !description.is_null())
    settings[description_name] = description.dump();
  write_safetensors(path, arrays.tensors(), settings);
}

/// An encoder with its initial weights, as before any training.
template <class B, class T>
FrozenEncoder<B, T> untrained(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder,
                              std::uint64_t seed) {
  return FrozenEncoder<B, T>::owning(backend, std::move(encoder),
                                     [&](const AnyEncoder<B, T>& made, const Weights<T>& weights) {
                                       made.initialise(backend, seed, weights);
                                     });
}

/// An encoder with the weights of a file that `save` or PyTorch wrote; see StateDict. Throws Error.
template <class B, class T>
FrozenEncoder<B, T> load_encoder(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder,
                                 const Safetensors& file) {
  const StateDict arrays(file);
  const Entries entries = encoder->entries();
  arrays.require_match(entries);
  return FrozenEncoder<B, T>::owning(
      backend, std::move(encoder),
      [&](const AnyEncoder<B, T>&, const Weights<T>& weights) { arrays.read(backend, entries, weights); });
}

/// The same from a path.
template <class B, class T>
FrozenEncoder<B, T> load_encoder(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder,
                                 const std::string& path) {
  return load_encoder<B, T>(backend, std::move(encoder), read_safetensors(path));
}

/// The same for an encoder whose type is known at compile time.
template <class Net, class B = Cpu, class T = float>
FrozenEncoder<B, T> load_encoder(const std::string& path, const B& backend = {}) {
  return load_encoder<B, T>(backend, std::make_unique<EncoderPass<Net, B, T>>(), path);
}

/// Whether a file describes its encoder.
inline bool is_described(const Safetensors& file) {
  return file.metadata().contains(description_name);
}

/// The encoder of a file that describes it, of which nothing else need be known. Throws Error if the file doesn't, as
/// older ones and those of encoders with a layer of a user's own don't, and if the description doesn't match the
/// arrays.
template <class B = Cpu, class T = float>
FrozenEncoder<B, T> load_described(const B& backend, const Safetensors& file) {
  const auto description = file.metadata().find(description_name);
  const bool of_trainer = file.metadata().contains("seed") &&
                          std::any_of(file.tensors().begin(), file.tensors().end(), [](const Tensor& tensor) {
                            return tensor.name.starts_with("encoder.");
                          });
  if (description == file.metadata().end() && of_trainer)
    throw Error(
        file.source(),
        " is the checkpoint of a trainer, not an encoder; open the encoder.safetensors beside it, or save "
        "the trainer's encoder() alone");
  if (description == file.metadata().end())
    throw Error(file.source(),
                " doesn't describe its encoder: it is older, of another program, or has a layer of a "
                "user's own; open it with the encoder's type");
  const std::string source = file.source() + ": " + description_name;
  return load_encoder<B, T>(backend,
                            std::make_unique<GraphEncoderPass<B, T>>(DescriptionReader<B, T>::read(
                                Json::parse(description->second, source), file.source())),
                            file);
}
/// The same from a path.
template <class B = Cpu, class T = float>
FrozenEncoder<B, T> load_described(const B& backend, const std::string& path) {
  return load_described<B, T>(backend, read_safetensors(path));
}

}  // namespace DIM_ABI
}  // namespace dim
