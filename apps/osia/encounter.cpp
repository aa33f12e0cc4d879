#include "apps/osia/encounter.hpp"

#include <algorithm>

#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

bytes bytes_of(const std::string& text) {
  const auto* from = reinterpret_cast<const std::byte*>(text.data());
  return {from, from + text.size()};
}

/// What the exchange's own parts show of a person, where the client says it in these words.
biographics biographics_of(const json& said) {
  biographics out;
  if (!said.contains("biographicData") || !said["biographicData"].is_object()) return out;
  const json& from = said["biographicData"];
  const auto text = [&](const char* name) {
    const auto found = from.find(name);
    return found != from.end() && found->is_string() ? found->get<std::string>().substr(0, 128)
                                                     : std::string();
  };
  out.name = text("lastName");
  if (!text("firstName").empty()) out.name += "," + text("firstName");
  out.sex = text("gender").substr(0, 1);
  std::string born = text("dateOfBirth");
  born.erase(std::remove(born.begin(), born.end(), '-'), born.end());
  if (born.size() == 8 && born.find_first_not_of("0123456789") == std::string::npos)
    out.birth_date = born;
  return out;
}

}  // namespace

result<std::vector<gallery_kind>> galleries_of(const std::string& name) {
  if (name == "ALL") return std::vector{gallery_kind::criminal, gallery_kind::immigration};
  for (const gallery_kind g : {gallery_kind::criminal, gallery_kind::immigration})
    if (name == to_string(g)) return std::vector{g};
  return make_error(errc::not_found,
                    "galleryId: no gallery '" + name + "'; there are criminal and immigration");
}

result<std::vector<gallery_kind>> read_galleries(const json& list, const std::string& at) {
  if (!list.is_array() || list.empty())
    return make_error(errc::invalid_input, at + ": a list of at least one gallery is expected");
  std::vector<gallery_kind> out;
  for (const json& one : list) {
    const auto found = one.is_string() && one != "ALL" ? galleries_of(one.get<std::string>())
                                                       : make_error(errc::not_found, "");
    if (!found || found->size() != 1)
      return make_error(errc::invalid_input, at + ": each is \"criminal\" or \"immigration\"");
    if (std::find(out.begin(), out.end(), found->front()) != out.end())
      return make_error(errc::invalid_input,
                        at + ": '" + one.get<std::string>() + "' stands there twice");
    out.push_back(found->front());
  }
  std::sort(out.begin(), out.end());
  return out;
}

status check_id(const std::string& id, const char* name) {
  if (id.empty() || id.size() > limits::osia_id_bytes_max)
    return make_error(errc::invalid_input, std::string(name) + ": 1 to " +
                                               std::to_string(limits::osia_id_bytes_max) +
                                               " bytes are expected");
  try {
    static_cast<void>(json(id).dump());
  } catch (const json::exception&) {  // the edge of nlohmann: it alone knows UTF-8 here
    return make_error(errc::invalid_input, std::string(name) + ": not UTF-8");
  }
  return {};
}

result<encounter> read_encounter(const json& body) {
  static const std::vector<member> members = {{"encounterId"},         {"status"},
                                              {"encounterType"},       {"createdDate", 'd'},
                                              {"updatedDate", 'd'},    {"galleries", 'a'},
                                              {"clientData", 'b'},     {"contextualData", '*'},
                                              {"biographicData", '*'}, {"biometricData", 'a'},
                                              {"encryption", '!'},     {"integrity", '!'}};
  WHORL_TRY(check_members(body, "encounter", members));
  for (const char* name : {"status", "encounterType", "galleries", "biometricData"})
    if (!body.contains(name))
      return make_error(errc::invalid_input, "encounter." + std::string(name) + ": missing");
  if (body["status"] != "ACTIVE" && body["status"] != "INACTIVE")
    return make_error(errc::invalid_input, "encounter.status: ACTIVE or INACTIVE is expected");
  encounter out;
  WHORL_ASSIGN(out.galleries, read_galleries(body["galleries"], "encounter.galleries"));
  WHORL_ASSIGN(auto read, read_biometrics(body["biometricData"], "encounter.biometricData"));
  out.said = body;
  for (const char* ours : {"encounterId", "galleries", "createdDate", "updatedDate"})
    out.said.erase(ours);
  out.said["biometricData"] = std::move(read.items);
  out.prints = std::move(read.prints);
  return out;
}

result<subject_record> to_record(const encounter& what, subject_id record) {
  json document = {{"kind", "encounter"},
                   {"personId", what.person},
                   {"encounterId", what.id},
                   {"encounter", what.said}};
  subject_record out{record, {}, biographics_of(what.said), {}};
  if (what.active()) {
    out.prints = what.prints;
  } else {
    for (const probe_print& print : what.prints)
      document["prints"].push_back(
          {{"finger", print.finger_position}, {"iso", base64(print.iso_record)}});
  }
  out.document = bytes_of(document.dump(-1, ' ', false, json::error_handler_t::replace));
  if (out.document.size() > limits::record_document_bytes_max)
    return make_error(errc::limit_exceeded,
                      "encounter: what is kept beside the templates has more than " +
                          std::to_string(limits::record_document_bytes_max) + " bytes");
  return out;
}

subject_record person_record(const std::string& person, subject_id record) {
  return {record, {}, {}, bytes_of(json{{"kind", "person"}, {"personId", person}}.dump())};
}

result<stored_document> read_document(const subject_record& record) {
  stored_document out;
  if (record.document.empty()) return out;
  const json document =
      json::parse(reinterpret_cast<const char*>(record.document.data()),
                  reinterpret_cast<const char*>(record.document.data()) + record.document.size(),
                  nullptr, false);
  const error damaged = make_error(
      errc::corrupt, "record " + to_string(record.subject) + ": its document does not read");
  if (!document.is_object()) return damaged;
  try {
    out.kind = document.at("kind").get<std::string>();
    out.person = document.at("personId").get<std::string>();
    if (out.kind != "encounter") return out;
    out.what.person = out.person;
    out.what.id = document.at("encounterId").get<std::string>();
    out.what.said = document.at("encounter");
    out.what.prints = record.prints;
    if (document.contains("prints"))
      for (const json& print : document["prints"]) {
        auto iso = from_base64(print.at("iso").get<std::string>());
        if (!iso) return damaged;
        out.what.prints.push_back({print.at("finger").get<std::uint8_t>(), *std::move(iso)});
      }
  } catch (const json::exception&) {  // the edge of nlohmann
    return damaged;
  }
  return out;
}

result<json> write_encounter(const encounter& what) {
  json out = what.said;
  out["encounterId"] = what.id;
  out["galleries"] = json::array();
  for (const gallery_kind g : what.galleries) out["galleries"].push_back(to_string(g));
  json items = json::array();
  for (const json& item : what.said["biometricData"]) {
    WHORL_ASSIGN(json written, write_item(item, what.prints));
    written["encounterId"] = what.id;
    items.push_back(std::move(written));
  }
  out["biometricData"] = std::move(items);
  return out;
}

}  // namespace whorl::apps::osia
