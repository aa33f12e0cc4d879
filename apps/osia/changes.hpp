// What the standard's writing operations do to the galleries, as facts that exist already:
//   create   [subject_enrolled, the person's own record] subjects_merged, subject_enrolled
//   update   the same for a record with the new content, and subject_deleted of the old one
//   move     subjects_merged (a merged record that is merged again moves)
//   merge    subjects_merged for each encounter, subject_deleted of the source's own record; where
//            bookings added encounters to it, subjects_merged of that record with all below it
//   delete   subject_deleted; when it was the last encounter, of the person's own record too
// One at a time: what is decided is written before the next is. When a call returns, its facts are
// durable with their audit row, every search and read sees them, and destroyed keys are destroyed.
#pragma once

#include <mutex>

#include "actors/casework/case_settings.hpp"
#include "actors/local_node.hpp"
#include "apps/osia/people.hpp"

namespace whorl::apps::osia {

/// Who asks, for the facts and the audit.
struct author {
  actors::principal who;
  std::string transaction;
};

struct made_ids {
  std::string person, encounter;
};

/// What the machine and the store's configuration provide.
struct surroundings {
  std::function<instant()> now;
  std::function<std::uint64_t()> random;
  casework::case_settings cases;  ///< for the cases that rest on what is changed
};

storage::append_request audit_request(const surroundings& from, const author& by,
                                      const std::string& action, const std::string& object,
                                      const std::string& purpose, const std::string& detail);

class changes {
 public:
  changes(storage::store& store, actors::local_node& node, surroundings from)
      : people_(store), node_(node), from_(std::move(from)) {}

  /// Empty ids are made; a person who is not there is made too. Errors:
  /// conflict (the encounter is there), limit_exceeded (too many encounters), forbidden.
  result<made_ids> create(const author& by, encounter what);
  /// Errors of these: not_found; forbidden for what a booking enrolled; conflict where the target
  /// has an encounter of that id.
  result<made_ids> update(const author& by, const std::string& person, const std::string& id,
                          encounter what);
  status set_status(const author& by, const std::string& person, const std::string& id,
                    const std::string& value);
  status set_galleries(const author& by, const std::string& person, const std::string& id,
                       std::vector<gallery_kind> galleries);
  status remove(const author& by, const std::string& person, const std::string& id);
  status remove_person(const author& by, const std::string& person);
  status move(const author& by, const std::string& target, const std::string& source,
              const std::string& id);
  status merge(const author& by, const std::string& target, const std::string& source);

 private:
  /// Facts to be, gallery by gallery, and the keys that go once they are durable.
  struct plan {
    std::vector<std::pair<gallery_kind, fact>> facts;
    std::vector<std::string> message_ids;  ///< of each fact; empty: one of its own
    std::vector<key_id> keys;
    void add(gallery_kind gallery, fact what, std::string id = {}) {
      facts.emplace_back(gallery, std::move(what));
      message_ids.push_back(std::move(id));
    }
  };
  status own_record(plan& p, const author& by, const found_person& person, gallery_kind gallery);
  status enrol(plan& p, const author& by, found_person& person, const encounter& what);
  void erase(plan& p, const author& by, subject_id record, gallery_kind gallery);
  void erase_everywhere(plan& p, const author& by, const found_person& person,
                        const found_encounter& one);
  void erase_own(plan& p, const author& by, const found_person& person);
  result<found_encounter> changeable(const found_person& person, const std::string& id) const;
  result<made_ids> replace(const author& by, found_person person, const found_encounter& old,
                           encounter what, const char* action);
  status carry_out(plan p, const author& by, const char* action, subject_id object,
                   const std::string& detail);
  status wait_for(const std::map<gallery_kind, std::uint64_t>& positions) const;
  result<sealed_payload> sealed(const subject_record& record, gallery_kind gallery);

  std::mutex one_;
  people people_;
  actors::local_node& node_;
  surroundings from_;
};

}  // namespace whorl::apps::osia
