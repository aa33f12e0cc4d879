// Impressions: what a sensor and an extractor would make of a master finger.
#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "fingerprint/random.hpp"
#include "fingerprint/synthesis.hpp"
#include "fingerprint/synthesis_press.hpp"
#include "messages/invariant.hpp"
#include "messages/limits.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t impression_path = 20;  // names a random stream below a person's seed
constexpr std::int64_t merge_distance_px = 4;  ///< extractors report nearer ones as one
constexpr std::int64_t image_border_px = 12;   ///< without ridges around it none is found

/// FingerJetFX's scale: half of a good print's minutiae above 75, none below 40.
std::uint8_t draw_quality(random_stream& random, std::int64_t strength) {
  const std::int64_t drawn = 72 + scale_q16(13, strength) + scale_q16(7, random.rough_normal_q16());
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(drawn, 40, 99));
}

/// Extractors confuse the two types under pressure and ink, and where it is unclear cannot say.
minutia_type see_type(random_stream& random, minutia_type truth, std::int64_t strength) {
  const std::uint32_t draw = random.below(100);
  if (random.chance(scale_q16(q16_one * 15 / 100, burden_q16(strength))))
    return minutia_type::other;
  if (draw >= 12) return truth;
  return truth == minutia_type::bifurcation ? minutia_type::ridge_ending
                                            : minutia_type::bifurcation;
}

/// One in eight lies three times as far off as the others: a direction or place measured on broken
/// ridges.
std::int64_t heavy_noise(random_stream& random, std::int64_t deviation) {
  const std::int64_t reach = random.below(8) == 0 ? deviation * 3 : deviation;
  return scale_q16(reach, random.rough_normal_q16());
}

/// The minutia as it stands in the image; none when it falls outside.
std::optional<minutia> see(random_stream& random, const press& p, point_q8 at, turn16 angle) {
  constexpr std::int64_t probe =
      12 * q8_one;  // carried along, so that skin and hand turn the angle too
  const point_q8 tip{at.x + scale_q16(probe, cos_q16(angle)),
                     at.y + scale_q16(probe, sin_q16(angle))};
  const point_q8 root = carry(p, at);
  const point_q8 ahead = carry(p, tip) - root;
  const std::int64_t across = heavy_noise(random, p.position_noise_q8);
  const std::int64_t up = heavy_noise(random, p.position_noise_q8);
  const point_q8 seen = root + point_q8{across, up};
  const std::int64_t turn = direction_of(ahead) + heavy_noise(random, p.angle_noise_turn16);
  const std::int64_t x = (seen.x + p.image_width * q8_one / 2) >> 8;
  const std::int64_t y = (p.image_height * q8_one / 2 - seen.y) >> 8;
  if (x < image_border_px || y < image_border_px || x >= p.image_width - image_border_px ||
      y >= p.image_height - image_border_px)
    return std::nullopt;
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
    const std::int64_t strength = strength_q16(p, at, edge, truth.quality);
    if (random.chance(scale_q16(p.missing_q16, burden_q16(strength)))) continue;
    auto seen = see(random, p, at, static_cast<turn16>(truth.angle << 8));
    if (!seen) continue;
    seen->type = see_type(random, truth.type, strength);
    seen->quality = draw_quality(random, strength);
    found.push_back(*seen);
  }
}

/// False minutiae: where the print is unclear, often several around one scratch, roughly along the
/// ridges.
void see_false_ones(random_stream& random, const press& p, std::vector<minutia>& found) {
  // A binomial draw stands in for Poisson's: the mean is right, the variance a little smaller.
  const std::int64_t trials = 32 + (p.spurious_q16 >> 16) * 2;
  point_q8 scratch;
  turn16 sense = 0;
  for (std::int64_t trial = 0; trial < trials; ++trial) {
    if (!random.chance(p.spurious_q16 / trials)) continue;
    const auto width = static_cast<std::int32_t>(p.half_width);
    const auto height = static_cast<std::int32_t>(p.half_height);
    point_q8 offset{random.between(-width, width), random.between(-height, height)};
    const bool another = found.empty() || random.chance(q16_one / 2);
    if (!another) offset = scratch + point_q8{offset.x / 8, offset.y / 8};
    while (ellipse_q16(offset, width, height) >= q16_one)
      offset = {offset.x * 3 / 4, offset.y * 3 / 4};
    scratch = offset;
    const point_q8 at = offset + p.view_centre;
    if (another || random.below(8) == 0) sense = random.chance(q16_one / 2) ? 0x8000 : 0;
    const std::int64_t rough = scale_q16(65536 * 15 / 360, random.rough_normal_q16());
    const turn16 angle = static_cast<turn16>(ridge_orientation(p.pattern, at) + sense + rough);
    auto seen = see(random, p, at, angle);
    if (!seen) continue;
    const std::int64_t strength = strength_q16(p, at, edge_q16(p, at), plain_mean) - q16_one;
    seen->type = see_type(
        random, random.chance(q16_one / 2) ? minutia_type::ridge_ending : minutia_type::bifurcation,
        strength);
    seen->quality = draw_quality(random, strength);
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

/// An extractor of the plain kind: says nothing of quality and names every type.
void hide_quality(std::vector<minutia>& found) {
  for (minutia& each : found) {
    each.quality = 0;
    if (each.type == minutia_type::other) each.type = minutia_type::ridge_ending;
  }
}

}  // namespace

print_template make_impression(const synthetic_person& person, std::uint8_t finger_position,
                               std::uint32_t impression, const impression_conditions& conditions) {
  INVARIANT(finger_position >= 1 && finger_position <= 10);
  random_stream random(person.seed, {impression_path, finger_position, impression});
  const press p = draw_press(random, person.seed, finger_position, conditions);
  print_template print;
  print.finger_position = finger_position;
  print.impression = conditions.kind;
  print.width_px = p.image_width;
  print.height_px = p.image_height;
  print.quality =
      static_cast<std::uint8_t>(std::clamp<std::int64_t>(75 + scale_q16(20, p.clarity_q16), 1, 95));
  see_true_ones(random, p, person.fingers[finger_position - 1u], print.minutiae);
  see_false_ones(random, p, print.minutiae);
  arrange(print.minutiae);
  if (!conditions.sensor.reports_quality) hide_quality(print.minutiae);
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
