// The reference vectors of tests/reference as test cases: what lies in them, which test checks which, and the
// comparison with what the library gives. A set in another folder is used if DIM_GOLDEN names it.
#pragma once
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <dim/core/layer.hpp>
#include <dim/cpu/weight_layout.hpp>
#include <dim/io/npy.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace tests::golden {

using namespace dim;

inline bool is_default_set() {
  return !std::getenv("DIM_GOLDEN");
}
inline std::string folder() {
  return is_default_set() ? DIM_TESTS "/reference/vectors" : std::getenv("DIM_GOLDEN");
}

/// One array as the index lists it: "" is the shape of a single number.
struct Listed {
  std::vector<long> shape;
  double tolerance32, tolerance64;
};

/// One case: its arrays, and which of the expected ones have been compared with what the library gives.
class Case {
 public:
  std::string name;  // group/case
  std::map<std::string, Listed> arrays;

  bool has(const std::string& array) const { return arrays.count(array) > 0; }
  const std::vector<long>& shape(const std::string& array) const {
    BOOST_TEST_REQUIRE(has(array), name << " has no " << array);
    return arrays.at(array).shape;
  }

  /// The numbers of an array, all of which are exact in float too unless it is an expected one.
  template <class T>
  std::vector<T> read(const std::string& array) const {
    const NpyArray file = read_npy(folder() + "/" + name + "/" + array + ".npy");
    BOOST_TEST_REQUIRE((file.shape == shape(array)), name << ": the index has another shape of " << array);
    std::vector<T> result;
    const auto append = [&](const auto& values) {
      for (const auto value : values) result.push_back(T(value));
    };
    if (file.dtype == "<f4")
      append(file.values<float>());
    else if (file.dtype == "<f8")
      append(file.values<double>());
    else
      append(file.values<std::int64_t>());
    return result;
  }
  /// The same, where the shape must be this one.
  template <class T>
  std::vector<T> read(const std::string& array, const std::vector<long>& wanted) const {
    BOOST_TEST_REQUIRE((shape(array) == wanted),
                       name << ": " << array << " has not the shape that is tested");
    return read<T>(array);
  }

  /// Compares what the library gives, in the file's order, with what is expected, within the tolerance of T.
  /// With `most` one in a thousand may be outside of it, yet by no more than that.
  template <class T>
  void check(const std::string& array, const std::vector<T>& got, double most = 0) const {
    const std::vector<double> expected = read<double>(array);
    BOOST_TEST_REQUIRE(got.size() == expected.size(),
                       name << ", " << array << ": " << got.size() << " numbers");
    constexpr bool single = sizeof(T) == sizeof(float);
    const double tolerance = single ? arrays.at(array).tolerance32 : arrays.at(array).tolerance64;
    std::size_t outside = 0, at = 0;
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double error = std::abs(double(got[i]) - expected[i]);
      if (!(error <= tolerance)) ++outside;
      if (!(error <= worst)) worst = error, at = i;
    }
    const bool close = outside == 0 || (most > 0 && 1000 * outside <= got.size() && worst <= most);
    BOOST_TEST(close, name << ", " << array << (single ? " in float: " : " in double: ") << outside << " of "
                           << got.size() << " are off by more than " << tolerance << ", most of all number "
                           << at << ": " << got[at] << " for " << expected[at]);
    compared_.insert({array, sizeof(T)});
  }
  template <std::floating_point T>
  void check(const std::string& array, T got) const {
    check(array, std::vector<T>{got});
  }
  /// Says that the library gives no such thing.
  void leave_out(const std::string& array) const {
    for (const std::size_t bytes : {sizeof(float), sizeof(double)}) compared_.insert({array, bytes});
  }
  /// Expected arrays that were not compared, in float or in double.
  std::set<std::string> forgotten() const {
    std::set<std::string> result;
    for (const auto& [array, listed] : arrays)
      for (const std::size_t bytes : {sizeof(float), sizeof(double)})
        if (array.find("in.") != 0 && array.find("cot.") != 0 && !compared_.count({array, bytes}))
          result.insert(array);
    return result;
  }

 private:
  mutable std::set<std::pair<std::string, std::size_t>> compared_;
};

/// The cases of the set, by name.
inline std::map<std::string, Case> read_index() {
  const std::string path = folder() + "/index.tsv";
  std::ifstream file(path);
  BOOST_TEST_REQUIRE(bool(file), "cannot read " << path);
  std::map<std::string, Case> cases;
  std::string line;
  std::getline(file, line);  // headings
  while (std::getline(file, line)) {
    std::string field[7];
    std::istringstream fields(line);
    for (std::string& text : field) std::getline(fields, text, '\t');
    Listed listed{{}, std::stod(field[5]), std::stod(field[6])};
    std::istringstream sizes(field[4]);
    for (std::string size; std::getline(sizes, size, 'x');) listed.shape.push_back(std::stol(size));
    const std::string name = field[0] + "/" + field[1];
    cases[name].name = name;
    cases[name].arrays[field[2]] = listed;
  }
  BOOST_TEST_REQUIRE(!cases.empty(), path << " lists nothing");
  return cases;
}

/// What checks a case in both precisions.
using Check = std::function<void(const Case&)>;
/// All checks, by the name of their case, from before main() on.
inline std::map<std::string, Check>& checks() {
  static std::map<std::string, Check> all;
  return all;
}
/// Puts checks among all checks: a file's claim to the cases that it names.
struct Claims {
  Claims(const std::string& group, const std::vector<std::pair<std::string, Check>>& claimed) {
    for (const auto& [name, check] : claimed) checks()[group + "/" + name] = check;
  }
};

/// Runs all checks of a group. In the default set none may lack its case; of other sets the missing are
/// named.
inline void run_group(const std::string& group) {
  const std::map<std::string, Case> cases = read_index();
  std::string missing;
  int checked = 0;
  for (const auto& [name, check] : checks()) {
    if (name.find(group + "/") != 0) continue;
    const auto found = cases.find(name);
    if (found == cases.end()) {
      missing += " " + name;
      continue;
    }
    BOOST_TEST_CONTEXT(name) {
      check(found->second);
    }
    for (const std::string& array : found->second.forgotten())
      BOOST_ERROR(name << ": nothing checks " << array);
    ++checked;
  }
  BOOST_TEST_MESSAGE(group << ": " << checked << " cases checked"
                           << (missing.empty() ? "" : ", not in this set:") << missing);
  BOOST_TEST(((checked > 0 && missing.empty()) || !is_default_set()), "not in the set:" << missing);
}

/// Calls function(T{}) for float and for double.
template <class Function>
void in_both(const Function& function) {
  function(0.F);
  function(0.0);
}

/// Rows (R, A, B), A and B swapped: from (N, C, H W) to (N, H W, C) and, with the sizes swapped, back.
template <class T>
std::vector<T> transposed(const std::vector<T>& x, long a, long b) {
  std::vector<T> result(x.size());
  for (long i = 0; i < long(x.size()); ++i) {
    const long n = i / (a * b), row = i / b % a, column = i % b;
    result[std::size_t((n * b + column) * a + row)] = x[std::size_t(i)];
  }
  return result;
}
template <class T>
std::vector<T> channels_last(const std::vector<T>& x, Shape shape) {
  return transposed(x, shape.channels, shape.area());
}
template <class T>
std::vector<T> channels_first(const std::vector<T>& x, Shape shape) {
  return transposed(x, shape.area(), shape.channels);
}

/// Fills parameters, in the backend's order, from the arrays in.NAME: one name for each entry.
template <class T>
void read_parameters(const Case& test, const Entries& entries, const std::vector<std::string>& names, T* to) {
  BOOST_TEST_REQUIRE(entries.parameters.size() == names.size());
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto& [path, parameter, offset] = entries.parameters[k];
    const std::vector<T> values = test.read<T>("in." + names[k], parameter.shape());
    for (long i = 0; i < parameter.size(); ++i)
      to[offset + position(Cpu{}, parameter, i)] = values[std::size_t(i)];
  }
}

/// Compares parameters, or their gradients, with the arrays PREFIX.NAME, those of them that the case has.
template <class T>
void check_parameters(const Case& test, const std::string& prefix, const Entries& entries,
                      const std::vector<std::string>& names, const T* got, double most = 0) {
  BOOST_TEST_REQUIRE(entries.parameters.size() == names.size());
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (!test.has(prefix + "." + names[k])) continue;
    const auto& [path, parameter, offset] = entries.parameters[k];
    std::vector<T> values;
    for (long i = 0; i < parameter.size(); ++i) values.push_back(got[offset + position(Cpu{}, parameter, i)]);
    test.check(prefix + "." + names[k], values, most);
  }
}

/// PREFIX + NAME for each name.
inline std::vector<std::string> with_prefix(const std::string& prefix, std::vector<std::string> names) {
  for (std::string& name : names) name = prefix + name;
  return names;
}

/// `count` numbers as a vector, for comparison.
template <class T>
std::vector<T> numbers(const T* data, long count) {
  return {data, data + count};
}

}  // namespace tests::golden
