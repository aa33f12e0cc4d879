// Builds transactions: the booking of the whorl-features profile (CARW), a conformant CAR around
// images that the caller has, and the answers SRE and ERRT. Everything built passes check_mandatory
// and check_ascii. Lengths and characters are those of EBTS 9.1 (data/ebts/fields.csv). No state,
// no clock: dates and control numbers come from the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messages/ebts/booking.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

/// A tagged record with LEN (the writer fills it in) and, but for Type-1, IDC.
record make_record(std::uint8_t type, std::uint16_t idc);
/// A Type-4 record around image bytes; its length comes from them.
record make_type4(const type4_header& header, bytes image);

/// Images that a CAR may hold, Types 4 and 14 together.
inline constexpr std::size_t car_images_max = 14;

/// A booking of the whorl-features profile: docs/WHORL_FEATURES.md. 1 to limits::fingers_max
/// prints, IDC 01 up in their order. invalid_input names the field; limit_exceeded for too many
/// prints.
result<transaction> build_features_booking(const booking_fields& booking,
                                           std::span<const type9_print> prints);
/// A CAR. `images` are Type-4 and Type-14 records, 1 to car_images_max; they are given IDC 01 up.
/// invalid_input without images: a CAR that carries features only must not be labelled so.
result<transaction> build_car(const booking_fields& booking, std::span<const record> images);

/// Who answers whom about what. SRF: I identified, N not.
struct answer_fields {
  std::string tcn;                 ///< 1.009 of the answer
  std::string tcr;                 ///< 1.010: the TCN of what is answered
  std::string ori;                 ///< 1.008: who answers
  std::string dai;                 ///< 1.007: who gets it
  std::string date;                ///< 1.005, YYYYMMDD
  char finding = 'N';              ///< 2.059 SRF
  std::string name;                ///< 2.018 NAM
  std::string controlling_agency;  ///< 2.073 CRI
  std::string fbi_number;          ///< 2.014, optional
  std::string state_id;            ///< 2.015, optional
};

/// The answer's headers for a request: ORI and DAI change sides, TCR echoes TCN, NAM and CRI
/// repeat.
answer_fields answer_to(const transaction& request, std::string tcn, std::string date);

/// SRE, submission results. invalid_input names the field that is missing or does not fit.
result<transaction> build_sre(const answer_fields& answer);
/// ERRT, tenprint transaction error: cannot fail, since it must be possible to answer anything.
/// Bytes that are not printable become '?', texts over 300 characters are cut, at most 11 are kept;
/// a missing agency becomes UNKNOWN00.
transaction build_errt(const answer_fields& answer, std::span<const std::string> messages);

}  // namespace whorl::ebts
