// One print as minutiae: the type that the codecs read and write, the synthesiser makes and the
// matcher compares. A plain value; owns its minutiae; at most limits::minutiae_max of them.
#pragma once

#include <cstdint>
#include <vector>

namespace whorl::fingerprint {

enum class minutia_type : std::uint8_t { other = 0, ridge_ending = 1, bifurcation = 2 };

struct minutia {
  std::uint16_t x = 0;     ///< pixels from the left, at the template's resolution
  std::uint16_t y = 0;     ///< pixels from the top
  std::uint8_t angle = 0;  ///< counter-clockwise from the positive x axis, units of 360/256 degrees
  minutia_type type = minutia_type::other;
  std::uint8_t quality = 0;  ///< 1..100; 0 = not reported

  friend bool operator==(const minutia&, const minutia&) = default;
};

/// Impression type, codes of ANSI/NIST-ITL 1 table "impression type" (0 live plain, 1 live rolled,
/// 2 nonlive plain, 3 nonlive rolled, 8 swipe).
enum class impression_type : std::uint8_t {
  live_plain = 0,
  live_rolled = 1,
  nonlive_plain = 2,
  nonlive_rolled = 3,
  latent = 7,
  swipe = 8
};

struct print_template {
  std::uint8_t finger_position =
      0;  ///< 0 unknown; 1 right thumb .. 5 right little, 6 left thumb .. 10
  impression_type impression = impression_type::live_plain;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::uint16_t x_resolution_per_cm = 197;  ///< pixels per centimetre; 197 = 500 dpi
  std::uint16_t y_resolution_per_cm = 197;
  std::uint8_t quality = 0;  ///< of the whole print, 1..100; 0 = not reported
  std::vector<minutia> minutiae;

  friend bool operator==(const print_template&, const print_template&) = default;
};

}  // namespace whorl::fingerprint
