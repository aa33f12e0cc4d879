#include "apps/osia/perform.hpp"

#include <algorithm>

#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

std::string part(const call& what, std::string_view name) {
  const auto found = what.where.path.find(name);
  return found == what.where.path.end() ? std::string() : found->second;
}

std::optional<std::string> asked(const call& what, std::string_view name) {
  const auto found = what.where.query.find(name);
  if (found == what.where.query.end()) return std::nullopt;
  return found->second;
}

answer ids(const made_ids& made) {
  return {200, json{{"personId", made.person}, {"encounterId", made.encounter}}, {}};
}

/// A filter that says nothing else than FINGER. What is asked for and not applied would be a lie.
status check_filter(const json& filter, const std::string& at) {
  if (!filter.is_object()) return make_error(errc::invalid_input, at + ": expected an object");
  for (const auto& [name, value] : filter.items()) {
    const std::string where = at + "." + name.substr(0, 64);
    if (name != "biometricType")
      return make_error(errc::unsupported, where + ": searches are not filtered by it here");
    const json types = value.is_array() ? value : json::array({value});
    if (std::find(types.begin(), types.end(), "FINGER") == types.end())
      return make_error(errc::unsupported, where + ": only FINGER is compared here");
  }
  return {};
}

status check_request(const json& body, const char* at, const std::vector<member>& members) {
  std::vector<member> known = members;
  known.push_back({"encryption", '!'});
  known.push_back({"integrity", '!'});
  WHORL_TRY(check_members(body, at, known));
  for (const member& m : members)
    if (!body.contains(m.name))
      return make_error(errc::invalid_input,
                        std::string(at) + "." + std::string(m.name) + ": missing");
  return {};
}

result<std::vector<probe_print>> prints_in(const json& body, const char* name) {
  WHORL_ASSIGN(auto read, read_biometrics(body[name], name));
  if (read.prints.empty())
    return make_error(errc::invalid_input, std::string(name) + ": at least one print is expected");
  return std::move(read.prints);
}

/// Of the path's and the body's encounterId: the path rules, and the body must not say another.
result<encounter> encounter_in(const call& what) {
  WHORL_ASSIGN(encounter out, read_encounter(what.body));
  out.person = part(what, "personId");
  out.id = part(what, "encounterId");
  if (!out.id.empty() && what.body.contains("encounterId") && what.body["encounterId"] != out.id)
    return make_error(errc::invalid_input, "encounter.encounterId: the path says another");
  return out;
}

/// The encounter asked for, with its person.
result<found_encounter> encounter_of(const found_person& person, const std::string& id) {
  const found_encounter* const found = person.encounter(id);
  if (found == nullptr)
    return make_error(errc::not_found, "encounterId: no encounter '" + id + "' of this person");
  return *found;
}

bool meets(const std::vector<gallery_kind>& a, const std::vector<gallery_kind>& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](gallery_kind g) { return std::find(b.begin(), b.end(), g) != b.end(); });
}

}  // namespace

status performer::check(const call& what) {
  for (const auto& [name, value] : what.where.path) WHORL_TRY(check_id(value, name.c_str()));
  if (what.where.path.contains("galleryId")) WHORL_TRY(galleries_of(part(what, "galleryId")));
  const json& body = what.body;
  switch (what.where.to->what) {
    case operation::create_encounter_no_ids:
    case operation::create_encounter_no_id:
    case operation::create_encounter:
    case operation::update_encounter: {
      WHORL_ASSIGN(const encounter read, encounter_in(what));
      WHORL_TRY(to_record(read, subject_id{1}));  // too large: said at once, whatever its number
      return {};
    }
    case operation::update_encounter_galleries:
      WHORL_TRY(read_galleries(body, "galleries"));
      return {};
    case operation::update_encounter_status: {
      const auto value = asked(what, "status");
      if (value == "ACTIVE" || value == "INACTIVE") return {};
      return make_error(errc::invalid_input, "status: ACTIVE or INACTIVE is expected");
    }
    case operation::read_template:
      if (const auto f = asked(what, "templateFormat"); f && !is_template_format(*f))
        return make_error(errc::unsupported,
                          "templateFormat: ISO_19794_2 and ANSI_378 can be written");
      return {};
    case operation::identify:
      WHORL_TRY(check_request(body, "request", {{"filter", 'o'}, {"biometricData", 'a'}}));
      WHORL_TRY(check_filter(body["filter"], "filter"));
      WHORL_TRY(prints_in(body, "biometricData"));
      return {};
    case operation::identify_from_id:
    case operation::identify_from_encounter_id:
      return check_filter(body, "filter");
    case operation::verify_from_id:
      WHORL_TRY(check_request(body, "request", {{"biometricData", 'a'}}));
      WHORL_TRY(prints_in(body, "biometricData"));
      return {};
    case operation::verify_from_bio:
      WHORL_TRY(check_request(body, "request", {{"biometricData1", 'a'}, {"biometricData2", 'a'}}));
      WHORL_TRY(prints_in(body, "biometricData1"));
      WHORL_TRY(prints_in(body, "biometricData2"));
      return {};
    default:
      return {};
  }
}

void performer::note(answer& to, const call& what, const std::string& action,
                     const std::string& object, const std::string& purpose,
                     const std::string& detail) {
  to.audit.push_back(audit_request(from_, what.by, "osia " + action, object, purpose, detail));
}

result<answer> performer::operator()(const call& what) {
  switch (what.where.to->what) {
    case operation::create_encounter_no_ids:
    case operation::create_encounter_no_id:
    case operation::create_encounter:
      return create(what);
    case operation::update_encounter:
      return update(what);
    case operation::delete_encounter:
    case operation::merge_encounter:
    case operation::move_encounter:
    case operation::update_encounter_status:
    case operation::update_encounter_galleries:
    case operation::delete_all:
      return change(what);
    case operation::read_all_encounters:
    case operation::read_encounter:
      return read(what);
    case operation::read_template:
      return templates(what);
    case operation::identify:
    case operation::identify_from_id:
    case operation::identify_from_encounter_id:
      return search(what);
    case operation::verify_from_id:
      return verify_person(what);
    case operation::verify_from_bio:
      return verify_bio(what);
    case operation::read_galleries:
    case operation::read_gallery_content:
      return list(what);
    case operation::read_task_status:
    case operation::redeliver_task_result:
      break;
  }
  return make_error(errc::internal, "an operation that is not performed here");
}

result<answer> performer::create(const call& what) {
  WHORL_ASSIGN(auto wanted, encounter_in(what));
  WHORL_ASSIGN(const auto made, changes_.create(what.by, std::move(wanted)));
  return ids(made);
}

result<answer> performer::update(const call& what) {
  WHORL_ASSIGN(auto wanted, encounter_in(what));
  WHORL_ASSIGN(const auto made, changes_.update(what.by, part(what, "personId"),
                                                part(what, "encounterId"), std::move(wanted)));
  return ids(made);
}

result<answer> performer::change(const call& what) {
  const std::string person = part(what, "personId"), id = part(what, "encounterId");
  const std::string target = part(what, "personIdTarget"), source = part(what, "personIdSource");
  switch (what.where.to->what) {
    case operation::delete_encounter:
      WHORL_TRY(changes_.remove(what.by, person, id));
      break;
    case operation::delete_all:
      WHORL_TRY(changes_.remove_person(what.by, person));
      break;
    case operation::merge_encounter:
      WHORL_TRY(changes_.merge(what.by, target, source));
      break;
    case operation::move_encounter:
      WHORL_TRY(changes_.move(what.by, target, source, id));
      break;
    case operation::update_encounter_status:
      WHORL_TRY(changes_.set_status(what.by, person, id, *asked(what, "status")));
      break;
    default: {
      WHORL_ASSIGN(auto galleries, osia::read_galleries(what.body, "galleries"));
      WHORL_TRY(changes_.set_galleries(what.by, person, id, std::move(galleries)));
    }
  }
  return answer{204, std::nullopt, {}};
}

result<answer> performer::read(const call& what) {
  WHORL_ASSIGN(const auto person, people_.find(part(what, "personId")));
  answer out;
  const std::string id = part(what, "encounterId");
  if (!id.empty()) {
    WHORL_ASSIGN(const auto one, encounter_of(person, id));
    WHORL_ASSIGN(out.body, write_encounter(one.what));
  } else {
    json all = json::array();
    for (const found_encounter& each : person.encounters) {
      WHORL_ASSIGN(json one, write_encounter(each.what));
      all.push_back(std::move(one));
    }
    out.body = std::move(all);
  }
  note(out, what, "read encounters", to_string(person.id), "encounter data");
  return out;
}

result<answer> performer::templates(const call& what) {
  WHORL_ASSIGN(const auto person, people_.find(part(what, "personId")));
  WHORL_ASSIGN(const auto one, encounter_of(person, part(what, "encounterId")));
  const auto format = asked(what, "templateFormat");
  json list = json::array();
  bool there =
      !asked(what, "biometricType") && !asked(what, "biometricSubType") && !asked(what, "instance");
  for (const json& item : one.what.said["biometricData"]) {
    const auto differs = [&](const char* name) {
      const auto wanted = asked(what, name);
      return wanted && item.value(name, "") != *wanted;
    };
    if (differs("biometricType") || differs("biometricSubType") || differs("instance")) continue;
    there = true;
    if (differs("qualityFormat")) continue;
    json computed = item;
    if (format) computed["templateFormat"] = *format;
    WHORL_ASSIGN(computed, write_item(computed, one.what.prints));
    json kept;
    for (const char* name : {"biometricType", "biometricSubType", "instance", "template",
                             "templateFormat", "quality", "qualityFormat", "algorithm", "vendor"})
      if (computed.contains(name)) kept[name] = computed[name];
    list.push_back(std::move(kept));
  }
  if (!there)
    return make_error(errc::not_found,
                      "biometricType, biometricSubType, instance: the encounter has none such");
  answer out{200, std::move(list), {}};
  note(out, what, "read templates", to_string(person.id), "templates");
  return out;
}

result<std::vector<probe_print>> performer::probe_of(const call& what,
                                                     std::optional<subject_id>& whose) {
  if (what.where.to->what == operation::identify) return prints_in(what.body, "biometricData");
  WHORL_ASSIGN(const auto person, people_.find(part(what, "personId")));
  whose = person.id;
  std::vector<probe_print> all;
  const std::string id = part(what, "encounterId");
  if (!id.empty()) {
    WHORL_ASSIGN(const auto one, encounter_of(person, id));
    all = one.what.prints;
  } else {
    for (const found_encounter& each : person.encounters)
      if (each.what.active())
        all.insert(all.end(), each.what.prints.begin(), each.what.prints.end());
  }
  all = best_prints(all);
  if (all.empty())
    return make_error(errc::invalid_input, "personId: no print that can be searched with");
  return all;
}

result<answer> performer::search(const call& what) {
  search_wish wish;
  const std::string gallery = part(what, "galleryId");
  WHORL_ASSIGN(wish.galleries, galleries_of(gallery));
  wish.threshold = threshold_of(what.where);
  wish.most = static_cast<std::size_t>(number_of(what.where, "maxNbCand", 20));
  WHORL_ASSIGN(auto prints, probe_of(what, wish.but));
  WHORL_ASSIGN(auto found, osia::identify(people_, node_, std::move(prints), wish));
  answer out{200, std::move(found.list), {}};
  note(out, what, std::string(what.where.to->id), wish.but ? to_string(*wish.but) : gallery,
       "identification in " + gallery,
       std::to_string(found.people) + " records searched, " + std::to_string(found.who.size()) +
           " candidates");
  for (const subject_id who : found.who)
    note(out, what, "candidate", to_string(who), "identification in " + gallery);
  return out;
}

result<answer> performer::verify_person(const call& what) {
  WHORL_ASSIGN(const auto galleries, galleries_of(part(what, "galleryId")));
  WHORL_ASSIGN(const auto prints, prints_in(what.body, "biometricData"));
  // Else "not the same" would be said of prints that were never compared.
  WHORL_TRY(check_comparable(prints, "biometricData"));
  WHORL_ASSIGN(const auto person, people_.find(part(what, "personId")));
  bool there = false, decision = false;
  json scores = json::array();
  for (const found_encounter& each : person.encounters) {
    if (!meets(each.what.galleries, galleries)) continue;
    there = true;
    if (each.what.prints.empty() || !each.what.active()) continue;
    const auto one = verify(prints, each.what.prints, threshold_of(what.where));
    if (!one && one.error().code == errc::invalid_input) continue;  // too few minutiae in it
    if (!one) return one.error();
    decision = decision || one->decision;
    scores.push_back(
        {{"score", one->score}, {"encounterId", each.what.id}, {"biometricType", "FINGER"}});
  }
  if (!there) return make_error(errc::not_found, "personId: not in this gallery");
  answer out{200, json{{"decision", decision}, {"scores", std::move(scores)}}, {}};
  note(out, what, std::string(what.where.to->id), to_string(person.id), "verification",
       decision ? "the same" : "not the same");
  return out;
}

result<answer> performer::verify_bio(const call& what) {
  WHORL_ASSIGN(const auto a, prints_in(what.body, "biometricData1"));
  WHORL_ASSIGN(const auto b, prints_in(what.body, "biometricData2"));
  WHORL_ASSIGN(const auto one, verify(a, b, threshold_of(what.where)));
  answer out{200,
             json{{"decision", one.decision},
                  {"scores", json::array({{{"score", one.score}, {"biometricType", "FINGER"}}})}},
             {}};
  note(out, what, std::string(what.where.to->id), "-", "verification");
  return out;
}

result<answer> performer::list(const call& what) {
  if (what.where.to->what == operation::read_galleries)
    return answer{200, json::array({"criminal", "immigration"}), {}};
  const std::string gallery = part(what, "galleryId");
  WHORL_ASSIGN(const auto galleries, galleries_of(gallery));
  const auto offset = static_cast<std::size_t>(number_of(what.where, "offset", 0));
  const auto limit =
      static_cast<std::size_t>(number_of(what.where, "limit", limits::osia_page_max));
  WHORL_ASSIGN(const auto rows, people_.page(galleries, offset, limit));
  json all = json::array();
  for (const auto& [person, encounter] : rows)
    all.push_back({{"personId", person}, {"encounterId", encounter}});
  answer out{200, std::move(all), {}};
  note(out, what, "read gallery", gallery, "gallery content",
       std::to_string(rows.size()) + " ids from " + std::to_string(offset) + " on");
  return out;
}

}  // namespace whorl::apps::osia
