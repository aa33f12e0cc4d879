// Synthetic people and impressions of them, from seeds alone: same seed, same people, on every
// build (only integer and own-PRNG randomness; no std::*_distribution, whose output differs by
// library). Pure; values are owned by the caller. Work per impression is bounded: at most 255
// minutiae. Synthetic results are to be labelled synthetic wherever they are printed.
// docs/SYNTHESIS.md has the model, and how near to real prints it comes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "fingerprint/synthesis_conditions.hpp"
#include "fingerprint/template.hpp"

namespace whorl::fingerprint {

/// Raised with any change of any person or impression of any seed, so that figures which name it
/// were measured on the same people.
inline constexpr std::uint32_t synthesis_version = 4;

/// The true ridge detail of one finger ("master"): impressions are drawn from it.
struct master_finger {
  std::uint8_t finger_position = 0;
  /// 500 dpi, 800 x 900 px: a frame larger than any print shows. `quality` is how plain a minutia
  /// is to see: the plain ones are those that each impression shows.
  std::vector<minutia> minutiae;
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

/// One impression of one finger; `impression` selects the draw (0 = first capture, 1, 2, ...).
/// `finger_position` 1..10. The image is the sensor's, at 500 dpi. Minutiae stand from the top
/// down, so that their order says nothing about the master's.
print_template make_impression(const synthetic_person& person, std::uint8_t finger_position,
                               std::uint32_t impression,
                               const impression_conditions& conditions = {});

/// All ten fingers of one capture.
std::vector<print_template> make_impressions(const synthetic_person& person,
                                             std::uint32_t impression,
                                             const impression_conditions& conditions = {});

}  // namespace whorl::fingerprint
