#include "apps/osia/changes.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "apps/casework/change_notices.hpp"
#include "messages/key_purposes.hpp"
#include "messages/limits.hpp"
#include "messages/wire.hpp"

namespace whorl::apps::osia {
namespace {

/// How long the projections may take to hold what is durable.
constexpr auto apply_patience = std::chrono::seconds(30);
constexpr const char* reason = "OSIA";

std::string hex_of(std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

/// Records that were there before and are not what they were: merged, or gone.
std::vector<gallery_change> touched_by(const std::vector<std::pair<gallery_kind, fact>>& facts) {
  std::vector<gallery_change> out;
  for (const auto& [gallery, what] : facts) {
    if (const auto* gone = std::get_if<subject_deleted>(&what))
      out.push_back({gallery, {gone->subject}});
    else if (const auto* merged = std::get_if<subjects_merged>(&what))
      out.push_back({gallery, {merged->kept, merged->merged}});
  }
  return out;
}

/// limit_exceeded when so many more encounters are too many.
status check_room(const found_person& person, std::size_t more) {
  if (person.encounters.size() + more <= limits::osia_encounters_max) return {};
  return make_error(errc::limit_exceeded, "personId: a person has at most " +
                                              std::to_string(limits::osia_encounters_max) +
                                              " encounters here");
}

/// A booking added an encounter to a record of this person in this gallery.
bool has_booked(const found_person& person, gallery_kind gallery) {
  return std::any_of(person.encounters.begin(), person.encounters.end(), [&](const auto& e) {
    return e.record == subject_id{} && e.what.galleries.front() == gallery;
  });
}

}  // namespace

storage::append_request audit_request(const surroundings& from, const author& by,
                                      const std::string& action, const std::string& object,
                                      const std::string& purpose, const std::string& detail) {
  const audit_row row{from.now(),
                      by.who.name,
                      std::string(actors::to_string(by.who.acts_as)),
                      action,
                      object,
                      purpose,
                      "OSIA transaction " + by.transaction.substr(0, limits::osia_id_bytes_max) +
                          (detail.empty() ? "" : "; " + detail)};
  return {stream_id::audit, "osia/" + to_string(row.at) + "/" + hex_of(from.random()), std::nullopt,
          wire::encode(fact(row))};
}

result<sealed_payload> changes::sealed(const subject_record& record, gallery_kind gallery) {
  WHORL_ASSIGN(
      auto done,
      node_.seal({{{record.subject.value, record_purpose(gallery)}, wire::encode(record)}}));
  return std::move(done.front());
}

/// The person's own record in this gallery, unless it is there.
status changes::own_record(plan& p, const author& by, const found_person& person,
                           gallery_kind gallery) {
  const auto& there = person.galleries;
  if (std::find(there.begin(), there.end(), gallery) != there.end()) return {};
  WHORL_ASSIGN(auto payload, sealed(person_record(person.name, person.id), gallery));
  p.add(gallery, subject_enrolled{person.id, {}, from_.now(), by.who.name, std::move(payload)},
        person_message_id(person.id));
  return {};
}

status changes::enrol(plan& p, const author& by, found_person& person, const encounter& what) {
  WHORL_ASSIGN(const subject_record record, to_record(what, subject_id{from_.random()}));
  for (const gallery_kind g : what.galleries) {
    // The link first: from its first moment on the record answers as the person.
    p.add(g, subjects_merged{person.id, record.subject, from_.now(), by.who.name, reason});
    WHORL_TRY(own_record(p, by, person, g));
    WHORL_ASSIGN(auto payload, sealed(record, g));
    p.add(g, subject_enrolled{record.subject, {}, from_.now(), by.who.name, std::move(payload)});
  }
  return {};
}

void changes::erase(plan& p, const author& by, subject_id record, gallery_kind gallery) {
  p.add(gallery, subject_deleted{record, from_.now(), by.who.name, reason});
  p.keys.push_back({record.value, record_purpose(gallery)});
}

void changes::erase_everywhere(plan& p, const author& by, const found_person& person,
                               const found_encounter& one) {
  if (one.record != person.id)
    for (const gallery_kind g : one.what.galleries) erase(p, by, one.record, g);
  // Of those that bookings added each is one, too: the person stays for them.
  if (std::all_of(person.encounters.begin(), person.encounters.end(),
                  [&](const auto& e) { return e.record == one.record; }))
    erase_own(p, by, person);
}

/// The person's own record, and those of persons merged into it.
void changes::erase_own(plan& p, const author& by, const found_person& person) {
  for (const auto& [gallery, record] : person.merged) erase(p, by, record, gallery);
  for (const gallery_kind g : person.galleries) erase(p, by, person.id, g);
}

result<found_encounter> changes::changeable(const found_person& person,
                                            const std::string& id) const {
  const found_encounter* const found = person.encounter(id);
  if (found == nullptr)
    return make_error(errc::not_found,
                      "encounterId: no encounter '" + id + "' of person '" + person.name + "'");
  if (found->record == subject_id{})
    return make_error(errc::forbidden, "encounterId: added by a booking, not changed here");
  return *found;
}

result<made_ids> changes::create(const author& by, encounter what) {
  const std::scoped_lock one(one_);
  if (what.person.empty()) what.person = "P" + hex_of(from_.random());
  if (what.id.empty()) what.id = "E" + hex_of(from_.random());
  auto person = people_.find(what.person);
  if (!person && person.error().code == errc::not_found) {
    WHORL_ASSIGN(const subject_id id, people_.id_for_new(what.person));
    person = found_person{id, what.person, false, {}, {}};
  }
  if (!person) return person.error();
  if (person->encounter(what.id) != nullptr)
    return make_error(errc::conflict, "encounterId: the encounter is there already");
  WHORL_TRY(check_room(*person, 1));
  what.said["createdDate"] = what.said["updatedDate"] = to_string(from_.now());
  what.person = person->name;
  plan p;
  WHORL_TRY(enrol(p, by, *person, what));
  WHORL_TRY(carry_out(std::move(p), by, "create encounter", person->id, "enrolled"));
  return made_ids{person->name, what.id};
}

/// A record is never rewritten: another with the new content takes its place.
result<made_ids> changes::replace(const author& by, found_person person, const found_encounter& old,
                                  encounter what, const char* action) {
  if (old.foreign)
    return make_error(errc::forbidden,
                      "encounterId: enrolled otherwise than through OSIA, not changed here");
  what.person = person.name;
  what.id = old.what.id;
  what.said["createdDate"] = old.what.said.value("createdDate", to_string(from_.now()));
  what.said["updatedDate"] = to_string(from_.now());
  plan p;
  WHORL_TRY(enrol(p, by, person, what));
  for (const gallery_kind g : old.what.galleries) erase(p, by, old.record, g);
  WHORL_TRY(carry_out(std::move(p), by, action, person.id, "in place of " + to_string(old.record)));
  return made_ids{person.name, what.id};
}

result<made_ids> changes::update(const author& by, const std::string& person, const std::string& id,
                                 encounter what) {
  const std::scoped_lock one(one_);
  WHORL_ASSIGN(auto found, people_.find(person));
  WHORL_ASSIGN(const auto old, changeable(found, id));
  return replace(by, std::move(found), old, std::move(what), "update encounter");
}

status changes::set_status(const author& by, const std::string& person, const std::string& id,
                           const std::string& value) {
  const std::scoped_lock one(one_);
  WHORL_ASSIGN(auto found, people_.find(person));
  WHORL_ASSIGN(const auto old, changeable(found, id));
  encounter what = old.what;
  what.said["status"] = value;
  WHORL_TRY(replace(by, std::move(found), old, std::move(what), "set status"));
  return {};
}

status changes::set_galleries(const author& by, const std::string& person, const std::string& id,
                              std::vector<gallery_kind> galleries) {
  const std::scoped_lock one(one_);
  WHORL_ASSIGN(auto found, people_.find(person));
  WHORL_ASSIGN(const auto old, changeable(found, id));
  encounter what = old.what;
  what.galleries = std::move(galleries);
  WHORL_TRY(replace(by, std::move(found), old, std::move(what), "set galleries"));
  return {};
}

status changes::remove(const author& by, const std::string& person, const std::string& id) {
  const std::scoped_lock one(one_);
  WHORL_ASSIGN(const auto found, people_.find(person));
  WHORL_ASSIGN(const auto old, changeable(found, id));
  const bool alone = std::all_of(found.encounters.begin(), found.encounters.end(),
                                 [&](const auto& e) { return e.record == old.record; });
  if (old.is_person && !alone)
    return make_error(errc::forbidden,
                      "encounterId: the person's own record; delete the person instead");
  plan p;
  erase_everywhere(p, by, found, old);
  return carry_out(std::move(p), by, "delete encounter", found.id, to_string(old.record));
}

status changes::remove_person(const author& by, const std::string& person) {
  const std::scoped_lock one(one_);
  WHORL_ASSIGN(const auto found, people_.find(person));
  plan p;
  for (const found_encounter& each : found.encounters)
    if (each.record != subject_id{} && each.record != found.id)
      for (const gallery_kind g : each.what.galleries) erase(p, by, each.record, g);
  erase_own(p, by, found);
  return carry_out(std::move(p), by, "delete person", found.id, "");
}

status changes::move(const author& by, const std::string& target, const std::string& source,
                     const std::string& id) {
  const std::scoped_lock one(one_);
  WHORL_ASSIGN(const auto from, people_.find(source));
  WHORL_ASSIGN(const auto to, people_.find(target));
  WHORL_ASSIGN(const auto moved, changeable(from, id));
  if (from.id == to.id) return make_error(errc::invalid_input, "personIdSource: the target itself");
  if (moved.is_person)
    return make_error(errc::forbidden,
                      "encounterId: the person's own record; merge the persons instead");
  if (to.encounter(id) != nullptr)
    return make_error(errc::conflict, "encounterId: the target has an encounter '" + id + "'");
  WHORL_TRY(check_room(to, 1));
  plan p;
  for (const gallery_kind g : moved.what.galleries) {
    p.add(g, subjects_merged{to.id, moved.record, from_.now(), by.who.name, reason});
    WHORL_TRY(own_record(p, by, to, g));
  }
  // The source goes with its last encounter.
  if (from.encounters.size() == 1) erase_own(p, by, from);
  return carry_out(std::move(p), by, "move encounter", to.id, "from " + to_string(from.id));
}

status changes::merge(const author& by, const std::string& target, const std::string& source) {
  const std::scoped_lock one(one_);
  WHORL_ASSIGN(const auto from, people_.find(source));
  WHORL_ASSIGN(const auto to, people_.find(target));
  if (from.id == to.id) return make_error(errc::invalid_input, "personIdSource: the target itself");
  WHORL_TRY(check_room(to, from.encounters.size()));
  for (const found_encounter& each : from.encounters)
    if (to.encounter(each.what.id) != nullptr)
      return make_error(errc::conflict,
                        "encounterId: both persons have an encounter '" + each.what.id + "'");
  plan p;
  for (const gallery_kind g : from.galleries) {
    WHORL_TRY(own_record(p, by, to, g));
    // A record with prints, or with encounters that bookings added, takes those below it along;
    // one without is of no more use.
    if (from.foreign || !from.merged.empty() || has_booked(from, g)) {
      p.add(g, subjects_merged{to.id, from.id, from_.now(), by.who.name, reason});
      continue;
    }
    for (const found_encounter& each : from.encounters) {
      const auto& in = each.what.galleries;
      if (each.record != subject_id{} && std::find(in.begin(), in.end(), g) != in.end())
        p.add(g, subjects_merged{to.id, each.record, from_.now(), by.who.name, reason});
    }
    erase(p, by, from.id, g);
  }
  return carry_out(std::move(p), by, "merge persons", to.id, "with " + to_string(from.id));
}

status changes::carry_out(plan p, const author& by, const char* action, subject_id object,
                          const std::string& detail) {
  std::vector<storage::append_request> batch;
  const std::string unique = hex_of(from_.random());
  std::string galleries;
  for (std::size_t i = 0; i < p.facts.size(); ++i) {
    auto& [gallery, what] = p.facts[i];
    std::string id =
        p.message_ids[i].empty() ? "osia/" + unique + "/" + std::to_string(i) : p.message_ids[i];
    batch.push_back({stream_of(gallery), std::move(id), std::nullopt, wire::encode(what)});
    if (galleries.find(to_string(gallery)) == std::string::npos)
      galleries += (galleries.empty() ? "" : " and ") + std::string(to_string(gallery));
  }
  batch.push_back(audit_request(from_, by, std::string("osia ") + action, to_string(object),
                                galleries, detail));
  WHORL_ASSIGN(const auto outcomes,
               append_change(people_.store(), node_, from_.cases, std::move(batch),
                             touched_by(p.facts), std::string("OSIA ") + action, from_.now()));
  std::map<gallery_kind, std::uint64_t> positions;
  for (std::size_t i = 0; i < p.facts.size(); ++i) {
    std::uint64_t& last = positions[p.facts[i].first];
    last = std::max(last, outcomes[i].seq);
  }
  // The keys whatever becomes of the waiting: the deletions are durable.
  const status destroyed = p.keys.empty() ? status{} : node_.destroy(p.keys);
  WHORL_TRY(wait_for(positions));
  return destroyed;
}

status changes::wait_for(const std::map<gallery_kind, std::uint64_t>& positions) const {
  const auto deadline = std::chrono::steady_clock::now() + apply_patience;
  for (const auto& [gallery, seq] : positions)
    for (const auto& partition : people_.store().gallery(gallery))
      while (partition->applied().seq < seq) {
        if (std::chrono::steady_clock::now() > deadline)
          return make_error(errc::unavailable,
                            "the change is durable, but not yet seen by searches");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
  return {};
}

}  // namespace whorl::apps::osia
