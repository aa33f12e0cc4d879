// What is booked in a simulated run: a few synthetic people, some in a gallery, and the
// transactions of their bookings, with what must come of each. Made once, shared by all seeds; a
// seed draws from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/facts.hpp"
#include "storage/store.hpp"

namespace whorl::sim {

/// A ten-print booking of one person, ready to send.
struct planned_booking {
  std::size_t person = 0;
  std::string ori, tcn;
  bytes transaction;
  bytes tampered;  ///< the same ORI and TCN with other content: must be refused
};

struct scenario {
  static constexpr std::size_t people = 9;
  static constexpr std::size_t bookings_each = 24;
  /// Who stands where at the start: 0..3 criminal, 2..5 immigration, 6..8 nowhere.
  static bool in_criminal(std::size_t person) { return person < 4; }
  static bool in_immigration(std::size_t person) { return person >= 2 && person < 6; }
  /// Two agencies: the first's jurisdiction is in mode full, the second's inactive.
  static constexpr std::string_view ori_full = "WH0000001";
  static constexpr std::string_view ori_inactive = "WX0000002";

  std::vector<subject_record> gallery_people;  ///< by person
  std::vector<planned_booking> bookings;

  /// The subject a person has in the galleries at the start.
  static subject_id subject_of(std::size_t person) { return {0x5000 + person}; }
  /// Whose record may be deleted meanwhile.
  static constexpr std::size_t deleted_criminal = 1, deleted_immigration = 4;
};

/// Made at the first call.
const scenario& shared_scenario();

/// Puts the people who stand in a gallery at the start into the store.
status enrol_start_people(storage::store& store);

}  // namespace whorl::sim
