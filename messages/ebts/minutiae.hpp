// Minutiae of Type-9 records, read from either of the two blocks found in real files and written as
// the INCITS 378 block. Values own their minutiae; at most limits::minutiae_max a print.
//
// One convention for both blocks, that of ISO 19794-2 and INCITS 378: x right and y down from the
// top left, in pixels of the stated resolution; angles counter-clockwise from the positive x axis,
// pointing up the ridge ending or the bifurcation's valley.
//
// Legacy block 9.005 to 9.012 (ANSI/NIST-ITL 1-2000 and 1-2007, format "S"): position and direction
// are eleven digits XXXXYYYYTTT, in 0.01 mm from the bottom left and in degrees, pointing out and
// away from the ending (NBIS states both conventions). Read as 1000 pixels a centimetre, with y
// mirrored at the highest minutia and 180 degrees added. Its ridge counts, cores and deltas stay in
// the record.
//
// INCITS 378 block 9.126 to 9.140 (ANSI/NIST-ITL 1-2007, format "U"): angles are in units of 2
// degrees. ISO's unit is 360/256 degrees, so the writer adds field 9.200 of the whorl-features
// profile with each minutia's angle in ISO's unit; see docs/WHORL_FEATURES.md. The round trip is
// then exact.
#pragma once

#include <cstdint>
#include <vector>

#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

struct type9_minutia {
  std::uint16_t x = 0;       ///< pixels from the left, at most 16383
  std::uint16_t y = 0;       ///< pixels from the top, at most 16383
  std::uint8_t angle = 0;    ///< units of 360/256 degrees
  std::uint8_t type = 0;     ///< 0 other, 1 ridge ending, 2 bifurcation
  std::uint8_t quality = 0;  ///< 1..100; 0 = not reported
  friend bool operator==(const type9_minutia&, const type9_minutia&) = default;
};

enum class type9_block : std::uint8_t { legacy = 1, incits_378 = 2 };

struct type9_print {
  std::uint8_t finger_position = 0;  ///< 0 unknown; 1 right thumb .. 5, 6 left thumb .. 10
  std::uint8_t impression = 0;       ///< code of the table "impression type": 0 live plain ...
  std::uint8_t view = 0;             ///< finger view number, from 0
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::uint16_t x_resolution_per_cm = 197;  ///< pixels per centimetre; 197 = 500 dpi
  std::uint16_t y_resolution_per_cm = 197;
  std::uint8_t quality = 0;  ///< of the whole print, 1..100; 0 = not reported
  type9_block block = type9_block::incits_378;
  std::vector<type9_minutia> minutiae;
  friend bool operator==(const type9_print&, const type9_print&) = default;
};

/// Every Type-9 record in order. Errors: invalid_input with record, field and offset;
/// limit_exceeded; unsupported for a Type-9 record with neither block.
result<std::vector<type9_print>> read_type9(const transaction& whole);

/// A Type-9 record with the INCITS 378 block and 9.200. Precondition (INVARIANT): at most
/// limits::minutiae_max minutiae, coordinates up to 16383, type up to 2, qualities up to 100.
record make_type9(const type9_print& print, std::uint16_t idc);

/// The same print at another resolution, rounded to whole pixels: a legacy print at 197 a
/// centimetre is comparable with templates of 500 dpi.
type9_print rescaled(const type9_print& print, std::uint16_t pixels_per_cm);

/// Units of 2 degrees, 0 to 179, nearest to an angle in units of 360/256 degrees.
std::uint8_t to_two_degrees(std::uint8_t angle);

inline constexpr std::uint16_t coordinate_max = 16383;  ///< 14 bits in ISO 19794-2 and INCITS 378
/// Field of the profile that carries the exact angles.
inline constexpr std::uint16_t exact_angle_field = 200;

}  // namespace whorl::ebts
