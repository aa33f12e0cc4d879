// What a booking says about the arrest and the person, apart from prints: Type-1 and Type-2 fields
// of CAR and CARW as text, and back. A plain value that owns its text; lengths are checked by
// builders.hpp.
#pragma once

#include <string>
#include <vector>

#include "messages/ebts/transaction.hpp"

namespace whorl::ebts {

/// One subfield of ASL (2.047): DOO and AOL. EBTS has no place for the NCIC code, so AOL begins
/// with its four digits and a space: "3562 MARIJUANA - POSSESS".
struct charge {
  std::string offense_date;  ///< DOO, YYYYMMDD; may be empty
  std::string code;     ///< NCIC offence code, four digits; empty when AOL does not begin with one
  std::string literal;  ///< the rest of AOL
  friend bool operator==(const charge&, const charge&) = default;
};

struct booking_fields {
  std::string tcn;                 ///< 1.009, 10 to 40 characters, unique for the ORI
  std::string ori;                 ///< 1.008, 9 letters and digits
  std::string dai;                 ///< 1.007, 9 letters and digits
  std::string date;                ///< 1.005 DAT, YYYYMMDD
  std::string retention = "Y";     ///< 2.005 RET, Y or N
  std::string name;                ///< 2.018 NAM, "SURNAME,GIVEN MIDDLE", 3 to 30
  std::string place_of_birth;      ///< 2.020 POB, two letters
  std::string date_of_birth;       ///< 2.022 DOB, YYYYMMDD
  std::string sex;                 ///< 2.024 SEX, one letter
  std::string race;                ///< 2.025 RAC, one letter
  std::string height;              ///< 2.027 HGT, feet and inches "511"
  std::string weight;              ///< 2.029 WGT, pounds, three digits
  std::string eyes;                ///< 2.031 EYE, three letters
  std::string hair;                ///< 2.032 HAI, three letters
  std::string date_of_arrest;      ///< 2.045 DOA, YYYYMMDD
  std::vector<charge> charges;     ///< 2.047 ASL, 1 to 40
  std::string controlling_agency;  ///< 2.073 CRI, 1 to 9
  // Optional: written when not empty.
  std::string citizenship;           ///< 2.021 CTZ, two letters
  std::string case_number;           ///< 2.009 OCA
  std::string state_id;              ///< 2.015 SID
  std::string fbi_number;            ///< 2.014 FBI
  std::vector<std::string> aliases;  ///< 2.019 AKA, up to 10
  friend bool operator==(const booking_fields&, const booking_fields&) = default;
};

/// What the transaction says; absent fields are empty. Checks nothing: check_mandatory does.
booking_fields read_booking(const transaction& whole);
/// ASL of the first Type-2 record.
std::vector<charge> read_charges(const transaction& whole);

}  // namespace whorl::ebts
