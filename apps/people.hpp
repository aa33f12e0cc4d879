// Synthetic people by seed and index, as records of a gallery and as bookings. The same seed and
// index are the same person in every file; their record numbers (ids) depend on the register they
// stand in, so that the two galleries share none.
#pragma once

#include <cstdint>
#include <string>

#include "fingerprint/synthesis.hpp"
#include "messages/facts.hpp"

namespace whorl::apps {

/// Person number `index` of the population `seed`.
fingerprint::synthetic_person person_of(std::uint64_t seed, std::uint64_t index);
/// Its record number in the register of that name ("" is the plain one). Never 0.
subject_id subject_of(std::uint64_t seed, std::uint64_t index, const std::string& register_name);
subject_record record_of(std::uint64_t seed, std::uint64_t index, std::uint32_t impression,
                         const std::string& register_name);

/// One print as ISO/IEC 19794-2 record with its position.
result<probe_print> to_probe_print(const fingerprint::print_template& print);

struct booking_plan {
  std::uint64_t people_seed = 1, index = 0;
  std::uint32_t impression = 1;
  std::string ori, tcn, date;
  bool retained = false;
  bool false_name = false;  ///< gives a name, birth date and place that are not the person's
  /// A sequence error: positions of two prints exchanged; 0 and 0: none, equal ones: the hands.
  std::uint8_t exchange_a = 0, exchange_b = 0;
  std::string offence;  ///< "3562 MARIJUANA - POSSESS"; empty: one drawn by seed
  fingerprint::impression_conditions conditions = {};
};
/// The bytes of an EBTS file (CARW of the whorl-features profile).
result<bytes> booking_file_of(const booking_plan& plan);

std::uint64_t splitmix(std::uint64_t value);

}  // namespace whorl::apps
