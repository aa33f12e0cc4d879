#include "apps/documents.hpp"

namespace whorl::apps {

json booking_document(const shown_booking& b) {
  const auto& accepted = b.row.accepted;
  auto answer = [](const shown_answer& a) {
    return json{{"decision", a.decision},
                {"subject", a.subject.value == 0 ? json() : json(to_string(a.subject))},
                {"score", a.score},
                {"sequence", a.sequence},
                {"known_as", a.known_as}};
  };
  json sent = json::array();
  for (const auto& m : b.messages)
    sent.push_back({{"kind", m.queued.kind},
                    {"to", m.queued.recipient},
                    {"file", m.delivered ? json(m.delivered->where) : json()}});
  return {{"booking", to_string(accepted.booking)},
          {"ori", accepted.ori},
          {"tcn", accepted.tcn},
          {"mode", to_string(accepted.mode)},
          {"source", to_string(accepted.source)},
          {"accepted_at", to_string(accepted.accepted_at)},
          {"name_given", b.who.name},
          {"criminal", answer(b.criminal)},
          {"immigration", answer(b.immigration)},
          {"case", b.opened_case ? json(to_string(case_id{accepted.booking.value})) : json()},
          {"sent", sent}};
}

json booking_state(const storage::booking_row& row, bool booking_side) {
  const auto& accepted = row.accepted;
  // What the agency may not be told stays open to it, whatever became of it (promise 5).
  const bool done = booking_side ? storage::is_final(row.criminal) : storage::is_closed(row);
  json out = {{"booking", to_string(accepted.booking)},
              {"ori", accepted.ori},
              {"tcn", accepted.tcn},
              {"tot", accepted.tot},
              {"accepted_at", to_string(accepted.accepted_at)},
              {"deadline_at", to_string(accepted.deadline_at)},
              {"source", to_string(accepted.source)},
              {"criminal_search", storage::is_final(row.criminal) ? "answered"
                                  : row.criminal                  ? "review"
                                                                  : "open"}};
  if (!booking_side)
    out["immigration_search"] = accepted.mode == jurisdiction_mode::inactive ? "not_searched"
                                : storage::is_final(row.immigration)         ? "answered"
                                : row.immigration                            ? "review"
                                                                             : "open";
  out["done"] = done;
  return out;
}

json offence_document(const offence& what) {
  json out = {{"code", what.code},
              {"class", to_string(what.kind)},
              {"disposition", to_string(what.disposition)}};
  if (!what.count.empty()) out["count"] = what.count;
  out["sentence_days"] = what.sentence_days < 0 ? json() : json(what.sentence_days);
  return out;
}

json case_view_document(const casework::case_view& view) {
  json offences = json::array(), holds = json::array(), facts = json::array();
  const casework::evidence known = casework::evidence_of(view);
  for (const offence& o : known.offences) offences.push_back(offence_document(o));
  for (const std::string& f : known.facts) facts.push_back(f);
  for (const auto& h : view.holds)
    holds.push_back({{"kind", to_string(h.kind)},
                     {"id", h.id},
                     {"at", h.at.ms == 0 ? json() : json(to_string(h.at))}});
  json out = {{"state", to_string(view.state)},
              {"level", view.level},
              {"rule_set", view.rule_set},
              {"status", view.status},
              {"offences", offences},
              {"facts", facts},
              {"holds", holds},
              {"assignee", view.assignee}};
  out["prints_confirmed"] = view.prints_confirmed;
  out["claim_of_citizenship_open"] = view.claim_open;
  out["record_changed"] = view.record_changed;
  out["protected"] = view.protected_person || view.victim_witness;
  out["status_record_at"] =
      view.status_record_at.ms == 0 ? json() : json(to_string(view.status_record_at));
  out["notice_language"] = view.notice_language;
  out["counsel"] = view.counsel;
  out["counsel_told"] = view.counsel_told;
  out["closing"] = view.closing;
  return out;
}

json case_line(const storage::case_row& row) {
  const case_event& first = row.events.front();
  const casework::case_view view = casework::fold(row.events);
  return {{"case", to_string(row.which)},
          {"opened_at", to_string(first.at)},
          {"level", view.level},
          {"state", to_string(view.state)},
          {"last_step", to_string(row.last().step)},
          {"subject", to_string(first.subject)},
          {"booking", to_string(first.booking)}};
}

json case_document(const storage::case_row& row, const shown_booking& booking) {
  json events = json::array(), sent = json::array();
  for (const auto& e : row.events) {
    json line = {{"at", to_string(e.at)},
                 {"step", to_string(e.step)},
                 {"level", e.level},
                 {"rule_set", e.rule_set},
                 {"by", e.by},
                 {"reason", e.reason},
                 {"code", e.code}};
    if (e.about_at.ms != 0) line["about_at"] = to_string(e.about_at);
    if (e.clock_ends.ms != 0) line["clock_ends"] = to_string(e.clock_ends);
    if (e.charge) line["offence"] = offence_document(*e.charge);
    events.push_back(std::move(line));
  }
  for (const auto& m : booking.messages)
    sent.push_back(
        {{"kind", m.queued.kind}, {"to", m.queued.recipient}, {"at", to_string(m.queued.at)}});
  const auto& accepted = booking.row.accepted;
  return {{"case", to_string(row.which)},
          {"booking", to_string(accepted.booking)},
          {"ori", accepted.ori},
          {"tcn", accepted.tcn},
          {"source", to_string(accepted.source)},
          {"name_given", booking.who.name},
          {"offence", booking.who.offence_text},
          {"subject", to_string(row.events.front().subject)},
          {"now", case_view_document(casework::fold(row.events))},
          {"events", events},
          {"messages", sent}};
}

json audit_document(const audit_row& row) {
  return {{"at", to_string(row.at)}, {"principal", row.principal}, {"role", row.role},
          {"action", row.action},    {"object", row.object},       {"purpose", row.purpose},
          {"detail", row.detail}};
}

}  // namespace whorl::apps
