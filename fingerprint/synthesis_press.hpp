// One press of one synthetic finger on one sensor: where and how it lies, what of it touches the
// glass and how clearly that shows. Internal to the synthesiser. A plain value; same inputs, same
// press.
#pragma once

#include <array>
#include <cstdint>

#include "fingerprint/random.hpp"
#include "fingerprint/synthesis_conditions.hpp"
#include "fingerprint/synthesis_pattern.hpp"

namespace whorl::fingerprint {

/// How plain a master's minutia is to see (its `quality`): mean and deviation.
inline constexpr std::int64_t plain_mean = 60;
inline constexpr std::int64_t plain_spread = 14;

/// Everything that one press of one finger has of its own.
struct press {
  finger_pattern pattern;
  std::int64_t half_width = 0;  ///< of the contact area, q8
  std::int64_t half_height = 0;
  point_q8 view_centre;  ///< of the contact area, in the pad's frame
  std::uint16_t image_width = 0;
  std::uint16_t image_height = 0;
  std::int32_t scale_x_per_mille = 1000;
  std::int32_t scale_y_per_mille = 1000;
  point_q8 translation;
  turn16 rotation = 0;
  std::array<pad_wave, 3> skin{};     ///< the plastic distortion ...
  std::array<point_q8, 3> pulls{};    ///< ... and the shift at each wave's crest
  std::array<pad_wave, 2> patches{};  ///< clearer and darker parts of the print
  std::int64_t patch_depth_q16 = 0;
  std::int64_t position_noise_q8 = 0;
  std::int64_t angle_noise_turn16 = 0;
  std::int64_t missing_q16 = 0;
  std::int64_t spurious_q16 = 0;
  std::int64_t clarity_q16 = 0;  ///< of the whole print; 0 usual, -2 very bad, 1 very good
};

press draw_press(random_stream& random, std::uint64_t seed, std::uint8_t finger_position,
                 const impression_conditions& conditions);

/// From the pad's frame to the image's, both about their centres with y up.
point_q8 carry(const press& p, point_q8 at);

/// How far out in the contact area: 0 at its middle, q16_one at its edge.
std::int64_t edge_q16(const press& p, point_q8 at);

/// How clearly a minutia there would show, about in standard deviations (q16).
std::int64_t strength_q16(const press& p, point_q8 at, std::int64_t edge, std::uint8_t plainness);

/// What a strength or clarity does to loss and noise: 1 at 0, rising towards the bad (q16).
std::int64_t burden_q16(std::int64_t strength);

}  // namespace whorl::fingerprint
