// A member of a group whose members are threads.
#pragma once
#include <barrier>
#include <cstdlib>
#include <dim/core/group.hpp>
#include <vector>

namespace tests {

/// One of several threads that sum their arrays.
class Member final : public dim::Group {
 public:
  struct Meeting {
    std::barrier<> all;
    std::vector<double> sums;
    explicit Meeting(int members) : all(members), sums(16) {}
  };

  Member(Meeting& meeting, int rank, int size) : meeting_(meeting), rank_(rank), size_(size) {}

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void all_sum(float*, long) const override { std::abort(); }
  void all_sum(double* numbers, long count) const override {
    meeting_.all.arrive_and_wait();
    for (int turn = 0; turn < size_; ++turn) {
      for (long i = 0; turn == rank_ && i < count; ++i) {
        double& sum = meeting_.sums[std::size_t(i)];
        sum = turn == 0 ? numbers[i] : sum + numbers[i];
      }
      meeting_.all.arrive_and_wait();
    }
    std::copy_n(meeting_.sums.begin(), count, numbers);
    meeting_.all.arrive_and_wait();
  }

 private:
  Meeting& meeting_;
  int rank_, size_;
};

}  // namespace tests
