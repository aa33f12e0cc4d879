// Where a synthetic finger's minutiae stand already, and where no other may. Internal to the
// synthesiser. A plain value.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "fingerprint/synthesis_pattern.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {

/// A minutia's place and direction in the pad's frame.
struct dart_point {
  std::int32_t x, y;  ///< q8
  turn16 angle;
};

/// The places taken so far, and a picture of where no other may stand: one bit on 2 x 2 pixels, so
/// that to look costs the same however many there are. A word has 8 x 8 of them, so that a disc
/// touches four and a finger's picture stays in the nearest cache.
class taken_places {
 public:
  static constexpr std::size_t most = 192;

  explicit taken_places(const finger_pattern& pattern)
      : left_(edge_px(pattern.half_width)),
        below_(edge_px(pattern.half_height)),
        stride_(static_cast<std::size_t>(left_ / 8 + 1)) {
    const std::size_t words = stride_ * static_cast<std::size_t>(below_ / 8 + 1);
    INVARIANT(words <= words_most);
    std::fill_n(words_.begin(), words, 0);
  }

  /// `at` has to lie on the pad, here and below.
  bool crowded(point_q8 at) const {
    const cell c = cell_of(at);
    const std::uint64_t word = words_[(c.row >> 3) * stride_ + (c.column >> 3)];
    return (word >> ((c.row & 7) * 8 + (c.column & 7)) & 1) != 0;
  }
  void take(point_q8 at, turn16 angle) {
    const cell c = cell_of(at);
    const std::size_t row = c.row - 3, column = c.column - 3;
    const std::array<std::uint64_t, 4>& disc = discs[(row & 7) * 8 + (column & 7)];
    std::uint64_t* const word = &words_[(row >> 3) * stride_ + (column >> 3)];
    word[0] |= disc[0];
    word[1] |= disc[1];
    word[stride_] |= disc[2];
    word[stride_ + 1] |= disc[3];
    taken_[count_++] = {static_cast<std::int32_t>(at.x), static_cast<std::int32_t>(at.y), angle};
  }
  std::size_t count() const { return count_; }
  const dart_point& operator[](std::size_t i) const { return taken_[i]; }

 private:
  struct cell {
    std::size_t row, column;
  };

  /// A disc of 7 pixels' radius, by the place of its box's corner in a word: what of it lies in
  /// that word, in the next ones to the right and above, and in the one beyond both.
  static constexpr std::array<std::array<std::uint64_t, 4>, 64> discs = [] {
    constexpr std::array<std::size_t, 7> half = {1, 2, 3, 3, 3, 2, 1};
    std::array<std::array<std::uint64_t, 4>, 64> made{};
    for (std::size_t corner = 0; corner < 64; ++corner) {
      for (std::size_t i = 0; i < half.size(); ++i) {
        for (std::size_t j = 3 - half[i]; j <= 3 + half[i]; ++j) {
          const std::size_t row = corner / 8 + i, column = corner % 8 + j;
          made[corner][row / 8 * 2 + column / 8] |= std::uint64_t{1} << (row % 8 * 8 + column % 8);
        }
      }
    }
    return made;
  }();

  /// Half of a side of the picture: room for the discs at the pad's edge and a word beyond; even,
  /// so that cells lie alike on all pads.
  static constexpr std::int64_t edge_px(std::int64_t half_side) {
    return ((half_side >> 8) + 24) & ~1;
  }
  /// For a pad as large as the frame; make_pattern's are smaller.
  static constexpr std::size_t words_most =
      std::size_t{(master_width_px / 2 + 24) / 8 + 1} * ((master_height_px / 2 + 24) / 8 + 1);

  cell cell_of(point_q8 at) const {
    return {static_cast<std::size_t>((at.y >> 8) + below_) >> 1,
            static_cast<std::size_t>((at.x >> 8) + left_) >> 1};
  }

  std::int64_t left_, below_;
  std::size_t stride_;  ///< words
  std::size_t count_ = 0;
  std::array<dart_point, most> taken_;
  std::array<std::uint64_t, words_most> words_;
};

}  // namespace whorl::fingerprint
