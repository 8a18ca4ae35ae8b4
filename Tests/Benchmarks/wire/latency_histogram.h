// A log-linear histogram of nanoseconds: 64 steps to each power of two, so an error below 1.6 %.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

class LatencyHistogram {
 public:
  void Record(uint64_t nanoseconds) {
    counts_[IndexOf(nanoseconds)] += 1;
    total_ += 1;
  }

  void Add(const LatencyHistogram& other) {
    for (size_t index = 0; index < counts_.size(); ++index) counts_[index] += other.counts_[index];
    total_ += other.total_;
  }

  uint64_t total() const { return total_; }

  // The upper bound, in microseconds, of the step that holds the `fraction` quantile; 0 if empty.
  double QuantileMicroseconds(double fraction) const {
    const uint64_t wanted = static_cast<uint64_t>(fraction * static_cast<double>(total_));
    uint64_t seen = 0;
    for (size_t index = 0; index < counts_.size(); ++index) {
      seen += counts_[index];
      if (seen > wanted) return static_cast<double>(UpperBound(index)) / 1000.0;
    }
    return 0;
  }

 private:
  static constexpr int kStepBits = 6;
  static constexpr uint64_t kSteps = 1u << kStepBits;

  static size_t IndexOf(uint64_t value) {
    if (value < kSteps) return static_cast<size_t>(value);
    const int shift = 63 - __builtin_clzll(value) - kStepBits;
    const size_t index = static_cast<size_t>(shift + 1) * kSteps + ((value >> shift) - kSteps);
    return index < kSize ? index : kSize - 1;
  }

  static uint64_t UpperBound(size_t index) {
    if (index < kSteps) return index;
    const int shift = static_cast<int>(index / kSteps) - 1;
    return ((kSteps + index % kSteps + 1) << shift) - 1;
  }

  static constexpr size_t kSize = 36 * kSteps;  // up to 2^41 ns, over half an hour
  std::array<uint64_t, kSize> counts_{};
  uint64_t total_ = 0;
};
