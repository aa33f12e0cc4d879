// Compiled once for each instruction set (Highway's foreach_target); see simd_targets.hpp.
#include "fingerprint/synthesis_sites.hpp"

#include <algorithm>
#include <cstdlib>

#include "fingerprint/synthesis_quick.hpp"
#include "messages/invariant.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fingerprint/synthesis_sites.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef WHORL_SYNTHESIS_SITES_ONCE
#define WHORL_SYNTHESIS_SITES_ONCE
namespace whorl::fingerprint {
namespace {

// Fitted to real templates: docs/SYNTHESIS.md.
constexpr std::int32_t parting_percent = 170;  ///< how strongly senses follow it
constexpr std::int32_t favour_most = q16_one * 49 / 100;
/// Share of the darts that stay where no sense is favoured.
constexpr std::int32_t idle_stay = q16_one * 15 / 100;

/// Ridge lines that turn by more, 1/65536 turn, say no more of the sense.
constexpr std::int32_t turn_enough = 2047;
/// parting_of is 16 times the turn and a rest, of which this is the factor (256 / 339).
constexpr std::int32_t parting_rest_q20 = 791846;

static_assert(parting_percent == 170);
static_assert(parting_of(turn_enough, 0) * parting_percent / 100 > favour_most + bond_most);
static_assert([] {
  for (std::int32_t turn = 0; turn <= turn_enough; ++turn)
    if (parting_of(static_cast<turn16>(turn), 0) != 16 * turn + (turn * parting_rest_q20 >> 20))
      return false;
  return true;
}());

}  // namespace
}  // namespace whorl::fingerprint
#endif

HWY_BEFORE_NAMESPACE();
namespace whorl::fingerprint::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void look(site_lanes::columns& c, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const dart thrown{
        {c.at_x[i], c.at_y[i]}, static_cast<turn16>(c.sense[i]), c.bond[i], c.luck[i]};
    const site here = site_of(*c.patterns[i], thrown);
    c.orientation[i] = here.orientation;
    c.favour[i] = here.favour_q16;
    c.stays[i] = here.stays;
  }
}

#else

namespace hn = hwy::HWY_NAMESPACE;
using lane_tag = hn::CappedTag<std::int32_t, site_lanes::most>;
using lanes = hn::Vec<lane_tag>;

HWY_INLINE lanes set(std::int32_t value) { return hn::Set(lane_tag(), value); }

HWY_INLINE lanes load(const site_lanes::column& column, std::size_t first) {
  return hn::Load(lane_tag(), column.data() + first);
}

/// (addend * 65536 + value * share) / 65536 rounded as in scale_q16; the sum has to fit.
HWY_INLINE lanes scaled(std::int32_t addend, lanes value, lanes share_q16) {
  return hn::ShiftRight<16>(hn::Add(hn::Mul(value, share_q16), set(addend * 65536 + (1 << 15))));
}
HWY_INLINE lanes scaled(lanes value, lanes share_q16) { return scaled(0, value, share_q16); }

/// -value where `sign` is all ones, value where it is zero.
HWY_INLINE lanes negated(lanes value, lanes sign) { return hn::Sub(hn::Xor(value, sign), sign); }

/// Which of the 1024 steps of the table of sin_quick.
HWY_INLINE lanes sine_step(lanes angle) {
  return hn::And(hn::ShiftRight<6>(hn::Add(angle, set(32))), set(1023));
}

/// As sin_quick, by the polynomial that its table was made from.
HWY_INLINE lanes sine(lanes angle) {
  const lanes step = sine_step(angle);
  const lanes half = hn::And(step, set(511));
  const lanes quarter = hn::Min(half, hn::Sub(set(512), half));  // 256 are a quarter turn
  const lanes squared = hn::Mul(quarter, quarter);
  const lanes inner = hn::Sub(set(42177), scaled(set(4769), squared));
  // Subtracted below, so rounded the other way; the product needs all 32 bits.
  const hn::RebindToUnsigned<lane_tag> bits;
  const auto outer = hn::ShiftRight<16>(
      hn::Add(hn::BitCast(bits, hn::Mul(inner, squared)), hn::Set(bits, (1u << 15) - 1)));
  const lanes factor = hn::Sub(set(102944), hn::BitCast(lane_tag(), outer));
  const lanes size = hn::ShiftRight<8>(hn::Add(hn::Mul(quarter, factor), set(1 << 7)));
  return negated(size, hn::ShiftRight<31>(hn::ShiftLeft<22>(step)));
}
HWY_INLINE lanes cosine(lanes angle) { return sine(hn::Add(angle, set(0x4000))); }

/// As direction_quick's (less << 10) / more: single precision may come out at the next whole
/// number, never further.
HWY_INLINE lanes ratio_q10(lanes less, lanes more) {
  const hn::RebindToFloat<lane_tag> real;
  const lanes dividend = hn::ShiftLeft<10>(less);
  const lanes near =
      hn::ConvertTo(lane_tag(), hn::Div(hn::ConvertTo(real, dividend), hn::ConvertTo(real, more)));
  return hn::Add(near, hn::ShiftRight<31>(hn::Sub(dividend, hn::Mul(near, more))));
}

/// As direction_quick, by the polynomial that its table was made from.
HWY_INLINE lanes direction(lanes x, lanes y) {
  const lanes across = hn::Abs(x), up = hn::Abs(y);
  const lanes more = hn::Max(hn::Max(across, up), set(1));
  const lanes ratio = ratio_q10(hn::Min(across, up), more);
  const lanes squared = hn::ShiftRight<4>(hn::Add(hn::Mul(ratio, ratio), set(8)));
  lanes sum = scaled(-888, set(217), squared);
  sum = scaled(1879, sum, squared);
  sum = scaled(-3445, sum, squared);
  sum = scaled(10429, sum, squared);
  const lanes flat = hn::ShiftRight<10>(hn::Add(hn::Mul(ratio, sum), set(1 << 9)));
  lanes turn = hn::IfThenElse(hn::Gt(up, across), hn::Sub(set(0x4000), flat), flat);
  turn = hn::IfThenElse(hn::Lt(x, set(0)), hn::Sub(set(0x8000), turn), turn);
  return hn::And(negated(turn, hn::ShiftRight<31>(y)), set(0xFFFF));
}

HWY_INLINE lanes direction_from(const site_lanes::columns::points& from, std::size_t i, lanes x,
                                lanes y) {
  return direction(hn::Sub(x, load(from.x, i)), hn::Sub(y, load(from.y, i)));
}

HWY_INLINE lanes sway(const site_lanes::column& size, std::size_t i, lanes along) {
  return scaled(load(size, i), sine(hn::ShiftRight<8>(hn::Mul(along, set(sway_frequency)))));
}

/// As ridge_orientation, with bits above the lower 16.
HWY_INLINE lanes line_at(const site_lanes::columns& c, std::size_t i, lanes x, lanes y) {
  const lanes first = direction_from(c.cores[0], i, x, y);
  const lanes second =
      hn::Sub(direction_from(c.cores[1], i, x, y), direction_from(c.deltas[1], i, x, y));
  const lanes doubled = hn::Add(hn::Sub(first, direction_from(c.deltas[0], i, x, y)),
                                hn::And(second, load(c.second, i)));
  const lanes hood = scaled(load(c.hood, i), cosine(first));
  const lanes swayed = hn::Add(sway(c.sway_across, i, x), sway(c.sway_up, i, y));
  return hn::Add(hn::Sub(hn::ShiftRight<1>(doubled), hood), hn::Add(load(c.tilt, i), swayed));
}

/// parting_reach_px * size / q8_one, rounded to zero as in parting_q16.
HWY_INLINE lanes reach(lanes size) {
  const lanes far = hn::Mul(size, set(parting_reach_px));
  return hn::ShiftRight<8>(hn::Add(far, hn::And(hn::ShiftRight<31>(far), set(255))));
}

/// The favour that the parting asks for, as in site_of while it stays below favour_most + bond_most
/// and no less where it does not. `turn` is that of the ridge line, in the lower 15 bits.
HWY_INLINE lanes favour_of(lanes turn) {
  const hn::RebindToFloat<lane_tag> real;
  const lanes wide = hn::ShiftRight<17>(hn::ShiftLeft<17>(turn));
  const lanes size = hn::Min(hn::Abs(wide), set(turn_enough));
  const lanes parting =
      hn::Add(hn::ShiftLeft<4>(size), hn::ShiftRight<20>(hn::Mul(size, set(parting_rest_q20))));
  // 17 / 10 of it. What is cut off is a whole number of tenths and half of one, so that neither
  // rounding nor contraction can matter.
  const auto tenths = hn::ConvertTo(real, hn::Mul(parting, set(17)));
  const lanes favour = hn::ConvertTo(
      lane_tag(), hn::Add(hn::Mul(tenths, hn::Set(real, 0.1f)), hn::Set(real, 0.05f)));
  return negated(favour, hn::ShiftRight<31>(wide));
}

void look(site_lanes::columns& c, std::size_t count) {
  const lane_tag d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const lanes x = load(c.at_x, i), y = load(c.at_y, i);
    const lanes line = line_at(c, i, x, y);
    const lanes across = reach(sine(line)), up = reach(cosine(line));
    const lanes left = line_at(c, i, hn::Sub(x, across), hn::Add(y, up));
    const lanes right = line_at(c, i, hn::Add(x, across), hn::Sub(y, up));
    const lanes parted = favour_of(hn::Sub(left, right));
    // The cosine is positive.
    const lanes step = sine_step(hn::Add(hn::Sub(line, load(c.sense, i)), set(0x4000)));
    const lanes bond = load(c.bond, i);
    const lanes bent = hn::IfThenElse(hn::And(hn::Gt(step, set(0)), hn::Lt(step, set(512))), bond,
                                      hn::Sub(set(0), bond));
    const lanes favour = hn::Add(parted, bent);
    hn::Store(line, d, c.orientation.data() + i);
    hn::Store(hn::Max(hn::Min(favour, set(favour_most)), set(-favour_most)), d,
              c.favour.data() + i);
    // luck < idle_stay + pull * (q16_one - idle_stay) / favour_most, without the division.
    const lanes pull = hn::Min(hn::Abs(parted), set(favour_most));
    const auto unlucky =
        hn::Gt(hn::Mul(hn::Sub(load(c.luck, i), set(idle_stay - 1)), set(favour_most)),
               hn::Mul(pull, set(q16_one - idle_stay)));
    const lanes stays = hn::Or(hn::VecFromMask(d, hn::Not(unlucky)), bond);
    hn::Store(stays, d, c.stays.data() + i);
  }
}

#endif

}  // namespace

void look_all(site_lanes::columns& c, std::size_t count) { look(c, count); }

}  // namespace whorl::fingerprint::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace whorl::fingerprint {

HWY_EXPORT(look_all);

site site_of(const finger_pattern& pattern, const dart& thrown) {
  const turn16 orientation = ridge_orientation(pattern, thrown.at);
  const std::int64_t parted = parting_q16(pattern, thrown.at, orientation) * parting_percent / 100;
  const std::int64_t pull = std::min<std::int64_t>(std::abs(parted), favour_most);
  const bool along = cos_quick(static_cast<turn16>(orientation - thrown.sense)) > 0;
  const std::int64_t favour = parted + (along ? thrown.bond_q16 : -thrown.bond_q16);
  const std::int64_t stay = idle_stay + pull * (q16_one - idle_stay) / favour_most;
  return {orientation,
          static_cast<std::int32_t>(std::clamp<std::int64_t>(favour, -favour_most, favour_most)),
          thrown.bond_q16 != 0 || thrown.luck_q16 < stay};
}

void site_lanes::set_pattern(std::size_t lane, const finger_pattern& pattern) {
  INVARIANT(lane < most && pattern.kind != pattern_class::arch);
  const auto put = [lane](column& to, std::int64_t value) {
    to[lane] = static_cast<std::int32_t>(value);
  };
  for (std::size_t k = 0; k < 2; ++k) {
    put(columns_.cores[k].x, pattern.cores[k].x);
    put(columns_.cores[k].y, pattern.cores[k].y);
    put(columns_.deltas[k].x, pattern.deltas[k].x);
    put(columns_.deltas[k].y, pattern.deltas[k].y);
  }
  columns_.patterns[lane] = &pattern;
  put(columns_.second, pattern.core_count == 2 ? -1 : 0);
  put(columns_.hood, hood_of(pattern));
  put(columns_.tilt, pattern.tilt);
  put(columns_.sway_across, pattern.sway_across);
  put(columns_.sway_up, pattern.sway_up);
}

void site_lanes::look(std::size_t count) { HWY_DYNAMIC_DISPATCH(look_all)(columns_, count); }

}  // namespace whorl::fingerprint
#endif
