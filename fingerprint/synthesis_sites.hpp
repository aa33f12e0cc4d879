// What a finger's ridges do to a minutia at a place: its direction, the likelier sense, and whether
// it may begin there. Asked for one finger, or for several at once, since that is where the time of
// making a person goes. Internal to the synthesiser; pure.
// Several at once is compiled for each instruction set and chosen at run time (simd_targets.hpp);
// all give the same integers, those of site_of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "fingerprint/synthesis_pattern.hpp"

namespace whorl::fingerprint {

/// Where a minutia may come to stand, and what another one there says of it.
struct dart {
  point_q8 at;
  turn16 sense = 0;           ///< the direction that the other asks for
  std::int64_t bond_q16 = 0;  ///< how surely; 0: it belongs to no other
  std::int64_t luck_q16 = 0;  ///< drawn for it in 0..65535: where ridges hardly part the lucky stay
};
/// Bonds are no surer than this.
inline constexpr std::int64_t bond_most = q16_one * 39 / 100;

struct site {
  turn16 orientation;
  std::int32_t favour_q16;  ///< how much likelier the orientation's sense is than one half
  bool stays;               ///< those that belong to another always do
};

site site_of(const finger_pattern& pattern, const dart& thrown);

/// A dart at each of up to eight fingers, none of them a plain arch.
class site_lanes {
 public:
  static constexpr std::size_t most = 8;

  /// `pattern` has to outlive its use.
  void set_pattern(std::size_t lane, const finger_pattern& pattern);
  void set_dart(std::size_t lane, const dart& thrown) {
    columns_.at_x[lane] = static_cast<std::int32_t>(thrown.at.x);
    columns_.at_y[lane] = static_cast<std::int32_t>(thrown.at.y);
    columns_.sense[lane] = thrown.sense;
    columns_.bond[lane] = static_cast<std::int32_t>(thrown.bond_q16);
    columns_.luck[lane] = static_cast<std::int32_t>(thrown.luck_q16);
  }
  /// Of the first `count` lanes, whose patterns and darts have to be set.
  void look(std::size_t count);
  site operator[](std::size_t lane) const {
    return {static_cast<turn16>(columns_.orientation[lane]), columns_.favour[lane],
            columns_.stays[lane] != 0};
  }

  using column = std::array<std::int32_t, most>;
  struct columns {
    std::array<const finger_pattern*, most> patterns{};
    struct points {
      alignas(32) column x{}, y{};
    };
    points cores[2], deltas[2];
    alignas(32) column second{};  ///< all ones where there are two cores and two deltas, else zero
    alignas(32) column hood{}, tilt{}, sway_across{}, sway_up{};
    alignas(32) column at_x{}, at_y{}, sense{}, bond{}, luck{};
    alignas(32) column orientation{}, favour{}, stays{};  ///< what look() finds
  };

 private:
  columns columns_;
};

}  // namespace whorl::fingerprint
