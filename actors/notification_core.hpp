// What the notification actor decides, without CAF: which messages, case events and audit rows
// follow from one answer of a booking. Pure: the same answer gives the same ids and the same words.
//
//   criminal     hit -> SRE I to the ORI; no hit -> SRE N; failed -> ERRT; review -> nothing leaves
//   immigration  (never in mode inactive)
//                no hit -> in mode full, IDR "no match" to the ORI, if it can receive one
//                hit    -> case opened, IAQ to the LESC; the ORI is told after a person has
//                answered review -> nothing leaves before an examiner has looked failed -> in mode
//                full, IDR "error" to the ORI
#pragma once

#include <string>
#include <vector>

#include "actors/casework/case_settings.hpp"
#include "messages/facts.hpp"

namespace whorl::actors {

/// A message before it is sealed.
struct outgoing {
  std::string message;    ///< id
  std::string recipient;  ///< ORI or "LESC"
  std::string kind;       ///< SRE, ERRT, IDR, IAQ
  bytes body;
};

struct notices {
  std::vector<outgoing> messages;
  std::vector<case_event> events;
  std::vector<audit_row> audit;
};

/// `audit_head`: the newest countersigned head of the audit (storage/audit_head.hpp), which every
/// message carries: answers in field 2.990, the IAQ in a line "AUDIT ". `cases` has the rules that
/// give a match its level.
notices plan_notices(const booking_accepted& accepted, const biographics& who,
                     const booking_answered& answered, instant now, const std::string& audit_head,
                     const casework::case_settings& cases);

/// The mark that the notices of this answer are in the journal: message id of its first audit row.
std::string notice_mark(const booking_answered& answered);

/// The case a booking opens.
case_id case_of(booking_id booking);

/// Nine characters of base 36 made of the id, for field 2.014 (FBI, AN 1-9). Shortened, so not
/// unique beyond some millions of people: display only, never a key.
std::string fbi_number(subject_id subject);

}  // namespace whorl::actors
