#include "apps/http/routes.hpp"

#include <algorithm>
#include <array>

#include "apps/http/problem.hpp"
#include "apps/http/target.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::http {
namespace {

using actors::permission;

match_result refuse(unsigned status, std::string_view code, std::string_view detail) {
  return {std::nullopt, problem(status, code, detail)};
}

const std::vector<permission> nobody, booking_side{permission::book},
    auditors{permission::read_audit}, readers{permission::read_cases},
    workers{permission::work_case}, operators{permission::manage_gallery},
    operations{permission::manage_gallery, permission::read_audit},
    examiners{permission::decide_review}, either{permission::book, permission::read_cases};
using enum resource;
const std::array<route, 24> all = {{
    {"GET", "/health/live", live, true, nobody, {}, "", "health", "the process answers"},
    {"GET", "/health/ready", ready, true, nobody, {}, "", "health", "bookings can be taken"},
    {"GET", "/metrics", metrics, false, auditors, {}, "", "", "counters, Prometheus text"},
    {"GET", "/openapi.json", openapi, false, nobody, {}, "", "openapi", "this document"},
    {"POST",
     "/v1/tokens",
     token,
     false,
     nobody,
     {},
     "",
     "token",
     "a token for minutes, from this address, in place of the certificate; recorded"},
    {"POST",
     "/v1/bookings",
     submit,
     false,
     booking_side,
     {},
     "new_booking",
     "accepted",
     "hand in an EBTS transaction, or JSON; 202 once it is durable, the same for the same bytes "
     "again"},
    {"GET",
     "/v1/bookings",
     bookings,
     false,
     either,
     {"limit", "before", "ori", "tcn"},
     "",
     "booking_list",
     "newest first, without personal data; an agency's own; `next` goes into `before`"},
    {"GET",
     "/v1/bookings/{booking}",
     booking,
     false,
     either,
     {},
     "",
     "booking_state",
     "how far it is, without personal data"},
    {"GET",
     "/v1/bookings/{booking}/events",
     events,
     false,
     either,
     {},
     "",
     "",
     "the same as it changes, as server-sent events, until it is done"},
    {"GET",
     "/v1/bookings/{booking}/answers",
     answers,
     false,
     either,
     {},
     "",
     "booking_answers",
     "what was found, as far as the reader may know; recorded in the audit"},
    {"GET",
     "/v1/bookings/{booking}/messages/{message}",
     message,
     false,
     booking_side,
     {},
     "",
     "",
     "an answer transaction (EBTS) as it went to the agency, by its number; recorded"},
    {"POST",
     "/v1/bookings/{booking}/review",
     review,
     false,
     examiners,
     {},
     "review",
     "reviewed",
     "decide what waits for an examiner (JSON: gallery, decision same or different, reason, "
     "subject); "
     "recorded"},
    {"GET",
     "/v1/reviews",
     reviews,
     false,
     examiners,
     {"limit"},
     "",
     "review_list",
     "what waits for an examiner, with candidates and scores, the oldest first; recorded"},
    {"GET",
     "/v1/cases",
     cases,
     false,
     readers,
     {"limit"},
     "",
     "case_list",
     "newest first; recorded"},
    {"GET", "/v1/cases/{case}", one_case, false, readers, {}, "", "case", "its timeline; recorded"},
    {"POST",
     "/v1/cases/{case}/steps",
     step,
     false,
     workers,
     {},
     "step",
     "stepped",
     "take a step of the case (JSON); the case as it stands then; recorded"},
    {"GET",
     "/v1/queues/{queue}",
     queue,
     false,
     readers,
     {"limit"},
     "",
     "queue",
     "cases that wait for people, in the order of work; recorded"},
    {"GET",
     "/v1/rules",
     rules,
     false,
     readers,
     {},
     "",
     "rule_list",
     "the rule-sets of this exchange"},
    {"GET",
     "/v1/report",
     report,
     false,
     auditors,
     {"from", "to", "by"},
     "",
     "report",
     "figures by agency, by=state or by=source, for a period; recorded"},
    {"GET",
     "/v1/audit",
     audit,
     false,
     auditors,
     {"object", "limit", "before"},
     "",
     "audit",
     "rows, newest first, of one object or all; `next` goes into `before`; recorded"},
    {"GET",
     "/v1/subjects/{subject}/sights",
     sights,
     false,
     auditors,
     {"limit"},
     "",
     "sights",
     "who looked at a person's data, and to whom answers about them went: the newest, in order of "
     "time; recorded"},
    {"GET",
     "/v1/cluster",
     cluster,
     false,
     operations,
     {},
     "",
     "cluster",
     "its nodes and their replicas"},
    {"POST",
     "/v1/cluster/orders",
     cluster_order,
     false,
     operators,
     {},
     "order",
     "ordered",
     "drain, undrain, move, forget or rebalance (JSON: order, node, partition, from, to); "
     "recorded"},
    {"GET",
     "/v1/exchange/keys",
     exchange_keys,
     false,
     nobody,
     {"owner", "purpose", "feed", "after"},
     "",
     "",
     "the keys of the exchange that holds the lease, and their changes, for one that stands by "
     "(Cap'n Proto); the beginning is recorded",
     true},
}};

}  // namespace

std::span<const route> routes() { return all; }

match_result match(std::string_view method, std::string_view target) {
  if (target.size() > limits::http_target_bytes_max)
    return refuse(
        414, "limit_exceeded",
        "the target is longer than " + std::to_string(limits::http_target_bytes_max) + " bytes");
  if (!target.starts_with('/'))
    return refuse(400, "invalid_input", "the target must be a path that begins with /");
  const std::size_t mark = target.find('?');
  std::vector<std::string> segments;
  for (const auto part : split(target.substr(1, mark - 1), '/')) {
    auto plain = decoded(part);
    if (!plain)
      return refuse(400, "invalid_input", "the path holds a broken % escape or a control sign");
    segments.push_back(*std::move(plain));
  }
  const std::string_view as_get = method == "HEAD" ? "GET" : method;  // RFC 9110 9.3.2
  matched out;
  std::string allow;
  for (const route& r : routes()) {
    matched candidate;
    if (!fits(r.pattern, segments, candidate.path)) continue;
    candidate.to = &r;
    allow += (allow.empty() ? "" : ", ") + std::string(r.method == "GET" ? "GET, HEAD" : r.method);
    if (r.method == as_get) out = std::move(candidate);
  }
  if (out.to == nullptr && !allow.empty()) {
    auto refused = refuse(405, "unsupported", "this path allows " + allow);
    refused.refusal.headers.emplace_back("Allow", allow);
    return refused;
  }
  if (out.to == nullptr)
    return refuse(404, "not_found", "no such path; /openapi.json lists what there is");
  if (mark == std::string_view::npos || mark + 1 == target.size()) return {std::move(out), {}};
  for (const auto pair : split(target.substr(mark + 1), '&')) {
    const std::size_t equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals));
    auto value =
        decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value)
      return refuse(400, "invalid_input", "the query holds a broken % escape or a control sign");
    const auto& known = out.to->query;
    if (std::find(known.begin(), known.end(), *name) == known.end())
      return refuse(400, "invalid_input", "'" + *name + "': this path takes no such parameter");
    if (!out.query.emplace(*name, *value).second)
      return refuse(400, "invalid_input", "'" + *name + "' stands there twice");
  }
  return {std::move(out), {}};
}

bool may(actors::role who, const route& to) {
  if (to.for_exchanges) return false;
  return to.any_of.empty() || std::any_of(to.any_of.begin(), to.any_of.end(),
                                          [&](permission p) { return actors::allows(who, p); });
}

std::string routes_markdown() {
  std::string out = "| route |", line = "\n|---|";
  for (const actors::role r : actors::all_roles) {
    out += " " + std::string(actors::to_string(r)) + " |";
    line += "---|";
  }
  out += line + "\n";
  for (const route& to : routes()) {
    out += "| `" + std::string(to.method) + " " + std::string(to.pattern) + "` |";
    for (const actors::role r : actors::all_roles)
      out += to.open ? " open |" : may(r, to) ? " yes |" : " no |";
    out += "\n";
  }
  return out;
}

}  // namespace whorl::apps::http
