// Impressions: what a sensor and an extractor would make of a master finger.
#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "fingerprint/random.hpp"
#include "fingerprint/synthesis.hpp"
#include "fingerprint/synthesis_pattern.hpp"
#include "messages/invariant.hpp"
#include "messages/limits.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t impression_path = 20;  // names a random stream below a person's seed
constexpr std::int64_t merge_distance_px = 4;  ///< extractors report nearer ones as one

/// A setting in `unit`s of the synthesiser; bounded so that no arithmetic below can overflow.
std::int64_t to_fixed(double setting, std::int64_t unit, double largest) {
  // The product with a power of two is exact, so that contraction cannot change the result.
  const double bounded = setting > 0 ? std::min(setting, largest) : 0.0;  // NaN becomes 0
  return static_cast<std::int64_t>(bounded * static_cast<double>(unit));
}

/// The part of the pad that touches the glass, relative to the pad's half axes, and the image.
struct view_shape {
  std::int64_t width_q16;
  std::int64_t height_q16;
  std::uint16_t image_width;
  std::uint16_t image_height;
};

view_shape shape_of(impression_type kind) {
  switch (kind) {
    case impression_type::live_rolled:
    case impression_type::nonlive_rolled:
      return {q16_one * 97 / 100, q16_one * 97 / 100, 800, 750};
    case impression_type::latent:
      return {q16_one * 55 / 100, q16_one * 60 / 100, 500, 600};
    case impression_type::live_plain:
    case impression_type::nonlive_plain:
    case impression_type::swipe:
      break;
  }
  return {q16_one * 74 / 100, q16_one * 88 / 100, 500, 600};
}

/// One wave of the skin's plastic distortion: smooth, a wavelength longer than 220 px.
struct skin_wave {
  std::int64_t frequency_x;  ///< 1/65536 turn per pixel
  std::int64_t frequency_y;
  turn16 phase;
  point_q8 shift;  ///< at the crest
};

/// Everything that one press of one finger has of its own.
struct press {
  finger_pattern pattern;
  view_shape shape;
  point_q8 view_centre;  ///< in the pad's frame
  point_q8 translation;
  turn16 rotation = 0;
  std::array<skin_wave, 3> waves{};
  std::int64_t position_noise_q8 = 0;
  std::int64_t angle_noise_turn16 = 0;
  std::int64_t missing_q16 = 0;
  std::int64_t spurious_q16 = 0;
  std::int64_t clarity_q16 = 0;  ///< -1 (worst) .. 1 (best)
};

point_q8 scatter(random_stream& random, std::int64_t deviation_q8) {
  const std::int64_t across = scale_q16(deviation_q8, random.normal_q16());
  return {across, scale_q16(deviation_q8, random.normal_q16())};
}

std::array<skin_wave, 3> draw_waves(random_stream& random, std::int64_t amplitude_q8) {
  std::array<skin_wave, 3> waves{};
  for (skin_wave& wave : waves) {
    wave.frequency_x = random.between(-210, 210);
    wave.frequency_y = random.between(-210, 210);
    wave.phase = static_cast<turn16>(random.next() >> 48);
    // Three independent waves: the crest of their sum is about the amplitude asked for.
    wave.shift = scatter(random, amplitude_q8 * 3 / 5);
  }
  return waves;
}

press draw_press(random_stream& random, const synthetic_person& person,
                 std::uint8_t finger_position, const impression_conditions& conditions) {
  press drawn;
  drawn.pattern = make_pattern(person.seed, finger_position);
  drawn.shape = shape_of(conditions.kind);
  drawn.clarity_q16 = std::clamp<std::int64_t>(random.normal_q16() / 2, -q16_one, q16_one);
  const std::int64_t loss = q16_one - drawn.clarity_q16 / 2;  // a bad print loses more
  const std::int64_t noise = q16_one - drawn.clarity_q16 / 4;
  drawn.missing_q16 = scale_q16(to_fixed(conditions.missing_fraction, q16_one, 1.0), loss);
  drawn.spurious_q16 = scale_q16(to_fixed(conditions.spurious_per_print, q16_one, 255.0), loss);
  drawn.position_noise_q8 = scale_q16(to_fixed(conditions.position_noise_px, q8_one, 100.0), noise);
  drawn.angle_noise_turn16 =
      scale_q16(to_fixed(conditions.angle_noise_degrees, q16_one, 360.0), noise) / 360;
  const std::int64_t shift = to_fixed(conditions.translation_px, q8_one, 1000.0);
  drawn.translation = scatter(random, shift);
  drawn.view_centre = scatter(random, shift / 2);  // the finger lands on another part of its pad
  const std::int64_t turn = to_fixed(conditions.rotation_degrees, q16_one, 360.0) / 360;
  drawn.rotation = static_cast<turn16>(scale_q16(turn, random.normal_q16()));
  drawn.waves = draw_waves(random, to_fixed(conditions.distortion_px, q8_one, 100.0));
  return drawn;
}

/// From the pad's frame to the image's, both about their centres with y up.
point_q8 carry(const press& p, point_q8 at) {
  point_q8 moved = at;
  for (const skin_wave& wave : p.waves) {
    const std::int64_t along = (wave.frequency_x * at.x + wave.frequency_y * at.y) >> 8;
    const std::int64_t crest = sin_q16(static_cast<turn16>(along + wave.phase));
    moved = moved + point_q8{scale_q16(wave.shift.x, crest), scale_q16(wave.shift.y, crest)};
  }
  return rotate(moved, p.rotation) + p.translation;
}

/// How far out in the contact area: 0 at its middle, q16_one at its edge.
std::int64_t edge_q16(const press& p, point_q8 at) {
  return ellipse_q16(at - p.view_centre, scale_q16(p.pattern.half_width, p.shape.width_q16),
                     scale_q16(p.pattern.half_height, p.shape.height_q16));
}

std::uint8_t draw_quality(random_stream& random, const press& p, std::int64_t edge, bool spurious) {
  const std::int64_t middle = 78 + scale_q16(16, p.clarity_q16) - (spurious ? 22 : 0);
  const std::int64_t drawn =
      middle - scale_q16(30, scale_q16(edge, edge)) + scale_q16(9, random.normal_q16());
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(drawn, 1, 100));
}

/// Extractors confuse the two types under pressure and ink, and sometimes cannot say.
minutia_type see_type(random_stream& random, minutia_type truth) {
  const std::uint32_t draw = random.below(100);
  if (draw < 6) return minutia_type::other;
  if (draw >= 16) return truth;
  return truth == minutia_type::bifurcation ? minutia_type::ridge_ending
                                            : minutia_type::bifurcation;
}

/// The minutia as it stands in the image; none when it falls outside.
std::optional<minutia> see(random_stream& random, const press& p, point_q8 at, turn16 angle) {
  constexpr std::int64_t probe =
      12 * q8_one;  // carried along, so that skin and hand turn the angle too
  const point_q8 tip{at.x + scale_q16(probe, cos_q16(angle)),
                     at.y + scale_q16(probe, sin_q16(angle))};
  const point_q8 root = carry(p, at);
  const point_q8 ahead = carry(p, tip) - root;
  const point_q8 seen = root + scatter(random, p.position_noise_q8);
  const std::int64_t turn =
      direction_of(ahead) + scale_q16(p.angle_noise_turn16, random.normal_q16());
  const std::int64_t x = (seen.x + p.shape.image_width * q8_one / 2) >> 8;
  const std::int64_t y = (p.shape.image_height * q8_one / 2 - seen.y) >> 8;
  if (x < 0 || y < 0 || x >= p.shape.image_width || y >= p.shape.image_height) return std::nullopt;
  minutia found;
  found.x = static_cast<std::uint16_t>(x);
  found.y = static_cast<std::uint16_t>(y);
  found.angle = static_cast<std::uint8_t>((turn + 0x80) >> 8);
  return found;
}

void see_true_ones(random_stream& random, const press& p, const master_finger& master,
                   std::vector<minutia>& found) {
  for (const minutia& truth : master.minutiae) {
    const point_q8 at{truth.x * q8_one - master_centre.x, master_centre.y - truth.y * q8_one};
    const std::int64_t edge = edge_q16(p, at);
    if (edge >= q16_one) continue;
    // Loss grows outwards; over an ellipse the mean of `edge` is one half, so the mean loss stays.
    if (random.chance(scale_q16(p.missing_q16, q16_one / 2 + edge))) continue;
    auto seen = see(random, p, at, static_cast<turn16>(truth.angle << 8));
    if (!seen) continue;
    seen->type = see_type(random, truth.type);
    seen->quality = draw_quality(random, p, edge, false);
    found.push_back(*seen);
  }
}

void see_false_ones(random_stream& random, const press& p, std::vector<minutia>& found) {
  // A binomial draw stands in for Poisson's: the mean is right, the variance a little smaller.
  const std::int64_t trials = 32 + (p.spurious_q16 >> 16) * 2;
  for (std::int64_t trial = 0; trial < trials; ++trial) {
    if (!random.chance(p.spurious_q16 / trials)) continue;
    const auto width =
        static_cast<std::int32_t>(scale_q16(p.pattern.half_width, p.shape.width_q16));
    const auto height =
        static_cast<std::int32_t>(scale_q16(p.pattern.half_height, p.shape.height_q16));
    point_q8 offset{random.between(-width, width), random.between(-height, height)};
    while (ellipse_q16(offset, width, height) >= q16_one)
      offset = {offset.x * 3 / 4, offset.y * 3 / 4};
    const point_q8 at = offset + p.view_centre;
    const turn16 sense = random.chance(q16_one / 2) ? 0x8000 : 0;  // false ones follow ridges too
    const turn16 angle = static_cast<turn16>(ridge_orientation(p.pattern, at) + sense);
    auto seen = see(random, p, at, angle);
    if (!seen) continue;
    seen->type =
        random.chance(q16_one / 2) ? minutia_type::ridge_ending : minutia_type::bifurcation;
    seen->quality = draw_quality(random, p, edge_q16(p, at), true);
    found.push_back(*seen);
  }
}

/// From the top down, one of each too close pair, and no more than a template may hold.
void arrange(std::vector<minutia>& found) {
  std::sort(found.begin(), found.end(), [](const minutia& a, const minutia& b) {
    return std::tuple(a.y, a.x, a.angle, a.type, a.quality) <
           std::tuple(b.y, b.x, b.angle, b.type, b.quality);
  });
  std::vector<minutia> kept;
  kept.reserve(found.size());
  for (const minutia& next : found) {
    const bool merged = std::any_of(kept.begin(), kept.end(), [&](const minutia& other) {
      return square(next.x - other.x) + square(next.y - other.y) < square(merge_distance_px);
    });
    if (!merged && kept.size() < limits::minutiae_max) kept.push_back(next);
  }
  found = std::move(kept);
}

}  // namespace

print_template make_impression(const synthetic_person& person, std::uint8_t finger_position,
                               std::uint32_t impression, const impression_conditions& conditions) {
  INVARIANT(finger_position >= 1 && finger_position <= 10);
  random_stream random(person.seed, {impression_path, finger_position, impression});
  const press p = draw_press(random, person, finger_position, conditions);
  print_template print;
  print.finger_position = finger_position;
  print.impression = conditions.kind;
  print.width_px = p.shape.image_width;
  print.height_px = p.shape.image_height;
  print.quality = static_cast<std::uint8_t>(70 + scale_q16(25, p.clarity_q16));
  see_true_ones(random, p, person.fingers[finger_position - 1u], print.minutiae);
  see_false_ones(random, p, print.minutiae);
  arrange(print.minutiae);
  return print;
}

std::vector<print_template> make_impressions(const synthetic_person& person,
                                             std::uint32_t impression,
                                             const impression_conditions& conditions) {
  std::vector<print_template> prints;
  prints.reserve(limits::fingers_max);
  for (std::uint8_t finger = 1; finger <= 10; ++finger) {
    prints.push_back(make_impression(person, finger, impression, conditions));
  }
  return prints;
}

}  // namespace whorl::fingerprint
