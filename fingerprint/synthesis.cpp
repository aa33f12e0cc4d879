#include "fingerprint/synthesis.hpp"

#include <algorithm>
#include <utility>

#include "fingerprint/names.hpp"
#include "fingerprint/random.hpp"
#include "fingerprint/synthesis_pattern.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t master_path = 10;  // names a random stream below a person's seed

constexpr std::int64_t distance_min = 19 * q8_one / 2;  ///< a ridge period at 500 dpi: 9.5 px
/// One minutia on so many square pixels of pad: 0.14 per square millimetre at 500 dpi.
constexpr std::int64_t area_per_minutia_px2 = 2750;
constexpr std::int64_t minutiae_least = 18;
constexpr std::int64_t minutiae_most = 140;

/// How readily a minutia is taken at `at`, q16: real ones crowd around cores and deltas.
std::int64_t density_q16(const finger_pattern& pattern, point_q8 at) {
  constexpr std::int64_t reach = 95 * q8_one;
  std::int64_t nearest = square(reach);
  const auto look = [&](point_q8 singular) {
    nearest = std::min(nearest, square(at.x - singular.x) + square(at.y - singular.y));
  };
  for (const point_q8& core : pattern.core_points()) look(core);
  for (const point_q8& delta : pattern.delta_points()) look(delta);
  const std::int64_t closeness = q16_one - nearest / (square(reach) >> 16);
  return q16_one * 2 / 5 + closeness * 3 / 5;
}

std::int64_t draw_count(const finger_pattern& pattern, random_stream& random) {
  const std::int64_t pad_px2 =
      ((pattern.half_width >> 8) * (pattern.half_height >> 8) * 355) / 113;  // pi
  const std::int64_t usual = pad_px2 / area_per_minutia_px2;
  const std::int64_t drawn = usual + scale_q16(usual, random.normal_q16()) / 6;
  return std::clamp(drawn, minutiae_least, minutiae_most);
}

/// A dart-throwing Poisson-disc process over the pad: darts too near to a taken one are dropped. It
/// gives up after a fixed number of darts, so a crowded pad ends with fewer, never in a loop.
std::vector<point_q8> throw_darts(const finger_pattern& pattern, random_stream& random) {
  const auto wanted = static_cast<std::size_t>(draw_count(pattern, random));
  std::vector<point_q8> taken;
  taken.reserve(wanted);
  for (std::size_t dart = 0; dart < wanted * 16 && taken.size() < wanted; ++dart) {
    const auto width = static_cast<std::int32_t>(pattern.half_width);
    const auto height = static_cast<std::int32_t>(pattern.half_height);
    const point_q8 at{random.between(-width, width), random.between(-height, height)};
    if (ellipse_q16(at, width, height) >= q16_one) continue;
    if (!random.chance(density_q16(pattern, at))) continue;
    const bool crowded = std::any_of(taken.begin(), taken.end(), [&](point_q8 other) {
      return square(at.x - other.x) + square(at.y - other.y) < square(distance_min);
    });
    if (!crowded) taken.push_back(at);
  }
  return taken;
}

master_finger make_master(std::uint64_t seed, std::uint8_t finger_position) {
  const finger_pattern pattern = make_pattern(seed, finger_position);
  random_stream random(seed, {master_path, finger_position});
  master_finger master;
  master.finger_position = finger_position;
  const std::vector<point_q8> places = throw_darts(pattern, random);
  master.minutiae.reserve(places.size());
  for (const point_q8 at : places) {
    const turn16 ridge = ridge_orientation(pattern, at);
    const bool reversed = random.chance(q16_one / 2);  // either sense along the ridge is natural
    const turn16 angle = static_cast<turn16>(ridge + (reversed ? 0x8000 : 0));
    minutia made;
    made.x = static_cast<std::uint16_t>((master_centre.x + at.x + q8_one / 2) >> 8);
    made.y = static_cast<std::uint16_t>((master_centre.y - at.y + q8_one / 2) >> 8);
    made.angle = static_cast<std::uint8_t>((angle + 0x80) >> 8);
    made.type =
        random.chance(q16_one * 57 / 100) ? minutia_type::ridge_ending : minutia_type::bifurcation;
    made.quality = 100;
    master.minutiae.push_back(made);
  }
  return master;
}

}  // namespace

synthetic_person make_person(std::uint64_t seed) {
  synthetic_person person;
  person.seed = seed;
  identity said = make_identity(seed);
  person.name = std::move(said.name);
  person.birth_date = std::move(said.birth_date);
  person.sex = said.sex;
  person.birth_place = std::move(said.birth_place);
  for (std::uint8_t finger = 1; finger <= 10; ++finger) {
    person.fingers[finger - 1u] = make_master(seed, finger);
  }
  return person;
}

}  // namespace whorl::fingerprint
