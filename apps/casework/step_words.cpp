#include "apps/casework/step_words.hpp"

#include <date/date.h>

#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "actors/casework/disclosure.hpp"

namespace whorl::apps {
namespace {

using nlohmann::ordered_json;

std::string words_of(const std::vector<actors::role>& all) {
  std::string out;
  for (const actors::role r : all)
    out += (out.empty() ? "" : ", ") + std::string(actors::to_string(r));
  return out.empty() ? "the exchange itself" : out;
}

std::string states_of(const std::vector<casework::case_state>& all) {
  if (all.size() == 11) return "any open state";
  if (all.size() == 12) return "any state";
  std::string out;
  for (const auto s : all) out += (out.empty() ? "" : ", ") + std::string(to_string(s));
  return out;
}

std::string beside_of(const casework::transition& row) {
  std::string out;
  const auto add = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
  if (row.reason) add("reason");
  if (row.code == casework::need::required) {
    std::string codes;
    for (const auto c : row.codes) codes += (codes.empty() ? "" : "; ") + std::string(c);
    add(codes.empty() ? "code" : "code: " + codes);
  }
  if (row.moment == casework::need::required) add("moment");
  if (row.with_charge) add("offence");
  if (row.takes) add("takes a " + std::string(to_string(*row.takes)));
  for (const auto given : row.gives) add("gives the " + std::string(to_string(given)) + " back");
  return out;
}

result<std::string> text_member(const ordered_json& body, const char* name, bool required) {
  const auto found = body.find(name);
  if (found == body.end()) {
    if (required)
      return make_error(errc::invalid_input, std::string(name) + ": missing; a text is expected");
    return std::string();
  }
  if (!found->is_string())
    return make_error(errc::invalid_input, std::string(name) + ": a text is expected");
  return found->get<std::string>();
}

result<offence> offence_member(const ordered_json& body) {
  if (!body.is_object())
    return make_error(errc::invalid_input, "offence: an object with code is expected");
  offence out;
  WHORL_ASSIGN(out.code, text_member(body, "code", true));
  WHORL_ASSIGN(const std::string kind, text_member(body, "class", false));
  WHORL_ASSIGN(const std::string disposition, text_member(body, "disposition", false));
  if (!kind.empty()) {
    WHORL_ASSIGN(out.kind, parse_offence_class(kind));
  }
  if (!disposition.empty()) {
    WHORL_ASSIGN(out.disposition, parse_offence_disposition(disposition));
  }
  for (const auto& [key, value] : body.items())
    if (key != "code" && key != "class" && key != "disposition" && key != "sentence_days" &&
        key != "count")
      return make_error(errc::invalid_input, "offence." + key + ": no such member");
  WHORL_ASSIGN(out.count, text_member(body, "count", false));
  const auto days = body.find("sentence_days");
  if (days == body.end() || days->is_null()) return out;
  if (!days->is_number_integer() || *days < 0 || *days > 100'000)
    return make_error(errc::invalid_input,
                      "offence.sentence_days: a whole number from 0 to 100000 is expected");
  out.sentence_days = days->get<std::int32_t>();
  return out;
}

status check_code(const offence& what) {
  const bool four =
      what.code.size() == 4 && what.code.find_first_not_of("0123456789") == std::string::npos;
  if (four) return {};
  return make_error(errc::invalid_input, "offence: '" + what.code.substr(0, 20) +
                                             "' is no NCIC code: four digits are expected");
}

}  // namespace

result<offence> parse_offence(std::string_view text) {
  std::vector<std::string> parts;
  std::istringstream in{std::string(text)};
  for (std::string part; std::getline(in, part, ':');) parts.push_back(part);
  if (parts.empty() || parts.size() > 5)
    return make_error(errc::invalid_input,
                      "offence: expected code:class:disposition:days:count, for example "
                      "1313:felony:convicted:400 or 1313:felony:charged::2");
  offence out;
  out.code = parts[0];
  WHORL_TRY(check_code(out));
  if (parts.size() > 1) {
    WHORL_ASSIGN(out.kind, parse_offence_class(parts[1]));
  }
  if (parts.size() > 2) {
    WHORL_ASSIGN(out.disposition, parse_offence_disposition(parts[2]));
  }
  if (parts.size() > 4) out.count = parts[4];
  if (parts.size() < 4 || parts[3].empty()) return out;
  const std::string& days = parts[3];
  const auto [end, failed] =
      std::from_chars(days.data(), days.data() + days.size(), out.sentence_days);
  if (failed != std::errc() || end != days.data() + days.size() || out.sentence_days < 0)
    return make_error(errc::invalid_input, "offence: '" + days + "' is no number of days");
  return out;
}

result<instant> parse_moment(std::string_view text) {
  for (const char* format : {"%FT%TZ", "%FT%RZ", "%F"}) {
    std::istringstream in{std::string(text)};
    date::sys_time<std::chrono::milliseconds> at;
    in >> date::parse(format, at);
    if (!in.fail() && in.peek() == std::istringstream::traits_type::eof())
      return instant{at.time_since_epoch().count()};
  }
  return make_error(errc::invalid_input, "'" + std::string(text.substr(0, 40)) +
                                             "' is no moment: expected 2011-09-02T18:00Z (UTC), or "
                                             "a date");
}

result<wanted_step> parse_step(const ordered_json& body) {
  if (!body.is_object()) return make_error(errc::invalid_input, "a JSON object is expected");
  for (const auto& [key, value] : body.items())
    if (key != "step" && key != "reason" && key != "code" && key != "about_at" &&
        key != "offence" && key != "request")
      return make_error(errc::invalid_input,
                        key.substr(0, 40) +
                            ": no such member: step, reason, code, about_at, offence and request "
                            "are");
  wanted_step out;
  WHORL_ASSIGN(const std::string step, text_member(body, "step", true));
  WHORL_ASSIGN(out.step, parse_case_step(step));
  WHORL_ASSIGN(out.reason, text_member(body, "reason", false));
  WHORL_ASSIGN(out.code, text_member(body, "code", false));
  WHORL_ASSIGN(out.request, text_member(body, "request", false));
  WHORL_ASSIGN(const std::string about, text_member(body, "about_at", false));
  if (!about.empty()) {
    WHORL_ASSIGN(out.about_at, parse_moment(about));
  }
  if (const auto found = body.find("offence"); found != body.end()) {
    WHORL_ASSIGN(out.charge, offence_member(*found));
    WHORL_TRY(check_code(*out.charge));
  }
  return out;
}

result<wanted_review> parse_review(const ordered_json& body) {
  if (!body.is_object()) return make_error(errc::invalid_input, "a JSON object is expected");
  for (const auto& [key, value] : body.items())
    if (key != "gallery" && key != "decision" && key != "reason" && key != "subject")
      return make_error(
          errc::invalid_input,
          key.substr(0, 40) + ": no such member: gallery, decision, reason and subject are");
  wanted_review out;
  WHORL_ASSIGN(const std::string gallery, text_member(body, "gallery", true));
  WHORL_ASSIGN(out.gallery, parse_gallery_kind(gallery));
  WHORL_ASSIGN(const std::string decision, text_member(body, "decision", true));
  out.same = decision == "same";
  if (!out.same && decision != "different")
    return make_error(errc::invalid_input, "decision: expected same or different");
  WHORL_ASSIGN(out.reason, text_member(body, "reason", true));
  WHORL_ASSIGN(const std::string subject, text_member(body, "subject", false));
  if (!subject.empty()) {
    WHORL_ASSIGN(out.subject, parse_subject_id(subject));
  }
  return out;
}

std::string date_words(const std::string& day) {
  return day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2);
}

ordered_json rules_document(const std::vector<casework::rule_set>& all) {
  ordered_json out = ordered_json::array();
  for (const casework::rule_set& one : all)
    out.push_back({{"version", one.version},
                   {"effective", date_words(one.effective)},
                   {"scope", one.scope},
                   {"criteria", one.criteria.size()},
                   {"title", one.title},
                   {"source", one.source}});
  return out;
}

ordered_json lifecycle_document() {
  ordered_json all = ordered_json::array();
  for (const auto& row : casework::transitions()) {
    ordered_json from = ordered_json::array(), by = ordered_json::array(),
                 guards = ordered_json::array(), codes = ordered_json::array();
    for (const auto s : row.from) from.push_back(to_string(s));
    for (const auto r : row.by) by.push_back(actors::to_string(r));
    for (const auto g : row.guards) guards.push_back(to_string(g));
    for (const auto c : row.codes) codes.push_back(c);
    all.push_back({{"step", to_string(row.step)},
                   {"from", from},
                   {"to", row.to ? ordered_json(to_string(*row.to)) : ordered_json()},
                   {"by", by},
                   {"needs", beside_of(row)},
                   {"codes", codes},
                   {"safeguards", guards},
                   {"means", row.means}});
  }
  return all;
}

std::string lifecycle_diagram() {
  // One arrow from state to state, with all steps that go that way.
  std::map<std::pair<casework::case_state, casework::case_state>, std::set<std::string>> arrows;
  for (const auto& row : casework::transitions()) {
    if (!row.to || row.from.size() >= 11) continue;
    for (const auto from : row.from) arrows[{from, *row.to}].emplace(to_string(row.step));
  }
  std::string out = "stateDiagram-v2\n";
  for (const auto& [way, steps] : arrows) {
    std::string label;
    for (const auto& s : steps) label += (label.empty() ? "" : ", ") + s;
    const bool first = way.first == casework::case_state::none;
    out += "  " + (first ? std::string("[*]") : std::string(to_string(way.first))) + " --> " +
           std::string(to_string(way.second)) + " : " + label + "\n";
  }
  return out + "  closed --> [*]\n";
}

std::string lifecycle_markdown() {
  std::string out =
      "| step | from | to | who | with | refused, and says | means "
      "|\n|---|---|---|---|---|---|---|\n";
  for (const auto& row : casework::transitions()) {
    std::string guards;
    for (const auto g : row.guards)
      guards += (guards.empty() ? "" : "; ") + std::string(to_string(g));
    out += "| `" + std::string(to_string(row.step)) + "` | " + states_of(row.from) + " | " +
           (row.to ? std::string(to_string(*row.to)) : std::string("stays")) + " | " +
           words_of(row.by) + " | " + beside_of(row) + " | " + guards + " | " +
           std::string(row.means) + " |\n";
  }
  return out;
}

std::string disclosure_markdown() {
  struct column {
    const char* name;
    casework::disclosure_case of;
  };
  const column columns[] = {
      {"inactive", {jurisdiction_mode::inactive, true, false}},
      {"limited", {jurisdiction_mode::limited, true, false}},
      {"full", {jurisdiction_mode::full, true, false}},
      {"full, cannot receive", {jurisdiction_mode::full, false, false}},
      {"full, protected", {jurisdiction_mode::full, true, true}},
      {"full, was told", {jurisdiction_mode::full, true, false, true}},
      {"protected, was told", {jurisdiction_mode::full, true, true, true}},
      {"protected, named", {jurisdiction_mode::full, true, true, false, true}}};
  std::string out = "| role | what |";
  for (const auto& c : columns) out += std::string(" ") + c.name + " |";
  out += "\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const actors::role r : actors::all_roles)
    for (const casework::item what : casework::all_items) {
      out += "| " + std::string(actors::to_string(r)) + " | " + std::string(to_string(what)) + " |";
      for (const auto& c : columns) {
        const auto known = casework::may_know(r, what, c.of);
        out += std::string(" ") + (known.allowed ? "yes" : "no") + ": " +
               std::string(known.because) + " |";
      }
      out += "\n";
    }
  return out;
}

}  // namespace whorl::apps
