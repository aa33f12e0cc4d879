// The sketch of a finger: of its best minutiae, 64 chosen bits of each cylinder and the place. What
// a search looks at first, for everybody: 264 bytes a finger, all fingers a person has, and 80 with
// the places, for those only who are somewhat alike (aligned.hpp).
//
// The bits were chosen greedily for spread and little correlation among the cylinders of synthetic
// prints; no public print took part. Measured on prints (tests/bench/search_bench.cpp), 64 bits
// with a low beta lose fewer mates than the whole 240 with a usual one: what is only somewhat alike
// counts nothing, so little noise adds up over ten fingers.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "fingerprint/angle_gate.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

inline constexpr unsigned sketch_lanes = 32;  ///< minutiae of a finger, the best ones
inline constexpr unsigned sketch_group = 8;   ///< gated together
inline constexpr unsigned sketch_groups = sketch_lanes / sketch_group;

/// Coordinates of a sketch count so many pixels, from the middle of the minutiae; what lies further
/// off than 127 of them is moved there.
inline constexpr int sketch_pixels = 4;

/// In order of angle. Lanes without a minutia are zero, with the last angle, and match nothing.
struct finger_sketch {
  unsigned count = 0;
  std::array<std::uint64_t, sketch_lanes> words{};
  std::array<std::uint8_t, sketch_lanes> angles{};
  std::array<std::int8_t, sketch_lanes> x{}, y{};
};

/// Of a finger that is there (finger.count != 0).
finger_sketch make_sketch(const finger_view& finger);

/// Half of what a minutia whose sketch has so many ones would score against itself. The score of
/// two is worth_a + worth_b - their Hamming distance, or 0.
constexpr unsigned sketch_worth(unsigned ones) {
  return (ones * parameters::sketch_beta_256 + 128) >> 8;
}

/// The same where the places are compared too, which noise rarely passes.
constexpr unsigned aligned_worth(unsigned ones) {
  return (ones * parameters::aligned_beta_256 + 128) >> 8;
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
  /// Of the aligned stage: a partner's worth there, and where it lies.
  std::array<std::uint64_t, 2 * sketch_lanes> aligned_base{};
  std::array<std::int8_t, sketch_lanes> x{}, y{};
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

/// The probe's minutiae within the gate of a stored finger's group g.
inline gate_range gate_of(const probe_sketch& probe, const stored_sketch& other, unsigned g) {
  return probe.by_angle.around(other.spans[g], other.spans[sketch_groups + g],
                               parameters::sketch_gate);
}

/// Where the minutiae of a stored finger lie, in place.
struct stored_places {
  explicit stored_places(const std::byte* at)
      : x(reinterpret_cast<const std::int8_t*>(at)),
        y(x + sketch_lanes),
        angles(reinterpret_cast<const std::uint8_t*>(y + sketch_lanes)) {}
  const std::int8_t* x;
  const std::int8_t* y;
  /// Half a byte each: fifteenths of the span of the minutia's group (stored_sketch::spans), the
  /// even lane's lower.
  const std::uint8_t* angles;
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
  /// Of all its fingers' sketches.
  std::size_t minutiae() const;
};
scan_probe make_scan_probe(const prepared_probe& probe);

/// People of a partition, the best by sketches, who go on to the aligned stage of a probe of so
/// many minutiae (1 at least).
constexpr std::size_t pool_people(std::size_t minutiae) {
  constexpr std::uint64_t square = parameters::scan_pool_fourth * parameters::scan_pool_fourth;
  return std::min<std::uint64_t>(square * square / (minutiae * minutiae * minutiae * minutiae),
                                 parameters::scan_pool_most);
}
static_assert(pool_people(320) == 1023 && pool_people(128) == 39'982 && pool_people(96) == 65'536);

/// Those of them, the best aligned, whose entries are looked at.
constexpr std::size_t aligned_people(std::size_t minutiae) {
  constexpr std::size_t cube =
      parameters::aligned_pool_cube * parameters::aligned_pool_cube * parameters::aligned_pool_cube;
  return std::clamp(cube / (minutiae * minutiae * minutiae), parameters::aligned_pool_least,
                    parameters::aligned_pool_most);
}
static_assert(aligned_people(320) == 32 && aligned_people(128) == 501 &&
              aligned_people(64) == 2048);

}  // namespace whorl::fingerprint
