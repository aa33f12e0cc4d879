#include "apps/osia/people.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "messages/limits.hpp"
#include "messages/wire.hpp"
#include "storage/keyring.hpp"

namespace whorl::apps::osia {
namespace {

constexpr gallery_kind both[] = {gallery_kind::criminal, gallery_kind::immigration};

/// An id of a name that the client chose; the next one when the former was deleted, since a record
/// whose key is destroyed is never made again.
subject_id hashed(const std::string& name, unsigned generation) {
  const std::string text = "osia person " + std::to_string(generation) + " " + name;
  const digest sum =
      storage::sha256({reinterpret_cast<const std::byte*>(text.data()), text.size()});
  subject_id out;
  std::memcpy(&out.value, sum.data(), sizeof out.value);
  return out;
}

/// A record that a booking, a load or an operator enrolled, as an encounter.
encounter foreign_encounter(const std::string& id, gallery_kind gallery, instant at,
                            const biographics& who, std::vector<probe_print> prints) {
  encounter out;
  out.id = id;
  out.galleries = {gallery};
  json items = json::array(), about = json::object();
  for (std::size_t i = 0; i < prints.size(); ++i) items.push_back(item_of(prints[i], i));
  if (!who.name.empty()) about["name"] = who.name;
  if (!who.birth_date.empty()) about["dateOfBirth"] = who.birth_date;
  if (!who.sex.empty()) about["gender"] = who.sex;
  out.said = {{"status", "ACTIVE"},           {"encounterType", "booking"},
              {"createdDate", to_string(at)}, {"updatedDate", to_string(at)},
              {"biographicData", about},      {"biometricData", items}};
  out.prints = std::move(prints);
  return out;
}

void join(std::vector<gallery_kind>& to, gallery_kind gallery) {
  if (std::find(to.begin(), to.end(), gallery) == to.end()) to.push_back(gallery);
}

}  // namespace

std::string person_message_id(subject_id person) { return "osia/person/" + to_string(person); }

const found_encounter* found_person::encounter(const std::string& wanted) const {
  for (const found_encounter& one : encounters)
    if (one.what.id == wanted) return &one;
  return nullptr;
}

storage::gallery_partition& people::partition(gallery_kind gallery, subject_id subject) const {
  return *store_.gallery(gallery)[partition_of(subject, store_.partition_count)];
}

result<people::opened> people::open(gallery_kind gallery, subject_id record) const {
  opened out;
  {
    WHORL_ASSIGN(const auto view, partition(gallery, record).view());
    WHORL_ASSIGN(out.row, view->subject(record));
  }
  WHORL_ASSIGN(const bytes plain, store_.keys->open(out.row.record));
  WHORL_ASSIGN(out.content, wire::decode_subject_record(plain));
  WHORL_ASSIGN(out.document, read_document(out.content));
  return out;
}

bool people::was_enrolled(subject_id person) const {
  for (const gallery_kind g : both) {
    const auto found = store_.log->find(stream_of(g), person_message_id(person));
    if (found && *found) return true;
  }
  return false;
}

/// The person's own record, if it is there and answers as itself; `free` is where one would go.
result<std::optional<subject_id>> people::lookup(const std::string& name, subject_id& free) const {
  const auto ours = parse_subject_id(name);
  for (unsigned n = 0; n < limits::osia_generations_max; ++n) {
    const subject_id id = ours ? *ours : hashed(name, n);
    free = id;
    bool there = false, merged = false;
    for (const gallery_kind g : both) {
      WHORL_ASSIGN(const auto view, partition(g, id).view());
      const auto row = view->subject(id);
      if (!row && row.error().code != errc::not_found) return row.error();
      if (!row) continue;
      const auto content = open(g, id);
      if (!content && content.error().code == errc::purged) continue;
      if (!content) return content.error();
      const std::string& called = content->document.person;
      if (content->document.kind == "person" && called != name && !ours)
        return make_error(errc::internal, "personId: two names have one number");
      there = there || row->identity == id;
      merged = merged || row->identity != id;
    }
    if (there) return std::optional(id);
    if (ours) return std::optional<subject_id>();
    if (!merged && !was_enrolled(id)) return std::optional<subject_id>();
  }
  return make_error(errc::limit_exceeded, "personId: deleted and made again too often");
}

result<subject_id> people::id_for_new(const std::string& name) const {
  subject_id free;
  WHORL_ASSIGN(const auto found, lookup(name, free));
  if (found) return make_error(errc::conflict, "personId: the person is there already");
  if (parse_subject_id(name)) {
    bool used = free == subject_id{} || was_enrolled(free);
    const auto gone = store_.keys->tombstones();
    if (!gone) return gone.error();
    for (const key_id& key : *gone)
      used = used || (key.owner == free.value && key.purpose >= key_purpose::record_criminal);
    for (const gallery_kind g : both) {
      WHORL_ASSIGN(const auto view, partition(g, free).view());
      used = used || view->subject(free).has_value();
    }
    if (used)
      return make_error(errc::forbidden,
                        "personId: " + name + " was deleted or merged and is not used again");
  }
  return free;
}

status people::add_encounters(gallery_kind gallery, found_person& to) const {
  std::vector<subject_id> records;
  {
    WHORL_ASSIGN(const auto view, partition(gallery, to.id).view());
    WHORL_ASSIGN(records, view->answering_as(to.id));
  }
  for (const subject_id id : records) {
    auto content = open(gallery, id);
    if (!content &&
        (content.error().code == errc::not_found || content.error().code == errc::purged))
      continue;
    if (!content) return content.error();
    if (id == to.id) join(to.galleries, gallery);
    for (const storage::encounter_row& met : content->row.encounters) {
      const auto plain = store_.keys->open(met.who);
      if (!plain) continue;
      WHORL_ASSIGN(const biographics who, wire::decode_biographics(*plain));
      to.encounters.push_back(
          {{}, true, false, foreign_encounter(to_string(met.booking), gallery, met.at, who, {})});
    }
    if (content->document.kind == "person") {
      if (id != to.id) to.merged.emplace_back(gallery, id);
      continue;
    }
    const auto known = std::find_if(to.encounters.begin(), to.encounters.end(),
                                    [&](const auto& e) { return e.record == id; });
    if (known != to.encounters.end()) {
      join(known->what.galleries, gallery);
      continue;
    }
    found_encounter one{id, content->document.kind.empty(), id == to.id,
                        std::move(content->document.what)};
    if (one.foreign)
      one.what = foreign_encounter(to_string(id), gallery, content->row.enrolled_at,
                                   content->content.who, content->content.prints);
    one.what.galleries = {gallery};
    to.encounters.push_back(std::move(one));
  }
  return {};
}

result<found_person> people::find(const std::string& name) const {
  subject_id free;
  WHORL_ASSIGN(const auto id, lookup(name, free));
  if (!id) return make_error(errc::not_found, "personId: no person '" + name + "'");
  found_person out;
  out.id = *id;
  for (const gallery_kind g : both) WHORL_TRY(add_encounters(g, out));
  if (out.galleries.empty()) return make_error(errc::purged, "personId: deleted");
  out.name = person_name(out.galleries.front(), out.id);
  for (found_encounter& each : out.encounters) {
    each.what.person = out.name;
    out.foreign = out.foreign || each.is_person;
  }
  return out;
}

std::string people::person_name(gallery_kind gallery, subject_id identity) const {
  const auto content = open(gallery, identity);
  return content && content->document.kind == "person" ? content->document.person
                                                       : to_string(identity);
}

std::string people::encounter_name(gallery_kind gallery, subject_id record) const {
  const auto content = open(gallery, record);
  return content && content->document.kind == "encounter" ? content->document.what.id
                                                          : to_string(record);
}

/// False: the page is full.
result<bool> people::turn_page(gallery_kind gallery, subject_id id, std::uint64_t prints,
                               std::size_t& offset,
                               std::vector<std::pair<std::string, std::string>>& out) const {
  // Only a record without prints can be a person's own, which is no encounter.
  if (prints == 0 || offset == 0) {
    const auto content = open(gallery, id);
    const bool gone = !content && (content.error().code == errc::purged ||
                                   content.error().code == errc::not_found);
    if (!content && !gone) return content.error();
    if (gone || content->document.kind == "person") return true;
    if (offset == 0)
      out.emplace_back(
          person_name(gallery, content->row.identity),
          content->document.kind == "encounter" ? content->document.what.id : to_string(id));
  }
  if (offset > 0) --offset;
  return true;
}

result<std::vector<std::pair<std::string, std::string>>> people::page(
    const std::vector<gallery_kind>& galleries, std::size_t offset, std::size_t limit) const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const gallery_kind gallery : galleries) {
    for (const auto& each : store_.gallery(gallery)) {
      std::vector<std::pair<subject_id, std::uint64_t>> rows;
      {
        // Ids first: opening records takes views of its own, and one view at a time is enough.
        WHORL_ASSIGN(const auto view, each->view());
        WHORL_TRY(view->visit_records([&](subject_id id, std::uint64_t prints) {
          rows.emplace_back(id, prints);
          return true;
        }));
      }
      for (const auto& [id, prints] : rows) {
        if (out.size() == limit) return out;
        if (galleries.size() > 1 && gallery == both[1]) {
          // In both galleries: listed with the first.
          WHORL_ASSIGN(const auto view, partition(both[0], id).view());
          if (view->subject(id)) continue;
        }
        WHORL_TRY(turn_page(gallery, id, prints, offset, out));
      }
    }
  }
  return out;
}

}  // namespace whorl::apps::osia
