// Persons and encounters of the standard over the galleries' records (docs/decisions/0016):
//   a person      an identity: a record of its own without prints (made through OSIA), or the
//                 record that a booking or a load enrolled
//   an encounter  a record that answers as that identity, with its own prints; of a record that
//                 was not enrolled through OSIA also each encounter that a booking added
// Reads only; every call takes views of its own, so that several threads may ask.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/osia/encounter.hpp"
#include "storage/store.hpp"

namespace whorl::apps::osia {

struct found_encounter {
  subject_id record;       ///< 0: added by a booking, has no prints of its own
  bool foreign = false;    ///< not enrolled through OSIA: read, not changed
  bool is_person = false;  ///< its record is the person's own: it cannot be moved or deleted alone
  encounter what;
};

struct found_person {
  subject_id id;
  std::string name;  ///< personId
  bool foreign = false;
  std::vector<gallery_kind> galleries;  ///< where its own record stands
  std::vector<found_encounter> encounters;
  /// Persons' own records that were merged into this one for the encounters that bookings added.
  std::vector<std::pair<gallery_kind, subject_id>> merged{};
  const found_encounter* encounter(const std::string& id) const;
};

class people {
 public:
  explicit people(storage::store& store) : store_(store) {}

  /// Errors: not_found, purged.
  result<found_person> find(const std::string& name) const;
  /// The record id that a new person of this name gets. Errors: conflict (it is there), forbidden
  /// (an id of ours that was deleted or merged is not used again).
  result<subject_id> id_for_new(const std::string& name) const;

  /// What a record is called outside: of an identity its personId, of a record its encounterId.
  std::string person_name(gallery_kind gallery, subject_id identity) const;
  std::string encounter_name(gallery_kind gallery, subject_id record) const;

  /// Encounters of the gallery in a fixed order, `limit` of them from `offset` on: personId and
  /// encounterId. Encounters that bookings added to a record are not among them.
  result<std::vector<std::pair<std::string, std::string>>> page(
      const std::vector<gallery_kind>& galleries, std::size_t offset, std::size_t limit) const;

  storage::store& store() const { return store_; }

 private:
  struct opened {
    storage::subject_row row;
    subject_record content;
    stored_document document;
  };
  result<opened> open(gallery_kind gallery, subject_id record) const;
  result<std::optional<subject_id>> lookup(const std::string& name, subject_id& free) const;
  status add_encounters(gallery_kind gallery, found_person& to) const;
  storage::gallery_partition& partition(gallery_kind gallery, subject_id subject) const;
  bool was_enrolled(subject_id person) const;
  result<bool> turn_page(gallery_kind gallery, subject_id id, std::uint64_t prints,
                         std::size_t& offset,
                         std::vector<std::pair<std::string, std::string>>& out) const;

  storage::store& store_;
};

/// The message id under which a person's own record is enrolled.
std::string person_message_id(subject_id person);

}  // namespace whorl::apps::osia
