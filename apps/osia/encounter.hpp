// An Encounter of the standard, as it comes in, as it is kept with an enrolled record (the
// record's sealed document) and as it goes out. Pure.
//
// The document is JSON: {"kind": "encounter", "personId", "encounterId", "encounter": {what was
// sent, without galleries and templates}, "prints": templates of an inactive encounter}. A person's
// own record, which has no prints, holds {"kind": "person", "personId"}.
#pragma once

#include "apps/osia/biometrics.hpp"
#include "messages/facts.hpp"

namespace whorl::apps::osia {

struct encounter {
  std::string person, id;  ///< as the client names them
  std::vector<gallery_kind> galleries;
  json said = json::object();  ///< status, encounterType, ... with biometricData's items
  std::vector<probe_print> prints;
  bool active() const { return said.value("status", "") == "ACTIVE"; }
};

/// A gallery of the standard: one of ours, or both for "ALL". not_found names those there are.
result<std::vector<gallery_kind>> galleries_of(const std::string& name);
/// A list of galleries, at least one and none twice; ALL is no member of a list. `at` is its name.
result<std::vector<gallery_kind>> read_galleries(const json& list, const std::string& at);

/// A person's or encounter's id: 1 to limits::osia_id_bytes_max bytes of UTF-8.
status check_id(const std::string& id, const char* name);

/// The body of a create or an update; ids and dates are not taken from it. Errors name the member.
result<encounter> read_encounter(const json& body);

/// As the record of these facts; an inactive encounter's prints go into the document, so that no
/// search comes to them. limit_exceeded when the document is too large.
result<subject_record> to_record(const encounter& what, subject_id record);
subject_record person_record(const std::string& person, subject_id record);

/// What a record's document says; kind is "" for a record that was not enrolled through OSIA.
struct stored_document {
  std::string kind, person;
  encounter what;  ///< of kind "encounter", without galleries
};
result<stored_document> read_document(const subject_record& record);

/// As the standard has it, with templates.
result<json> write_encounter(const encounter& what);

}  // namespace whorl::apps::osia
