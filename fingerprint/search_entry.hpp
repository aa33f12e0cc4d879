// A person's prints as one flat block of bytes, as stage one and two compare them: each finger's
// best minutiae in columns, with their cylinders. In memory only: of a gallery's person it is made
// when a search comes to it (stored_entry.hpp); the probe of a search takes the same form.
//
// Byte for byte; the block begins at an 8-byte aligned address:
//    0  44  directory: for finger positions 0 (unknown) to 10
//             2  offset of the finger / 8, 0 = no such finger
//             1  n, stored minutiae (limits::minutiae_min to stored_minutiae_max)
//             1  c, of them for stage one: min(n, coarse_minutiae_max)
//   44   4  zeros
//   48  the fingers, one after the other. With p = n rounded up to a multiple of 8:
//             8      quality of the print, count of all its minutiae, six zeros
//             4*8*p  cylinders in columns: word 0 of each minutia, word 1 of each, ...
//             2*p    x of each minutia, signed        2*p  y
//             p      angle      p  ones in the cylinder (240 at most)
//             p      quality    p  zero
// The first c minutiae are in order of angle, and so are the n - c after them. The padding lanes
// (n..p) are zero but for the angle, which repeats the last one.
// Ten fingers take 19,328 bytes at most.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/features.hpp"
#include "fingerprint/parameters.hpp"
#include "fingerprint/template.hpp"
#include "messages/bytes.hpp"
#include "messages/limits.hpp"

namespace whorl::fingerprint {

inline constexpr std::size_t entry_header_bytes = 48;
inline constexpr std::size_t entry_positions = limits::fingers_max + 1;  ///< 0 = unknown, 1..10
inline constexpr std::size_t finger_header_bytes = 8;
inline constexpr std::size_t lane_bytes = 40;  ///< of one minutia, in all its columns

/// Read from bytes: allowed to alias them.
using column_word [[gnu::may_alias]] = std::uint64_t;
using column_coordinate [[gnu::may_alias]] = std::int16_t;

constexpr unsigned lanes_of(unsigned minutiae) { return (minutiae + 7) / 8 * 8; }
inline constexpr unsigned stored_lanes_max = lanes_of(parameters::stored_minutiae_max);

/// One finger inside an entry. Points into it.
struct finger_view {
  unsigned count = 0;   ///< stored minutiae; 0 = finger absent
  unsigned coarse = 0;  ///< of them for stage one
  unsigned lanes = 0;   ///< count rounded up: distance between columns
  std::uint8_t quality = 0;
  const column_word* words = nullptr;  ///< word w of minutia i at words[w * lanes + i]
  const column_coordinate* x = nullptr;
  const column_coordinate* y = nullptr;
  const std::uint8_t* angle = nullptr;
  const std::uint8_t* ones = nullptr;
  const std::uint8_t* minutia_quality = nullptr;

  explicit operator bool() const { return count != 0; }
};

/// The finger at `position` (0 to 10) of an entry.
finger_view finger_of(byte_view entry, std::size_t position);

/// One finger's block, laid out as above; empty print: see build_search_entry for the rules.
bytes build_finger_block(const print_template& print);
/// Adds a print of these features (in their order, minutiae_min at least) to an entry that has no
/// such position yet, with the best `minutiae` of them (stored_minutiae_max at most).
void append_finger(bytes& entry, std::size_t position, std::uint8_t quality,
                   const std::vector<feature>& features, unsigned minutiae);
/// The view of a block from build_finger_block.
finger_view view_finger_block(byte_view block, unsigned count);

/// The print that a search takes of each position: the best of those with enough minutiae; nullptr
/// where there is none.
std::array<const print_template*, entry_positions> choose_prints(
    std::span<const print_template> prints);

/// Minutiae that a block of this print stores.
unsigned stored_count(const print_template& print);

}  // namespace whorl::fingerprint
