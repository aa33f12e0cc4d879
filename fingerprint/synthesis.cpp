#include "fingerprint/synthesis.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "fingerprint/names.hpp"
#include "fingerprint/random.hpp"
#include "fingerprint/synthesis_pattern.hpp"
#include "fingerprint/synthesis_press.hpp"
#include "fingerprint/synthesis_quick.hpp"
#include "fingerprint/synthesis_sites.hpp"
#include "fingerprint/synthesis_taken.hpp"

namespace whorl::fingerprint {
namespace {

constexpr std::uint64_t master_path = 10;  // names a random stream below a person's seed

// Fitted to the counts, places and directions of real templates: docs/SYNTHESIS.md.
constexpr std::int64_t area_per_minutia_px2 = 1771;  ///< of the ellipse inside the pad
constexpr std::int64_t count_spread_percent = 26;
constexpr std::int64_t minutiae_least = 24;
constexpr std::size_t minutiae_most = taken_places::most;

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

/// How strongly a minutia's sense follows the one it belongs to: shares above one half.
constexpr std::int64_t facing_share = q16_one * 30 / 100;
constexpr std::int64_t beside_share = q16_one * 39 / 100;
static_assert(std::max(facing_share, beside_share) <= bond_most);
/// Share of the darts that belong to another and stay.
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

/// How a minutia belongs to another one. A table, since which one it is comes at random, and
/// a jump taken at random costs more than to look it up.
struct bond {
  std::int64_t along, across;  ///< deviations of its place in the other's frame
  std::int64_t least;          ///< so much farther ahead ...
  std::int64_t forward;        ///< ... and only ahead: all ones, else zero
  std::int64_t share_q16;
  turn16 turn;  ///< of its sense against the other's direction
};
constexpr std::array<bond, 2> bonds = {{
    // A ridge that begins at a minutia ends at another, which faces it: the other's direction
    // points into the ridge. Real minutiae of opposite sense lie ahead of each other about twice as
    // often as behind.
    {ridge_reach, ridge_bend, ridge_least, -1, facing_share, 0x8000},
    // Where ridges part, several begin together.
    {beside_along, beside_across, 0, 0, beside_share, 0},
}};

dart throw_bound(random_stream& random, const taken_places& taken, const bond& how) {
  const dart_point& other = taken[random.below(static_cast<std::uint32_t>(taken.count()))];
  const std::int64_t along = scale_q16(how.along, random.rough_normal_q16());
  const std::int64_t backward = (along >> 63) & how.forward;
  const point_q8 step{how.least + ((along ^ backward) - backward),
                      scale_q16(how.across, random.rough_normal_q16())};
  return {point_q8{other.x, other.y} + turned(step, other.angle),
          static_cast<turn16>(other.angle + how.turn), how.share_q16};
}

/// A dart at the pad: some belong to a minutia that is there already, some crowd around a core, the
/// others fall anywhere.
dart throw_dart(random_stream& random, const finger_pattern& pattern, const taken_places& taken) {
  const std::uint64_t bits = random.next();
  const auto draw = static_cast<std::int32_t>(bits & 0xFF);
  if (draw < facing_256 + beside_256 && taken.count() != 0) {
    return throw_bound(random, taken, bonds[draw >= facing_256]);
  }
  if (draw < facing_256 + beside_256 + crowding_256 && pattern.core_count != 0) {
    const point_q8 centre = pattern.cores[draw & 1 & (pattern.core_count - 1)];
    const std::int64_t across = scale_q16(crowding_reach, random.rough_normal_q16());
    return {centre + point_q8{across, scale_q16(crowding_reach, random.rough_normal_q16())}};
  }
  return {within_box(bits, pattern.half_width, pattern.half_height)};
}

/// Along the ridge, with the sense that is favoured there. Where ridges are broken or scarred the
/// direction is only roughly the ridge's.
turn16 draw_angle(random_stream& random, std::uint64_t rough_share_256, const site& here) {
  const std::uint64_t bits = random.next();
  const bool reversed = static_cast<std::int64_t>(bits & 0xFFFF) >= q16_one / 2 + here.favour_q16;
  const bool rough = (bits >> 16 & 0xFF) < rough_share_256;
  const std::int64_t noise = scale_q16(rough ? rough_angle : fine_angle, random.rough_normal_q16());
  return static_cast<turn16>(here.orientation + (reversed ? 0x8000 : 0) + noise);
}

minutia make_minutia(random_stream& random, const dart& thrown, turn16 angle) {
  const point_q8 at = thrown.at;
  minutia made;
  made.x = static_cast<std::uint16_t>((master_centre.x + at.x + q8_one / 2) >> 8);
  made.y = static_cast<std::uint16_t>((master_centre.y - at.y + q8_one / 2) >> 8);
  made.angle = static_cast<std::uint8_t>((angle + 0x80) >> 8);
  const std::int64_t plain = plain_mean + scale_q16(plain_spread, random.rough_normal_q16()) -
                             (thrown.bond_q16 != 0 ? bound_blur : 0);
  made.quality = static_cast<std::uint8_t>(std::clamp<std::int64_t>(plain, 1, 100));
  made.type =
      random.chance(q16_one * 54 / 100) ? minutia_type::ridge_ending : minutia_type::bifurcation;
  return made;
}

/// A finger that is being made.
struct growing_finger {
  growing_finger(std::uint64_t seed, master_finger& made)
      : finger{make_pattern(seed, made.finger_position),
               random_stream(seed, {master_path, made.finger_position})},
        pad(finger.pattern.half_width, finger.pattern.half_height),
        minutiae(made.minutiae),
        taken(finger.pattern) {
    finger.rough_share_256 = 7 + finger.random.below(73);
    wanted = draw_count(finger);
    darts_left = wanted * 6;
    minutiae.reserve(wanted);
  }

  finger_draw finger;
  squircle pad;
  std::vector<minutia>& minutiae;
  std::size_t wanted = 0;
  std::size_t darts_left = 0;  ///< so a crowded pad ends with fewer, never in a loop
  dart thrown;
  taken_places taken;
};

/// Throws until a dart may stand: those outside the pad or too near to another are dropped, and a
/// few of those that belong to another. False once the finger has all that it gets.
bool aim(growing_finger& made) {
  random_stream random = made.finger.random;  // a copy, which may stay in registers
  bool found = false;
  while (!found && made.darts_left != 0 && made.taken.count() < made.wanted) {
    --made.darts_left;
    made.thrown = throw_dart(random, made.finger.pattern, made.taken);
    const bool outside = made.pad.edge_q16(made.thrown.at) >= q16_one;
    if (outside || made.taken.crowded(made.thrown.at)) continue;
    made.thrown.luck_q16 = static_cast<std::int64_t>(random.next() >> 48);
    found = made.thrown.bond_q16 == 0 || made.thrown.luck_q16 < bound_stay;
  }
  made.finger.random = random;
  return found;
}

void settle(growing_finger& made, const site& here) {
  random_stream random = made.finger.random;
  const turn16 angle = draw_angle(random, made.finger.rough_share_256, here);
  made.taken.take(made.thrown.at, angle);
  made.minutiae.push_back(make_minutia(random, made.thrown, angle));
  made.finger.random = random;
}

void grow_alone(growing_finger& made) {
  while (aim(made)) {
    const site here = site_of(made.finger.pattern, made.thrown);
    if (here.stays) settle(made, here);
  }
}

/// Fingers grow independently of each other, so each lane has the next dart of another one. The
/// largest come first, lest one of them be left to grow alone at the end.
void grow_together(std::span<growing_finger*> fingers) {
  std::sort(fingers.begin(), fingers.end(),
            [](const auto* a, const auto* b) { return a->wanted > b->wanted; });
  site_lanes sites;
  std::array<growing_finger*, site_lanes::most> growing;
  std::size_t count = 0, begun = 0;
  const auto put = [&](std::size_t lane, growing_finger* finger) {
    growing[lane] = finger;
    sites.set_pattern(lane, finger->finger.pattern);
  };
  while (count < growing.size() && begun < fingers.size()) put(count++, fingers[begun++]);
  while (count != 0) {
    for (std::size_t lane = 0; lane < count;) {
      if (aim(*growing[lane])) {
        sites.set_dart(lane, growing[lane]->thrown);
        ++lane;
      } else if (begun < fingers.size()) {
        put(lane, fingers[begun++]);
      } else if (--count != lane) {
        put(lane, growing[count]);
      }
    }
    sites.look(count);
    for (std::size_t lane = 0; lane < count; ++lane)
      if (const site here = sites[lane]; here.stays) settle(*growing[lane], here);
  }
}

void grow(std::uint64_t seed, std::array<master_finger, 10>& fingers) {
  std::array<std::optional<growing_finger>, 10> made;
  std::array<growing_finger*, 10> together;
  std::size_t count = 0;
  for (std::uint8_t i = 0; i < 10; ++i) {
    fingers[i].finger_position = static_cast<std::uint8_t>(i + 1);
    growing_finger& each = made[i].emplace(seed, fingers[i]);
    if (each.finger.pattern.kind == pattern_class::arch) {
      grow_alone(each);
    } else {
      together[count++] = &each;
    }
  }
  grow_together(std::span(together).first(count));
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
  grow(seed, person.fingers);
  return person;
}

}  // namespace whorl::fingerprint
