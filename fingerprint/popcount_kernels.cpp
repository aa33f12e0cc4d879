// Compiled once for each instruction set (Highway's foreach_target); see simd_targets.hpp.
#include "fingerprint/popcount_kernels.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "fingerprint/parameters.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fingerprint/popcount_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace whorl::fingerprint::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr unsigned group = 8;  // lanes that share a gate: 8 x 64 bits is one AVX-512 register
constexpr std::uint64_t beta = parameters::coarse_beta_256;

/// The probe's minutiae within the gate of a group whose angles span low..high.
struct window {
  const gated_finger::minutia_row *begin, *end;
};

window gate_window(const gated_finger& probe, int low, int high) {
  const gate_range range = probe.by_angle.around(low, high, parameters::coarse_gate);
  return {probe.rows.data() + range.begin, probe.rows.data() + range.end};
}

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void hamming(const finger_view& a, const finger_view& b, std::uint8_t* out) {
  const unsigned lanes = b.lanes;
  for (unsigned i = 0; i < a.count; ++i)
    for (unsigned j = 0; j < lanes; ++j) {
      int bits = 0;
      for (unsigned w = 0; w < cylinder_words; ++w)
        bits += std::popcount(a.words[w * a.lanes + i] ^ b.words[w * lanes + j]);
      out[i * lanes + j] = static_cast<std::uint8_t>(bits);
    }
}

/// One group: the sum of its lanes' best.
std::uint64_t sum_of_group(const window& range, const column_word* columns, unsigned stride,
                           const std::uint8_t* ones) {
  std::uint64_t total = 0;
  for (unsigned l = 0; l < group; ++l) {
    std::uint64_t best = 0;
    for (const auto* row = range.begin; row != range.end; ++row) {
      std::uint64_t bits = 0;
      for (unsigned w = 0; w < cylinder_words; ++w)
        bits += static_cast<unsigned>(std::popcount(row->words[w] ^ columns[w * stride + l]));
      best = std::max(best, row->base - 256 * bits);
    }
    total += std::max(best + beta * ones[l], gated_finger::key_offset) - gated_finger::key_offset;
  }
  return total;
}

#else

using words_tag = hn::CappedTag<std::uint64_t, group>;
using words = hn::Vec<words_tag>;

/// Ones in each lane of a + b + c + d: counted in words where the processor can, else in bytes,
/// which are summed once.
words count_four(words a, words b, words c, words d) {
#if HWY_TARGET == HWY_AVX3_DL
  return hn::Add(hn::Add(hn::PopulationCount(a), hn::PopulationCount(b)),
                 hn::Add(hn::PopulationCount(c), hn::PopulationCount(d)));
#else
  const hn::Repartition<std::uint8_t, words_tag> bytes;
  const auto ab = hn::Add(hn::PopulationCount(hn::BitCast(bytes, a)),
                          hn::PopulationCount(hn::BitCast(bytes, b)));
  const auto cd = hn::Add(hn::PopulationCount(hn::BitCast(bytes, c)),
                          hn::PopulationCount(hn::BitCast(bytes, d)));
  return hn::SumsOf8(hn::Add(ab, cd));
#endif
}

const std::uint64_t* plain(const column_word* words_in_place) {
  return reinterpret_cast<const std::uint64_t*>(words_in_place);
}

void hamming(const finger_view& a, const finger_view& b, std::uint8_t* out) {
  const words_tag d;
  const hn::Rebind<std::uint8_t, words_tag> narrow;
  const std::size_t lanes = b.lanes;
  for (std::size_t j = 0; j < lanes; j += hn::Lanes(d)) {
    const std::uint64_t* const at = plain(b.words) + j;
    const words b0 = hn::LoadU(d, at), b1 = hn::LoadU(d, at + lanes),
                b2 = hn::LoadU(d, at + 2 * lanes), b3 = hn::LoadU(d, at + 3 * lanes);
    for (std::size_t i = 0; i < a.count; ++i) {
      const words bits = count_four(hn::Xor(hn::Set(d, a.words[i]), b0),
                                    hn::Xor(hn::Set(d, a.words[a.lanes + i]), b1),
                                    hn::Xor(hn::Set(d, a.words[2 * a.lanes + i]), b2),
                                    hn::Xor(hn::Set(d, a.words[3 * a.lanes + i]), b3));
      hn::StoreU(hn::TruncateTo(narrow, bits), narrow, out + i * lanes + j);
    }
  }
}

/// The greater of two lanes whose upper halves are zero.
words greater(words a, words b) {
  const hn::Repartition<std::uint32_t, words_tag> halves;
  return hn::BitCast(words_tag(), hn::Max(hn::BitCast(halves, a), hn::BitCast(halves, b)));
}

/// One group: the sum of its lanes' best.
std::uint64_t sum_of_group(const window& range, const column_word* columns, unsigned stride,
                           const std::uint8_t* ones) {
  const words_tag d;
  const hn::Rebind<std::uint8_t, words_tag> narrow;
  const hn::Rebind<std::uint32_t, words_tag> middle;
  const words offset = hn::Set(d, gated_finger::key_offset);
  words total = hn::Zero(d);
  for (std::size_t l = 0; l < group; l += hn::Lanes(d)) {
    const std::uint64_t* const at = plain(columns) + l;
    const words g0 = hn::LoadU(d, at), g1 = hn::LoadU(d, at + stride),
                g2 = hn::LoadU(d, at + 2 * stride), g3 = hn::LoadU(d, at + 3 * stride);
    words best = hn::Zero(d);
    for (const auto* row = range.begin; row != range.end; ++row) {
      const words bits = count_four(
          hn::Xor(hn::Set(d, row->words[0]), g0), hn::Xor(hn::Set(d, row->words[1]), g1),
          hn::Xor(hn::Set(d, row->words[2]), g2), hn::Xor(hn::Set(d, row->words[3]), g3));
      best = greater(best, hn::Sub(hn::Set(d, row->base), hn::ShiftLeft<8>(bits)));
    }
    const auto lane_ones = hn::PromoteTo(middle, hn::LoadU(narrow, ones + l));
    const words gain =
        hn::PromoteTo(d, hn::Mul(lane_ones, hn::Set(middle, static_cast<std::uint32_t>(beta))));
    total = hn::Add(total, hn::Sub(greater(hn::Add(best, gain), offset), offset));
  }
  return hn::GetLane(hn::SumOfLanes(d, total));
}

#endif

}  // namespace

void hamming_all(const finger_view& a, const finger_view& b, std::uint8_t* out) {
  hamming(a, b, out);
}

std::uint32_t coarse_all(const gated_finger& probe, const finger_view& gallery) {
  std::uint64_t total = 0;
  for (unsigned start = 0; start < gallery.coarse; start += group) {
    const window range = gate_window(probe, gallery.angle[start], gallery.angle[start + group - 1]);
    total += sum_of_group(range, gallery.words + start, gallery.lanes, gallery.ones + start);
  }
  return static_cast<std::uint32_t>(total);
}

}  // namespace whorl::fingerprint::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace whorl::fingerprint {

HWY_EXPORT(hamming_all);
HWY_EXPORT(coarse_all);

gated_finger::gated_finger(const finger_view& finger)
    : count(finger.coarse), by_angle(std::span(finger.angle, finger.coarse)) {
  for (unsigned i = 0; i < count; ++i) {
    minutia_row& row = rows[i];
    for (unsigned w = 0; w < cylinder_words; ++w) row.words[w] = finger.words[w * finger.lanes + i];
    row.base = std::uint64_t{parameters::coarse_beta_256} * finger.ones[i] + key_offset;
    rows[count + i] = row;
  }
}

void hamming_matrix(const finger_view& a, const finger_view& b, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(hamming_all)(a, b, out);
}

std::uint32_t coarse_sum(const gated_finger& probe, const finger_view& gallery) {
  return HWY_DYNAMIC_DISPATCH(coarse_all)(probe, gallery);
}

}  // namespace whorl::fingerprint
#endif
