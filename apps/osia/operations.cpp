#include "apps/osia/operations.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "apps/http/target.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::osia {
namespace {

using actors::permission;

using http::decoded;
using http::fits;
using http::split;

struct numeric {
  std::string_view name;
  long low, high;
};
constexpr numeric numerics[] = {{"priority", 0, 9},
                                {"serviceLevel", 0, 9},
                                {"maxNbCand", 1, limits::osia_candidates_max},
                                {"offset", 0, 1'000'000'000},
                                {"limit", 1, limits::osia_page_max}};

/// Nothing for what is no number from 0 to 1,000,000. Not std::stod, which throws at numbers too
/// small for it.
std::optional<double> as_threshold(const std::string& text) {
  double number = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || stop != text.data() + text.size() || !(number >= 0) || number > 1e6)
    return std::nullopt;
  return number;
}

status check_value(const std::string& name, const std::string& value) {
  const auto* begin = value.data();
  const auto* end = begin + value.size();
  for (const numeric& n : numerics) {
    if (n.name != name) continue;
    long number = 0;
    const auto [stop, failed] = std::from_chars(begin, end, number);
    if (failed == std::errc() && stop == end && number >= n.low && number <= n.high) return {};
    return make_error(errc::invalid_input, name + ": expected a whole number from " +
                                               std::to_string(n.low) + " to " +
                                               std::to_string(n.high));
  }
  if (name == "threshold" && !as_threshold(value))
    return make_error(errc::invalid_input, "threshold: expected a number from 0 to 1000000");
  if (value.size() > limits::text_max)
    return make_error(errc::limit_exceeded,
                      name + ": more than " + std::to_string(limits::text_max) + " bytes");
  return {};
}

status read_query(std::string_view text, asked_path& out) {
  for (const auto pair : text.empty() ? std::vector<std::string_view>{} : split(text, '&')) {
    const std::size_t equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals));
    auto value =
        decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value)
      return make_error(errc::invalid_input, "the query holds a broken % escape or a control sign");
    if (*name != "transactionId" && !out.to->takes(*name))
      return make_error(errc::invalid_input,
                        "'" + *name + "': " + std::string(out.to->id) + " takes no such parameter");
    WHORL_TRY(check_value(*name, *value));
    if (!out.query.emplace(*name, *value).second)
      return make_error(errc::invalid_input, "'" + *name + "' stands there twice");
  }
  const auto transaction = out.query.find("transactionId");
  if (transaction == out.query.end() || transaction->second.empty())
    return make_error(errc::invalid_input, "transactionId: missing; the standard requires it");
  return {};
}

using parameters = std::vector<std::string_view>;
using statuses = std::vector<unsigned>;

const std::vector<permission> writers{permission::manage_gallery}, readers{permission::read_prints},
    searchers{permission::search_people},
    listers{permission::manage_gallery, permission::read_prints},
    askers{permission::manage_gallery, permission::read_prints, permission::search_people};

const parameters later{"callback", "priority"}, create{"callback", "priority", "algorithm"},
    verify{"callback", "priority", "threshold", "accuracyLevel", "serviceLevel"},
    search{"callback", "priority", "maxNbCand", "threshold", "accuracyLevel", "serviceLevel"},
    of_template{"biometricType", "biometricSubType", "instance", "templateFormat",
                "qualityFormat", "callback",         "priority"};

const statuses found{200, 202, 400, 403, 404, 500}, made{200, 202, 400, 403, 500},
    gone{202, 204, 400, 403, 404, 500}, changed{202, 204, 400, 403, 500},
    joined{202, 204, 400, 403, 404, 409, 500};

constexpr std::string_view person = "/v1/persons/{personId}",
                           encounters = "/v1/persons/{personId}/encounters",
                           one = "/v1/persons/{personId}/encounters/{encounterId}";

description get(operation what, std::string_view id, std::string_view pattern,
                const std::vector<permission>& who, const parameters& query, const statuses& all) {
  return {what, id, "GET", pattern, who, query, false, all};
}
description removal(operation what, std::string_view id, std::string_view pattern) {
  return {what, id, "DELETE", pattern, writers, later, false, gone};
}
description post(operation what, std::string_view id, std::string_view pattern,
                 const std::vector<permission>& who, const parameters& query, const statuses& all,
                 bool takes_body = true) {
  return {what, id, "POST", pattern, who, query, takes_body, all, takes_body};
}
description put(operation what, std::string_view id, std::string_view pattern,
                const parameters& query, const statuses& all, bool takes_body = true) {
  return {what, id, "PUT", pattern, writers, query, takes_body, all, takes_body};
}
/// Its body is a filter and may be left out.
description search_again(operation what, std::string_view id, std::string_view pattern) {
  return {what, id, "POST", pattern, searchers, search, true, found};
}

std::vector<description> on_persons() {
  using enum operation;
  return {
      post(create_encounter_no_ids, "createEncounterNoIds", "/v1/persons", writers, create, made),
      post(create_encounter_no_id, "createEncounterNoId", encounters, writers, create, made),
      get(read_all_encounters, "readAllEncounters", encounters, readers, later, found),
      post(create_encounter, "createEncounter", one, writers, create,
           {200, 202, 400, 403, 409, 500}),
      get(read_encounter, "readEncounter", one, readers, later, found),
      put(update_encounter, "updateEncounter", one, create, found),
      removal(delete_encounter, "deleteEncounter", one),
      post(merge_encounter, "mergeEncounter", "/v1/persons/{personIdTarget}/merge/{personIdSource}",
           writers, later, joined, false),
      post(move_encounter, "moveEncounter",
           "/v1/persons/{personIdTarget}/move/{personIdSource}/encounters/{encounterId}", writers,
           later, joined, false),
      put(update_encounter_status, "updateEncounterStatus",
          "/v1/persons/{personId}/encounters/{encounterId}/status", {"status", "callback"}, changed,
          false),
      put(update_encounter_galleries, "updateEncounterGalleries",
          "/v1/persons/{personId}/encounters/{encounterId}/galleries", {"callback"}, changed),
      get(read_template, "readTemplate",
          "/v1/persons/{personId}/encounters/{encounterId}/templates", readers, of_template, found),
      removal(delete_all, "deleteAll", person)};
}

std::vector<description> on_galleries() {
  using enum operation;
  return {post(identify, "identify", "/v1/identify/{galleryId}", searchers, search, found),
          search_again(identify_from_id, "identifyFromId", "/v1/identify/{galleryId}/{personId}"),
          search_again(identify_from_encounter_id, "identifyFromEncounterId",
                       "/v1/identify/{galleryId}/{personId}/encounters/{encounterId}"),
          post(verify_from_id, "verifyFromId", "/v1/verify/{galleryId}/{personId}", searchers,
               verify, found),
          post(verify_from_bio, "verifyFromBio", "/v1/verify", searchers, verify, made),
          get(read_galleries, "readGalleries", "/v1/galleries", listers, later, made),
          get(read_gallery_content, "readGalleryContent", "/v1/galleries/{galleryId}", listers,
              {"callback", "priority", "offset", "limit"}, found),
          get(read_task_status, "readTaskStatus", "/v1/tasks/{taskId}/status", askers, {},
              {200, 400, 403, 404, 500}),
          post(redeliver_task_result, "redeliverTaskResult", "/v1/tasks/{taskId}/redeliver", askers,
               {}, {204, 400, 403, 404, 500}, false)};
}

std::vector<description> joined_tables() {
  std::vector<description> all = on_persons();
  std::vector<description> more = on_galleries();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

bool description::takes(std::string_view parameter) const {
  return std::find(query.begin(), query.end(), parameter) != query.end();
}

bool description::answers(unsigned status) const {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

std::span<const description> operations() {
  static const std::vector<description> all = joined_tables();
  return all;
}

bool may(actors::role who, const description& what) {
  return std::any_of(what.any_of.begin(), what.any_of.end(),
                     [&](permission p) { return actors::allows(who, p); });
}

result<asked_path> match(std::string_view method, std::string_view target, std::string& allow) {
  if (target.size() > limits::http_target_bytes_max)
    return make_error(
        errc::limit_exceeded,
        "the target is longer than " + std::to_string(limits::http_target_bytes_max) + " bytes");
  target.remove_prefix(std::min(target.size(), path_prefix.size()));
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  std::vector<std::string> segments;
  for (const auto part : split(path.substr(path.starts_with('/') ? 1 : 0), '/')) {
    auto plain = decoded(part);
    if (!plain || plain->size() > limits::osia_id_bytes_max)
      return make_error(errc::invalid_input,
                        "the path holds a broken % escape, a control sign or an id of more than " +
                            std::to_string(limits::osia_id_bytes_max) + " bytes");
    segments.push_back(*std::move(plain));
  }
  asked_path out;
  for (const description& d : operations()) {
    asked_path candidate;
    if (!fits(d.pattern, segments, candidate.path)) continue;
    candidate.to = &d;
    allow += (allow.empty() ? "" : ", ") + std::string(d.method);
    if (d.method == method) out = std::move(candidate);
  }
  if (out.to == nullptr)
    return allow.empty() ? make_error(errc::not_found, "no such path of OSIA ABIS 1.6")
                         : make_error(errc::unsupported, "this path allows " + allow);
  for (const auto& [name, value] : out.path)
    if (value.empty()) return make_error(errc::invalid_input, name + ": empty");
  WHORL_TRY(read_query(mark == std::string_view::npos ? "" : target.substr(mark + 1), out));
  return out;
}

std::optional<std::uint32_t> threshold_of(const asked_path& what) {
  const auto value = what.query.find("threshold");
  if (value == what.query.end()) return std::nullopt;
  return static_cast<std::uint32_t>(std::ceil(as_threshold(value->second).value_or(0)));
}

long number_of(const asked_path& what, std::string_view parameter, long usual) {
  const auto value = what.query.find(parameter);
  return value == what.query.end() ? usual : std::stol(value->second);
}

}  // namespace whorl::apps::osia
