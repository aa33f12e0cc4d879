// Sketches of 256 people: what a search streams through. A flat block, read in place from an 8-byte
// aligned address. A person's fingers stand together: a scan of all reads some of them as fast from
// here as from columns by finger, and who looks at few people finds each in one place.
// Scores are integers, the same in any slab, on every instruction set.
//
// Little-endian:
//    0  4   magic "WHSL"    4  2  version    6  2  people n, 1 to 256    8  n rows (sketch_row.hpp)
#pragma once

#include <cstdint>
#include <span>

#include "fingerprint/sketch_row.hpp"
#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::fingerprint {

inline constexpr std::uint16_t slab_version = 3;
inline constexpr unsigned slab_people = 256;
/// Of a slab of slab_people people.
inline constexpr std::size_t full_slab_bytes = 8 + slab_people * sketch_row_bytes;

/// Of 1 to slab_people checked rows.
bytes build_slab(std::span<const byte_view> rows);
/// Errors: corrupt, wrong_version.
status check_slab(byte_view slab);
unsigned people_in(byte_view slab);
/// Of a checked slab; `position`: 1 to 10.
stored_sketch sketch_in(byte_view slab, std::size_t person, std::size_t position);
/// The person's row, as build_slab took it, in place.
byte_view row_of(byte_view slab, unsigned index);
/// No byte of this person stays, and nothing matches.
void erase_from_slab(std::span<std::byte> slab, unsigned index);
/// `probe`: of make_probe_sketches. Scores of all people of a checked slab: `scores` has
/// people_in(slab) of them. 0: nothing alike. Who scores next to nothing by the probe's first
/// fingers is not looked at further and keeps that score (scan_marks_1024); docs/BENCHMARKS.md has
/// what is lost by it.
void score_slab(std::span<const positioned_sketch> probe, byte_view slab,
                std::span<std::uint32_t> scores);
/// Its placed prints, and the best position of the other one.
void score_slab(const scan_probe& probe, byte_view slab, std::span<std::uint32_t> scores);
/// Of these people of the slab alone: scores[i] is that of people[i], equal to score_slab's.
void score_people(std::span<const positioned_sketch> probe, byte_view slab,
                  std::span<const std::uint16_t> people, std::span<std::uint32_t> scores);

}  // namespace whorl::fingerprint
