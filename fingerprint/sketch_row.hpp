// The sketches of one person as slabs and tails have them, read in place.
//
// Little-endian. 2 bytes present (bit p - 1: position p is there), 6 zeros, then for each position
// 1 to 10 32 words and 8 bytes spans (lowest angle of each group, then highest), then for each
// position its places: 32 bytes x, 32 y (sketch_pixels), 16 angles (stored_places). A finger that
// is not there is all zeros and matches nothing; so is an erased person.
#pragma once

#include <cstring>
#include <string>

#include "fingerprint/sketch.hpp"
#include "messages/limits.hpp"
#include "messages/result.hpp"

namespace whorl::fingerprint {

inline constexpr std::size_t sketch_bytes = sketch_lanes * 8 + 2 * sketch_groups;
inline constexpr std::size_t places_bytes = 2 * sketch_lanes + sketch_lanes / 2;
inline constexpr std::size_t row_header_bytes = 8;
inline constexpr std::size_t sketch_row_bytes =
    row_header_bytes + limits::fingers_max * (sketch_bytes + places_bytes);

/// In a row; `position`: 1 to 10.
constexpr std::size_t sketch_offset(std::size_t position) {
  return row_header_bytes + (position - 1) * sketch_bytes;
}
constexpr std::size_t places_offset(std::size_t position) {
  return sketch_offset(limits::fingers_max + 1) + (position - 1) * places_bytes;
}
/// Bit p - 1: position p is there.
inline unsigned fingers_present(const std::byte* row) {
  std::uint16_t mask = 0;
  std::memcpy(&mask, row, sizeof mask);
  return mask;
}

/// Of a search entry. Prints of unknown position have no sketch.
bytes build_sketch_row(byte_view entry);
/// The same row, of a checked stored entry: only the minutiae that it holds get cylinders.
bytes sketch_row_of(byte_view stored);
/// Errors: corrupt.
status check_sketch_row(byte_view row);

/// What is wrong with sketches, and the way out.
error refuse_sketches(const std::string& what, errc code = errc::corrupt);

}  // namespace whorl::fingerprint
