#include "apps/casework/case_batch.hpp"

#include <limits>

#include "actors/case_notices_core.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {

using casework::case_view;

std::string step_id(case_id which, std::size_t number) {
  return to_string(which) + "/" + std::to_string(number);
}

storage::append_request following_audit(const audit_row& row, const std::string& id) {
  return {stream_id::audit, id, std::nullopt, wire::encode(fact(row)), true};
}

result<standing_case> with_booking(storage::store& store, storage::case_row row) {
  standing_case out;
  out.view = casework::fold(row.events);
  WHORL_ASSIGN(const auto booking, store.bookings->get(row.events.front().booking));
  out.accepted = booking.accepted;
  WHORL_ASSIGN(const auto messages, store.outbox->of_booking(out.accepted.booking));
  for (const auto& m : messages) {
    if (m.queued.recipient != out.accepted.ori) continue;
    out.agency_was_told = out.agency_was_told || m.queued.kind == "IDR";
    out.agency_has_detainer = out.agency_has_detainer || m.queued.kind == "DET";
  }
  out.row = std::move(row);
  return out;
}

result<std::vector<standing_case>> all_cases(storage::store& store) {
  WHORL_ASSIGN(auto rows, store.cases->list(std::numeric_limits<std::size_t>::max()));
  std::vector<standing_case> out;
  for (auto& row : rows) {
    WHORL_ASSIGN(auto one, with_booking(store, std::move(row)));
    out.push_back(std::move(one));
  }
  return out;
}

result<std::vector<storage::append_request>> sealed_notices(
    storage::store& store, actors::local_node& node, const casework::case_settings& settings,
    const standing_case& from, const case_view& after, const case_event& step) {
  WHORL_ASSIGN(const auto tail, store.log->tail(stream_id::audit));
  WHORL_ASSIGN(const auto head, store.signer->sign(tail, step.at));
  const std::string head_text = storage::to_text(head);
  biographics who;
  const auto plain = store.keys->open(from.accepted.who);
  if (!plain && plain.error().code != errc::purged) return plain.error();
  if (plain) {
    WHORL_ASSIGN(who, wire::decode_biographics(*plain));
  }
  const actors::notices planned =
      actors::plan_step_notices({from.accepted,
                                 who,
                                 from.view,
                                 after,
                                 step,
                                 {from.agency_was_told, from.agency_has_detainer},
                                 head_text,
                                 settings});
  std::vector<storage::append_request> out;
  if (!planned.messages.empty() && plain) {
    std::vector<storage::seal_request> bodies;
    for (const auto& m : planned.messages)
      bodies.push_back({{from.accepted.booking.value, key_purpose::biographics}, m.body});
    WHORL_ASSIGN(const auto sealed, node.seal(std::move(bodies)));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      const auto& m = planned.messages[i];
      const message_queued queued{m.message, from.accepted.booking, m.recipient, m.kind, step.at,
                                  sealed[i]};
      out.push_back({stream_id::outbox, m.message, std::nullopt, wire::encode(fact(queued)), true});
    }
  }
  std::size_t number = 0;
  for (audit_row row : planned.audit) {
    // Where nobody could be told, the audit must not say that somebody was.
    if (!plain && row.action.starts_with("answer "))
      row.action = "unable to " + row.action + ": the booking is purged";
    out.push_back(following_audit(
        row, "case/" + step_id(step.which, after.steps) + "/notice/" + std::to_string(++number)));
  }
  return out;
}

case_event event_of(const standing_case& from, const wanted_step& what, std::string by, instant now,
                    const casework::case_settings& settings) {
  case_event e;
  e.which = from.row.which;
  e.booking = from.accepted.booking;
  e.subject = from.view.opened.subject;
  e.step = what.step;
  e.at = now;
  e.by = std::move(by);
  e.reason = what.reason;
  e.code = what.code;
  e.about_at = what.about_at;
  e.charge = what.charge;
  case_view after = from.view;
  casework::apply(after, e);
  const casework::ruled ruled = casework::rule_case(settings, from.accepted.ori, now, after);
  e.level = ruled.level;
  e.rule_set = ruled.rule_set;
  return e;
}

}  // namespace whorl::apps
