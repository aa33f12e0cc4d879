// The large-scale shape of a synthetic finger: its pad, its pattern class, and the direction in
// which ridges run at each place. Made from (person seed, finger position) alone; a plain value.
//
// Orientation is the zero-pole model of Sherlock and Monro (1993): half the angles seen from the
// cores less half the angles seen from the deltas. Frequencies of classes by finger follow the
// general proportions of the dactyloscopic literature (65 % loops, 30 % whorls, 5 % arches; index
// fingers carry most arches and radial loops, ring fingers and thumbs most whorls): rounded, not a
// census.
#pragma once

#include <cstdint>
#include <span>

#include "fingerprint/random.hpp"
#include "fingerprint/synthesis_geometry.hpp"

namespace whorl::fingerprint {

enum class pattern_class : std::uint8_t { arch, tented_arch, left_loop, right_loop, whorl };

/// The frame of a master: `x` and `y` of master_finger count from its top left corner.
inline constexpr std::int32_t master_width_px = 800;
inline constexpr std::int32_t master_height_px = 900;
inline constexpr point_q8 master_centre{master_width_px / 2 * q8_one,
                                        master_height_px / 2 * q8_one};

struct finger_pattern {
  pattern_class kind = pattern_class::arch;
  std::int64_t half_width = 0;  ///< of the pad that a full roll shows, q8
  std::int64_t half_height = 0;
  // Singular points relative to the pad's centre, y up; only the first `_count` of each are real.
  point_q8 cores[2];
  point_q8 deltas[2];
  std::uint8_t core_count = 0;
  std::uint8_t delta_count = 0;
  std::int64_t tilt = 0;        ///< of the whole field, 1/65536 turn: loops hang steeper with it
  std::int64_t arch_slope = 0;  ///< largest slope of an arch's ridges, 1/65536 turn
  /// How far the finger's own sway turns the ridges right of and above the pad's centre (to the
  /// left and below: back), 1/65536 turn.
  std::int64_t sway_across = 0;
  std::int64_t sway_up = 0;

  std::span<const point_q8> core_points() const { return {cores, core_count}; }
  std::span<const point_q8> delta_points() const { return {deltas, delta_count}; }
};

/// One smooth wave over the pad.
struct pad_wave {
  std::int64_t frequency_x = 0;  ///< 1/65536 turn per pixel
  std::int64_t frequency_y = 0;
  turn16 phase = 0;

  /// -1 .. 1 in q16.
  std::int64_t height_at(point_q8 at) const;
};

/// `highest`: of both frequencies.
pad_wave draw_wave(random_stream& random, std::int32_t highest);

/// The wave that a finger's sway grows on, 1/65536 turn per pixel: a quarter of it is 200 px.
inline constexpr std::int32_t sway_frequency = 65536 / 4 / 200;

/// How much the ridges of this pattern arch over the upper core, 1/65536 turn.
std::int64_t hood_of(const finger_pattern& pattern);

/// `finger_position` 1..10.
finger_pattern make_pattern(std::uint64_t seed, std::uint8_t finger_position);

/// How ridges run at `at` (relative to the pad's centre, y up): a line, given in either of its two
/// senses.
turn16 ridge_orientation(const finger_pattern& pattern, point_q8 at);

/// Going along `orientation` (that of `at`) the ridges part by so much of a radian, in q16, every
/// 64 pixels (negative: they draw together). Where ridges part new ones begin, so it says which
/// sense a minutia there has.
std::int64_t parting_q16(const finger_pattern& pattern, point_q8 at, turn16 orientation);

/// The divergence of the unit vectors along the ridges is the turn across them; it is measured
/// between places so far to the left and the right, so that next to a core or delta it stays
/// bounded.
inline constexpr std::int64_t parting_reach_px = 12;

/// What the ridge lines at both places say.
constexpr std::int64_t parting_of(turn16 left, turn16 right) {
  // Lines: the difference lies within a quarter turn.
  const std::int64_t turn = static_cast<std::int16_t>(static_cast<turn16>((left - right) * 2)) / 2;
  return turn * 64 * 710 / 113 / (2 * parting_reach_px);  // 710 / 113: 2 pi
}

}  // namespace whorl::fingerprint
