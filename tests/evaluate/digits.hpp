// The 1,797 handwritten digits of Alpaydin and Kaynak (1998), 8 x 8 values from 0 to 16, as in scikit-learn; the
// first 1,200 are for training. See tests/reference/digits.py.
#pragma once
#include <dim/io/file.hpp>

#include "sets.hpp"

namespace tests {

struct Digits {
  Set<float> train{{}, {}, 64}, test{{}, {}, 64};

  Digits() {
    const std::vector<std::byte> bytes = dim::read_file(std::string(DIM_TESTS) + "/reference/digits.bin");
    for (std::size_t i = 0; i * 65 < bytes.size(); ++i) {
      Set<float>& set = i < 1200 ? train : test;
      for (std::size_t j = 0; j < 64; ++j) set.data.push_back(float(bytes[i * 65 + j]));
      set.labels.push_back(int(bytes[i * 65 + 64]));
    }
  }
};

}  // namespace tests
