// A booking's answers as a principal may see them (promise 5): the booking side (lea, sib) learns
// of the immigration search only what its jurisdiction's mode tells it; examiner, operator and
// oversight see all. Used by book, bookings, reviews and status.
#pragma once

#include <string>
#include <vector>

#include "apps/casework/case_desk.hpp"
#include "apps/cli.hpp"
#include "apps/session.hpp"

namespace whorl::apps {

struct shown_answer {
  /// hit, review, no_hit, failed, open; for the booking side also pending (an answer follows) and
  /// withheld (mode limited); not_searched when the mode is inactive.
  std::string decision;
  subject_id subject;        ///< 0: none, or not to be shown
  std::uint32_t score = 0;   ///< of the subject, else of the best candidate; 0 none
  std::uint64_t people = 0;  ///< searched
  std::string sequence;      ///< fingers in the wrong order, in words; not for the booking side
  std::string known_as;      ///< the record's name, when it is another than the one given
};

struct shown_booking {
  storage::booking_row row;
  biographics who;  ///< empty when purged, or no longer shown
  /// The personal data were destroyed, or their time for the booking side is over, which looks the
  /// same: else what is kept longer would tell of a case (promise 5).
  bool purged = false;
  shown_answer criminal, immigration;
  std::vector<storage::outbox_row> messages;  ///< those that the principal may know of
  bool opened_case = false;
};

/// True for the roles that book and are told answers, false for those that see all.
bool is_booking_side(actors::role r);

/// Whether the principal may know what the immigration search of this booking found: not the
/// booking side, and of a protected person no local officer either (disclosure table).
bool sees_immigration(storage::store& store, const actors::principal& who,
                      const booking_accepted& booking);

/// Whether a booking is of the principal's agency or state; those that see all may see each.
bool may_see(const actors::principal& who, const booking_accepted& booking);

/// A case that the session's principal may know of. Where there is one that it may not, the refusal
/// is put on record, and answered as if there were none. Errors: not_found.
result<standing_case> known_case(session& s, const std::string& id);

/// A booking with a principal's eyes. The caller has asked may_see, and writes the audit row.
result<shown_booking> show_booking(session& s, const actors::principal& who,
                                   storage::booking_row row);
/// Reads it, with the session's eyes.
result<shown_booking> show_booking(session& s, booking_id booking);

/// One object per answer, {"event":"answered",...}; those that say nothing are left out.
std::vector<json> answer_lines(const shown_booking& what);

/// Words for a person: "hit S...", "no hit, enrolled S...".
std::string criminal_words(const shown_booking& what, bool with_id);
std::string immigration_words(const shown_booking& what, bool with_id);
/// "SRE, IDR to ZZPD00001; IAQ to LESC".
std::string sent_words(const shown_booking& what);

/// The score from which on a gallery of so many people gives a hit.
std::uint32_t hit_score(std::uint64_t people);

/// Picks `most` of rows for a person to look at: of each kind one, then of each another, in order
/// of the rows. 0: all.
std::vector<std::size_t> illustrative(const std::vector<std::string>& kinds, std::size_t most);

}  // namespace whorl::apps
