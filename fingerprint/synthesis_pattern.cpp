#include "fingerprint/synthesis_pattern.hpp"

#include <algorithm>

#include "fingerprint/random.hpp"
#include "fingerprint/synthesis_quick.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t pattern_path = 1;  // names of random streams below a person's seed
constexpr std::uint64_t tendency_path = 2;
constexpr std::uint64_t size_path = 3;

/// What is usual for thumb, index, middle, ring, little: shares per mille and the pad in pixels.
struct finger_habit {
  std::int32_t whorls;
  std::int32_t arches;
  std::int32_t radial_loops;  ///< per mille of the loops
  std::int32_t half_width_px;
  std::int32_t half_height_px;
};
constexpr finger_habit habits[5] = {{400, 25, 10, 236, 286},
                                    {330, 110, 300, 200, 252},
                                    {190, 70, 35, 206, 262},
                                    {440, 20, 15, 198, 254},
                                    {150, 15, 5, 162, 214}};

/// How much more than in the plain zero-pole model ridges arch over the upper core and hang down
/// beside it: 0 is the plain model, an eighth of a turn gives half circles over vertical lines.
constexpr std::int64_t hood_turn = 65536 / 8 * 75 / 100;

/// A loop's ridges leave the print more steeply than a core and a delta alone would have it.
constexpr std::int32_t loop_tilt = 65536 * 15 / 360;

/// Fingers of one class differ in where their ridges part: deviation of both sways.
constexpr std::int64_t sway_turn = 65536 * 150 / 3600;

/// `mean` with a relative standard deviation of `spread_q16`, at most three of them away.
std::int64_t vary(random_stream& random, std::int64_t mean, std::int64_t spread_q16) {
  const std::int64_t draw =
      std::clamp<std::int64_t>(random.normal_q16(), -3 * q16_one, 3 * q16_one);
  return mean + scale_q16(scale_q16(mean, spread_q16), draw);
}

/// A place given in per cent of the pad's half axes, with a little scatter.
point_q8 place(random_stream& random, const finger_pattern& pattern, int across, int up,
               int scatter) {
  return {pattern.half_width * (across + random.between(-scatter, scatter)) / 100,
          pattern.half_height * (up + random.between(-scatter, scatter)) / 100};
}

pattern_class draw_class(std::uint64_t seed, random_stream& random, std::uint8_t finger_position) {
  const finger_habit& habit = habits[(finger_position - 1) % 5];
  // Fingers of one person resemble each other: a person leans to whorls or away from them.
  random_stream person(seed, {tendency_path});
  const std::int32_t lean = person.between(-140, 140);
  const auto draw = static_cast<std::int32_t>(random.below(1000));
  const std::int32_t whorls = std::clamp(habit.whorls + lean, 30, 900);
  if (draw < whorls) return pattern_class::whorl;
  if (draw < whorls + habit.arches) {
    return random.chance(q16_one * 2 / 5) ? pattern_class::tented_arch : pattern_class::arch;
  }
  // An ulnar loop opens towards the little finger: to the right on a print of the right hand.
  const bool radial = random.chance(q16_one * habit.radial_loops / 1000);
  const bool right_hand = finger_position <= 5;
  return radial != right_hand ? pattern_class::right_loop : pattern_class::left_loop;
}

void place_singular_points(finger_pattern& pattern, random_stream& random) {
  constexpr std::int32_t degree = 65536 / 360;
  pattern.tilt = random.between(-6 * degree, 6 * degree);
  const int side = pattern.kind == pattern_class::right_loop ? 1 : -1;
  switch (pattern.kind) {
    case pattern_class::arch:
      pattern.arch_slope = random.between(4200, 7600);  // 23 to 42 degrees
      return;
    case pattern_class::tented_arch:
      pattern.core_count = pattern.delta_count = 1;
      pattern.cores[0] = place(random, pattern, 0, 8, 5);
      pattern.deltas[0] = pattern.cores[0] + place(random, pattern, 0, -50, 6);
      return;
    case pattern_class::left_loop:
    case pattern_class::right_loop:
      pattern.core_count = pattern.delta_count = 1;
      pattern.tilt -= side * loop_tilt;
      pattern.cores[0] = place(random, pattern, 4 * side, 14, 8);
      pattern.deltas[0] = place(random, pattern, -62 * side, -60, 14);
      return;
    case pattern_class::whorl:
      pattern.core_count = pattern.delta_count = 2;
      pattern.cores[0] = place(random, pattern, 0, 20, 8);
      pattern.cores[1] = pattern.cores[0] + place(random, pattern, 0, -16, 9);
      pattern.deltas[0] = place(random, pattern, -64, -60, 14);
      pattern.deltas[1] = place(random, pattern, 64, -60, 14);
      return;
  }
}

/// Ridges of a plain arch rise towards the middle line and fall beyond it; most at the pad's
/// middle.
turn16 arch_orientation(const finger_pattern& pattern, point_q8 at) {
  const std::int64_t across =
      std::clamp<std::int64_t>((at.x << 16) / pattern.half_width, -q16_one, q16_one);
  const std::int64_t up =
      std::clamp<std::int64_t>((at.y << 16) / pattern.half_height, -q16_one, q16_one);
  const std::int64_t bend = sin_q16(static_cast<turn16>(across / 2));  // 0 on the middle line
  const std::int64_t here = q16_one - scale_q16(up, up) * 3 / 4;
  return static_cast<turn16>(-scale_q16(scale_q16(pattern.arch_slope, bend), here));
}

std::int64_t sway_at(const finger_pattern& pattern, point_q8 at) {
  const auto across = static_cast<turn16>((at.x * sway_frequency) >> 8);
  const auto up = static_cast<turn16>((at.y * sway_frequency) >> 8);
  return scale_q16(pattern.sway_across, sin_quick(across)) +
         scale_q16(pattern.sway_up, sin_quick(up));
}

}  // namespace

std::int64_t pad_wave::height_at(point_q8 at) const {
  const std::int64_t along = (frequency_x * at.x + frequency_y * at.y) >> 8;
  return sin_quick(static_cast<turn16>(along + phase));
}

pad_wave draw_wave(random_stream& random, std::int32_t highest) {
  pad_wave wave;
  wave.frequency_x = random.between(-highest, highest);
  wave.frequency_y = random.between(-highest, highest);
  wave.phase = static_cast<turn16>(random.next() >> 48);
  return wave;
}

finger_pattern make_pattern(std::uint64_t seed, std::uint8_t finger_position) {
  INVARIANT(finger_position >= 1 && finger_position <= 10);
  random_stream random(seed, {pattern_path, finger_position});
  const finger_habit& habit = habits[(finger_position - 1) % 5];
  finger_pattern pattern;
  random_stream person(seed, {size_path});
  const std::int64_t size_q16 = vary(person, q16_one, q16_one / 14);
  pattern.half_width =
      vary(random, scale_q16(habit.half_width_px * q8_one, size_q16), q16_one / 30);
  pattern.half_height =
      vary(random, scale_q16(habit.half_height_px * q8_one, size_q16), q16_one / 30);
  pattern.kind = draw_class(seed, random, finger_position);
  place_singular_points(pattern, random);
  pattern.sway_across = scale_q16(sway_turn, random.rough_normal_q16());
  pattern.sway_up = scale_q16(sway_turn, random.rough_normal_q16());
  return pattern;
}

std::int64_t hood_of(const finger_pattern& pattern) {
  return pattern.kind == pattern_class::whorl ? hood_turn / 2 : hood_turn;
}

turn16 ridge_orientation(const finger_pattern& pattern, point_q8 at) {
  const std::int64_t sway = sway_at(pattern, at);
  if (pattern.kind == pattern_class::arch)
    return static_cast<turn16>(arch_orientation(pattern, at) + sway);
  std::int64_t doubled = 0;
  for (const point_q8& delta : pattern.delta_points()) doubled -= direction_quick(at - delta);
  turn16 first = 0;  // the direction of `at` seen from the upper core
  for (std::size_t i = pattern.core_count; i-- > 0;) {
    first = direction_quick(at - pattern.cores[i]);
    doubled += first;
  }
  // Half of `doubled`: a whole turn of it is half a turn.
  return static_cast<turn16>((doubled >> 1) - scale_q16(hood_of(pattern), cos_quick(first)) +
                             pattern.tilt + sway);
}

std::int64_t parting_q16(const finger_pattern& pattern, point_q8 at, turn16 orientation) {
  const point_q8 across{-parting_reach_px * sin_quick(orientation) / q8_one,
                        parting_reach_px * cos_quick(orientation) / q8_one};
  return parting_of(ridge_orientation(pattern, at + across),
                    ridge_orientation(pattern, at - across));
}

}  // namespace whorl::fingerprint
