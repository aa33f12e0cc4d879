#include "fingerprint/synthesis_press.hpp"

#include <algorithm>

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t finger_path = 40;  // names of random streams below a person's seed
constexpr std::uint64_t skin_path = 41;

constexpr std::int32_t skin_frequency = 210;  ///< waves longer than 220 px

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
      return {q16_one * 50 / 100, q16_one * 55 / 100, 500, 600};
    case impression_type::live_plain:
    case impression_type::nonlive_plain:
    case impression_type::swipe:
      break;
  }
  return {q16_one * 65 / 100, q16_one * 90 / 100, 500, 600};
}

point_q8 scatter(random_stream& random, std::int64_t deviation_q8) {
  const std::int64_t across = scale_q16(deviation_q8, random.normal_q16());
  return {across, scale_q16(deviation_q8, random.normal_q16())};
}

/// What a finger keeps from print to print: dry or worn skin, of the person and of the finger.
std::int64_t finger_clarity(std::uint64_t seed, std::uint8_t finger_position) {
  random_stream person(seed, {skin_path});
  random_stream finger(seed, {finger_path, finger_position});
  return person.normal_q16() * 3 / 5 + finger.normal_q16() * 4 / 5;
}

void draw_contact(press& drawn, random_stream& random, const impression_conditions& conditions) {
  view_shape shape = shape_of(conditions.kind);
  constexpr std::int64_t least = q16_one / 8;  // no area at all could not be divided by
  if (conditions.contact_width > 0)
    shape.width_q16 = std::max(to_fixed(conditions.contact_width, q16_one, 1.0), least);
  if (conditions.contact_height > 0)
    shape.height_q16 = std::max(to_fixed(conditions.contact_height, q16_one, 1.0), least);
  const sensor_model& sensor = conditions.sensor;
  drawn.image_width = sensor.width_px != 0 ? sensor.width_px : shape.image_width;
  drawn.image_height = sensor.height_px != 0 ? sensor.height_px : shape.image_height;
  drawn.scale_x_per_mille = std::clamp(sensor.scale_x_per_mille, 500, 2000);
  drawn.scale_y_per_mille = std::clamp(sensor.scale_y_per_mille, 500, 2000);
  const std::int64_t spread = to_fixed(conditions.contact_spread, q16_one, 1.0);
  const auto varied = [&](std::int64_t share) {
    const std::int64_t drawn_share =
        share + scale_q16(scale_q16(share, spread), random.normal_q16());
    return std::clamp<std::int64_t>(drawn_share, share * 2 / 5, q16_one);
  };
  drawn.half_width = scale_q16(drawn.pattern.half_width, varied(shape.width_q16));
  drawn.half_height = scale_q16(drawn.pattern.half_height, varied(shape.height_q16));
  drawn.view_centre = scatter(random, to_fixed(conditions.landing_px, q8_one, 1000.0));
}

}  // namespace

std::int64_t burden_q16(std::int64_t strength) {
  const std::int64_t root = std::max<std::int64_t>(q16_one - strength / 2, 0);
  return scale_q16(root, root);
}

press draw_press(random_stream& random, std::uint64_t seed, std::uint8_t finger_position,
                 const impression_conditions& conditions) {
  press drawn;
  drawn.pattern = make_pattern(seed, finger_position);
  const std::int64_t here = to_fixed(conditions.clarity_spread, q16_one, 4.0);
  const std::int64_t always = to_fixed(conditions.finger_spread, q16_one, 4.0);
  drawn.clarity_q16 = scale_q16(here, random.normal_q16()) +
                      scale_q16(always, finger_clarity(seed, finger_position));
  drawn.clarity_q16 = std::clamp<std::int64_t>(drawn.clarity_q16, -3 * q16_one, q16_one);
  const std::int64_t noise = q16_one - drawn.clarity_q16 / 4;
  drawn.missing_q16 = to_fixed(conditions.missing_fraction, q16_one, 1.0);
  drawn.spurious_q16 = scale_q16(to_fixed(conditions.spurious_per_print, q16_one, 255.0),
                                 burden_q16(drawn.clarity_q16));
  drawn.position_noise_q8 = scale_q16(to_fixed(conditions.position_noise_px, q8_one, 100.0), noise);
  drawn.angle_noise_turn16 =
      scale_q16(to_fixed(conditions.angle_noise_degrees, q16_one, 360.0), noise) / 360;
  draw_contact(drawn, random, conditions);
  drawn.translation = scatter(random, to_fixed(conditions.translation_px, q8_one, 1000.0));
  const std::int64_t turn = to_fixed(conditions.rotation_degrees, q16_one, 360.0) / 360;
  drawn.rotation = static_cast<turn16>(scale_q16(turn, random.normal_q16()));
  const std::int64_t pull = to_fixed(conditions.distortion_px, q8_one, 100.0);
  for (std::size_t i = 0; i < drawn.skin.size(); ++i) {
    drawn.skin[i] = draw_wave(random, skin_frequency);
    // Three independent waves: the crest of their sum is about the amplitude asked for.
    drawn.pulls[i] = scatter(random, pull * 3 / 5);
  }
  for (pad_wave& patch : drawn.patches) patch = draw_wave(random, skin_frequency);
  drawn.patch_depth_q16 = to_fixed(conditions.clarity_spread, q16_one, 4.0);
  return drawn;
}

point_q8 carry(const press& p, point_q8 at) {
  point_q8 moved = at;
  for (std::size_t i = 0; i < p.skin.size(); ++i) {
    const std::int64_t crest = p.skin[i].height_at(at);
    moved = moved + point_q8{scale_q16(p.pulls[i].x, crest), scale_q16(p.pulls[i].y, crest)};
  }
  const point_q8 placed = rotate(moved, p.rotation) + p.translation;
  return {placed.x * p.scale_x_per_mille / 1000, placed.y * p.scale_y_per_mille / 1000};
}

std::int64_t edge_q16(const press& p, point_q8 at) {
  return squircle(p.half_width, p.half_height).edge_q16(at - p.view_centre);
}

std::int64_t strength_q16(const press& p, point_q8 at, std::int64_t edge, std::uint8_t plainness) {
  std::int64_t patch = 0;
  for (const pad_wave& wave : p.patches) patch += wave.height_at(at);
  const std::int64_t own = (plainness - plain_mean) * q16_one / plain_spread;
  // `edge` is a third on average: what this adds is allowed for in the fitted conditions.
  return p.clarity_q16 + scale_q16(p.patch_depth_q16, patch) + own * 3 / 4 +
         (q16_one / 2 - edge) / 2;
}

}  // namespace whorl::fingerprint
