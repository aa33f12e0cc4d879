// The sketch of a finger: of its best minutiae, 64 chosen bits of each cylinder. What a search
// looks at first, for everybody: 264 bytes a finger, all fingers a person has.
//
// The bits were chosen greedily for spread and little correlation among the cylinders of synthetic
// prints; no public print took part. Measured on prints (tests/bench/search_bench.cpp), 64 bits
// with a low beta lose fewer mates than the whole 240 with a usual one: what is only somewhat alike
// counts nothing, so little noise adds up over ten fingers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "fingerprint/angle_gate.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

inline constexpr unsigned sketch_lanes = 32;  ///< minutiae of a finger, the best ones
inline constexpr unsigned sketch_group = 8;   ///< gated together
inline constexpr unsigned sketch_groups = sketch_lanes / sketch_group;

/// In order of angle. Lanes without a minutia are zero, with the last angle, and match nothing.
struct finger_sketch {
  unsigned count = 0;
  std::array<std::uint64_t, sketch_lanes> words{};
  std::array<std::uint8_t, sketch_lanes> angles{};
};

/// Of a finger that is there (finger.count != 0).
finger_sketch make_sketch(const finger_view& finger);

/// Half of what a minutia whose sketch has so many ones would score against itself. The score of
/// two is worth_a + worth_b - their Hamming distance, or 0.
constexpr unsigned sketch_worth(unsigned ones) {
  return (ones * parameters::sketch_beta_256 + 128) >> 8;
}

/// A finger of a probe, laid out for the scan.
struct probe_sketch {
  unsigned count = 0;      ///< 0: no such finger
  std::uint32_t self = 0;  ///< the score against itself
  /// Twice over (angle_gate.hpp).
  std::array<std::uint64_t, 2 * sketch_lanes> words{};
  std::array<std::uint64_t, 2 * sketch_lanes> base{};  ///< sketch_base + worth
  std::array<std::uint8_t, sketch_lanes> angles{};
  angle_gate by_angle;
};

/// One finger of somebody as slabs and rows have it, in place: 32 words; lowest angle of each
/// group, then highest.
struct stored_sketch {
  explicit stored_sketch(const std::byte* at)
      : words(reinterpret_cast<const column_word*>(at)),
        spans(reinterpret_cast<const std::uint8_t*>(words + sketch_lanes)) {}
  const column_word* words;
  const std::uint8_t* spans;
};

/// Keeps the kernels' sums positive: a distance is at most 64.
inline constexpr unsigned sketch_base = 64;

probe_sketch make_probe_sketch(const finger_view& finger);

struct positioned_sketch {
  std::uint8_t position = 1;  ///< 1 to 10
  probe_sketch sketch;
};

/// A probe's fingers of known position, those that say most first. `entry`: a search entry.
std::vector<positioned_sketch> make_probe_sketches(byte_view entry);

class prepared_probe;

/// What a scan of everybody compares a probe by.
struct scan_probe {
  std::vector<positioned_sketch> placed;
  /// The print of unknown position under each position that the probe lacks: the best counts.
  std::vector<positioned_sketch> anywhere;
  std::size_t fingers() const { return placed.size() + (anywhere.empty() ? 0 : 1); }
};
scan_probe make_scan_probe(const prepared_probe& probe);

/// People of a partition whose entries a scan by so many fingers (1 at least) looks at.
constexpr std::size_t pool_people(std::size_t fingers) {
  return parameters::scan_pool_people / (fingers * fingers);
}

}  // namespace whorl::fingerprint
