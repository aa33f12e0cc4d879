// Prints made of pseudo-random minutiae, for tests that need prints but no fingers: no file, no
// library randomness, the same everywhere.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "fingerprint/slab.hpp"
#include "fingerprint/template.hpp"

namespace whorl::test {

class sample_source {
 public:
  explicit sample_source(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  unsigned below(unsigned bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<unsigned>((state_ >> 33) % bound);
  }

 private:
  std::uint64_t state_;
};

inline fingerprint::print_template sample_print(std::uint64_t seed, unsigned minutiae = 45,
                                                std::uint8_t position = 1) {
  sample_source source(seed);
  fingerprint::print_template print;
  print.finger_position = position;
  print.width_px = 800;
  print.height_px = 800;
  print.quality = 80;
  for (unsigned i = 0; i < minutiae; ++i)
    print.minutiae.push_back({static_cast<std::uint16_t>(250 + source.below(300)),
                              static_cast<std::uint16_t>(230 + source.below(340)),
                              static_cast<std::uint8_t>(source.below(256)),
                              static_cast<fingerprint::minutia_type>(source.below(3)),
                              static_cast<std::uint8_t>(1 + source.below(100))});
  return print;
}

/// The print turned counter-clockwise by `steps` / 256 of a turn about its middle, then moved.
inline fingerprint::print_template turned(fingerprint::print_template print, int steps, int dx = 0,
                                          int dy = 0) {
  const double angle = steps * 2 * 3.14159265358979 / 256;
  for (fingerprint::minutia& m : print.minutiae) {
    const double x = m.x - 400.0, y = 400.0 - m.y;  // y upwards
    m.x = static_cast<std::uint16_t>(
        std::lround(400 + dx + x * std::cos(angle) - y * std::sin(angle)));
    m.y = static_cast<std::uint16_t>(
        std::lround(400 + dy - x * std::sin(angle) - y * std::cos(angle)));
    m.angle = static_cast<std::uint8_t>(m.angle + steps);
  }
  return print;
}

/// Another capture of the same finger: some minutiae lost, some false, the others a little off.
inline fingerprint::print_template recaptured(const fingerprint::print_template& print,
                                              std::uint64_t seed) {
  sample_source source(seed);
  fingerprint::print_template out = print;
  out.minutiae.clear();
  for (fingerprint::minutia m : print.minutiae) {
    if (source.below(8) == 0) continue;
    m.x = static_cast<std::uint16_t>(m.x + source.below(5) - 2);
    m.y = static_cast<std::uint16_t>(m.y + source.below(5) - 2);
    m.angle = static_cast<std::uint8_t>(m.angle + source.below(9) - 4);
    out.minutiae.push_back(m);
  }
  const fingerprint::print_template spurious = sample_print(seed + 77, 4);
  out.minutiae.insert(out.minutiae.end(), spurious.minutiae.begin(), spurious.minutiae.end());
  return turned(out, static_cast<int>(source.below(17)) - 8, 12, -9);
}

inline std::vector<fingerprint::print_template> sample_person(std::uint64_t seed,
                                                              unsigned minutiae = 45) {
  std::vector<fingerprint::print_template> prints;
  for (std::uint8_t position = 1; position <= 10; ++position)
    prints.push_back(sample_print(seed * 16 + position, minutiae, position));
  return prints;
}

inline std::vector<fingerprint::print_template> recaptured(
    const std::vector<fingerprint::print_template>& person, std::uint64_t seed) {
  std::vector<fingerprint::print_template> prints;
  for (const auto& print : person) prints.push_back(recaptured(print, seed++));
  return prints;
}

/// For golden hashes.
inline constexpr std::uint64_t fnv_1a_begin = 0xcbf29ce484222325ULL;
inline std::uint64_t fnv_1a(byte_view text, std::uint64_t hash) {
  for (const std::byte b : text)
    hash = (hash ^ std::to_integer<std::uint64_t>(b)) * 0x100000001b3ULL;
  return hash;
}

/// score_slab's score of one person alone; `probe`: sketches or a whole scan_probe.
template <class Probe>
std::uint32_t score_row(const Probe& probe, byte_view row) {
  std::uint32_t score = 0;
  fingerprint::score_slab(probe, fingerprint::build_slab(std::span(&row, 1)), std::span(&score, 1));
  return score;
}

}  // namespace whorl::test
