#include "fingerprint/sketch.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>
#include <tuple>

#include "fingerprint/prepared_probe.hpp"

namespace whorl::fingerprint {
namespace {

/// The chosen bits of each of a cylinder's words, 64 in all.
constexpr std::array<std::uint64_t, 4> chosen_bits = {0x9024250140541505, 0x89004A5480A8224A,
                                                      0x0082A4A1481A14A4, 0x0000414052812440};
static_assert(std::popcount(chosen_bits[0]) + std::popcount(chosen_bits[1]) +
                  std::popcount(chosen_bits[2]) + std::popcount(chosen_bits[3]) ==
              64);

std::uint64_t sketch_of(const finger_view& finger, unsigned minutia) {
  std::uint64_t out = 0;
  unsigned next = 0;
  for (unsigned w = 0; w < chosen_bits.size(); ++w) {
    const std::uint64_t word = finger.words[w * finger.lanes + minutia];
    for (std::uint64_t left = chosen_bits[w]; left != 0; left &= left - 1)
      out |= (word >> std::countr_zero(left) & 1) << next++;
  }
  return out;
}

std::int8_t coordinate_of(int pixels) {
  const int scaled = (pixels + sketch_pixels / 2) >> 2;
  static_assert(sketch_pixels == 4, "as the shift has it");
  return static_cast<std::int8_t>(std::clamp(scaled, -127, 127));
}

}  // namespace

finger_sketch make_sketch(const finger_view& finger) {
  // The best, as extract_features ranks them, in order of angle, as the entry has them.
  const auto at = [&](unsigned i) {
    return feature{finger.x[i], finger.y[i], finger.angle[i], finger.minutia_quality[i]};
  };
  const auto place = [&](unsigned i) {
    return std::tuple(finger.angle[i], int{finger.x[i]}, int{finger.y[i]},
                      finger.minutia_quality[i]);
  };
  finger_sketch out;
  out.count = std::min(finger.count, sketch_lanes);
  std::array<std::uint8_t, stored_lanes_max> order{};
  const auto begin = order.begin();
  std::iota(begin, begin + finger.count, std::uint8_t{0});
  std::sort(begin, begin + finger.count,
            [&](unsigned a, unsigned b) { return ranks_before(at(a), at(b)); });
  std::sort(begin, begin + out.count, [&](unsigned a, unsigned b) { return place(a) < place(b); });
  for (unsigned i = 0; i < out.count; ++i) {
    out.words[i] = sketch_of(finger, order[i]);
    out.angles[i] = finger.angle[order[i]];
    out.x[i] = coordinate_of(finger.x[order[i]]);
    out.y[i] = coordinate_of(finger.y[order[i]]);
  }
  for (unsigned i = out.count; i < sketch_lanes; ++i) out.angles[i] = out.angles[out.count - 1];
  return out;
}

probe_sketch make_probe_sketch(const finger_view& finger) {
  const finger_sketch sketch = make_sketch(finger);
  probe_sketch out;
  out.count = sketch.count;
  out.angles = sketch.angles;
  out.x = sketch.x;
  out.y = sketch.y;
  out.by_angle = angle_gate(std::span(sketch.angles).first(sketch.count));
  for (unsigned i = 0; i < sketch.count; ++i) {
    const auto ones = static_cast<unsigned>(std::popcount(sketch.words[i]));
    const unsigned worth = sketch_worth(ones);
    out.words[i] = out.words[i + sketch.count] = sketch.words[i];
    out.aligned_base[i] = out.aligned_base[i + sketch.count] = sketch_base + aligned_worth(ones);
    out.base[i] = out.base[i + sketch.count] = sketch_base + worth;
    out.self += 2 * worth;
  }
  return out;
}

std::vector<positioned_sketch> make_probe_sketches(byte_view entry) {
  std::vector<positioned_sketch> out;
  for (std::size_t position = 1; position < entry_positions; ++position)
    if (const finger_view finger = finger_of(entry, position))
      out.push_back({static_cast<std::uint8_t>(position), make_probe_sketch(finger)});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tuple(b.sketch.self, a.position) < std::tuple(a.sketch.self, b.position);
  });
  return out;
}

std::size_t scan_probe::minutiae() const {
  std::size_t sum = anywhere.empty() ? 0 : anywhere.front().sketch.count;
  for (const positioned_sketch& each : placed) sum += each.sketch.count;
  return sum;
}

scan_probe make_scan_probe(const prepared_probe& probe) {
  scan_probe out;
  out.placed = make_probe_sketches(probe.entry());
  if (!probe.finger(0)) return out;
  const probe_sketch unknown = make_probe_sketch(probe.finger(0));
  for (std::size_t position = 1; position < entry_positions; ++position)
    if (!probe.finger(position))
      out.anywhere.push_back({static_cast<std::uint8_t>(position), unknown});
  return out;
}

}  // namespace whorl::fingerprint
