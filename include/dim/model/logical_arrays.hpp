// The arrays of networks in files.
#pragma once
#include <cmath>

#include "../core/parameter.hpp"
#include "../io/safetensors.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The arrays of a network as checkpoints hold them: every parameter in its logical order.
template <class B, class T>
class LogicalArrays {
 public:
  explicit LogicalArrays(const B& backend) : backend_(backend) {}
  LogicalArrays(const LogicalArrays&) = delete;  // tensors_ look at arrays_
  LogicalArrays& operator=(const LogicalArrays&) = delete;

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
  /// The same for statistics.
  void add_statistics(const Entries& entries, const T* values) {
    for (const auto& [name, statistic, offset] : entries.statistics) {
      arrays_.emplace_back(std::size_t(statistic.size));
      download(backend_, values + offset, arrays_.back().data(), statistic.size);
      require_finite(arrays_.back(), name);
      tensors_.push_back(make_tensor(name, arrays_.back().data(), {statistic.size}));
    }
  }
  /// All that was added; they are valid as long as this object.
  const std::vector<Tensor>& tensors() const { return tensors_; }

  /// Throws Error unless the file holds exactly `count` arrays.
  static void require_count(const Safetensors& file, std::size_t count) {
    if (file.tensors().size() != count)
      throw Error(file.source(), " holds ", file.tensors().size(), " arrays where this network has ", count,
                  advice);
  }
  /// Reads back what add_parameters wrote. Throws Error if it is missing or has another shape.
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
  /// Reads back what add_statistics wrote. Throws Error as read_parameters does.
  static void read_statistics(const B& backend, const Safetensors& file, const Entries& entries, T* values) {
    for (const auto& [name, statistic, offset] : entries.statistics) {
      const std::span<const T> from = find(file, name, {statistic.size});
      upload(backend, from.data(), values + offset, statistic.size);
    }
  }

 private:
  static constexpr const char* advice =
      "; use the encoder, the objective and the optimizer that it was made with";

  static void require_finite(std::span<const T> values, const std::string& name) {
    for (const T value : values)
      if (!std::isfinite(value))
        throw Error("training has broken: ", name,
                    " holds a number that is not finite, and nothing was saved; go on from the last "
                    "checkpoint with a lower learning rate");
  }
  static std::span<const T> find(const Safetensors& file, const std::string& name,
                                 const std::vector<long>& shape) {
    const Tensor& tensor = file.at(name);
    if (tensor.shape != shape || tensor.dtype != dtype_of<T>())
      throw Error(file.source(), ": ", name, " has another shape or type than this network's", advice);
    return tensor.template values<T>();
  }

  B backend_;
  std::vector<std::vector<T>> arrays_;
  std::vector<Tensor> tensors_;
};

}  // namespace DIM_ABI
}  // namespace dim
