// What a gallery keeps of a person's prints for the second and third stage of a search: minutiae as
// extract_features made them, and no more. Cylinders, four fifths of a search entry, are made of
// them (expand) for the few people whom a search comes to: a gallery takes a third of the room, and
// so three times as much of it stays in memory (docs/decisions/0013-stored-entries.md).
//
// Byte for byte (stored_entry_version 2), little-endian, no alignment needed:
//    0  4   magic "WHSE"
//    4  2   version
//    6  1   number of fingers
//    7  1   zero
//    8  4   size of the whole, bytes; a multiple of 8
//   12      the fingers, 1 to 10, then unknown (0), one after the other:
//             1  position      1  quality of the print
//             1  m, all its minutiae (limits::minutiae_min to minutiae_max)
//             1  zero
//             6*m  the minutiae in the order of extract_features, best first:
//                  2  x, signed   2  y   1  angle   1  quality
//           zeros up to the size
#pragma once

#include <bitset>
#include <span>

#include "fingerprint/search_entry.hpp"
#include "messages/result.hpp"

namespace whorl::fingerprint {

inline constexpr std::uint16_t stored_entry_version = 2;

/// Index = finger position, 0 = unknown.
using finger_set = std::bitset<entry_positions>;
inline const finger_set all_fingers = finger_set().set();

/// A repeated position keeps the print of best quality; prints with fewer than
/// limits::minutiae_min minutiae count as missing. Error invalid_input when none is left.
result<bytes> build_stored_entry(std::span<const print_template> prints);

/// Checks that bytes read from outside are a whole stored entry of this version.
status check_stored_entry(byte_view stored);

/// The positions in a checked entry.
finger_set fingers_in(byte_view stored);

/// The search entry of these fingers of a checked entry, as build_search_entry makes it of the
/// prints: scores do not depend on which form was kept. Fewer `minutiae` of each, the best ones:
/// coarse_minutiae_max suffice for stage one, sketch_lanes for sketches.
bytes expand(byte_view stored, finger_set wanted = all_fingers,
             unsigned minutiae = parameters::stored_minutiae_max);

}  // namespace whorl::fingerprint
