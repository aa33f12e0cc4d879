#include "fingerprint/synthesis.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "fingerprint/names.hpp"
#include "fingerprint/random.hpp"
#include "fingerprint/synthesis_pattern.hpp"
#include "fingerprint/synthesis_press.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t master_path = 10;  // names a random stream below a person's seed

// Fitted to the counts, distances and directions of real templates: docs/SYNTHESIS.md.
constexpr std::int64_t area_per_minutia_px2 = 1550;
constexpr std::int64_t minutiae_least = 24;
constexpr std::size_t minutiae_most = 192;
constexpr std::int64_t crowding_reach = 65 * q8_one;  ///< about a core, deviation
constexpr std::int64_t group_reach = 20 * q8_one;     ///< half side of a group of minutiae
constexpr std::int32_t group_share_256 = 15;
constexpr std::int32_t crowd_share_256 = 64;

/// How strongly a minutia's sense follows the parting of the ridges, and its neighbours.
constexpr std::int64_t parting_percent = 60;
constexpr std::int64_t fold_percent = 16;
constexpr std::int64_t fold_reach = 64 * q8_one;
constexpr std::int64_t strictness_least = 20;  ///< per cent; most fingers are near the least
constexpr std::int64_t strictness_range = 200;
constexpr std::int64_t favour_most = q16_one * 46 / 100;
constexpr std::int64_t idle_percent = 35;  ///< of the darts that stay where no sense is favoured
constexpr std::int32_t sense_frequency = 400;  ///< 1/65536 turn per pixel
constexpr std::int64_t sense_percent = 22;
constexpr std::int64_t fine_angle = 65536 * 3 / 360;
constexpr std::int64_t rough_angle = 65536 * 26 / 360;

/// A person's random draws for one finger with the finger's own flow of ridges.
struct finger_draw {
  finger_pattern pattern;
  random_stream random;
  std::array<pad_wave, 2> senses;  ///< neighbours tend to one sense: in waves over the pad
  // Fingers differ: in how strictly senses follow what favours them, and how broken ridges are.
  std::int64_t strictness_percent = 100;
  std::uint64_t rough_share_256 = 0;
};

std::size_t draw_count(finger_draw& finger) {
  const std::int64_t pad_px2 =
      ((finger.pattern.half_width >> 8) * (finger.pattern.half_height >> 8) * 355) / 113;  // pi
  const std::int64_t usual = pad_px2 / area_per_minutia_px2;
  const std::int64_t drawn = usual + scale_q16(usual, finger.random.normal_q16()) / 5;
  return static_cast<std::size_t>(
      std::clamp(drawn, minutiae_least, static_cast<std::int64_t>(minutiae_most)));
}

/// The places taken so far, and a picture of where no other may stand: one bit on 2 x 2 pixels, so
/// that to look costs the same however many there are.
class taken_places {
 public:
  bool crowded(point_q8 at) const {
    const cell c = cell_of(at);
    return (rows_[c.row][c.column >> 6] >> (c.column & 63) & 1) != 0;
  }
  void take(point_q8 at) {
    // Half widths of the rows of a disc of 7 pixels' radius, in cells.
    constexpr std::array<std::size_t, 7> half = {1, 2, 3, 3, 3, 2, 1};
    const cell c = cell_of(at);
    for (std::size_t i = 0; i < half.size(); ++i) {
      const std::size_t first = c.column - half[i];
      const std::uint64_t run = (std::uint64_t{2} << (2 * half[i])) - 1;
      auto& row = rows_[c.row + i - 3];
      row[first >> 6] |= run << (first & 63);
      if ((first & 63) > 56) row[(first >> 6) + 1] |= run >> (64 - (first & 63));
    }
    places_[count_++] = at;
  }
  std::size_t count() const { return count_; }
  point_q8 place(std::size_t i) const { return places_[i]; }

 private:
  struct cell {
    std::size_t row, column;
  };
  static constexpr std::int64_t reach_px = 448;  ///< places lie within so much of the pad's centre

  static cell cell_of(point_q8 at) {
    return {static_cast<std::size_t>((at.y >> 8) + reach_px) >> 1,
            static_cast<std::size_t>((at.x >> 8) + reach_px) >> 1};
  }

  std::array<std::array<std::uint64_t, reach_px / 64 + 1>, reach_px> rows_{};
  std::array<point_q8, minutiae_most> places_;
  std::size_t count_ = 0;
};

/// A place in the box of these half sides, of the upper 48 of a draw's bits.
point_q8 within_box(std::uint64_t bits, std::int64_t half_width, std::int64_t half_height) {
  const auto across = static_cast<std::int64_t>(bits >> 40) - (1 << 23);
  const auto up = static_cast<std::int64_t>((bits >> 16) & 0xFFFFFF) - (1 << 23);
  return {(across * half_width) >> 23, (up * half_height) >> 23};
}

/// A dart at the pad: most fall anywhere, some crowd around a core, a few stand near one that is
/// there already.
point_q8 throw_dart(finger_draw& finger, const taken_places& taken) {
  const finger_pattern& pattern = finger.pattern;
  const std::uint64_t bits = finger.random.next();
  const auto draw = static_cast<std::int32_t>(bits & 0xFF);
  if (draw < group_share_256 && taken.count() != 0) {
    const std::size_t other = finger.random.below(static_cast<std::uint32_t>(taken.count()));
    return taken.place(other) + within_box(bits, group_reach, group_reach);
  }
  if (draw < crowd_share_256 && pattern.core_count != 0) {
    const point_q8 centre = pattern.cores[draw & 1 & (pattern.core_count - 1)];
    const std::int64_t across = scale_q16(crowding_reach, finger.random.rough_normal_q16());
    return centre + point_q8{across, scale_q16(crowding_reach, finger.random.rough_normal_q16())};
  }
  return within_box(bits, pattern.half_width, pattern.half_height);
}

/// What the ridges at a place do to a minutia there.
struct site {
  turn16 orientation = 0;
  std::int64_t favour_q16 = 0;  ///< how much likelier the orientation's sense is than one half
  std::int64_t pull_q16 = 0;    ///< the same, whatever the finger makes of it: 0 .. favour_most
};

site site_at(const finger_draw& finger, point_q8 at) {
  const ridge_flow flow = flow_at(finger.pattern, at);
  std::int64_t favour = flow.parting_q16 * parting_percent / 100;
  const std::int64_t above = at.y + finger.pattern.half_height * 2 / 5;
  favour -= flow.rise_q16 * std::clamp<std::int64_t>(above, -fold_reach, fold_reach) / fold_reach *
            fold_percent / 100;
  for (const pad_wave& wave : finger.senses) favour += wave.height_at(at) * sense_percent / 100;
  const std::int64_t strict = favour * finger.strictness_percent / 100;
  return {flow.orientation, std::clamp(strict, -favour_most, favour_most),
          std::min(std::abs(favour), favour_most)};
}

/// Along the ridge, with the sense that is favoured there. Where ridges are broken or scarred the
/// direction is only roughly the ridge's.
turn16 draw_angle(finger_draw& finger, const site& here) {
  const std::uint64_t bits = finger.random.next();
  const bool reversed = static_cast<std::int64_t>(bits & 0xFFFF) >= q16_one / 2 + here.favour_q16;
  const bool rough = (bits >> 16 & 0xFF) < finger.rough_share_256;
  const std::int64_t noise =
      scale_q16(rough ? rough_angle : fine_angle, finger.random.rough_normal_q16());
  return static_cast<turn16>(here.orientation + (reversed ? 0x8000 : 0) + noise);
}

minutia make_minutia(finger_draw& finger, point_q8 at, const site& here) {
  const turn16 angle = draw_angle(finger, here);
  minutia made;
  made.x = static_cast<std::uint16_t>((master_centre.x + at.x + q8_one / 2) >> 8);
  made.y = static_cast<std::uint16_t>((master_centre.y - at.y + q8_one / 2) >> 8);
  made.angle = static_cast<std::uint8_t>((angle + 0x80) >> 8);
  const std::int64_t plain = finger.random.rough_normal_q16();
  made.quality = static_cast<std::uint8_t>(
      std::clamp<std::int64_t>(plain_mean + scale_q16(plain_spread, plain), 1, 100));
  made.type = finger.random.chance(q16_one * 54 / 100) ? minutia_type::ridge_ending
                                                       : minutia_type::bifurcation;
  return made;
}

/// Darts outside the pad or too near to another are dropped, and some of those where no sense is
/// favoured: where ridges part they must begin somewhere, so minutiae of one sense stand together.
/// It gives up after a fixed number of darts, so a crowded pad ends with fewer, never in a loop.
void fill_master(finger_draw& finger, std::vector<minutia>& minutiae) {
  taken_places taken;
  const std::size_t wanted = draw_count(finger);
  minutiae.reserve(wanted);
  const std::int64_t width_squared = square(finger.pattern.half_width >> 4);
  const std::int64_t height_squared = square(finger.pattern.half_height >> 4);
  for (std::size_t dart = 0; dart < wanted * 6 && taken.count() < wanted; ++dart) {
    const point_q8 at = throw_dart(finger, taken);
    const bool outside = square(at.x >> 4) * height_squared + square(at.y >> 4) * width_squared >=
                         width_squared * height_squared;
    if (outside || taken.crowded(at)) continue;
    const site here = site_at(finger, at);
    const std::int64_t drawn = here.pull_q16 * (100 - idle_percent) / 46;  // favour_most is 46 %
    if (!finger.random.chance(q16_one * idle_percent / 100 + drawn)) continue;
    taken.take(at);
    minutiae.push_back(make_minutia(finger, at, here));
  }
}

master_finger make_master(std::uint64_t seed, std::uint8_t finger_position) {
  finger_draw finger{
      make_pattern(seed, finger_position), random_stream(seed, {master_path, finger_position}), {}};
  const std::int64_t strict = finger.random.below(1000);
  finger.strictness_percent = strictness_least + strict * strict * strictness_range / 1000000;
  finger.rough_share_256 = 16 + finger.random.below(80);
  for (pad_wave& wave : finger.senses) wave = draw_wave(finger.random, sense_frequency);
  master_finger master;
  master.finger_position = finger_position;
  fill_master(finger, master.minutiae);
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
