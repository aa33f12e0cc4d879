// Facts: what the journal's streams hold, for ever and in order. Everything else is a projection of
// them. Personal payloads inside are sealed (AES-256-GCM) under a key per owner and purpose, so
// that destroying the key destroys the data everywhere, replays included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/bytes.hpp"
#include "messages/ids.hpp"
#include "messages/result.hpp"
#include "messages/search.hpp"

namespace whorl {

enum class stream_id : std::uint8_t {
  bookings = 1,
  criminal = 2,
  immigration = 3,
  cases = 4,
  outbox = 5,
  audit = 6
};
inline constexpr stream_id all_streams[] = {stream_id::bookings,    stream_id::criminal,
                                            stream_id::immigration, stream_id::cases,
                                            stream_id::outbox,      stream_id::audit};
std::string_view to_string(stream_id stream);
constexpr stream_id stream_of(gallery_kind g) {
  return g == gallery_kind::criminal ? stream_id::criminal : stream_id::immigration;
}
/// Of a gallery's stream.
constexpr gallery_kind gallery_of(stream_id s) {
  return s == stream_id::criminal ? gallery_kind::criminal : gallery_kind::immigration;
}

/// What a key is for. Owner: the booking for probe_* and biographics, the subject for record_*.
enum class key_purpose : std::uint8_t {
  probe_criminal = 1,
  probe_immigration = 2,
  biographics = 3,
  record_criminal = 4,
  record_immigration = 5
};
struct key_id {
  std::uint64_t owner = 0;
  key_purpose purpose = key_purpose::biographics;
  friend auto operator<=>(const key_id&, const key_id&) = default;
};

/// Ciphertext (12 bytes nonce, data, 16 bytes tag) with a digest of the plaintext under a key made
/// of the sealing one: it dies with the key, so no guess can be confirmed after a purge.
struct sealed_payload {
  key_id key;
  bytes ciphertext;
  digest plain_digest{};
  friend bool operator==(const sealed_payload&, const sealed_payload&) = default;
};

// --- what is sealed
// -------------------------------------------------------------------------------

/// Who a booking says the person is, and why the person was booked (EBTS Type-2 fields).
struct biographics {
  std::string name;                  ///< 2.018 NAM
  std::vector<std::string> aliases;  ///< 2.019 AKA
  std::string birth_date;            ///< 2.022 DOB, YYYYMMDD
  std::string sex;                   ///< 2.024
  std::string birth_place;           ///< 2.020 POB
  std::string arrest_date;           ///< 2.045 DOA
  std::string offence_code;          ///< most serious NCIC offence code, 4 digits; 0399 generic
  std::string offence_text;          ///< 2.047 ASL literal
  std::string attention;             ///< 2.006 ATN
  std::string controlling_agency;    ///< 2.073 CRI
  friend bool operator==(const biographics&, const biographics&) = default;
};

/// An enrolled person as imported, enrolled or journaled.
struct subject_record {
  subject_id subject;
  std::vector<probe_print> prints;
  biographics who;
  bytes document{};  ///< of the system that enrolled it, opaque here (apps/osia)
  friend bool operator==(const subject_record&, const subject_record&) = default;
};

// --- stream "bookings"
// ----------------------------------------------------------------------------

/// A jurisdiction's mode, fixed when the booking is accepted (promise 5).
enum class jurisdiction_mode : std::uint8_t { inactive = 0, limited = 1, full = 2 };
std::string_view to_string(jurisdiction_mode mode);
result<jurisdiction_mode> parse_jurisdiction_mode(std::string_view text);

/// What kind of place booked the person, by its agency; fixed when the booking is accepted.
enum class booking_source : std::uint8_t { jail = 0, state_prison = 1, probation = 2, parole = 3 };
inline constexpr booking_source all_booking_sources[] = {
    booking_source::jail, booking_source::state_prison, booking_source::probation,
    booking_source::parole};
std::string_view to_string(booking_source source);
result<booking_source> parse_booking_source(std::string_view text);
/// Whether who is booked there is in its custody; others go home.
bool has_custody(booking_source source);

struct booking_accepted {
  booking_id booking;
  std::string ori, tcn, tot, dai;
  digest content{};  ///< SHA-256 of the transaction as received
  instant accepted_at, deadline_at;
  bool retained = false;  ///< 2.005 RET: a criminal no-hit enrols
  jurisdiction_mode mode = jurisdiction_mode::inactive;
  booking_source source = booking_source::jail;
  std::string submitted_by;
  sealed_payload criminal_prints;                    ///< vector<probe_print>
  std::optional<sealed_payload> immigration_prints;  ///< absent when the mode is inactive
  sealed_payload who;                                ///< biographics
  friend bool operator==(const booking_accepted&, const booking_accepted&) = default;
};

/// `review` is not final: a named examiner turns it into hit or no_hit. `failed` is the error
/// answer at the booking's deadline.
enum class answer_decision : std::uint8_t { no_hit = 0, review = 1, hit = 2, failed = 3 };
std::string_view to_string(answer_decision decision);

struct booking_answered {
  booking_id booking;
  gallery_kind gallery = gallery_kind::criminal;
  answer_decision decision = answer_decision::no_hit;
  subject_id subject;  ///< the identity found (hit, review) or enrolled (retained no_hit); 0 none
  std::vector<scored_candidate> candidates;  ///< best first, those at or above review
  std::vector<coverage_entry> coverage;  ///< full over the gallery for hit-less answers (promise 2)
  std::uint64_t tail_seq = 0;            ///< of the gallery's stream the search covered
  instant answered_at;
  std::string decided_by;  ///< principal for a reviewed answer, else empty
  std::string reason;
  friend bool operator==(const booking_answered&, const booking_answered&) = default;
};

// --- streams "criminal" and "immigration"
// -----------------------------------------------------------

struct subject_enrolled {
  subject_id subject;
  booking_id origin;  ///< 0: enrolled by hand
  instant at;
  std::string by;
  sealed_payload record;  ///< subject_record
  friend bool operator==(const subject_enrolled&, const subject_enrolled&) = default;
};
struct encounter_added {
  subject_id subject;
  booking_id booking;
  instant at;
  std::string ori;
  sealed_payload who;  ///< biographics as stated at this booking: an alias when the name is new
  friend bool operator==(const encounter_added&, const encounter_added&) = default;
};
/// `merged`'s records answer as `kept` until unmerged.
struct subjects_merged {
  subject_id kept, merged;
  instant at;
  std::string by, reason;
  friend bool operator==(const subjects_merged&, const subjects_merged&) = default;
};
struct subjects_unmerged {
  subject_id merged;
  instant at;
  std::string by, reason;
  friend bool operator==(const subjects_unmerged&, const subjects_unmerged&) = default;
};
struct subject_deleted {
  subject_id subject;
  instant at;
  std::string by, reason;
  friend bool operator==(const subject_deleted&, const subject_deleted&) = default;
};
/// A bulk load wrote partition files directly; the stream only says that it happened.
struct gallery_imported {
  std::uint64_t people = 0;
  digest content{};  ///< of the imported file
  instant at;
  std::string by;
  friend bool operator==(const gallery_imported&, const gallery_imported&) = default;
};

// --- stream "cases"
// ---------------------------------------------------------------------------------

/// One step of a case; which are allowed when, by whom and with what: actors/casework/lifecycle.
enum class case_step : std::uint8_t {
  opened = 1,
  iaq_queued = 2,
  note = 3,
  closed = 4,
  corrected = 5,
  prints_confirmed = 6,
  prints_refuted = 7,
  status_found = 8,
  interview_booked = 9,
  interviewed = 10,
  no_action = 11,
  detainer_issued = 12,
  conditional_detainer_issued = 13,
  detainer_activated = 14,
  notice_served = 15,
  release_notified = 16,
  detainer_lifted = 17,
  detainer_expired = 18,
  taken_into_custody = 19,
  released = 20,
  located = 21,
  charging_document_served = 22,
  hearing_booked = 23,
  hearing_held = 24,
  relief_granted = 25,
  removal_ordered = 26,
  transport_booked = 27,
  removed = 28,
  died = 29,
  offence_recorded = 30,
  fact_recorded = 31,
  citizenship_claimed = 32,
  claim_decided = 33,
  flagged = 34,
  record_changed = 35,
  taken_up = 36,
  put_back = 37,
  handed_over = 38,
  offence_withdrawn = 39,
  fact_withdrawn = 40,
  flag_lifted = 41,
  released_on_bond = 42,
  appeal_filed = 43,
  appeal_decided = 44,
  counsel_recorded = 45,
  counsel_withdrawn = 46,
  counsel_notified = 47
};
std::string_view to_string(case_step step);
result<case_step> parse_case_step(std::string_view text);

enum class offence_class : std::uint8_t { unknown = 0, infraction, misdemeanour, felony };
std::string_view to_string(offence_class c);
result<offence_class> parse_offence_class(std::string_view text);

/// `unknown`: the record does not say; `charged`: pending.
enum class offence_disposition : std::uint8_t {
  unknown = 0,
  charged,
  convicted,
  dismissed,
  acquitted
};
std::string_view to_string(offence_disposition d);
result<offence_disposition> parse_offence_disposition(std::string_view text);

/// A charge or conviction as rules see it. A code alone tells no felony from a misdemeanour.
struct offence {
  std::string code;  ///< NCIC, four digits
  offence_class kind = offence_class::unknown;
  offence_disposition disposition = offence_disposition::unknown;
  std::int32_t sentence_days = -1;  ///< imposed; -1 not known
  /// Which count of the charging document; empty where there is one of this code. Code and count
  /// are what an offence is recorded again under.
  std::string count{};
  friend bool operator==(const offence&, const offence&) = default;
};

struct case_event {
  case_id which;
  booking_id booking;
  subject_id subject;
  case_step step = case_step::opened;
  std::uint8_t level = 0;  ///< priority 1..3 by the rule-set, 0 none
  std::string rule_set;    ///< version in force, for example "2011-03"
  instant at;
  std::string by, reason;
  std::string code{};               ///< what the step says besides (lifecycle table), empty in most
  instant about_at{};               ///< the moment that the step is about; 0 in most
  std::optional<offence> charge{};  ///< of `opened` and `offence_recorded`
  instant clock_ends{};  ///< of `release_notified`: the detainer's end as it was told then; else 0
  friend bool operator==(const case_event&, const case_event&) = default;
};

// --- stream "outbox"
// --------------------------------------------------------------------------------

struct message_queued {
  std::string message;  ///< id, the same however often it goes out (promise 9)
  booking_id booking;
  std::string recipient;  ///< ORI, or "LESC"
  std::string kind;       ///< SRE, ERRT, IDR, IAQ
  instant at;
  sealed_payload body;  ///< EBTS bytes, or IAQ text
  friend bool operator==(const message_queued&, const message_queued&) = default;
};
struct message_delivered {
  std::string message;
  instant at;
  std::string where;
  friend bool operator==(const message_delivered&, const message_delivered&) = default;
};

// --- stream "audit"
// ---------------------------------------------------------------------------------

struct audit_row {
  instant at;
  std::string principal, role, action, object, purpose, detail;
  friend bool operator==(const audit_row&, const audit_row&) = default;
};

using fact = std::variant<booking_accepted, booking_answered, subject_enrolled, encounter_added,
                          subjects_merged, subjects_unmerged, subject_deleted, gallery_imported,
                          case_event, message_queued, message_delivered, audit_row>;

/// A fact as it stands in its stream. digest = SHA-256(previous | stream | seq | message id |
/// payload).
struct fact_record {
  stream_id stream = stream_id::bookings;
  std::uint64_t seq = 0;  ///< from 1, without gaps
  std::string message_id;
  digest previous{};
  digest self{};
  bytes payload;  ///< wire::encode(fact)
  friend bool operator==(const fact_record&, const fact_record&) = default;
};

}  // namespace whorl
