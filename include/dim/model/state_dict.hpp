// Weights that this library or PyTorch has written.
#pragma once
#include <cmath>
#include <set>

#include "../core/error.hpp"
#include "../core/network.hpp"
#include "../io/numbers.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The arrays of a file as those of an encoder, written by `save` or as a PyTorch state_dict. Their names may all
/// begin with "module.", which DataParallel adds; BatchNorm's num_batches_tracked is ignored; numbers are F64, F32,
/// F16 or BF16. The file must outlive it.
class StateDict {
 public:
  explicit StateDict(const Safetensors& file) : file_(file) {
    constexpr std::string_view wrapper = "module.", counter = "num_batches_tracked";
    const std::vector<Tensor>& tensors = file.tensors();
    const bool wrapped = std::all_of(tensors.begin(), tensors.end(),
                                     [&](const Tensor& tensor) { return tensor.name.starts_with(wrapper); });
    for (const Tensor& tensor : tensors) {
      const std::string_view name = std::string_view(tensor.name).substr(wrapped ? wrapper.size() : 0);
      if (name != counter && !name.ends_with("." + std::string(counter))) arrays_[name] = &tensor;
    }
  }

  /// Throws Error, which names them, if arrays are missing, superfluous or of another shape than the encoder's.
  void require_match(const Entries& entries) const {
    std::set<std::string_view> wanted;
    std::vector<std::string_view> missing, spare;
    const auto look_for = [&](const std::string& name, const std::vector<long>& shape) {
      wanted.insert(name);
      const auto found = arrays_.find(name);
      if (found == arrays_.end())
        missing.push_back(name);
      else if (found->second->shape != shape)
        throw Error(file_.source(), ": ", name, " has the shape ", text_of(found->second->shape),
                    ", where this encoder's is ", text_of(shape), advice);
    };
    for (const auto& [name, parameter, offset] : entries.parameters) look_for(name, parameter.shape());
    for (const auto& [name, statistic, offset] : entries.statistics) look_for(name, {statistic.size});
    for (const auto& [name, tensor] : arrays_)
      if (!wanted.contains(name)) spare.push_back(name);
    if (missing.empty() && spare.empty()) return;
    throw Error(file_.source(), missing.empty() ? "" : " lacks " + text_of(missing),
                missing.empty() || spare.empty() ? "" : " and",
                spare.empty() ? "" : " holds " + text_of(spare) + ", which this encoder does not have",
                advice);
  }

  /// Writes all numbers to the encoder's weights; call require_match(entries) before. Throws Error for numbers that
  /// aren't finite, for variances below 0 and for arrays of integers.
  template <class B, class T>
  void read(const B& backend, const Entries& entries, const Weights<T>& weights) const {
    std::vector<T> ordered;
    for (const auto& [name, parameter, offset] : entries.parameters) {
      const std::vector<T> numbers = finite_numbers<T>(name);
      ordered.resize(numbers.size());
      for (long i = 0; i < parameter.size(); ++i)
        ordered[std::size_t(position(backend, parameter, i))] = numbers[std::size_t(i)];
      upload(backend, ordered.data(), weights.parameters + offset, parameter.size());
    }
    for (const auto& [name, statistic, offset] : entries.statistics) {
      const std::vector<T> numbers = finite_numbers<T>(name);
      const auto least = std::min_element(numbers.begin(), numbers.end());
      if (name.ends_with("running_var") && least != numbers.end() && *least < 0)
        throw Error(file_.source(), ": ", name, " holds ", double(*least),
                    ", and no variance is below 0: the file is damaged; use another copy");
      upload(backend, numbers.data(), weights.statistics + offset, statistic.size);
    }
  }

 private:
  static constexpr const char* advice = "; open it with the encoder that it was made with";

  template <class T>
  std::vector<T> finite_numbers(const std::string& name) const {
    std::vector<T> numbers;
    try {
      numbers = numbers_of<T>(*arrays_.at(name));
    } catch (const Error& error) {
      throw Error(file_.source(), ": ", error.what());
    }
    for (const T number : numbers)
      if (!std::isfinite(number))
        throw Error(file_.source(), ": ", name, " holds a number that is not finite, or not as a ",
                    sizeof(T) == sizeof(float) ? "float" : "double",
                    ": its training had broken; use an earlier copy");
    return numbers;
  }

  /// "64 x 3 x 4 x 4"
  static std::string text_of(const std::vector<long>& shape) {
    std::string text;
    for (const long size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text.empty() ? "of a single number" : text;
  }
  /// "'a', 'b' and 7 more"
  static std::string text_of(const std::vector<std::string_view>& names) {
    constexpr std::size_t most = 4;
    std::string text;
    for (std::size_t i = 0; i < (std::min)(names.size(), most); ++i)
      text += (i == 0 ? "" : ", ") + in_quotes(names[i]);
    return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more" : text;
  }

  const Safetensors& file_;
  std::map<std::string_view, const Tensor*> arrays_;
};

}  // namespace DIM_ABI
}  // namespace dim
