// Both scans compare a minutia only with those within a gate of angles. A group of the other side's
// minutiae is gated at once: which of ours, in order of angle, lie near the angles it spans is
// looked up in a table made once for a search. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace whorl::fingerprint {

/// [begin, end) of columns that hold the minutiae twice over, so that a range of angles that passes
/// zero needs no second loop.
struct gate_range {
  unsigned begin = 0, end = 0;
};

class angle_gate {
 public:
  angle_gate() = default;
  /// `angles`: in order, at most 255.
  explicit angle_gate(std::span<const std::uint8_t> angles)
      : count_(static_cast<unsigned>(angles.size())) {
    for (unsigned angle = 0, i = 0; angle < below_.size(); ++angle) {
      while (i < count_ && angles[i] < angle) ++i;
      below_[angle] = static_cast<std::uint8_t>(i);
    }
  }

  /// Those at most `gate` steps of 256 a turn outside of low..high. Never past twice the count,
  /// whatever low and high are.
  constexpr gate_range around(int low, int high, int gate) const {
    const int from = low - gate, to = high + gate + 1;  // [from, to)
    if (to - from >= 256) return {0, count_};
    if (from < 0) return {below(from + 256), count_ + below(to)};
    if (to > 256) return {below(from), count_ + below(to - 256)};
    return {below(from), below(to)};
  }

 private:
  constexpr unsigned below(int angle) const { return below_[static_cast<std::size_t>(angle)]; }

  unsigned count_ = 0;
  std::array<std::uint8_t, 257> below_{};  // minutiae whose angle is less than the index
};

}  // namespace whorl::fingerprint
