// Synthetic people and impressions of them, from seeds alone: same seed, same people, on every
// build (only integer and own-PRNG randomness; no std::*_distribution, whose output differs by
// library). Pure; values are owned by the caller. Work per impression is bounded: at most 255
// minutiae. Synthetic results are to be labelled synthetic wherever they are printed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "fingerprint/template.hpp"

namespace whorl::fingerprint {

/// The true ridge detail of one finger ("master"): impressions are drawn from it.
struct master_finger {
  std::uint8_t finger_position = 0;
  std::vector<minutia> minutiae;  ///< 500 dpi, 800 x 900 px: a frame larger than any print shows
};

struct synthetic_person {
  std::uint64_t seed = 0;
  std::string name;         ///< "LAST,FIRST", EBTS NAM form, ASCII capitals, 3..30 characters
  std::string birth_date;   ///< YYYYMMDD
  char sex = 'M';           ///< M or F
  std::string birth_place;  ///< 2-letter code of EBTS POB
  std::array<master_finger, 10> fingers;
};

/// The person of this seed.
synthetic_person make_person(std::uint64_t seed);

/// How an impression differs from the master; defaults are those of an ordinary livescan booking.
/// A print draws its own quality, which scales loss and noise about these means; a zero stays zero.
struct impression_conditions {
  double missing_fraction = 0.12;   ///< true minutiae in view that the extractor loses
  double spurious_per_print = 3.0;  ///< mean number of false minutiae
  double position_noise_px = 1.8;   ///< standard deviation per axis, 500 dpi
  double angle_noise_degrees = 5.0;
  double distortion_px = 5.0;     ///< amplitude of the smooth plastic distortion
  double rotation_degrees = 8.0;  ///< standard deviation of the whole print's rotation
  double translation_px = 18.0;
  impression_type kind = impression_type::live_rolled;
};

/// One impression of one finger; `impression` selects the draw (0 = first capture, 1, 2, ...).
/// `finger_position` 1..10. At 500 dpi: 800 x 750 px rolled, 500 x 600 px otherwise. Minutiae stand
/// from the top down, so that their order says nothing about the master's.
print_template make_impression(const synthetic_person& person, std::uint8_t finger_position,
                               std::uint32_t impression,
                               const impression_conditions& conditions = {});

/// All ten fingers of one capture.
std::vector<print_template> make_impressions(const synthetic_person& person,
                                             std::uint32_t impression,
                                             const impression_conditions& conditions = {});

}  // namespace whorl::fingerprint
