// Who a synthetic person says to be: name, birth, sex and birthplace from the seed alone, drawn
// from lists of common names. Pure; the value is owned by the caller. Nobody real is meant, and any
// likeness is chance: names are frequent ones combined without regard to anyone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whorl::fingerprint {

struct identity {
  std::string name;         ///< "LAST,FIRST", see valid_ebts_name
  std::string birth_date;   ///< YYYYMMDD, 1936..1992: adult in every year that the rollout replays
  char sex = 'M';           ///< M or F
  std::string birth_place;  ///< 2-letter POB code, NCIC's: a state of the US or a country
};

/// The identity of this seed's person.
identity make_identity(std::uint64_t seed);

/// The rules of EBTS for NAM that we keep to: 3..30 characters, LAST,FIRST with one comma and no
/// blank after it; capitals, and inside a part single hyphens, apostrophes or blanks.
bool valid_ebts_name(std::string_view name);

}  // namespace whorl::fingerprint
