#include "apps/http/schemas.hpp"

#include <set>

#include "actors/casework/lifecycle.hpp"
#include "apps/http/schema_words.hpp"
#include "messages/facts.hpp"
#include "messages/limits.hpp"

namespace whorl::apps::http {
namespace {

using namespace schema;

json all_steps() {
  std::set<case_step> steps;
  for (const auto& row : casework::transitions()) steps.insert(row.step);
  return one_of(steps);
}

json all_states() {
  std::vector<casework::case_state> states;
  for (auto s = casework::case_state::none; s <= casework::case_state::closed;
       s = static_cast<casework::case_state>(static_cast<int>(s) + 1))
    states.push_back(s);
  return one_of(states);
}

json reason() { return {{"type", "string"}, {"maxLength", limits::text_max}}; }

void add_words(json& to) {
  to["booking_id"] = matching("^B[0-9a-f]{16}$");
  to["case_id"] = matching("^C[0-9a-f]{16}$");
  to["subject_id"] = matching("^S[0-9a-f]{16}$");
  to["gallery"] = one_of({gallery_kind::criminal, gallery_kind::immigration});
  to["source"] = one_of(all_booking_sources);
  to["mode"] =
      one_of({jurisdiction_mode::inactive, jurisdiction_mode::limited, jurisdiction_mode::full});
  to["decision"] =
      one_of({"hit", "review", "no_hit", "failed", "open", "pending", "withheld", "not_searched"});
  to["search"] = one_of({"open", "review", "answered", "not_searched"});
  to["case_step"] = said("docs/LIFECYCLE.md", all_steps());
  to["case_state"] = all_states();
  to["problem"] = object({{"type", said("urn:whorl:problem:CODE", text())},
                          {"title", text()},
                          {"status", from_to(400, 599)},
                          {"detail", said("why, and what to do", text())}});
  to["health"] = object({{"status", one_of({"pass"})}});
  to["token"] = object({{"token", text()}, {"expires_at", moment()}});
  to["openapi"] = said("OpenAPI 3.1", {{"type", "object"}});
}

void add_bookings(json& to) {
  const json print =
      object({{"biometricType", one_of({"FINGER"})},
              {"templateFormat", one_of({"ISO_19794_2", "ANSI_378"})},
              {"template", said("BASE64", text())},
              maybe("biometricSubType", said("RIGHT_THUMB to LEFT_LITTLE", text()))});
  const json charge = body({{"date", text()}, {"code", text()}, {"literal", text()}});
  to["new_booking"] =
      said("made into its EBTS transaction; forms as there, prints as OSIA's BiometricData",
           body({{"tcn", text()},
                 {"ori", text()},
                 {"date", said("YYYYMMDD, as all days here", text())},
                 {"name", said("FAMILY, GIVEN", text())},
                 {"date_of_birth", text()},
                 {"place_of_birth", text()},
                 {"sex", text()},
                 {"race", text()},
                 {"height", text()},
                 {"weight", text()},
                 {"eyes", text()},
                 {"hair", text()},
                 {"date_of_arrest", text()},
                 {"controlling_agency", text()},
                 {"charges", list_of(charge)},
                 {"prints", list_of(print)},
                 maybe("dai", text()),
                 maybe("retention", text()),
                 maybe("citizenship", text()),
                 maybe("case_number", text()),
                 maybe("state_id", text()),
                 maybe("fbi_number", text()),
                 maybe("aliases", list_of(text()))}));
  to["accepted"] = object({{"booking", ref("booking_id")},
                           {"duplicate", said("it was taken before", yes_no())},
                           {"accepted_at", moment()}});
  to["booking_state"] =
      object({{"booking", ref("booking_id")},
              {"ori", text()},
              {"tcn", text()},
              {"tot", said("type of transaction", text())},
              {"accepted_at", moment()},
              {"deadline_at", moment()},
              {"source", ref("source")},
              {"criminal_search", ref("search")},
              maybe("immigration_search", said("not for agencies", ref("search"))),
              {"done", yes_no()}});
  to["booking_list"] =
      object({{"bookings", list_of(ref("booking_state"))}, {"next", or_null(ref("booking_id"))}});
  to["answer"] =
      object({{"decision", ref("decision")},
              {"subject", or_null(ref("subject_id"))},
              {"score", whole()},
              {"sequence", said("fingers in the wrong order, in words", text())},
              {"known_as", said("where it is another name than the one given", text())}});
  to["booking_answers"] = object(
      {{"booking", ref("booking_id")},
       {"ori", text()},
       {"tcn", text()},
       {"mode", ref("mode")},
       {"source", ref("source")},
       {"accepted_at", moment()},
       {"name_given", text()},
       {"criminal", ref("answer")},
       {"immigration", ref("answer")},
       {"case", or_null(ref("case_id"))},
       {"sent", list_of(object({{"kind", text()},
                                {"to", text()},
                                {"message", said("its number, for messages/", whole())}}))}});
}

void add_reviews(json& to) {
  to["review"] =
      body({{"gallery", ref("gallery")},
            {"decision", one_of({"same", "different"})},
            {"reason", said("what the examiner saw", reason())},
            maybe("subject", said("which candidate; else the best", ref("subject_id")))});
  to["reviewed"] = object({{"booking", ref("booking_id")},
                           {"gallery", ref("gallery")},
                           {"decision", said("review: another examiner is needed",
                                             one_of({"hit", "no_hit", "review"}))},
                           {"subject", or_null(ref("subject_id"))},
                           {"by", text()},
                           maybe("examiners_agreed", whole()),
                           maybe("examiners_needed", whole())});
  const json candidate =
      object({{"subject", ref("subject_id")},
              {"record", ref("subject_id")},
              {"score", whole()},
              {"in_order", said("score of the fingers as they were sent", whole())},
              {"reordered", said("score in another order of them", whole())},
              {"sequence", said("that order, in words", text())},
              {"fingers", said("that were compared", whole())}});
  to["review_list"] = object(
      {{"reviews",
        list_of(object({{"booking", ref("booking_id")},
                        {"gallery", ref("gallery")},
                        {"tcn", text()},
                        {"ori", text()},
                        {"name_given", text()},
                        {"hit_score", said("from which on it would be a hit", whole())},
                        {"examined_by", said("who, not what they found", list_of(text()))},
                        {"disagree_since",
                         said("those that examiners disagree on come first", or_null(moment()))},
                        {"candidates", list_of(candidate)}}))},
       {"waiting", said("also those that are not shown", whole())}});
}

void add_cases(json& to) {
  to["offence"] = object({{"code", matching("^[0-9]{4}$")},
                          {"class", text()},
                          {"disposition", text()},
                          maybe("count", text()),
                          {"sentence_days", or_null(whole())}});
  const json sent_offence = body({{"code", said("NCIC", matching("^[0-9]{4}$"))},
                                  maybe("class", text()),
                                  maybe("disposition", text()),
                                  maybe("count", text()),
                                  maybe("sentence_days", or_null(from_to(0, 100'000)))});
  to["step"] =
      body({{"step", ref("case_step")},
            maybe("reason", reason()),
            maybe("code", text()),
            maybe("about_at", said("a date, or a moment in UTC", text())),
            maybe("offence", sent_offence),
            maybe("request", said("the client's own: sent again, it is taken once", text()))});
  to["case_now"] = object(
      {{"state", ref("case_state")},
       {"level", whole()},
       {"rule_set", text()},
       {"status", text()},
       {"offences", list_of(ref("offence"))},
       {"facts", list_of(text())},
       {"holds", list_of(object({{"kind", text()}, {"id", text()}, {"at", or_null(moment())}}))},
       {"assignee", text()},
       {"prints_confirmed", yes_no()},
       {"claim_of_citizenship_open", yes_no()},
       {"record_changed", yes_no()},
       {"protected", yes_no()},
       {"status_record_at", or_null(moment())},
       {"notice_language", text()},
       {"counsel", text()},
       {"counsel_told", said("since counsel came, and since the last order", yes_no())},
       {"closing", text()}});
  to["stepped"] = object({{"case", ref("case_id")},
                          {"step", ref("case_step")},
                          {"by", text()},
                          maybe("taken", said("for agencies, in place of now", yes_no())),
                          maybe("now", ref("case_now"))});
  const json event = object({{"at", moment()},
                             {"step", ref("case_step")},
                             {"level", whole()},
                             {"rule_set", text()},
                             {"by", text()},
                             {"reason", text()},
                             {"code", text()},
                             maybe("about_at", moment()),
                             maybe("clock_ends", said("of a detainer, as it was told", moment())),
                             maybe("offence", ref("offence"))});
  to["case"] =
      object({{"case", ref("case_id")},
              {"booking", ref("booking_id")},
              {"ori", text()},
              {"tcn", text()},
              {"source", ref("source")},
              {"name_given", text()},
              {"offence", text()},
              {"subject", ref("subject_id")},
              {"now", ref("case_now")},
              {"events", list_of(event)},
              {"messages", list_of(object({{"kind", text()}, {"to", text()}, {"at", moment()}}))}});
}

void add_case_lists(json& to) {
  to["case_list"] = object({{"cases", list_of(object({{"case", ref("case_id")},
                                                      {"opened_at", moment()},
                                                      {"level", whole()},
                                                      {"state", ref("case_state")},
                                                      {"last_step", ref("case_step")},
                                                      {"subject", ref("subject_id")},
                                                      {"booking", ref("booking_id")}}))}});
  to["queue"] = object({{"queue", parameter_schema("queue")},
                        {"waiting", whole()},
                        {"overdue", whole()},
                        {"taken_up", whole()},
                        {"longest_wait_hours", whole()},
                        {"cases", list_of(object({{"case", ref("case_id")},
                                                  {"ori", text()},
                                                  {"level", whole()},
                                                  {"state", ref("case_state")},
                                                  {"due", or_null(moment())},
                                                  {"overdue", yes_no()},
                                                  {"waits_hours", whole()},
                                                  {"assignee", text()},
                                                  {"claim_of_citizenship_open", yes_no()}}))}});
  to["rule_list"] = object({{"rules", list_of(object({{"version", text()},
                                                      {"effective", text()},
                                                      {"scope", list_of(text())},
                                                      {"criteria", whole()},
                                                      {"title", text()},
                                                      {"source", text()}}))}});
}

void add_oversight(json& to) {
  const json rate = or_null(number());
  const json times =
      object({{"p50", or_null(whole())}, {"p95", or_null(whole())}, {"p99", or_null(whole())}});
  to["times"] = times;
  to["figures"] = object({{"jurisdiction", text()},
                          {"submissions", whole()},
                          {"criminal_hits", whole()},
                          {"immigration_searches", whole()},
                          {"matches", whole()},
                          {"cases", whole()},
                          {"criminal_failed", whole()},
                          {"immigration_failed", whole()},
                          {"criminal_waiting_for_examiner", whole()},
                          {"immigration_waiting_for_examiner", whole()},
                          {"statuses", counts()},
                          {"levels", counts()},
                          {"states", counts()},
                          {"detained", whole()},
                          {"detained_without_conviction_share", rate},
                          {"citizens_matched", whole()},
                          {"false_matches", whole()},
                          {"false_matches_per_10000_searches", rate},
                          {"corrected", whole()},
                          {"status_waiting", whole()},
                          {"charges_dismissed", whole()},
                          {"complete_share", rate},
                          {"criminal_answer_ms", ref("times")},
                          {"immigration_answer_ms", ref("times")},
                          {"status_answer_ms", ref("times")}});
  to["report"] = object({{"from", moment()},
                         {"to", moment()},
                         {"people", text()},
                         {"jurisdictions", list_of(ref("figures"))},
                         {"offence_mix_test", text()},
                         {"offence_mix", list_of(object({{"jurisdiction", text()},
                                                         {"category", text()},
                                                         {"bookings", whole()},
                                                         {"of", whole()},
                                                         {"baseline_bookings", whole()},
                                                         {"baseline_of", whole()},
                                                         {"p", number()},
                                                         {"adjusted_p", number()}}))}});
  to["audit"] = object({{"audit", list_of(object({{"at", moment()},
                                                  {"principal", text()},
                                                  {"role", text()},
                                                  {"action", text()},
                                                  {"object", text()},
                                                  {"purpose", text()},
                                                  {"detail", text()},
                                                  {"seq", whole()}}))},
                        {"next", or_null(whole())}});
  to["sights"] = object({{"subject", ref("subject_id")},
                         {"sights", list_of(object({{"at", moment()},
                                                    {"who", text()},
                                                    {"role", text()},
                                                    {"did", text()},
                                                    {"object", text()},
                                                    {"through", text()},
                                                    {"purpose", text()},
                                                    {"detail", text()}}))},
                         {"left_out", said("older ones that are not shown", whole())}});
}

void add_cluster(json& to) {
  const json replica = object(
      {{"partition", text()}, {"state", text()}, {"applied_seq", whole()}, {"people", whole()}});
  const json node = object({{"name", text()},
                            {"zone", text()},
                            {"weight", whole()},
                            {"state", text()},
                            {"drained", yes_no()},
                            {"map_epoch", whole()},
                            {"rounds_in_hand", whole()},
                            {"protocol", whole()},
                            {"replicas", list_of(replica)}});
  const json placed =
      object({{"partition", text()}, {"nodes", list_of(text())}, {"searchable", whole()}});
  to["cluster"] =
      object({{"epoch", whole()},
              {"replicas_wanted", whole()},
              {"settled", yes_no()},
              {"nodes", list_of(node)},
              {"other_versions", list_of(object({{"name", text()}, {"protocol", whole()}}))},
              {"partitions", list_of(placed)}});
  to["order"] = body({{"order", one_of({"drain", "undrain", "move", "forget", "rebalance"})},
                      maybe("node", said("of drain, undrain, forget", text())),
                      maybe("partition", said("of move: criminal/3", text())),
                      maybe("from", said("of move", text())),
                      maybe("to", said("of move", text()))});
  to["ordered"] = object({{"ordered", said("the order in words", text())}});
}

}  // namespace

json schemas() {
  json out = json::object();
  add_words(out);
  add_bookings(out);
  add_reviews(out);
  add_cases(out);
  add_case_lists(out);
  add_oversight(out);
  add_cluster(out);
  return out;
}

json parameter_schema(std::string_view name) {
  if (name == "booking") return ref("booking_id");
  if (name == "case") return ref("case_id");
  if (name == "subject") return ref("subject_id");
  if (name == "message") return from_to(1, limits::http_rows_max);
  if (name == "queue") return one_of({"examiners", "operations-centre", "field-office", "claims"});
  if (name == "limit") return from_to(1, limits::http_rows_max);
  if (name == "by") return one_of({"agency", "state", "source"});
  return text();
}

}  // namespace whorl::apps::http
