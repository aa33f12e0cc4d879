#include "fingerprint/synthesis.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "fingerprint/names.hpp"
#include "fingerprint/random.hpp"
#include "fingerprint/synthesis_pattern.hpp"
#include "fingerprint/synthesis_press.hpp"
#include "fingerprint/synthesis_quick.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t master_path = 10;  // names a random stream below a person's seed

// Fitted to the counts, places and directions of real templates: docs/SYNTHESIS.md.
constexpr std::int64_t area_per_minutia_px2 = 1771;  ///< of the ellipse inside the pad
constexpr std::int64_t count_spread_percent = 26;
constexpr std::int64_t minutiae_least = 24;
constexpr std::size_t minutiae_most = 192;

// Kinds of darts, in 256 of all.
constexpr std::int32_t facing_256 = 80;    ///< at the other end of a ridge that begins here
constexpr std::int32_t beside_256 = 52;    ///< where several ridges begin side by side
constexpr std::int32_t crowding_256 = 61;  ///< about a core
constexpr std::int64_t crowding_reach = 65 * q8_one;  ///< deviation
constexpr std::int64_t ridge_least = 8 * q8_one;      ///< length of a short ridge
constexpr std::int64_t ridge_reach = 35 * q8_one;
constexpr std::int64_t ridge_bend = 8 * q8_one;  ///< how far off the straight line it may end
constexpr std::int64_t beside_along = 16 * q8_one;
constexpr std::int64_t beside_across = 16 * q8_one;
constexpr std::int64_t bound_blur = 15;  ///< points of plainness that such places cost

/// How strongly a minutia's sense follows the one it belongs to and the parting of the ridges:
/// shares above one half, in per cent.
constexpr std::int64_t facing_percent = 30;
constexpr std::int64_t beside_percent = 39;
constexpr std::int64_t parting_percent = 170;
constexpr std::int64_t favour_most = q16_one * 49 / 100;
/// Share of the darts that stay: where no sense is favoured; of those that belong to another.
constexpr std::int64_t idle_stay = q16_one * 15 / 100;
constexpr std::int64_t bound_stay = q16_one * 89 / 100;
constexpr std::int64_t fine_angle = 65536 * 28 / 3600;
constexpr std::int64_t rough_angle = 65536 * 241 / 3600;

/// A person's random draws for one finger with the finger's own flow of ridges.
struct finger_draw {
  finger_pattern pattern;
  random_stream random;
  std::uint64_t rough_share_256 = 0;  ///< how broken its ridges are
};

std::size_t draw_count(finger_draw& finger) {
  const std::int64_t pad_px2 =
      ((finger.pattern.half_width >> 8) * (finger.pattern.half_height >> 8) * 355) / 113;  // pi
  const std::int64_t usual = pad_px2 / area_per_minutia_px2;
  const std::int64_t drawn =
      usual + scale_q16(usual, finger.random.normal_q16()) * count_spread_percent / 100;
  return static_cast<std::size_t>(
      std::clamp(drawn, minutiae_least, static_cast<std::int64_t>(minutiae_most)));
}

/// A minutia's place and direction in the pad's frame.
struct dart_point {
  point_q8 at;
  turn16 angle = 0;
};

/// The places taken so far, and a picture of where no other may stand: one bit on 2 x 2 pixels, so
/// that to look costs the same however many there are.
class taken_places {
 public:
  bool crowded(point_q8 at) const {
    const cell c = cell_of(at);
    return (rows_[c.row][c.column >> 6] >> (c.column & 63) & 1) != 0;
  }
  void take(point_q8 at, turn16 angle) {
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
    taken_[count_++] = {at, angle};
  }
  std::size_t count() const { return count_; }
  const dart_point& operator[](std::size_t i) const { return taken_[i]; }

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
  std::array<dart_point, minutiae_most> taken_;
  std::size_t count_ = 0;
};

/// A place in the box of these half sides, of the upper 48 of a draw's bits.
point_q8 within_box(std::uint64_t bits, std::int64_t half_width, std::int64_t half_height) {
  const auto across = static_cast<std::int64_t>(bits >> 40) - (1 << 23);
  const auto up = static_cast<std::int64_t>((bits >> 16) & 0xFFFFFF) - (1 << 23);
  return {(across * half_width) >> 23, (up * half_height) >> 23};
}

point_q8 turned(point_q8 step, turn16 angle) {
  const std::int64_t cosine = cos_quick(angle), sine = sin_quick(angle);
  return {(step.x * cosine - step.y * sine) >> 16, (step.x * sine + step.y * cosine) >> 16};
}

/// Where a minutia may come to stand, and what another one there says of it.
struct dart {
  point_q8 at;
  turn16 sense = 0;           ///< the direction that the other asks for
  std::int64_t bond_q16 = 0;  ///< how surely; 0: it belongs to no other
};

/// A ridge that begins at a minutia ends at another, which faces it: `other` points into the ridge.
/// Real minutiae of opposite sense lie ahead of each other about twice as often as behind.
dart facing(random_stream& random, const dart_point& other) {
  const std::int64_t ahead =
      ridge_least + std::abs(scale_q16(ridge_reach, random.rough_normal_q16()));
  const point_q8 step{ahead, scale_q16(ridge_bend, random.rough_normal_q16())};
  return {other.at + turned(step, other.angle), static_cast<turn16>(other.angle + 0x8000),
          q16_one * facing_percent / 100};
}

/// Where ridges part, several begin together.
dart beside(random_stream& random, const dart_point& other) {
  const std::int64_t along = scale_q16(beside_along, random.rough_normal_q16());
  const point_q8 step{along, scale_q16(beside_across, random.rough_normal_q16())};
  return {other.at + turned(step, other.angle), other.angle, q16_one * beside_percent / 100};
}

/// A dart at the pad: some belong to a minutia that is there already, some crowd around a core, the
/// others fall anywhere.
dart throw_dart(finger_draw& finger, const taken_places& taken) {
  const finger_pattern& pattern = finger.pattern;
  const std::uint64_t bits = finger.random.next();
  const auto draw = static_cast<std::int32_t>(bits & 0xFF);
  if (draw < facing_256 + beside_256 && taken.count() != 0) {
    const dart_point& other = taken[finger.random.below(static_cast<std::uint32_t>(taken.count()))];
    return draw < facing_256 ? facing(finger.random, other) : beside(finger.random, other);
  }
  if (draw < facing_256 + beside_256 + crowding_256 && pattern.core_count != 0) {
    const point_q8 centre = pattern.cores[draw & 1 & (pattern.core_count - 1)];
    const std::int64_t across = scale_q16(crowding_reach, finger.random.rough_normal_q16());
    return {centre + point_q8{across, scale_q16(crowding_reach, finger.random.rough_normal_q16())}};
  }
  return {within_box(bits, pattern.half_width, pattern.half_height)};
}

/// What the ridges at a place do to a minutia there.
struct site {
  turn16 orientation = 0;
  std::int64_t favour_q16 = 0;  ///< how much likelier the orientation's sense is than one half
  std::int64_t stay_q16 = 0;    ///< share of the darts that stay
};

site site_of(const finger_pattern& pattern, const dart& thrown) {
  const turn16 orientation = ridge_orientation(pattern, thrown.at);
  std::int64_t favour = parting_q16(pattern, thrown.at, orientation) * parting_percent / 100;
  const std::int64_t pull = std::min(std::abs(favour), favour_most);
  const bool along = cos_quick(static_cast<turn16>(orientation - thrown.sense)) > 0;
  favour += along ? thrown.bond_q16 : -thrown.bond_q16;
  return {
      orientation, std::clamp(favour, -favour_most, favour_most),
      thrown.bond_q16 != 0 ? bound_stay : idle_stay + pull * (q16_one - idle_stay) / favour_most};
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

minutia make_minutia(finger_draw& finger, const dart& thrown, turn16 angle) {
  const point_q8 at = thrown.at;
  minutia made;
  made.x = static_cast<std::uint16_t>((master_centre.x + at.x + q8_one / 2) >> 8);
  made.y = static_cast<std::uint16_t>((master_centre.y - at.y + q8_one / 2) >> 8);
  made.angle = static_cast<std::uint8_t>((angle + 0x80) >> 8);
  const std::int64_t plain = plain_mean +
                             scale_q16(plain_spread, finger.random.rough_normal_q16()) -
                             (thrown.bond_q16 != 0 ? bound_blur : 0);
  made.quality = static_cast<std::uint8_t>(std::clamp<std::int64_t>(plain, 1, 100));
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
  const squircle pad(finger.pattern.half_width, finger.pattern.half_height);
  for (std::size_t i = 0; i < wanted * 6 && taken.count() < wanted; ++i) {
    const dart thrown = throw_dart(finger, taken);
    const bool outside = pad.edge_q16(thrown.at) >= q16_one;
    if (outside || taken.crowded(thrown.at)) continue;
    const site here = site_of(finger.pattern, thrown);
    if (!finger.random.chance(here.stay_q16)) continue;
    const turn16 angle = draw_angle(finger, here);
    taken.take(thrown.at, angle);
    minutiae.push_back(make_minutia(finger, thrown, angle));
  }
}

master_finger make_master(std::uint64_t seed, std::uint8_t finger_position) {
  finger_draw finger{make_pattern(seed, finger_position),
                     random_stream(seed, {master_path, finger_position})};
  finger.rough_share_256 = 7 + finger.random.below(73);
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
